"""What follows a report follows in time, and only as the service would allow it."""

import itertools
from collections import Counter
from datetime import timedelta
from random import Random

from denyut.demo.answers import Answers, Step
from denyut.demo.calendars import Layouts
from denyut.demo.city import DemoCity
from denyut.demo.habits import Report
from tests.denyut.demo.conftest import NOW


def all_steps(city: DemoCity) -> list[list[Step]]:
    window = (city.months[0].start, city.months[-1].end + timedelta(days=31))
    answers = Answers(Layouts(city.calendars.by_person), window, NOW, Random(1))
    some: list[Report] = city.chronicle.reports[::7]
    return [list(answers.to(report)) for report in some]


def test_steps_follow_each_other_in_time_and_end_now(city: DemoCity) -> None:
    for steps in all_steps(city):
        assert steps[0].kind == "report"
        times = [step.at for step in steps]
        assert times == sorted(times)
        assert times[-1] <= NOW


def test_only_what_the_service_would_allow_follows(city: DemoCity) -> None:
    allowed = {
        "report": {"withdraw", "return", "approve"},
        "return": {"revise"},
        "revise": {"approve"},
        "approve": {"feedback"},
        "feedback": {"acknowledge"},
    }
    seen: Counter[str] = Counter()
    for steps in all_steps(city):
        for before, after in itertools.pairwise(steps):
            assert after.kind in allowed[before.kind]
        seen.update(step.kind for step in steps)
    assert set(seen) == {*allowed, "withdraw", "acknowledge"}


def test_nobody_decides_on_their_own_report(city: DemoCity) -> None:
    for steps in all_steps(city):
        for step in steps:
            if step.kind in ("approve", "return", "feedback"):
                assert step.by is not None
                assert step.by is not step.report.target.person
                assert step.by is step.report.target.person.decider(step.at) or (
                    step.kind == "feedback"
                )


def test_the_struggling_employee_is_helped_more_often(city: DemoCity) -> None:
    told: Counter[bool] = Counter()
    reports: Counter[bool] = Counter()
    for report in city.chronicle.reports:
        struggles = report.target.person is city.staff.cast.struggling
        reports[struggles] += 1
    for said in city.chronicle.feedback:
        told[said.report.target.person is city.staff.cast.struggling] += 1
    assert told[True] / reports[True] > 3 * told[False] / reports[False]
