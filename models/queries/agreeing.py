"""Writing performance agreements: their results, and their steps from draft to agreed.

Invariant: what was proposed or agreed changes only with a row in `agreement_change`; a result that
anything refers to is dropped and never deleted; `serves` leads upwards, judged when it is set.
Locks: the agreement's row, then the links of its year. Whoever tells of it locks shards before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import msgspec

from models.queries.agreements import Agreement, Result, agreement_by_id, chain_of
from models.queries.asking import asked
from models.rules.agreements import (
    Served,
    State,
    Step,
    leads_back,
    next_state,
    serves_problem,
)
from models.rules.refusals import Conflict, InvalidValue, NotFound, OutdatedBase, ReasonRequired

MAKE = """
    INSERT INTO agreement (id, employee_id, year, made_by) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING RETURNING id
"""
SERVED = """
    SELECT w.id, a.employee_id, a.year, w.dropped_at IS NOT NULL AS dropped
      FROM work_result w JOIN agreement a ON a.id = w.agreement_id WHERE w.id = ANY ($1::uuid[])
"""
# What these results serve, and so on upwards: circles are looked for among these.
LINKS = """
    WITH RECURSIVE up AS (
        SELECT w.id, w.serves_id FROM work_result w WHERE w.id = ANY ($1::uuid[])
        UNION
        SELECT w.id, w.serves_id FROM up JOIN work_result w ON w.id = up.serves_id
    )
    SELECT id, serves_id FROM up WHERE serves_id IS NOT NULL
"""
LOCK_LINKS = "SELECT pg_advisory_xact_lock(hashtext('work_result.serves'), $1)"
WRITE = """
    INSERT INTO work_result (id, agreement_id, kind, title, serves_id, place)
    SELECT n.*
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::int[]) n
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, title = excluded.title,
        serves_id = excluded.serves_id, place = excluded.place, dropped_at = NULL
     WHERE work_result.agreement_id = excluded.agreement_id
    RETURNING id
"""
DROP = """
    UPDATE work_result SET dropped_at = coalesce(dropped_at, clock_timestamp())
     WHERE agreement_id = $1 AND id <> ALL ($2::uuid[])
"""
DELETE_UNUSED = """
    DELETE FROM work_result w
     WHERE w.agreement_id = $1 AND w.dropped_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM target t WHERE t.work_result_id = w.id)
       AND NOT EXISTS (SELECT FROM work_result s WHERE s.serves_id = w.id)
"""
STEP = """
    UPDATE agreement SET state = $2::text, version = version + 1,
           proposed_at = CASE $2::text WHEN 'proposed' THEN clock_timestamp() WHEN 'draft' THEN NULL
                         ELSE proposed_at END,
           agreed_at = CASE WHEN $2::text = 'agreed' THEN clock_timestamp() END,
           agreed_by = CASE WHEN $2::text = 'agreed' THEN $3::uuid END
     WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class NewResult:
    """A result as somebody writes it. The id is the writer's own; a known one changes it."""

    id: UUID
    kind: str
    title: str
    serves_id: UUID | None
    place: int


async def agreement_made(
    connection: Any,
    agreement_id: UUID,
    employee_id: UUID,
    year: int,
    results: Sequence[NewResult],
    by: UUID,
) -> bool:
    """Makes a draft; False: this very one was there already.

    Raises Conflict when the id is of another agreement, or the person has one for the year, and
    what `_results_written` raises.
    """
    if await asked(connection, MAKE, agreement_id, employee_id, year, by):
        await _results_written(connection, agreement_id, employee_id, year, {}, results)
        return True
    known = await agreement_by_id(connection, agreement_id)
    if known is None:
        raise Conflict(field="year")
    same = (known.employee_id, known.year) == (employee_id, year)
    if not same or _told(known.results) != _told(results):
        raise Conflict(field="id")
    return False


async def results_changed(
    connection: Any,
    agreement_id: UUID,
    results: Sequence[NewResult],
    *,
    by: UUID,
    reason: str,
    base_version: int,
) -> bool:
    """Replaces the results; the same ones again change nothing, and the answer is False.

    After the agreement a reason is needed. Raises NotFound, OutdatedBase, ReasonRequired, and what
    `_results_written` raises.
    """
    agreement = await _locked(connection, agreement_id)
    before, after = _told(agreement.results), _told(results)
    if before == after:
        return False
    if base_version != agreement.version:
        raise OutdatedBase(latest=agreement.version)
    if agreement.state == State.AGREED and not reason.strip():
        raise ReasonRequired(field="reason")
    known = {result.id: result.serves_id for result in agreement.results}
    await _results_written(
        connection, agreement_id, agreement.employee_id, agreement.year, known, results
    )
    await asked(
        connection, "UPDATE agreement SET version = version + 1 WHERE id = $1", agreement_id
    )
    if agreement.state != State.DRAFT:
        told = {"results": before}, {"results": after}
        await _changed(connection, agreement_id, by, reason, *told)
    return True


