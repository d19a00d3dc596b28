"""Targets of three months from the templates of each job."""

from denyut.demo.city import DemoCity
from denyut.demo.targets import CLOSED_AFTER, LONG, MADE_BEFORE, job_rows
from models.rules.pace import Aspect, Direction
from tests.denyut.demo.conftest import NOW


def test_everybody_has_each_task_of_the_job_in_each_month(city: DemoCity) -> None:
    for person in city.staff.people:
        targets = [t for t in city.targets if t.person is person and t.task is not LONG]
        assert len(targets) == len(person.job.tasks) * len(city.months)


def test_goals_speak_the_language_of_the_rules(city: DemoCity) -> None:
    for target in city.targets:
        assert target.goal.quantity == target.task.quantity
        assert target.goal.aspect is Aspect(target.task.aspect)
        assert target.goal.direction is Direction(target.task.direction)
        assert target.made_at == target.start - MADE_BEFORE


def test_a_month_is_closed_some_time_after_its_end(city: DemoCity) -> None:
    for target in city.targets:
        over = target.end + CLOSED_AFTER < NOW
        assert (target.closed_at is not None) == over
    assert any(target.closed_at for target in city.targets)


def test_who_struggles_has_a_target_that_runs_on_every_day_of_the_month(city: DemoCity) -> None:
    long = {target.person for target in city.targets if target.task is LONG}
    assert city.staff.cast.struggling in long
    assert {person.unit.plan.role for person in long} >= {"slipping"}
    assert all(
        (target.start, target.end) == (city.months[0].start, city.months[-1].end)
        for target in city.targets
        if target.task is LONG
    )


def test_every_job_has_its_templates(city: DemoCity) -> None:
    rows = job_rows(city.ids)
    assert rows["perawat"].code == "perawat"
    for job in city.jobs.values():
        assert len({template_id for template_id, _ in job.templates}) == len(job.templates)
