"""Which events of a topic a viewer may see: the rules of access, applied to pages of history.

A topic is shared, its viewers' rights are not: an event keeps the unit path of its time, its
person may have moved since, and what a head reports goes up the line past those who stand beside
or below. Invariant: an event reaches a viewer only if `access.may_see_event` says so today; a
personal notice (an event without a unit) reaches its person alone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from models.queries.feed import FeedRow
from models.queries.headships import PastHeadship, headships_of
from models.queries.subjects import subjects_of
from models.rules import access


@dataclass(frozen=True, slots=True)
class Sight:
    """One viewer's eyes. `now` and `zone` say which calendar year is the running period."""

    viewer: access.Person
    now: datetime
    zone: ZoneInfo

    async def seen(self, connection: Any, rows: Sequence[FeedRow]) -> list[FeedRow]:
        """Those rows that the viewer may see, in their order; three questions at most."""
        others = {row.employee_id for row in rows} - {self.viewer.employee_id}
        if not others:
            return list(rows) if self.viewer.active else []
        subjects = await subjects_of(connection, others)
        headships = await headships_of(connection, others)
        return [row for row in rows if self.may_see(row, subjects, headships)]

    def may_see(
        self,
        row: FeedRow,
        subjects: Mapping[UUID, access.Subject],
        headships: Mapping[UUID, Collection[PastHeadship]],
    ) -> bool:
        """The rule for one event; `subjects` and `headships` know the people of the page."""
        if row.employee_id == self.viewer.employee_id:
            return self.viewer.active
        subject = subjects.get(row.employee_id)
        if subject is None or row.unit_id is None:
            return False
        then = replace(
            subject,
            at_unit_path=tuple(row.unit_path),
            at_heads=frozenset(
                headship.unit_id
                for headship in headships.get(row.employee_id, ())
                if headship.holds_at(row.at)
            ),
            in_running_period=self._year(row.at) == self._year(self.now),
        )
        return access.may_see_event(self.viewer, then)

    def _year(self, at: datetime) -> int:
        return at.astimezone(self.zone).year


def hidden_from(
    viewer: access.Person, near_heads: Collection[access.Subject], unit_id: UUID
) -> frozenset[UUID]:
    """Whose own events of today the viewer may not see in the topic of a unit.

    Only other heads at or above the viewer's own units can be hidden from somebody who may see
    the unit: `near_heads` are those (Principal).
    """
    return frozenset(
        subject.employee_id
        for subject in near_heads
        if unit_id in subject.unit_path
        and not access.may_see_event(
            viewer, replace(subject, at_unit_path=subject.unit_path, at_heads=subject.heads)
        )
    )
