"""Reports look like a person's: in working time, toward where the target should be."""

from collections import Counter, defaultdict
from datetime import timedelta

from denyut.demo.city import DemoCity
from denyut.demo.habits import EVERY
from denyut.demo.months import OFFSET
from tests.denyut.demo.conftest import NOW


def test_nothing_is_reported_before_it_happened_or_arrives_before_it_was_taken_down(
    city: DemoCity,
) -> None:
    for report in city.chronicle.reports:
        assert report.activity_at <= report.corrected_at < report.received_at <= NOW
        assert report.quantity > 0 or report.target.task.measured


def test_amounts_are_multiples_of_the_step(city: DemoCity) -> None:
    for report in city.chronicle.reports:
        steps = report.quantity / report.target.task.step
        assert abs(steps - round(steps)) < 1e-6


def test_the_busy_agency_reports_several_times_a_day_and_the_others_now_and_then(
    city: DemoCity,
) -> None:
    by_day: dict[bool, Counter[tuple[object, object]]] = defaultdict(Counter)
    for report in city.chronicle.reports:
        person = report.target.person
        day = (report.corrected_at + OFFSET).date()
        by_day[person.busy][person.id, day] += 1
    busy = by_day[True]
    assert 2.0 < busy.total() / len(busy) < 5.0
    days = Counter(person for person, _ in by_day[False])
    assert EVERY > 1
    assert sum(days.values()) / len(days) < 30


def test_most_reports_come_in_the_last_two_hours_of_the_day(city: DemoCity) -> None:
    hours = Counter(
        (report.corrected_at + OFFSET).hour
        for report in city.chronicle.reports
        if report.target.person.unit.pattern == "five_days" and not report.target.task.measured
    )
    late = sum(count for hour, count in hours.items() if 14 <= hour <= 17)
    assert 0.5 < late / hours.total() < 0.8


def test_only_jobs_that_ask_for_a_location_have_one(city: DemoCity) -> None:
    with_location = [report for report in city.chronicle.reports if report.location]
    assert with_location
    assert all(report.target.person.job.asks_location for report in with_location)


def test_a_wrong_clock_shifts_what_the_phone_says_and_nothing_else(city: DemoCity) -> None:
    shifted = [r for r in city.chronicle.reports if r.captured_at != r.corrected_at]
    for report in shifted:
        person = report.target.person
        assert report.captured_at - report.corrected_at == person.clock_off
        assert abs(person.clock_off) > timedelta(minutes=10)
