"""Telling people of what happened in the performance cycle: a notice each, in one transaction.

Invariants: a notice is written with its cause or not at all; its key names cause and recipient, so
asking twice tells once. It has no target, so nothing makes it void before it is sent.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.queries.asking import asked, asked_one
from models.queries.feed import FEED_COLUMNS, FeedRow, feed_row
from models.tables.columns import new_id

TELL = f"""
    SELECT {FEED_COLUMNS}
      FROM make_notices_v1($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::uuid[],
                           array_fill(NULL::uuid, ARRAY[cardinality($1::uuid[])]), $6::text[],
                           $7::boolean[],
                           array_fill(clock_timestamp(), ARRAY[cardinality($1::uuid[])]),
                           $8::text[])
"""

HEAD = """
    SELECT s.supervisor_id
      FROM unit u, unnest(u.path) WITH ORDINALITY AS p(unit_id, depth)
      JOIN supervision s ON s.unit_id = p.unit_id
      JOIN employee e ON e.id = s.supervisor_id AND e.active
     WHERE u.id = $1 AND s.valid_from <= clock_timestamp()
       AND (s.valid_to IS NULL OR s.valid_to > clock_timestamp())
     ORDER BY p.depth DESC, s.kind = 'acting' DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Word:
    """A notice to one person. `key` names its cause and the recipient.

    `about_id` is what it is about (an appraisal, a request, an export …) and `subject` what the
    inbox calls it; a push shows neither. `employee_id` and `employee_name`: whom it is about,
    where that is not the recipient. Without `pushed` it stands in the inbox only.
    """

    kind: str
    key: str
    recipient_id: UUID
    about_id: UUID | None = None
    employee_id: UUID | None = None
    employee_name: str = ""
    subject: str = ""
    pushed: bool = True


async def told(
    connection: Any, words: Sequence[Word], push_kinds: Collection[str]
) -> list[FeedRow]:
    """Writes these notices, those told before left out; the events to announce after the commit.

    `connection`: a session or asyncpg's, in a transaction that holds the shards of all recipients
    (`locked_units_of`). `push_kinds`: the kinds of push targets that are served.
    """
    if not words:
        return []
    ids = [new_id() for _ in words]
    rows = await asked(
        connection,
        TELL,
        ids,
        [word.key for word in words],
        [word.recipient_id for word in words],
        [word.kind for word in words],
        [word.employee_id for word in words],
        [_content(notice_id, word) for notice_id, word in zip(ids, words, strict=True)],
        [word.pushed for word in words],
        list(push_kinds),
    )
    return [feed_row(row) for row in rows]


async def head_of(connection: Any, unit_id: UUID) -> UUID | None:
    """Who decides in the unit now, or in the nearest one above that has a head; None: nobody."""
    row = await asked_one(connection, HEAD, unit_id)
    return row["supervisor_id"] if row else None


def _content(notice_id: UUID, word: Word) -> str:
    content = {
        "notice_id": str(notice_id),
        "notice_kind": word.kind,
        "employee_id": str(word.employee_id) if word.employee_id else "",
        "employee_name": word.employee_name,
        "about_id": str(word.about_id) if word.about_id else "",
        "subject": word.subject,
    }
    return json.dumps({name: value for name, value in content.items() if value})