async def agreement_stepped(
    connection: Any, agreement_id: UUID, step: Step, *, by: UUID, reason: str = ""
) -> Agreement:
    """Proposes, agrees or returns an agreement; the answer is what it is now.

    Raises NotFound, AgreementNotOpen; Conflict when nothing is promised in it.
    """
    agreement = await _locked(connection, agreement_id)
    state = next_state(State(agreement.state), step)
    if step is Step.PROPOSE and not any(each.dropped_at is None for each in agreement.results):
        raise Conflict(field="results", reason="empty")
    await asked(connection, STEP, agreement_id, state.value, by)
    before, after = {"state": agreement.state}, {"state": state.value}
    await _changed(connection, agreement_id, by, reason, before, after)
    now = await agreement_by_id(connection, agreement_id)
    assert now is not None, "it is locked"
    return now


async def _locked(connection: Any, agreement_id: UUID) -> Agreement:
    await asked(connection, "SELECT 1 FROM agreement WHERE id = $1 FOR NO KEY UPDATE", agreement_id)
    agreement = await agreement_by_id(connection, agreement_id)
    if agreement is None:
        raise NotFound
    return agreement


async def _results_written(
    connection: Any,
    agreement_id: UUID,
    employee_id: UUID,
    year: int,
    known: Mapping[UUID, UUID | None],
    results: Sequence[NewResult],
) -> None:
    """Writes these results and drops all others. A `serves` that was there is not judged anew:
    the superior of then may have left.

    Raises InvalidValue(field="serves_id", reason=...) and, for a result of another agreement or an
    id given twice, InvalidValue(field="results").
    """
    if len({result.id for result in results}) < len(results):
        raise InvalidValue(field="results")
    fresh = {
        result.id: result.serves_id
        for result in results
        if result.serves_id is not None and known.get(result.id) != result.serves_id
    }
    if fresh:
        await _check_serves(connection, employee_id, year, fresh)
    written = await asked(
        connection,
        WRITE,
        [result.id for result in results],
        [agreement_id] * len(results),
        [result.kind for result in results],
        [result.title for result in results],
        [result.serves_id for result in results],
        [result.place for result in results],
    )
    if len(written) < len(results):
        raise InvalidValue(field="results")
    await asked(connection, DROP, agreement_id, [result.id for result in results])
    await asked(connection, DELETE_UNUSED, agreement_id)


async def _check_serves(
    connection: Any, employee_id: UUID, year: int, fresh: Mapping[UUID, UUID]
) -> None:
    chain = await chain_of(connection, employee_id, year)
    await asked(connection, LOCK_LINKS, year)  # two who link at once may close a circle
    rows = await asked(connection, SERVED, list(fresh.values()))
    served = {row["id"]: Served(row["employee_id"], row["year"], row["dropped"]) for row in rows}
    links = {row["id"]: row["serves_id"] for row in await asked(connection, LINKS, list(served))}
    for result_id, serves_id in fresh.items():
        problem = serves_problem(chain, served.get(serves_id))
        if problem is None and leads_back(links, result_id, serves_id):
            problem = "circle"
        if problem is not None:
            raise InvalidValue(field="serves_id", reason=problem)
        links[result_id] = serves_id


def _told(results: Sequence[Result | NewResult]) -> list[dict[str, Any]]:
    """What an agreement promises, in its order, as its history keeps it."""
    names = ("id", "kind", "title", "serves_id", "place")
    standing = [each for each in results if getattr(each, "dropped_at", None) is None]
    standing.sort(key=lambda each: (each.place, each.id))
    return [{name: asdict(each)[name] for name in names} for each in standing]


async def _changed(
    connection: Any,
    agreement_id: UUID,
    by: UUID,
    reason: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    await asked(
        connection,
        "INSERT INTO agreement_change (id, agreement_id, by, reason, before, after)"
        " VALUES (gen_random_uuid(), $1, $2, $3, $4::text::jsonb, $5::text::jsonb)",
        agreement_id,
        by,
        reason,
        msgspec.json.encode(before).decode(),
        msgspec.json.encode(after).decode(),
    )
