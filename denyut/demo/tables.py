"""The rows of a demo city, table by table, in an order that foreign keys allow.

Rows are those that the service itself would have written; models/tables say what they mean. Ids
that nobody refers to are drawn while the rows are read.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from denyut.demo.agreements import Link, agreement_tables, linked_by, proposal_tables
from denyut.demo.chronicle import location_of
from denyut.demo.city import DemoCity, Table
from denyut.demo.evidence import photo_of
from denyut.demo.guidance import answer_to, guidance_tables, question_table
from denyut.demo.jobs import JOBS
from denyut.demo.months import ZONE, local
from denyut.demo.support import support_tables
from denyut.demo.verdicts import named_by, verdict_tables

MADE: Final = "demo_city_made"  # the action of the audit entry that names the city
PATTERN: Final = "work_pattern"


def tables_of(city: DemoCity, password_hash: str) -> Iterator[Table]:
    """Every table's rows, in an order that foreign keys allow."""
    yield from _organisation(city)
    yield from _people(city, password_hash)
    yield from _calendars(city)
    yield from verdict_tables(city)  # here, since targets name services
    yield from agreement_tables(city)
    yield from _targets(city)
    yield from proposal_tables(city)
    yield from _history(city)
    yield from support_tables(city)
    yield from _records(city)
    yield from guidance_tables(city)


def _organisation(city: DemoCity) -> Iterator[Table]:
    yield (
        "unit",
        ("id", "code", "name", "kind", "parent_id", "agency_id", "shard", "path", "zone", PATTERN),
        (
            (
                u.id,
                u.code,
                u.name,
                u.kind,
                u.parent_id,
                u.agency_id,
                u.shard,
                u.path,
                ZONE,
                u.pattern,
            )
            for u in city.units
        ),
    )
    yield (
        "unit_ancestry",
        ("ancestor_id", "unit_id"),
        ((ancestor_id, unit.id) for unit in city.units for ancestor_id in unit.path),
    )
    yield (
        "job_title",
        ("id", "code", "name", "asks_location"),
        ((j.id, j.code, JOBS[j.code].name, JOBS[j.code].asks_location) for j in city.jobs.values()),
    )
    yield (
        "target_template",
        (
            *("id", "job_title_id", "indicator", "unit_of_measure", "aspect", "direction"),
            "quantity",
        ),
        (
            (
                *(template_id, job.id, task.indicator, task.unit_of_measure, task.aspect),
                *(task.direction, task.quantity),
            )
            for job in city.jobs.values()
            for template_id, task in job.templates
        ),
    )


def _people(city: DemoCity, password_hash: str) -> Iterator[Table]:
    people, founded, cast = city.staff.people, city.founded, city.staff.cast
    yield (
        "employee",
        ("id", "nip", "name", "unit_id", "job_title_id", PATTERN),
        ((p.id, p.nip, p.name, p.unit.id, city.jobs[p.job.code].id, p.pattern) for p in people),
    )
    yield (
        "placement",
        ("id", "employee_id", "unit_id", "valid_from"),
        ((city.ids.early(), p.id, p.unit.id, founded) for p in people),
    )
    yield (
        "account",
        ("employee_id", "password_hash", "password_changed_at", "activated_at"),
        ((p.id, password_hash, city.now, founded) for p in people),
    )
    yield (
        "device",
        ("id", "employee_id", "name", "platform", "seen_at"),
        ((p.device_id, p.id, "Ponsel", "android", city.now) for p in people),
    )
    headed = [(p, p.heads) for p in people if p.heads is not None]
    until = city.now + timedelta(days=9)
    yield (
        "supervision",
        ("id", "unit_id", "supervisor_id", "kind", "valid_from", "valid_to", "decree"),
        [
            *(
                (city.ids.early(), unit.id, p.id, "definitive", founded, None, f"SK-{unit.code}")
                for p, unit in headed
            ),
            (
                *(city.ids.early(), cast.absent_head.unit.id, cast.acting_head.id, "acting"),
                *(city.staff.acting_since, until, "SPMT-Plh"),
            ),
        ],
    )
    yield (
        "personal_assignment",
        ("id", "employee_id", "supervisor_id", "valid_from", "valid_to", "decree"),
        [
            (
                *(city.ids.early(), cast.assigned.id, cast.assigned_to.id),
                *(city.now - timedelta(days=30), city.now + timedelta(days=60), "SK-Tugas"),
            )
        ],
    )
    education, health = city.units[1].id, next(u.id for u in city.units if u.code == "02")
    grants = (
        (cast.hr, "hr", city.units[0].id),
        (cast.administrator, "administrator", city.units[0].id),
        (city.staff.by_unit[education][0], "hr", education),
        (city.staff.by_unit[health][0], "hr", health),
    )
    yield (
        "role_grant",
        ("id", "employee_id", "role", "unit_id", "granted_at"),
        ((city.ids.early(), person.id, role, unit_id, founded) for person, role, unit_id in grants),
    )


def _calendars(city: DemoCity) -> Iterator[Table]:
    for name, rows in (
        ("holiday", city.calendars.holidays),
        ("ramadan", city.calendars.ramadans),
        ("leave", city.calendars.leave),
        ("shift", city.calendars.shifts),
    ):
        if rows:
            yield name, tuple(rows[0]), (tuple(row.values()) for row in rows)
    yield (
        "outage",
        ("id", "starts_at", "ends_at", "reason", "recorded_by", "made_at"),
        [
            (
                *(city.ids.early(), city.outage.start, city.outage.end),
                *("Listrik pusat data padam", city.staff.cast.administrator.id, city.outage.end),
            )
        ],
    )


