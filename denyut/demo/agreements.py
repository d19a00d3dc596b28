"""The agreements of the demo's year: everybody's results, which serve those of whoever decides.

Their months' targets measure them. Nearly all are agreed; near the supervisor one is proposed and
one a draft, targets are proposed, and what the struggling one did not reach was rolled over.
Invariant: ids follow from people and the year, so no chance is asked and all tables agree.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from denyut.demo.city import DemoCity, Table
from denyut.demo.months import instant, local
from denyut.demo.people import Person
from models.rules.pace import State

SIGNED: Final = (1, 5)  # month and day of the year
EVERY: Final = 9  # one in so many has an additional result
AMOUNT, QUALITY, ADDITIONAL = "jumlah", "mutu", "tambahan"


@dataclass(frozen=True, slots=True)
class Link:
    """What a target's row says beside its goal."""

    work_result_id: UUID | None = None
    rolled_from_id: UUID | None = None
    rolled_over_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """One result of somebody's agreement. `serves`: the part of their decider's."""

    part: str
    title: str
    kind: str = "main"
    serves: str | None = None


def year_of(city: DemoCity) -> int:
    """The year whose agreements are shown."""
    return local(city.now).year


def signed_at(city: DemoCity) -> datetime:
    """When agreements were made: early in the year, and before now."""
    day = date(year_of(city), *SIGNED)
    return max(city.founded, min(instant(day, 9), city.now - timedelta(days=2)))


def agreement_id(person: Person, year: int) -> UUID:
    """The id of somebody's agreement."""
    return uuid5(person.id, f"agreement-{year}")


def result_id(person: Person, year: int, part: str) -> UUID:
    """The id of one of their results."""
    return uuid5(person.id, f"result-{year}-{part}")


def promises_of(person: Person, number: int = 1) -> list[Promise]:
    """What somebody promises. `number`: their place among all, by which few get more."""
    if person.heads is not None:
        found = [
            Promise(AMOUNT, f"Rencana kerja {person.unit.name} terlaksana", serves=AMOUNT),
            Promise(QUALITY, f"Mutu layanan {person.unit.name} terjaga", serves=QUALITY),
        ]
    else:
        found = [Promise(AMOUNT, f"Tugas {person.job.name} selesai sesuai rencana", serves=AMOUNT)]
        if any(task.measured for task in person.job.tasks):
            title = f"Mutu dan ketepatan waktu {person.job.name} terjaga"
            found.append(Promise(QUALITY, title, serves=QUALITY))
    if number % EVERY == 0:
        found.append(Promise(ADDITIONAL, "Anggota tim reformasi birokrasi", kind="additional"))
    return found


def states_of(city: DemoCity) -> dict[UUID, str]:
    """Whose agreement is not agreed: two beside the supervisor, and whoever has no decider."""
    cast = city.staff.cast
    known = {cast.employee, cast.struggling, cast.supervisor}
    beside = [each for each in city.staff.by_unit[cast.supervisor.unit.id] if each not in known]
    states = {
        person.id: state for person, state in zip(beside, ("proposed", "draft"), strict=False)
    }
    at = signed_at(city)
    tops = (person.id for person in city.staff.people if person.decider(at) is None)
    return dict.fromkeys(tops, "proposed") | states


def linked_by(city: DemoCity) -> dict[UUID, Link]:
    """By target: the result that it measures, and where what lapsed went on."""
    year = year_of(city)
    parts = {
        (person.id, promise.part) for person in city.staff.people for promise in promises_of(person)
    }
    links: dict[UUID, Link] = {}
    for target in city.targets:
        if local(target.start).year != year:
            continue
        part = QUALITY if target.task.measured else AMOUNT
        part = part if (target.person.id, part) in parts else AMOUNT
        links[target.id] = Link(result_id(target.person, year, part))
    for old, new in _rolled(city).items():
        before, after = links.get(old, Link()), links.get(new, Link())
        began = next(each.start for each in city.targets if each.id == new)
        at = min(began + timedelta(hours=30), city.now)
        links[old] = Link(before.work_result_id, rolled_over_at=at)
        links[new] = Link(after.work_result_id, rolled_from_id=old)
    return links


def _rolled(city: DemoCity) -> dict[UUID, UUID]:
    """What the struggling one did not reach last month, by which of this month goes on with it."""
    person = city.staff.cast.struggling
    mine = [book for book in city.books if book.target.person is person]
    running: dict[UUID | None, UUID] = {
        book.target.template_id: book.target.id
        for book in mine
        if book.target.age == 0 and book.target.template_id is not None
    }
    return {
        book.target.id: running[book.target.template_id]
        for book in mine
        if book.target.age == 1
        and book.state == State.LAPSED.value
        and book.target.template_id in running
    }


