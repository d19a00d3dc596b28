"""What citizens say of a service: taking it, adding it up, answering it, hiding a bad word.

Invariants: nobody is named and no address is kept; a verdict counts in its day's sums in the very
transaction that writes it; a visit code is used by the verdict that is stored with it and by no
other. A hidden comment is still stored and its numbers still count: nobody improves an index so.

Locks: the head's shard (for the first low verdict of an hour) → verdict → verdict_day.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from models.queries.asking import Row, asked, asked_one
from models.queries.feed import FeedRow
from models.queries.locks import locked_units_of
from models.queries.telling import Word, head_of, told
from models.rules.refusals import Conflict, NotFound, VisitCodeInvalid
from models.rules.satisfaction import ELEMENTS, Element, is_low

LOW: Final = "low_verdict"

_NAMES: Final = ", ".join(ELEMENTS)
_VALUES: Final = ", ".join(f"${place}" for place in range(9, 9 + len(ELEMENTS)))
INSERT: Final = f"""
    INSERT INTO verdict (id, point_id, service_id, unit_id, at, on_day, comment, low, {_NAMES})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, {_VALUES})
    ON CONFLICT (id) DO NOTHING RETURNING id
"""
ADD_UP: Final = f"""
    INSERT INTO verdict_day AS d (service_id, on_day, unit_id, responses, low, {_NAMES})
    SELECT v.service_id, v.on_day, v.unit_id, 1, v.low::int,
           {", ".join(f"v.{name}" for name in ELEMENTS)}
      FROM verdict v WHERE v.id = $1
    ON CONFLICT (service_id, on_day) DO UPDATE
       SET responses = d.responses + 1, low = d.low + excluded.low,
           {", ".join(f"{name} = d.{name} + excluded.{name}" for name in ELEMENTS)}
"""
USE_CODE: Final = """
    UPDATE visit_code SET used_at = $3
     WHERE hash = $1 AND point_id = $2 AND used_at IS NULL AND expires_at > $3 RETURNING hash
"""
VERDICT: Final = f"""
    SELECT v.id, v.point_id, v.service_id, v.unit_id, u.path, u.zone, v.at, v.comment, v.low,
           v.reply, v.replied_at, v.hidden_at, {", ".join(f"v.{name}" for name in ELEMENTS)},
           s.name AS service_name, p.name AS point_name, by.name AS replied_by_name
      FROM {{verdict}} v
      JOIN unit u ON u.id = v.unit_id
      JOIN public_service s ON s.id = v.service_id
      JOIN service_point p ON p.id = v.point_id
      LEFT JOIN employee by ON by.id = v.replied_by
"""
# The newest of each unit by its index, merged: a page costs units x limit, not verdicts.
_NEWEST: Final = """(
    SELECT n.* FROM unit_ancestry a CROSS JOIN LATERAL (
        SELECT * FROM verdict o
         WHERE o.unit_id = a.unit_id AND (NOT $2::bool OR o.low)
           AND ($3::timestamptz IS NULL OR o.at >= $3)
           AND ($4::timestamptz IS NULL OR (o.at, o.id) < ($4, $5::uuid))
         ORDER BY o.at DESC, o.id DESC LIMIT $6) n
     WHERE a.ancestor_id = $1 AND a.current)"""
PAGE: Final = f"{VERDICT.format(verdict=_NEWEST)} ORDER BY v.at DESC, v.id DESC LIMIT $6"
TOLD: Final = "SELECT true AS told FROM notice WHERE key = $1"
REPLY: Final = """
    UPDATE verdict SET reply = $2, replied_by = $3, replied_at = clock_timestamp()
     WHERE id = $1 AND reply = '' RETURNING id
"""
HIDE: Final = """
    UPDATE verdict SET hidden_at = clock_timestamp()
     WHERE id = $1 AND hidden_at IS NULL RETURNING id
