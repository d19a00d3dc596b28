"""Which units people headed, and when: asked about events of the past."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

HEADSHIPS = """
SELECT supervisor_id, unit_id, valid_from, valid_to FROM supervision
 WHERE supervisor_id = ANY ($1::uuid[])
"""


# Units by their pairs of all times, since units move too: rather one too many than one too few.
WITH_SUPERIORS = """
SELECT DISTINCT below.ancestor_id AS unit_id
  FROM unit_ancestry above
  JOIN supervision s ON s.unit_id = above.ancestor_id AND s.supervisor_id <> $3
   AND s.valid_from <= clock_timestamp() AND (s.valid_to IS NULL OR s.valid_to > $4)
  JOIN placement p ON p.employee_id = s.supervisor_id AND (p.valid_to IS NULL OR p.valid_to > $4)
  JOIN unit_ancestry below ON below.unit_id = p.unit_id AND below.ancestor_id = ANY ($1::uuid[])
 WHERE above.unit_id = ANY ($2::uuid[])
"""


@dataclass(frozen=True, slots=True)
class PastHeadship:
    """A unit headed over [valid_from, valid_to), in either way."""

    unit_id: UUID
    valid_from: datetime
    valid_to: datetime | None

    def holds_at(self, at: datetime) -> bool:
        """Whether it held at an instant."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


async def units_with_superiors(
    connection: Any,
    unit_ids: Collection[UUID],
    headed: Collection[UUID],
    viewer_id: UUID,
    since: datetime,
) -> set[UUID]:
    """Those of the units in or below which somebody worked, since an instant, who headed as high.

    That is somebody else who headed, at any time since, a unit at or above one of those `headed`
    by the viewer: what they reported then went up the line past the viewer.
    """
    rows = await connection.fetch(WITH_SUPERIORS, list(unit_ids), list(headed), viewer_id, since)
    return {row["unit_id"] for row in rows}


async def headships_of(
    connection: Any, employee_ids: Collection[UUID]
) -> dict[UUID, list[PastHeadship]]:
    """Every headship of these people, past, present and future; others are left out."""
    found: dict[UUID, list[PastHeadship]] = defaultdict(list)
    for row in await connection.fetch(HEADSHIPS, list(employee_ids)):
        found[row["supervisor_id"]].append(
            PastHeadship(row["unit_id"], row["valid_from"], row["valid_to"])
        )
    return dict(found)
