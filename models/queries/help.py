"""Offers of help: made by whoever decides for a person or by HR, answered by the person alone.

Invariant: an answer is given once, from `open`; whoever offered closes it (`done`) at any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.rules.refusals import Conflict

OFFER = """
    SELECT h.id, h.employee_id, e.name AS employee_name, h.signals, h.text, h.offered_by,
           o.name AS offered_by_name, h.made_at, h.state, h.closed_at
      FROM help_offer h
      JOIN employee e ON e.id = h.employee_id JOIN employee o ON o.id = h.offered_by
"""
MAKE = """
    INSERT INTO help_offer (id, employee_id, signals, text, offered_by)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING RETURNING id
"""
ANSWER = "UPDATE help_offer SET state = $2 WHERE id = $1 AND state = 'open' RETURNING id"
CLOSE = """
    UPDATE help_offer SET state = 'done', closed_at = clock_timestamp()
     WHERE id = $1 AND state <> 'done' RETURNING id
"""


@dataclass(frozen=True, slots=True)
class NewOffer:
    """What is offered to whom. `signals`: the names of what led to it."""

    id: UUID
    employee_id: UUID
    signals: tuple[str, ...]
    text: str
    offered_by: UUID


async def offered(connection: Any, new: NewOffer) -> bool:
    """Makes an offer; False: it was there already. Raises Conflict for an id with other words."""
    made = await asked_one(
        connection,
        MAKE,
        new.id,
        new.employee_id,
        list(new.signals),
        new.text,
        new.offered_by,
    )
    if made is not None:
        return True
    row = await offer_row(connection, new.id)
    known = row and (row["employee_id"], row["offered_by"], tuple(row["signals"]), row["text"])
    if known != (new.employee_id, new.offered_by, new.signals, new.text):
        raise Conflict(field="id")
    return False


async def offer_row(connection: Any, offer_id: UUID) -> Row | None:
    """One offer."""
    return await asked_one(connection, f"{OFFER} WHERE h.id = $1", offer_id)


async def offers_to(connection: Any, employee_id: UUID) -> Sequence[Row]:
    """What a person was offered, the latest first."""
    return await asked(
        connection,
        f"{OFFER} WHERE h.employee_id = $1 ORDER BY h.made_at DESC, h.id DESC",
        employee_id,
    )


async def answered(connection: Any, offer_id: UUID, state: str) -> bool:
    """The person accepts or declines; False: they had said so. Raises Conflict for another word."""
    if await asked_one(connection, ANSWER, offer_id, state) is not None:
        return True
    row = await offer_row(connection, offer_id)
    if row is None or row["state"] != state:
        raise Conflict(field="state", state=row["state"] if row else None)
    return False


async def offer_closed(connection: Any, offer_id: UUID) -> bool:
    """Nothing more is to be done about it; False: it was closed before."""
    return await asked_one(connection, CLOSE, offer_id) is not None
