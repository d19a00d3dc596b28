"""What an appraisal stands on: gathered live while it is open, frozen when it is decided.

Everything is read from the reports, targets and answers of the part itself, by the person's own
index: the cost follows what one person did in one period. Invariant: the numbers and the ids of
the reports behind them come from one statement, so they always agree.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from models.queries.asking import Row, asked, asked_one
from models.queries.calendars import calendar_of
from models.queries.indices import index_of_services, index_of_units, population_of
from models.queries.rollups import counts_of_person
from models.rules.evidence import (
    RULES,
    TargetFacts,
    frozen,
    result_content,
    suggestion_of,
    target_content,
)
from models.rules.quality import quality
from models.rules.ratings import Bands, Suggestion
from models.rules.samples import adequate
from models.rules.satisfaction import Tally
from models.rules.worktime import Timetable

# Targets of the part's time, whenever they were closed or rolled over since.
TARGETS = """
    SELECT t.id, t.indicator, t.unit_of_measure, t.aspect, t.direction, t.quantity, t.low, t.high,
           t.minimum_observations, t.period_start, t.period_end, t.service_id,
           w.kind AS result_kind, w.title AS result_title
      FROM target t LEFT JOIN work_result w ON w.id = t.work_result_id
     WHERE t.employee_id = $1 AND t.period_start < $3 AND t.period_end > $2
     ORDER BY t.period_start, t.indicator, t.id
"""

REPORTED = """
    SELECT r.target_id,
           coalesce(sum(r.quantity) FILTER (WHERE r.status = 'approved'), 0) AS approved,
           coalesce(sum(r.quantity) FILTER (WHERE r.status IN ('received', 'revised')), 0)
               AS pending,
           count(*) FILTER (WHERE r.status = 'approved') AS observations,
           coalesce(array_agg(r.id ORDER BY r.id) FILTER (WHERE r.status = 'approved'), '{}')
               AS report_ids
      FROM report r
     WHERE r.employee_id = $1 AND r.activity_at >= $2 AND r.activity_at < $3
     GROUP BY r.target_id
"""

WRITE = """
    INSERT INTO appraisal_evidence (appraisal_id, decision_number, rules, content, sha256)
    VALUES ($1, $2, $3, $4, $5)
"""

FROZEN = """
    SELECT v.decision_number, v.rules, v.content, v.sha256, v.made_at FROM appraisal_evidence v
     WHERE v.appraisal_id = $1 ORDER BY v.decision_number DESC
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known now. `content` is what will be frozen, but for the decision itself."""

    suggestion: Suggestion
    content: dict[str, Any]


async def evidence_of(connection: Any, row: Row, bands: Bands) -> Evidence:
    """The live evidence of an appraisal's row (models/queries/appraisals.py)."""
    part = row["part_start"], row["part_end"]
    targets = await asked(connection, TARGETS, row["employee_id"], *part)
    first, last = days_of(part, row["zone"])
    services = {target["service_id"] for target in targets if target["service_id"]}
    answers = await index_of_services(connection, services, first, last)
    facts, working_s = await _facts(connection, row, targets, answers)
    suggestion = suggestion_of(facts, bands)
    unit = (await index_of_units(connection, [row["unit_id"]], first, last))[row["unit_id"]]
    people = await population_of(connection, row["unit_id"])
    counts = await counts_of_person(connection, row["employee_id"], first, last)
    names = await _names(connection, services)
    content = {
        "rules": RULES,
        "appraisal": {
            "id": str(row["id"]),
            "kind": row["kind"],
            "period": row["period"],
            "period_start": _written(row["period_start"]),
            "period_end": _written(row["period_end"]),
            "part_start": _written(row["part_start"]),
            "part_end": _written(row["part_end"]),
            "unit": {"id": str(row["unit_id"]), "name": row["unit_name"]},
        },
        "employee": {
            "id": str(row["employee_id"]),
            "name": row["employee_name"],
            "nip": row["nip"],
        },
        "working_s": working_s,
        "bands": asdict(bands),
        "targets": [target_content(each, suggestion) for each in facts],
        "satisfaction": {
            "unit": {**_said(unit), "adequate": adequate(unit.responses, people)},
            "services": [
                {"id": str(each), "name": names.get(each, ""), **_said(answers[each])}
                for each in sorted(services)
            ],
        },
        "quality": asdict(quality(counts)),
        "self_assessment": {
            "text": row["self_text"],
            "rating": row["self_rating"],
            "at": _written(row["self_at"]),
        },
        "behaviours": [],
        "suggestion": {"result": result_content(suggestion), "behaviour": None},
    }
    return Evidence(suggestion, content)