"""


@dataclass(frozen=True, slots=True)
class NewVerdict:
    """Nine answers from 1 to 4. `visit_hash`: of the code that was typed, where one is asked for.

    `id` is the sender's, drawn by chance: it is also the receipt by which the reply is read.
    """

    id: UUID
    answers: Mapping[Element, int]
    comment: str = ""
    visit_hash: bytes | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """How verdicts are taken: now, below which index one is low, and which pushes are served."""

    now: datetime
    low_below: float
    push_kinds: Collection[str] = ()


async def verdict_given(
    connection: Any, point: Row, verdict: NewVerdict, taking: Taking
) -> list[FeedRow]:
    """Stores a verdict at a point (a row of `open_point`); the events are announced afterwards.

    The same one again changes nothing. Raises Conflict when another has this id, and
    VisitCodeInvalid, one answer for an unknown, a used and an expired code.
    """
    if await _known(connection, point, verdict):
        return []
    low = is_low(verdict.answers, taking.low_below)
    here = taking.now.astimezone(ZoneInfo(point["zone"]))
    word = await _word(connection, point, verdict.id, here) if low else None
    if word is not None:
        await locked_units_of(connection, [word.recipient_id])
    made = await asked(
        connection,
        INSERT,
        *(verdict.id, point["id"], point["service_id"], point["unit_id"], taking.now, here.date()),
        *(verdict.comment, low),
        *(verdict.answers[element] for element in ELEMENTS),
    )
    if not made:  # the very same request, twice at once
        await _known(connection, point, verdict)
        return []
    if point["asks_visit_code"] and not await _used(connection, point, verdict, taking.now):
        raise VisitCodeInvalid
    await asked(connection, ADD_UP, verdict.id)
    return [] if word is None else await told(connection, [word], taking.push_kinds)


async def verdict_row(connection: Any, verdict_id: UUID) -> Row | None:
    """One verdict with its service, point and unit."""
    return await asked_one(
        connection, f"{VERDICT.format(verdict='verdict')} WHERE v.id = $1", verdict_id
    )


async def verdicts_page(
    connection: Any,
    unit_id: UUID,
    *,
    low: bool,
    since: datetime | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Row]:
    """What was said of a unit's services and those below, newest first; `low`: only the low."""
    at, last_id = before or (None, None)
    return await asked(connection, PAGE, unit_id, low, since, at, last_id, limit)


async def replied(connection: Any, verdict_id: UUID, by: UUID, reply: str) -> bool:
    """Answers a citizen, once; False: it says so already. Raises Conflict for other words."""
    if await asked(connection, REPLY, verdict_id, reply, by):
        return True
    row = await verdict_row(connection, verdict_id)
    if row is None:
        raise NotFound
    if row["reply"] != reply:
        raise Conflict(field="reply")
    return False


async def comment_hidden(connection: Any, verdict_id: UUID) -> bool:
    """Hides the comment of a verdict and never its numbers; False: it was hidden before."""
    return bool(await asked(connection, HIDE, verdict_id))


async def _word(connection: Any, point: Row, verdict_id: UUID, here: datetime) -> Word | None:
    """What the head of the unit is told: once an hour of a service, so nobody is flooded.

    None: nobody heads it, or they were told; then no shard is locked, and reports go on unhindered.
    """
    head_id = await head_of(connection, point["unit_id"])
    key = f"{LOW}:{point['service_id']}:{here:%Y-%m-%dT%H}:{head_id}"
    if head_id is None or await asked_one(connection, TOLD, key):
        return None
    return Word(
        kind=LOW,
        key=key,
        recipient_id=head_id,
        about_id=verdict_id,
        subject=point["service_name"],
    )


async def _known(connection: Any, point: Row, verdict: NewVerdict) -> bool:
    """Whether this very verdict is stored. Raises Conflict when its id belongs to another."""
    row = await verdict_row(connection, verdict.id)
    if row is None:
        return False
    said = {element: row[element] for element in ELEMENTS}
    if (row["point_id"], said, row["comment"]) != (
        point["id"],
        dict(verdict.answers),
        verdict.comment,
    ):
        raise Conflict(field="id")
    return True


async def _used(connection: Any, point: Row, verdict: NewVerdict, now: datetime) -> bool:
    if verdict.visit_hash is None:
        return False
    return bool(await asked(connection, USE_CODE, verdict.visit_hash, point["id"], now))
