"""The books of one target: sums, flags and turns, as the service would have written them."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from denyut.demo.answers import Kind, Step
from denyut.demo.books import TargetBook
from denyut.demo.calendars import Layouts
from denyut.demo.chronicle import Chronicle
from denyut.demo.city import DemoCity
from denyut.demo.habits import Outage, Report
from denyut.demo.ids import Ids
from denyut.demo.targets import Target
from models.rules.flags import ReportFlag

END = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
OUTAGE = Outage(datetime(2026, 10, 30, 6, tzinfo=UTC), datetime(2026, 10, 31, 17, 30, tzinfo=UTC))


@pytest.fixture
def target(city: DemoCity) -> Target:
    """The running amount of the introduced employee: 250 documents."""
    return next(
        target
        for target in city.targets
        if target.person is city.staff.cast.employee
        and target.age == 0
        and not target.task.measured
    )


@pytest.fixture
def chronicle(city: DemoCity) -> Chronicle:
    people = {person.id: person for person in city.staff.people}
    return Chronicle(people, END, Ids(Random(1), city.founded))


def book_of(city: DemoCity, target: Target) -> TargetBook:
    layout = Layouts(city.calendars.by_person).of(target.person, target.start, target.end)
    return TargetBook(target, layout, END, OUTAGE)


def report_of(target: Target, day: int, quantity: float, **changes: datetime) -> Report:
    at = target.start + timedelta(days=day, hours=9)
    report = Report(
        Ids(Random(day), at).at(at), target, quantity, "catatan", at, at, at, at, location=None
    )
    for name, value in changes.items():
        setattr(report, name, value)
    return report


def step(report: Report, kind: Kind, hours: float = 0.0, **more: object) -> Step:
    at = report.received_at + timedelta(hours=hours)
    return Step(at, kind, report, report.target.person.decider(at), **more)  # type: ignore[arg-type]


def test_sums_follow_a_report_through_its_states(
    city: DemoCity, target: Target, chronicle: Chronicle
) -> None:
    book = book_of(city, target)
    kept, withdrawn, returned = (report_of(target, day, 30) for day in (2, 3, 4))
    book.written(
        [
            step(kept, "report"),
            step(kept, "approve", 2),
            step(withdrawn, "report"),
            step(withdrawn, "withdraw", 0.1, text="salah"),
            step(returned, "report"),
            step(returned, "return", 1, text="cocokkan"),
            step(returned, "revise", 2, text="diperbaiki", quantity=20.0),
        ],
        chronicle,
    )
    assert (book.approved, book.pending, book.observations, book.waiting) == (30, 20, 2, 1)
    assert [report.status for report in (kept, withdrawn, returned)] == [
        "approved",
        "withdrawn",
        "revised",
    ]
    assert (kept.version, withdrawn.version, returned.version) == (1, 2, 2)


def test_an_untouched_target_is_at_risk_then_slips_once(
    city: DemoCity, target: Target, chronicle: Chronicle
) -> None:
    book = book_of(city, target)
    book.written([], chronicle)
    assert (book.state, book.slip_number) == ("slipped", 1)
    kinds = [event.kind for event in chronicle.numbered()[target.person.unit.shard]]
    assert kinds.count("slip") == 1
    told = {(kind, recipient) for _, _, recipient, kind, *_ in chronicle.notices}
    supervisor = city.staff.cast.supervisor.id
    assert told == {
        ("at_risk", target.person.id),
        ("slip", target.person.id),
        ("staff_slip", supervisor),
    }


def test_what_was_slipped_recovers_with_a_report_and_says_so_to_the_same_people(
    city: DemoCity, target: Target, chronicle: Chronicle
) -> None:
    book = book_of(city, target)
    book.written([step(report_of(target, 12, 150), "report")], chronicle)
    kinds = [
        event.kind
        for event in chronicle.numbered()[target.person.unit.shard]
        if event.kind != "notice"
    ]
    assert kinds == ["slip", "report", "recovery", "slip"]
    recovered = {recipient for _, _, recipient, kind, *_ in chronicle.notices if "recov" in kind}
    assert recovered == {target.person.id, city.staff.cast.supervisor.id}


def test_the_goal_is_achieved_at_once(city: DemoCity, target: Target, chronicle: Chronicle) -> None:
    book = book_of(city, target)
    book.written([step(report_of(target, 1, 260), "report")], chronicle)
    assert (book.state, book.slips_at) == ("achieved", None)


def test_flags_tell_late_reports_from_those_of_the_outage(city: DemoCity) -> None:
    month = city.months[1]
    target = next(t for t in city.targets if t.start == month.start and not t.task.measured)
    book = book_of(city, target)
    arrives = month.end + timedelta(hours=20)
    in_outage = OUTAGE.start + timedelta(hours=1)
    in_time = report_of(target, 5, 1)
    late = report_of(target, 28, 1, received_at=arrives)
    excused = report_of(
        target, 29, 1, received_at=arrives, corrected_at=in_outage, captured_at=in_outage
    )
    wrong = report_of(target, 5, 1, captured_at=in_time.corrected_at + timedelta(minutes=42))
    people = {person.id: person for person in city.staff.people}
    chronicle = Chronicle(people, END, Ids(Random(1), city.founded))
    steps = [step(each, "report") for each in (in_time, wrong, late, excused)]
    book.written(sorted(steps, key=lambda each: each.at), chronicle)
    assert in_time.flags == 0
    assert late.flags == ReportFlag.LATE
    assert excused.flags == ReportFlag.OUTAGE
    assert wrong.flags == ReportFlag.CLOCK_WRONG


def test_what_arrives_after_the_closing_waits_and_does_not_count(city: DemoCity) -> None:
    target = next(t for t in city.targets if t.closed_at and not t.task.measured)
    assert target.closed_at is not None
    book = book_of(city, target)
    people = {person.id: person for person in city.staff.people}
    chronicle = Chronicle(people, END, Ids(Random(1), city.founded))
    report = report_of(target, 3, 5, received_at=target.closed_at + timedelta(hours=1))
    book.written([step(report, "report")], chronicle)
    assert report.flags & ReportFlag.AFTER_CLOSING
    assert (book.pending, book.observations, book.waiting) == (0, 0, 1)
    assert (book.state, book.slips_at, book.at_risk_at) == ("lapsed", None, None)