async def evidence_written(
    connection: Any, appraisal_id: UUID, number: int, content: dict[str, Any]
) -> bytes:
    """Freezes what a decision stood on; the answer is its hash."""
    made = frozen({**content, "number": number})
    await asked(connection, WRITE, appraisal_id, number, content["rules"], made.text, made.sha256)
    return made.sha256


async def evidence_frozen(connection: Any, appraisal_id: UUID) -> Sequence[Row]:
    """Every frozen text of an appraisal, the newest decision first; empty before one."""
    return await asked(connection, FROZEN, appraisal_id)


async def newest_evidence(connection: Any, appraisal_id: UUID) -> Row | None:
    """What the decision that stands was made on."""
    return await asked_one(connection, FROZEN, appraisal_id)


def days_of(part: tuple[datetime, datetime], zone: str) -> tuple[date, date]:
    """The local days that [start, end) touches, both included."""
    local = ZoneInfo(zone)
    last = part[1] - timedelta(microseconds=1)
    return part[0].astimezone(local).date(), last.astimezone(local).date()


async def _facts(
    connection: Any, row: Row, targets: Sequence[Row], answers: dict[UUID, Tally]
) -> tuple[list[TargetFacts], float]:
    """What is known of each target, and the working seconds of the part."""
    employee_id, start, end = row["employee_id"], row["part_start"], row["part_end"]
    reported = {
        each["target_id"]: each
        for each in await asked(connection, REPORTED, employee_id, start, end)
    }
    window = (
        min([start, *(target["period_start"] for target in targets)]),
        max([end, *(target["period_end"] for target in targets)]),
    )
    calendars = await calendar_of(connection, [employee_id], window)
    timetable = Timetable(calendars[employee_id], *window)
    facts = [
        _fact(target, reported.get(target["id"]), answers, _share(timetable, target, start, end))
        for target in targets
    ]
    return facts, timetable.seconds_between(start, end)


def _share(timetable: Timetable, target: Row, start: datetime, end: datetime) -> float:
    """How much of a target's working time lies in the part, 0-1; 0 where there is none at all."""
    whole = timetable.seconds_between(target["period_start"], target["period_end"])
    here = timetable.seconds_between(
        max(start, target["period_start"]), min(end, target["period_end"])
    )
    return here / whole if whole > 0 else 0.0


def _fact(
    target: Row, reported: Row | None, answers: dict[UUID, Tally], share: float
) -> TargetFacts:
    service_id = target["service_id"]
    said = answers.get(service_id)
    return TargetFacts(
        str(target["id"]),
        target["indicator"],
        target["unit_of_measure"],
        target["aspect"],
        target["direction"],
        target["quantity"],
        target["low"],
        target["high"],
        target["minimum_observations"],
        share,
        reported["approved"] if reported else 0.0,
        reported["pending"] if reported else 0.0,
        said.responses if said else (reported["observations"] if reported else 0),
        tuple(str(each) for each in reported["report_ids"]) if reported else (),
        target["result_kind"] or "main",
        target["result_title"],
        str(service_id) if service_id else None,
        said.index if said else None,
    )


def _said(tally: Tally) -> dict[str, Any]:
    return {"index": tally.index, "grade": tally.grade, "responses": tally.responses}


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(ZoneInfo("UTC")).isoformat()


async def _names(connection: Any, service_ids: Collection[UUID]) -> dict[UUID, str]:
    rows = await asked(
        connection,
        "SELECT id, name FROM public_service WHERE id = ANY ($1::uuid[])",
        list(service_ids),
    )
    return {row["id"]: row["name"] for row in rows}
