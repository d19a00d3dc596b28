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


@dataclass(frozen=True, slots=True)
class PastHeadship:
    """A unit headed over [valid_from, valid_to), in either way."""

    unit_id: UUID
    valid_from: datetime
    valid_to: datetime | None

    def holds_at(self, at: datetime) -> bool:
        """Whether it held at an instant."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


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
