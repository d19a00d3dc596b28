"""The manners that units and people asked for: policies by unit, preferences, quiet hours.

What is stored is judged by `models.rules.manners` before it is written, so reading never refuses.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import msgspec

from models.queries.asking import asked, asked_one, decoded
from models.rules.manners import DEFAULT_POLICY, NoticePolicy, QuietHours, policy_of
from models.rules.refusals import InvalidValue

EVERY = "*"

# From the city down, so that the nearest unit comes last.
POLICIES = """
    SELECT e.id, q.settings
      FROM employee e JOIN unit u ON u.id = e.unit_id
      JOIN notice_policy q ON q.unit_id = ANY (u.path)
     WHERE e.id = ANY ($1::uuid[])
     ORDER BY e.id, array_position(u.path, q.unit_id)
"""

UNIT_POLICIES = """
    SELECT q.unit_id, q.settings
      FROM unit u JOIN notice_policy q ON q.unit_id = ANY (u.path)
     WHERE u.id = $1 ORDER BY array_position(u.path, q.unit_id)
"""


async def policies_of(connection: Any, employee_ids: Collection[UUID]) -> dict[UUID, NoticePolicy]:
    """The policy of each person's unit; people whose units set nothing are left out."""
    if not employee_ids:
        return {}
    settings: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for row in await asked(connection, POLICIES, list(employee_ids)):
        settings[row["id"]].append(decoded(row["settings"]))
    return {employee_id: policy_of(each) for employee_id, each in settings.items()}


async def unit_policy(connection: Any, unit_id: UUID) -> tuple[dict[str, Any], NoticePolicy]:
    """What the unit itself sets, and the policy that holds in it."""
    rows = await asked(connection, UNIT_POLICIES, unit_id)
    settings = [(row["unit_id"], decoded(row["settings"])) for row in rows]
    own = next((each for owner, each in settings if owner == unit_id), {})
    return own, policy_of(each for _, each in settings)


async def unit_policy_set(
    connection: Any, unit_id: UUID, settings: Mapping[str, Any], set_by: UUID
) -> NoticePolicy:
    """Replaces what the unit sets; the policy that holds in it now.

    Raises InvalidValue for a setting that is none or, with what is inherited, makes no sense.
    """
    rows = await asked(connection, UNIT_POLICIES, unit_id)
    above = [decoded(row["settings"]) for row in rows if row["unit_id"] != unit_id]
    try:
        policy = policy_of([*above, settings])
    except (ValueError, TypeError) as error:
        raise InvalidValue(field="settings", reason=str(error)) from error
    await asked(
        connection,
        """INSERT INTO notice_policy (unit_id, settings, set_by) VALUES ($1, $2::text::jsonb, $3)
           ON CONFLICT (unit_id) DO UPDATE SET settings = excluded.settings,
               set_by = excluded.set_by, set_at = clock_timestamp()""",
        unit_id,
        msgspec.json.encode(dict(settings)).decode(),
        set_by,
    )
    return policy


async def preferences_of(
    connection: Any, employee_ids: Collection[UUID]
) -> dict[UUID, dict[tuple[str, str], bool]]:
    """What each person wants, by (kind, channel); `wanted` reads it."""
    found: dict[UUID, dict[tuple[str, str], bool]] = defaultdict(dict)
    for row in await asked(
        connection,
        "SELECT employee_id, kind, channel, enabled FROM notice_preference"
        " WHERE employee_id = ANY ($1::uuid[])",
        list(employee_ids),
    ):
        found[row["employee_id"]][row["kind"], row["channel"]] = row["enabled"]
    return dict(found)


def wanted(preferences: Mapping[tuple[str, str], bool], kind: str, channel: str) -> bool:
    """Whether the person wants this kind on this channel: the narrowest word counts."""
    for asked_for in ((kind, channel), (kind, EVERY), (EVERY, channel), (EVERY, EVERY)):
        if asked_for in preferences:
            return preferences[asked_for]
    return True


async def preferences_set(
    connection: Any, employee_id: UUID, preferences: Mapping[tuple[str, str], bool]
) -> None:
    """Replaces a person's preferences."""
    await asked(connection, "DELETE FROM notice_preference WHERE employee_id = $1", employee_id)
    await asked(
        connection,
        """INSERT INTO notice_preference (employee_id, kind, channel, enabled)
           SELECT $1, i.kind, i.channel, i.enabled
             FROM unnest($2::text[], $3::text[], $4::boolean[]) AS i(kind, channel, enabled)""",
        employee_id,
        [kind for kind, _ in preferences],
        [channel for _, channel in preferences],
        list(preferences.values()),
    )


async def quiet_hours_of(connection: Any, employee_ids: Collection[UUID]) -> dict[UUID, QuietHours]:
    """The quiet hours of those who have their own."""
    rows = await asked(
        connection,
        "SELECT employee_id, start_minute, end_minute FROM quiet_hours"
        " WHERE employee_id = ANY ($1::uuid[])",
        list(employee_ids),
    )
    return {row["employee_id"]: QuietHours(row["start_minute"], row["end_minute"]) for row in rows}


async def quiet_hours_set(connection: Any, employee_id: UUID, quiet: QuietHours | None) -> None:
    """Gives a person their own quiet hours; None: those of their unit again."""
    if quiet is None:
        await asked(connection, "DELETE FROM quiet_hours WHERE employee_id = $1", employee_id)
        return
    await asked_one(
        connection,
        """INSERT INTO quiet_hours (employee_id, start_minute, end_minute) VALUES ($1, $2, $3)
           ON CONFLICT (employee_id) DO UPDATE SET start_minute = excluded.start_minute,
               end_minute = excluded.end_minute""",
        employee_id,
        quiet.start_minute,
        quiet.end_minute,
    )


def policy_for(policies: Mapping[UUID, NoticePolicy], employee_id: UUID) -> NoticePolicy:
    """The person's policy out of what `policies_of` found."""
    return policies.get(employee_id, DEFAULT_POLICY)