def agreement_tables(city: DemoCity) -> Iterator[Table]:
    """The rows of agreements; targets refer to them, so they come before."""
    year, at, states = year_of(city), signed_at(city), states_of(city)
    people = city.staff.people
    yield (
        "agreement",
        (
            *("id", "employee_id", "year", "state", "version", "made_by", "made_at"),
            *("proposed_at", "agreed_at", "agreed_by"),
        ),
        (_agreement(person, year, at, states.get(person.id, "agreed")) for person in people),
    )
    yield (
        "work_result",
        ("id", "agreement_id", "kind", "title", "serves_id", "place"),
        (
            (
                *(result_id(person, year, promise.part), agreement_id(person, year)),
                *(promise.kind, promise.title, _serves(person, promise, year, at), place),
            )
            for number, person in enumerate(people, 1)
            for place, promise in enumerate(promises_of(person, number))
        ),
    )
    yield (
        "agreement_change",
        ("id", "agreement_id", "by", "at", "reason", "before", "after"),
        list(_changes(city, year, at)),
    )


def proposal_tables(city: DemoCity) -> Iterator[Table]:
    """What was proposed near the supervisor; after the targets, to which it refers."""
    yield (
        "target_proposal",
        (
            *("id", "employee_id", "kind", "target_id", "body", "reason", "state", "made_at"),
            *("decided_by", "decided_at", "decision_reason"),
        ),
        list(_proposals(city)),
    )


def _agreement(person: Person, year: int, at: datetime, state: str) -> tuple[object, ...]:
    decider = person.decider(at)
    agreed = state == "agreed"
    version = {"draft": 1, "proposed": 2, "agreed": 3}[state]
    return (
        *(agreement_id(person, year), person.id, year, state, version, person.id, at),
        None if state == "draft" else at + timedelta(hours=2),
        at + timedelta(hours=26) if agreed else None,
        decider.id if agreed and decider else None,
    )


def _serves(person: Person, promise: Promise, year: int, at: datetime) -> UUID | None:
    decider = person.decider(at)
    if decider is None or promise.serves is None:
        return None
    parts = {each.part for each in promises_of(decider)}
    return result_id(decider, year, promise.serves if promise.serves in parts else AMOUNT)


def _changes(city: DemoCity, year: int, at: datetime) -> Iterator[tuple[object, ...]]:
    """The history of the employee's agreement whom the demo introduces."""
    employee = city.staff.cast.employee
    decider = employee.decider(at)
    assert decider is not None, "the employee of the demo has a supervisor"
    for number, (by, hours, before, after) in enumerate(
        ((employee, 2, "draft", "proposed"), (decider, 26, "proposed", "agreed"))
    ):
        yield (
            *(uuid5(employee.id, f"change-{year}-{number}"), agreement_id(employee, year)),
            *(by.id, at + timedelta(hours=hours), ""),
            *(json.dumps({"state": before}), json.dumps({"state": after})),
        )


def _proposals(city: DemoCity) -> Iterator[tuple[object, ...]]:
    """One that waits for the supervisor, one that was agreed and one that was declined."""
    cast, now = city.staff.cast, city.now
    decider = cast.employee.decider(now)
    assert decider is not None, "the employee of the demo has a supervisor"
    start = city.months[-1].end
    wish = {
        "indicator": "Pendampingan warga lanjut usia",
        "unit_of_measure": "warga",
        "quantity": 20.0,
        "period_start": start.isoformat(),
        "period_end": (start + timedelta(days=28)).isoformat(),
    }
    own, running = (
        next(each for each in city.targets if each.person is person and each.age == 0)
        for person in (cast.employee, cast.struggling)
    )
    change = {"quantity": round(running.goal.quantity * 0.9)}
    agreed = {"quantity": own.goal.quantity}
    for number, (person, kind, target_id, body, reason, state, answer) in enumerate(
        (
            (cast.employee, "new", None, wish, "Banyak warga datang tanpa pendamping", "open", ""),
            (
                *(cast.struggling, "change", running.id, change, "Komputer loket rusak seminggu"),
                *("declined", "Komputer pengganti sudah datang; mari lihat lagi pekan depan"),
            ),
            (
                *(cast.employee, "change", own.id, agreed, "Cuti bersama", "agreed"),
                "Setuju",
            ),
        )
    ):
        open_still = state == "open"
        yield (
            *(uuid5(person.id, f"proposal-{number}"), person.id, kind, target_id),
            *(json.dumps(body), reason, state, now - timedelta(days=3 + number, hours=2)),
            None if open_still else decider.id,
            None if open_still else now - timedelta(days=2 + number),
            answer,
        )
