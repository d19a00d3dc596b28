"""Who stands behind an access token, and everything that decides what they may do now.

One round trip. "Now" is the database's clock at the start of the statement, so two processes
with different clocks agree on which headships are valid.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.rules.access import Grant, Headship, Person, Role, Subject


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database knows of an access token at `now`.

    `boundary` is the next instant at which a dated supervision, assignment or mentorship that
    concerns the person begins or ends (None: none is known). `near_heads` are the other people who
    head a unit at or above one that this person heads: their own reports go up, not to this person.
    """

    now: datetime
    token_expires_at: datetime
    ended: bool
    session_id: UUID
    device_id: UUID
    name: str
    nip: str
    language: str
    unit_id: UUID
    agency_id: UUID
    shard: int
    zone: str
    asks_location: bool
    person: Person
    near_heads: tuple[Subject, ...]
    boundary: datetime | None


STANDING = """
WITH who AS MATERIALIZED (
    SELECT statement_timestamp() AS now, least(t.expires_at, s.expires_at) AS token_expires_at,
           s.revoked_at IS NOT NULL OR NOT e.active AS ended, s.id AS session_id, s.device_id,
           e.id AS employee_id, e.name, e.nip, e.language, e.unit_id, e.active,
           u.path, u.agency_id, u.shard, u.zone, coalesce(j.asks_location, false) AS asks_location
      FROM session_token t
      JOIN session s ON s.id = t.session_id
      JOIN employee e ON e.id = s.employee_id
      JOIN unit u ON u.id = e.unit_id
      LEFT JOIN job_title j ON j.id = e.job_title_id
     WHERE t.hash = $1 AND t.kind = 'access' AND NOT t.void
), headed AS MATERIALIZED (
    SELECT s.unit_id, s.kind, u.path, s.valid_from <= now AS valid
      FROM who
      JOIN supervision s ON s.supervisor_id = who.employee_id
       AND (s.valid_to IS NULL OR s.valid_to > now)
      JOIN unit u ON u.id = s.unit_id
), near AS MATERIALIZED (
    SELECT s.unit_id, s.supervisor_id, s.kind, s.valid_from, s.valid_to,
           s.valid_from <= now AS valid, e.active, e.unit_id AS placed_in
      FROM who
      JOIN supervision s ON s.unit_id IN (SELECT unnest(h.path) FROM headed h)
       AND (s.valid_to IS NULL OR s.valid_to > now)
      JOIN employee e ON e.id = s.supervisor_id
), assigned AS MATERIALIZED (
    SELECT a.employee_id, a.supervisor_id, a.valid_from, a.valid_to, a.valid_from <= now AS valid
      FROM who
      JOIN personal_assignment a ON (a.supervisor_id = who.employee_id
                                     OR a.employee_id = who.employee_id)
       AND (a.valid_to IS NULL OR a.valid_to > now)
), mentored AS MATERIALIZED (
    SELECT m.employee_id, m.valid_from, m.valid_to, m.valid_from <= now AS valid
      FROM who
      JOIN mentorship m ON m.mentor_id = who.employee_id
       AND (m.valid_to IS NULL OR m.valid_to > now)
), near_head AS (
    SELECT n.supervisor_id, p.path,
           (SELECT array_agg(o.unit_id) FROM supervision o
             WHERE o.supervisor_id = n.supervisor_id AND o.valid_from <= now
               AND (o.valid_to IS NULL OR o.valid_to > now)) AS heads
      FROM who, (SELECT DISTINCT supervisor_id, placed_in FROM near WHERE valid) n
      JOIN unit p ON p.id = n.placed_in
     WHERE n.supervisor_id <> who.employee_id
)
SELECT who.*, h.unit_ids, h.kinds, h.deciding, g.roles, g.role_units, h2.head_ids, h2.head_places,
       ARRAY(SELECT a.employee_id FROM assigned a
              WHERE a.valid AND a.supervisor_id = who.employee_id) AS assigned,
       ARRAY(SELECT m.employee_id FROM mentored m WHERE m.valid) AS mentees,
       (SELECT min(b.at)
          FROM (SELECT unnest(ARRAY[valid_from, valid_to]) AS at FROM near
                UNION ALL SELECT unnest(ARRAY[valid_from, valid_to]) FROM assigned
                UNION ALL SELECT unnest(ARRAY[valid_from, valid_to]) FROM mentored) b
         WHERE b.at > now) AS boundary
  FROM who,
       LATERAL (SELECT array_agg(unit_id) AS unit_ids, array_agg(kind) AS kinds,
                       array_agg(kind = 'acting' OR NOT EXISTS (
                           SELECT FROM near n WHERE n.unit_id = headed.unit_id AND n.valid
                              AND n.kind = 'acting' AND n.active)) AS deciding
                  FROM headed WHERE valid) h,
       LATERAL (SELECT array_agg(role) AS roles, array_agg(unit_id) AS role_units
                  FROM role_grant r
                 WHERE r.employee_id = who.employee_id AND r.revoked_at IS NULL) g,
       LATERAL (SELECT array_agg(supervisor_id) AS head_ids,
                       json_agg(json_build_array(path, heads)) AS head_places
                  FROM near_head) h2
"""


async def standing_of(connection: Any, token_hash: bytes) -> Standing | None:
    """The standing behind the SHA-256 of an access token; None: no such token, or a void one.

    `connection` is an asyncpg connection or pool.
    """
    row = await connection.fetchrow(STANDING, token_hash)
    return None if row is None else _standing(row)


def _standing(row: Mapping[str, Any]) -> Standing:
    headships = zip(row["unit_ids"] or (), row["kinds"] or (), row["deciding"] or (), strict=True)
    grants = zip(row["roles"] or (), row["role_units"] or (), strict=True)
    return Standing(
        now=row["now"],
        token_expires_at=row["token_expires_at"],
        ended=row["ended"],
        session_id=row["session_id"],
        device_id=row["device_id"],
        name=row["name"],
        nip=row["nip"],
        language=row["language"],
        unit_id=row["unit_id"],
        agency_id=row["agency_id"],
        shard=row["shard"],
        zone=row["zone"],
        asks_location=row["asks_location"],
        person=Person(
            employee_id=row["employee_id"],
            active=row["active"],
            unit_path=tuple(row["path"]),
            headships=tuple(Headship(unit, kind, deciding) for unit, kind, deciding in headships),
            grants=tuple(Grant(Role(role), unit) for role, unit in grants),
            assigned=frozenset(row["assigned"]),
            mentees=frozenset(row["mentees"]),
        ),
        near_heads=_near_heads(row["head_ids"] or (), row["head_places"]),
        boundary=row["boundary"],
    )


def _near_heads(ids: Sequence[UUID], places: str | None) -> tuple[Subject, ...]:
    """Each of the other heads as a subject of today: their path and the units they head."""
    return tuple(
        Subject(
            employee_id=employee_id,
            unit_path=tuple(UUID(unit_id) for unit_id in path),
            heads=frozenset(UUID(unit_id) for unit_id in heads or ()),
        )
        for employee_id, (path, heads) in zip(ids, json.loads(places or "[]"), strict=True)
    )