def _targets(city: DemoCity) -> Iterator[Table]:
    services, links = named_by(city), linked_by(city)
    unlinked = Link()
    yield (
        "target",
        (
            *("id", "employee_id", "template_id", "indicator", "unit_of_measure", "aspect"),
            *("direction", "quantity", "tolerance", "grace", "minimum_observations"),
            *("period_start", "period_end", "closed_at", "made_by", "made_at", "service_id"),
            *("work_result_id", "rolled_from_id", "rolled_over_at"),
        ),
        (
            (
                *(t.id, t.person.id, t.template_id, t.task.indicator, t.task.unit_of_measure),
                *(t.task.aspect, t.task.direction, t.goal.quantity, t.goal.tolerance, t.goal.grace),
                *(
                    t.goal.minimum_observations,
                    t.start,
                    t.end,
                    t.closed_at,
                    t.made_by.id,
                    t.made_at,
                    services.get(t.id),
                    link.work_result_id,
                    link.rolled_from_id,
                    link.rolled_over_at,
                ),
            )
            for t in city.targets
            for link in (links.get(t.id, unlinked),)
        ),
    )
    yield (
        "target_pace",
        (
            *("target_id", "employee_id", "shard", "period_end", "approved", "pending"),
            *("observations", "waiting", "state", "slips_at", "at_risk_at", "stale"),
            *("slip_number", "state_since", "paced_at"),
        ),
        (
            (
                *(b.target.id, b.target.person.id, b.target.person.unit.shard, b.target.end),
                *(b.approved, b.pending, b.observations, b.waiting, b.state, b.slips_at),
                *(b.at_risk_at, False, b.slip_number, b.state_since, city.now),
            )
            for b in city.books
        ),
    )


def _history(city: DemoCity) -> Iterator[Table]:
    yield (
        "report",
        (
            *("id", "employee_id", "target_id", "unit_id", "shard", "seq", "status", "version"),
            *("quantity", "note", "activity_at", "captured_at", "corrected_at", "received_at"),
            *("flags", "body_hash", "device_id", "location", "decided_by", "decided_at"),
            *("returns", "evidence"),
        ),
        (
            (
                *(r.id, r.target.person.id, r.target.id, r.target.person.unit.id, r.shard, r.seq),
                *(r.status, r.version, r.quantity, r.note, r.activity_at, r.captured_at),
                *(r.corrected_at, r.received_at, r.flags, r.body_hash, r.target.person.device_id),
                *(_location(r), r.decided_by.id if r.decided_by else None, r.decided_at),
                *(r.returns, 1 if photo_of(r) else 0),
            )
            for r in city.chronicle.reports
        ),
    )
    yield (
        "report_evidence",
        ("report_id", "number", "kind", "reference", "made_at"),
        (
            (r.id, 1, "photo", photo, r.received_at)
            for r in city.chronicle.reports
            if (photo := photo_of(r))
        ),
    )
    yield (
        "report_change",
        (
            *("mutation_id", "report_id", "employee_id", "kind", "version", "body_hash"),
            *("quantity_before", "note_before", "activity_before", "reason", "made_at"),
        ),
        city.chronicle.changes,
    )
    yield question_table(city)
    yield (
        "feedback",
        (
            *("id", "employee_id", "author_id", "report_id", "kind", "text", "next_step"),
            *("made_at", "acknowledged_at", "answer", "answered_at"),
        ),
        (
            (
                *(f.id, f.report.target.person.id, f.author.id, f.report.id, f.kind, f.text),
                *(f.next_step, f.made_at, f.acknowledged_at, *answer_to(f)),
            )
            for f in city.chronicle.feedback
        ),
    )
    yield (
        "notice",
        (
            *("id", "key", "recipient_id", "kind", "employee_id", "target_id", "report_id"),
            *("content", "made_at", "read_at", "acknowledged_at"),
        ),
        city.chronicle.notices,
    )
    yield (
        "feed",
        (
            *("shard", "seq", "at", "kind", "employee_id", "unit_id", "unit_path", "agency_id"),
            *("flags", "target_id", "goal", "approved", "pending", "state", "content"),
        ),
        (
            (shard, seq, event.at, *event[2:14])
            for shard, events in city.events.items()
            for seq, event in enumerate(events, 1)
        ),
    )


def _records(city: DemoCity) -> Iterator[Table]:
    last: dict[UUID, datetime] = {}
    for report in city.chronicle.reports:
        person_id = report.target.person.id
        last[person_id] = max(last.get(person_id, report.received_at), report.received_at)
    yield "last_contact", ("employee_id", "at"), last.items()
    cast = city.staff.cast
    yield (
        "audit_entry",
        ("id", "at", "actor_id", "action", "employee_id", "unit_id", "details"),
        [
            (
                *(city.ids.at(city.now), city.now, None, MADE, None, city.units[0].id),
                json.dumps(
                    {
                        "made_on": local(city.now).date().isoformat(),
                        "seed": city.options.seed,
                        "scale": city.options.scale,
                        "cast": {
                            name: str(getattr(cast, name).id)
                            for name in (
                                "employee",
                                "supervisor",
                                "outsider",
                                "hr",
                                "administrator",
                            )
                        },
                    }
                ),
            )
        ],
    )


def _location(report: Any) -> str | None:
    location = location_of(report)
    if location is None:
        return None
    return json.dumps({name: getattr(location, name) for name in location.__struct_fields__})
