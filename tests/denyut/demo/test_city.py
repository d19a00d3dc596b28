"""The city as a value: the same for the same seed, and right at every edge of a month."""

from datetime import UTC, datetime, timedelta

import pytest

from denyut.demo.calendars import usual_weeks
from denyut.demo.city import CityOptions, DemoCity, made_city, outage_before
from denyut.demo.months import local
from denyut.demo.tables import tables_of
from tests.denyut.demo.conftest import NOW

TINY = CityOptions(seed=3, scale=0.01)
EDGES = (
    datetime(2026, 11, 30, 17, 0, tzinfo=UTC),  # midnight in the city: the first of December
    datetime(2026, 11, 30, 16, 59, 59, tzinfo=UTC),
    datetime(2026, 12, 31, 20, 0, tzinfo=UTC),  # the new year's first night
    datetime(2028, 2, 29, 9, 0, tzinfo=UTC),
    datetime(2027, 3, 12, 3, 0, tzinfo=UTC),  # days before the feast, in Ramadan
    datetime(2026, 11, 22, 2, 0, tzinfo=UTC),  # a Sunday morning
)


def rows_of(city: DemoCity) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Everything that would be written, but ids that the loader draws."""
    return [
        (name, [tuple(row) for row in rows])
        for name, _, rows in tables_of(city, "hash")
        if name in ("unit", "employee", "target", "target_pace", "report", "feed", "notice")
    ]


def test_the_same_seed_and_instant_make_the_same_city() -> None:
    first, second = (made_city(TINY, NOW, usual_weeks()) for _ in range(2))
    assert rows_of(first) == rows_of(second)


def test_another_seed_makes_other_people() -> None:
    first = made_city(TINY, NOW, usual_weeks())
    second = made_city(CityOptions(seed=4, scale=0.01), NOW, usual_weeks())
    nips = [{person.nip for person in city.staff.people} for city in (first, second)]
    assert nips[0] != nips[1]


@pytest.mark.parametrize("now", EDGES, ids=str)
def test_at_every_edge_there_is_a_story_to_see(now: datetime) -> None:
    city = made_city(TINY, now, usual_weeks())
    for event in (event for events in city.events.values() for event in events):
        assert event.at <= now
    assert city.outage.end < now
    running = [book for book in city.books if book.target.start <= now < book.target.end]
    assert {book.target.person.id for book in running} >= {
        city.staff.cast.employee.id,
        city.staff.cast.supervisor.id,
    }
    slipped = [book for book in running if book.state == "slipped"]
    assert any(book.target.person is city.staff.cast.struggling for book in slipped)
    assert any(book.target.person.unit.plan.role == "slipping" for book in slipped)


def test_the_history_reaches_over_two_whole_months(city: DemoCity) -> None:
    first = min(report.received_at for report in city.chronicle.reports)
    assert first < NOW - timedelta(days=60)
    assert {book.target.age for book in city.books} == {0, 1, 2}


def test_most_targets_are_on_their_way_and_some_are_not(city: DemoCity) -> None:
    now = [book.state for book in city.books if book.target.age == 0]
    well = sum(state in ("on_track", "achieved") for state in now)
    assert well > len(now) * 0.8
    assert {"on_track", "at_risk", "slipped", "achieved"} <= set(now)
    past = {book.state for book in city.books if book.target.age > 0}
    assert {"achieved", "lapsed"} <= past
    assert "slipped" not in past


def test_the_slipping_unit_slips_and_the_others_do_not(city: DemoCity) -> None:
    def share(books: list[str]) -> float:
        return books.count("slipped") / len(books)

    amounts = [b for b in city.books if b.target.age == 0 and not b.target.task.measured]
    slipping = [b.state for b in amounts if b.target.person.unit.plan.role == "slipping"]
    others = [b.state for b in amounts if b.target.person.unit.plan.role != "slipping"]
    assert share(slipping) > 0.5
    assert share(others) < 0.15


def test_the_outage_is_on_a_working_day_of_the_month_before(city: DemoCity) -> None:
    day = local(city.outage.start)
    assert day.weekday() < 5
    assert (day.month, day.hour) == (10, 12)
    captured = [
        report
        for report in city.chronicle.reports
        if city.outage.start <= report.corrected_at < city.outage.end
    ]
    assert captured
    assert all(report.received_at > city.outage.end for report in captured)


def test_an_outage_whose_phones_are_not_back_yet_is_that_of_the_month_before(
    city: DemoCity,
) -> None:
    just_after = city.outage.end + timedelta(minutes=30)
    earlier = outage_before(just_after, city.months, city.calendars)
    assert earlier.end < city.outage.start - timedelta(days=20)
