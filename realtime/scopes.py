"""Which topics a person has, and whether they may have one more: today's rights as topics.

A head follows the units they head (above the agencies: the unit and every agency below it), a
personal supervisor their people, everybody themselves. Invariant: no topic leaves this file
without `models.rules.access` having allowed it, with the filter that the viewer needs on it.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from mobile_contract.live import Mode
from models.queries.headships import units_with_superiors
from models.queries.replays import TopicPlace
from models.queries.scopes import UnitScope, headed_scopes, person_shards, unit_scope
from models.queries.subjects import subjects_of
from models.rules import access
from models.rules.refusals import TopicNotAllowed
from realtime.principals import Principal
from realtime.sight import Sight, hidden_from

CLOCKS_DIFFER: Final = timedelta(hours=1)  # at most, between this machine and the database's


@dataclass(frozen=True, slots=True)
class ScopeOptions:
    """When a scope is too big to be read event by event."""

    rollup_above_people: int = 500


@dataclass(frozen=True, slots=True)
class OpenTopic:
    """A topic that a viewer may follow now.

    `own`: it is about the viewer alone. `hidden`: people whose own events the viewer may not see
    although they may see the topic. `whole`: what happened since this process began needs no look
    at each event either: the viewer is the person, or heads the unit, where meanwhile nobody
    worked who answered to somebody above the viewer.
    """

    place: TopicPlace
    mode: Mode
    zone: ZoneInfo
    own: bool
    hidden: frozenset[UUID]
    whole: bool

    @property
    def name(self) -> str:
        """As it stands on the wire."""
        return self.place.name

    @property
    def filtered(self) -> bool:
        """Whether live frames must be looked into before this viewer gets them."""
        return bool(self.hidden) or (self.place.kind == "person" and not self.own)


class Scopes:
    """Topics by person."""

    def __init__(self, pool: Any, options: ScopeOptions) -> None:
        self._pool = pool
        self._options = options
        self._began = datetime.now(UTC) - CLOCKS_DIFFER

    async def own_topics(self, principal: Principal) -> list[OpenTopic]:
        """What a person follows without asking: themselves, their units, their people."""
        person = principal.person
        topics = [self._person(principal, person.employee_id, principal.shard)]
        headed = [headship.unit_id for headship in person.headships]
        async with self._pool.acquire() as connection:
            if headed:
                scopes = await headed_scopes(connection, headed, self._count_to)
                topics += await self._units(connection, principal, scopes)
            if person.assigned:
                shards = await person_shards(connection, person.assigned)
                topics += [self._person(principal, each, shard) for each, shard in shards.items()]
        return topics

    async def topic(self, principal: Principal, name: str) -> OpenTopic:
        """One topic by its name on the wire. Raises TopicNotAllowed, also where there is none."""
        kind, _, written = name.partition(":")
        try:
            wanted = UUID(written)
        except ValueError:
            raise TopicNotAllowed from None
        if name != f"{kind}:{wanted}":
            raise TopicNotAllowed  # one topic has one name
        async with self._pool.acquire() as connection:
            if kind == "unit":
                return await self._unit_topic(connection, principal, wanted)
            if kind == "person":
                return await self._person_topic(connection, principal, wanted)
        raise TopicNotAllowed

    async def every_topic(
        self, principal: Principal, asked: Collection[str], declined: Collection[str]
    ) -> list[tuple[OpenTopic, bool]]:
        """The own topics without those declined, then those asked for that are still allowed.

        With each, whether it is there only because it was asked for.
        """
        own = [topic for topic in await self.own_topics(principal) if topic.name not in declined]
        topics = [(topic, False) for topic in own]
        for name in sorted(set(asked) - {topic.name for topic in own}):
            with suppress(TopicNotAllowed):
                topics.append((await self.topic(principal, name), True))
        return topics

    def sight(self, principal: Principal) -> Sight:
        """The eyes of this person for events of the past."""
        return Sight(principal.person, datetime.now(UTC), ZoneInfo(principal.zone))

    @property
    def _count_to(self) -> int:
        return self._options.rollup_above_people + 1

    async def _unit_topic(self, connection: Any, principal: Principal, unit_id: UUID) -> OpenTopic:
        scope = await unit_scope(connection, unit_id, self._count_to)
        if scope is None or not access.may_in_unit(
            principal.person, access.Action.SUBSCRIBE_UNIT, scope.path
        ):
            raise TopicNotAllowed
        (topic,) = await self._units(connection, principal, [scope])
        return topic

    async def _person_topic(
        self, connection: Any, principal: Principal, employee_id: UUID
    ) -> OpenTopic:
        if employee_id == principal.person.employee_id:
            return self._person(principal, employee_id, principal.shard)
        subject = (await subjects_of(connection, [employee_id])).get(employee_id)
        if subject is None or not access.may(
            principal.person, access.Action.SUBSCRIBE_PERSON, subject
        ):
            raise TopicNotAllowed
        shards = await person_shards(connection, [employee_id])
        return self._person(principal, employee_id, shards[employee_id])

    async def _units(
        self, connection: Any, principal: Principal, scopes: Sequence[UnitScope]
    ) -> list[OpenTopic]:
        headed = [headship.unit_id for headship in principal.person.headships]
        inside = [scope.unit_id for scope in scopes if not set(headed).isdisjoint(scope.path)]
        mixed = await units_with_superiors(
            connection, inside, headed, principal.person.employee_id, self._began
        )
        return [self._unit(principal, scope, set(inside) - mixed) for scope in scopes]

    def _unit(self, principal: Principal, scope: UnitScope, whole: Collection[UUID]) -> OpenTopic:
        hidden = hidden_from(principal.person, principal.near_heads, scope.unit_id)
        return OpenTopic(
            TopicPlace("unit", scope.unit_id, scope.shard),
            "rollup" if scope.people > self._options.rollup_above_people else "events",
            ZoneInfo(scope.zone),
            own=False,
            hidden=hidden,
            whole=scope.unit_id in whole and not hidden,
        )

    def _person(self, principal: Principal, employee_id: UUID, shard: int) -> OpenTopic:
        own = employee_id == principal.person.employee_id
        return OpenTopic(
            TopicPlace("person", employee_id, shard),
            "events",
            ZoneInfo(principal.zone),
            own=own,
            hidden=frozenset(),
            whole=own,
        )
