"""One socket and its rights: subscriptions, revocations, transfers, boundaries, outages."""

import asyncio
import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed

from mobile_contract import live
from mobile_contract.live import position_of
from realtime.edge import ConnectionOptions
from realtime.gateway import GatewayOptions
from realtime.prepared import PreparedProtocol
from realtime.writers import HIGH_WATER
from tests.builders import (
    HEALTH_SHARD,
    WORKS_SHARD,
    bump_rights,
    deactivate,
    end_head,
    make_assignment,
    make_grant,
    make_head,
    make_session,
    move_employee,
    revoke_session,
)
from tests.realtime.live_world import LiveWorld, WorldOptions, live_world

DAY = timedelta(days=1)


@pytest.fixture
def ws() -> Any:
    """Rights do not depend on how bytes leave."""
    return PreparedProtocol


@pytest.fixture
async def world(pool, ws):
    async with live_world(pool, ws) as running:
        yield running


def place(row) -> int:
    return position_of(row.shard, row.seq)


# --- subscriptions -----------------------------------------------------------------------------


async def test_drilling_down_and_leaving_again(world: LiveWorld):
    city, clinic = world.city, f"unit:{world.city.clinic}"
    async with world.follower(city.health_head) as phone:
        await phone.say(live.Subscribe(clinic))
        assert (await phone.hear(live.Subscribed)).topic == clinic
        await phone.until(clinic, place(await world.report(city.ani)))
        await phone.say(live.Unsubscribe(clinic))
        assert (await phone.hear(live.Unsubscribed)).topic == clinic
        row = await world.report(city.ani)
        await phone.until(f"unit:{city.health}", place(row))
        assert row.seq not in phone.seqs(clinic)


async def test_drilling_down_from_where_the_client_stands(world: LiveWorld):
    city, clinic = world.city, f"unit:{world.city.clinic}"
    rows = [await world.report(city.ani) for _ in range(4)]
    async with world.follower(city.health_head) as phone:
        await phone.say(live.Subscribe(clinic, place(rows[1])))
        assert (await phone.hear(live.Subscribed)).upto >= place(rows[3])
        phone.positions[clinic] = place(rows[1])
        await phone.until(clinic, place(rows[3]))
        assert phone.seqs(clinic) == [rows[2].seq, rows[3].seq]


async def test_what_may_not_be_seen_is_declined_and_the_socket_lives(world: LiveWorld):
    city = world.city
    async with world.follower(city.clinic_head) as phone:
        for topic in (f"unit:{city.roads}", f"person:{city.dedi}", "unit:x", f"unit:{uuid4()}"):
            await phone.say(live.Subscribe(topic))
            assert await phone.hear(live.LiveError) == live.LiveError("topic_not_allowed", topic)
        row = await world.report(city.ani)
        await phone.until(f"unit:{city.clinic}", place(row))


async def test_topics_are_bounded_and_one_more_time_is_no_more(pool, ws):
    gateway = GatewayOptions(connection=ConnectionOptions(most_topics=2))
    async with live_world(pool, ws, WorldOptions(gateway=gateway)) as world:
        city = world.city
        async with world.follower(city.health_head) as phone:
            for topic in (f"person:{city.ani}", f"person:{city.ani}", f"person:{city.budi}"):
                await phone.say(live.Subscribe(topic))
                assert (await phone.hear(live.Subscribed)).topic == topic
            await phone.say(live.Subscribe(f"person:{city.citra}"))
            assert (await phone.hear(live.LiveError)).code == "too_many_topics"


async def test_a_flood_of_wishes_ends_the_socket(pool, ws):
    gateway = GatewayOptions(connection=ConnectionOptions(most_jobs=3))
    async with (
        live_world(pool, ws, WorldOptions(gateway=gateway)) as world,
        world.follower(world.city.health_head) as phone,
    ):
        with suppress(ConnectionClosed):
            for _ in range(200):
                await phone.say(live.Subscribe(f"unit:{uuid4()}"))
        assert await phone.end() == 4408


async def test_whoever_asks_and_never_reads_fills_nothing(pool, ws):
    patient = ConnectionOptions(most_jobs=1_000_000, close_timeout_s=0.2)
    gateway = GatewayOptions(slow_after_s=0.2, sweep_every_s=0.02, connection=patient)
    async with live_world(pool, ws, WorldOptions(gateway=gateway)) as world:
        head = world.city.health_head
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)  # a kernel would hold megabytes
        sock.connect(("127.0.0.1", world.port))
        async with world.phone(sock=sock) as deaf:
            await deaf.hello(await make_session(pool, head))
            (ours,) = world.gateway._sockets[head]
            deaf.connection.transport.pause_reading()
            fullest_bytes = 0
            with suppress(ConnectionClosed):
                while not ours.ended:
                    await deaf.say(live.Unsubscribe("x" * live.MAX_TOPIC_CHARACTERS))
                    await asyncio.sleep(0)
                    fullest_bytes = max(fullest_bytes, ours._writer.unsent_bytes)
            deaf.connection.transport.abort()
            assert HIGH_WATER / 2 < fullest_bytes < HIGH_WATER * 1.1


# --- rights on open sockets --------------------------------------------------------------------


async def test_a_revoked_session_ends_the_open_socket_and_the_cached_token(world: LiveWorld):
    city = world.city
    async with world.follower(city.ani) as phone:
        assert world.principals.cached(phone.token) is not None
        await revoke_session(world.pool, phone.token)
        assert await phone.error() == ("session_revoked", 4401)
        assert world.principals.cached(phone.token) is None


async def test_a_closed_account_ends_every_socket_of_the_person(world: LiveWorld):
    city = world.city
    async with world.follower(city.ani) as one, world.follower(city.ani) as other:
        await deactivate(world.pool, city.ani)
        assert await one.end() == await other.end() == 4401


async def test_a_lost_headship_is_revoked_and_nothing_more_comes(world: LiveWorld):
    city, topic = world.city, f"unit:{world.city.clinic}"
    async with world.follower(city.clinic_head) as phone:
        await phone.until(topic, place(await world.report(city.ani)))
        await end_head(world.pool, city.clinic, datetime.now(UTC))
        assert (await phone.hear(live.Revoked)).topic == topic
        late, own = await world.report(city.ani), await world.report(city.clinic_head)
        await phone.until(f"person:{city.clinic_head}", place(own))
        assert late.seq not in phone.seqs(topic)


async def test_nothing_is_told_between_a_change_of_rights_and_its_review(world: LiveWorld):
    city, topic = world.city, f"unit:{world.city.clinic}"
    async with world.follower(city.clinic_head) as phone:
        first = await world.report(city.ani)
        await phone.until(topic, place(first))
        await world.pool.execute(
            "UPDATE supervision SET valid_to = now() WHERE supervisor_id = $1", city.clinic_head
        )
        world.principals.rights_changed(frozenset({city.clinic_head}))
        world.gateway.rights_changed(frozenset({city.clinic_head}))
        await world.report(city.ani)  # announced while the review is on its way
        assert (await phone.hear(live.Revoked)).topic == topic
        assert phone.seqs(topic) == [first.seq]


async def test_a_new_headship_is_subscribed_and_live(world: LiveWorld):
    city, topic = world.city, f"unit:{world.city.pharmacy}"
    async with world.follower(city.ani) as phone:
        await make_head(
            world.pool, city.pharmacy, city.ani, kind="acting", valid_from=datetime.now(UTC) - DAY
        )
        assert (await phone.hear(live.Subscribed)).topic == topic
        await phone.until(topic, place(await world.report(city.citra)))


async def test_an_acting_headship_ends_by_itself(pool, ws):
    options = WorldOptions(gateway=GatewayOptions(sweep_every_s=0.02))
    async with live_world(pool, ws, options) as world:
        city, topic = world.city, f"unit:{world.city.clinic}"
        now = datetime.now(UTC)
        await make_head(
            pool,
            city.clinic,
            city.budi,
            kind="acting",
            valid_from=now - DAY,
            valid_to=now + timedelta(seconds=1),
        )
        async with world.follower(city.budi) as acting:
            assert topic in acting.welcome.topics
            assert (await acting.hear(live.Revoked)).topic == topic
            late, own = await world.report(city.ani), await world.report(city.budi)
            await acting.until(f"person:{city.budi}", place(own))
            assert late.seq not in acting.seqs(topic)


async def test_topics_that_stay_go_on_without_gap_or_double(world: LiveWorld):
    city, topic = world.city, f"unit:{world.city.clinic}"
    async with world.follower(city.clinic_head) as phone:
        for number in range(30):
            row = await world.report(city.ani)
            if number % 3 == 0:
                await bump_rights(world.pool, [city.clinic_head] if number % 2 else None)
        await phone.until(topic, place(row))
        assert phone.seqs(topic) == list(range(1, 31))
        assert phone.resets == []


async def test_a_drilled_topic_is_looked_at_again_too(world: LiveWorld):
    city = world.city
    grant_id = await make_grant(world.pool, city.dedi, "hr", city.health)
    topics = {f"unit:{city.clinic}", f"person:{city.ani}"}
    async with world.follower(city.dedi) as phone:
        for topic in topics:
            await phone.say(live.Subscribe(topic))
            await phone.hear(live.Subscribed)
        await world.pool.execute("UPDATE role_grant SET revoked_at = now() WHERE id = $1", grant_id)
        await bump_rights(world.pool, [city.dedi])
        assert {(await phone.hear(live.Revoked)).topic for _ in topics} == topics


async def test_an_ended_assignment_takes_the_person_away(world: LiveWorld):
    city, topic = world.city, f"person:{world.city.dedi}"
    now = datetime.now(UTC)
    assignment_id = await make_assignment(
        world.pool, city.dedi, city.clinic_head, valid_from=now - DAY
    )
    async with world.follower(city.clinic_head) as phone:
        await phone.until(topic, place(await world.report(city.dedi)))
        await world.pool.execute(
            "UPDATE personal_assignment SET valid_to = now() WHERE id = $1", assignment_id
        )
        await bump_rights(world.pool, [city.dedi, city.clinic_head])
        assert (await phone.hear(live.Revoked)).topic == topic


async def test_a_transfer_moves_the_own_topic_and_says_so(world: LiveWorld):
    city, topic = world.city, f"person:{world.city.ani}"
    async with world.follower(city.ani) as phone:
        before = await world.report(city.ani)
        await phone.until(topic, place(before))
        await move_employee(world.pool, city.ani, city.roads)
        reset = await phone.hear(live.Reset)
        assert (reset.reason, reset.topic) == ("moved", topic)
        assert reset.upto % 16 == WORKS_SHARD
        after = await world.report(city.ani)
        await phone.until(topic, place(after))
        assert (before.shard, after.shard) == (HEALTH_SHARD, WORKS_SHARD)
    async with world.follower(
        city.ani, live.Cursor(phone.welcome.epoch, {topic: place(before)})
    ) as late:
        assert (await late.hear(live.Reset)).reason == "moved"


async def test_a_topic_left_on_purpose_stays_left(world: LiveWorld):
    city, topic = world.city, f"unit:{world.city.clinic}"
    async with world.follower(city.clinic_head) as phone:
        await phone.say(live.Unsubscribe(topic))
        await phone.hear(live.Unsubscribed)
        await bump_rights(world.pool)
        late, own = await world.report(city.ani), await world.report(city.clinic_head)
        await phone.until(f"person:{city.clinic_head}", place(own))
        assert late.seq not in phone.seqs(topic)


async def test_a_revocation_acts_after_the_database_was_away(pool, ws):
    options = WorldOptions(
        stale_after_s=0.1,
        gateway=GatewayOptions(connection=ConnectionOptions(away_retry_s=0.02)),
    )
    async with live_world(pool, ws, options) as world:
        city, topic = world.city, f"unit:{world.city.clinic}"
        async with world.follower(city.clinic_head) as phone:
            with away(world):
                while world.pulse.fresh:
                    await asyncio.sleep(0.01)
                await end_head(pool, city.clinic, datetime.now(UTC))
                await world.report(city.ani)  # announced, and held
            assert (await phone.hear(live.Revoked)).topic == topic
            assert phone.seqs(topic) == []


async def test_a_wish_while_the_database_is_away_is_declined_and_the_socket_lives(
    world: LiveWorld,
):
    city, topic = world.city, f"unit:{world.city.clinic}"
    async with world.follower(city.health_head) as phone:
        world.scopes._pool = NoPool()
        await phone.say(live.Subscribe(topic))
        assert await phone.hear(live.LiveError) == live.LiveError("database_away", topic)
        world.scopes._pool = world.pool
        await phone.say(live.Subscribe(topic))
        await phone.hear(live.Subscribed)
        await phone.until(topic, place(await world.report(city.ani)))


class away:  # noqa: N801 - it reads as a word
    """The database does not answer the pulse and the principals for a while."""

    def __init__(self, world: LiveWorld) -> None:
        self._world = world

    def __enter__(self) -> None:
        self._world.pulse._pool = self._world.principals._pool = NoPool()

    def __exit__(self, *_: object) -> None:
        self._world.pulse._pool = self._world.principals._pool = self._world.pool


class NoPool:
    """A pool whose database is away."""

    async def fetchrow(self, *_):
        raise ConnectionRefusedError

    def acquire(self):
        raise ConnectionRefusedError


async def test_whoever_comes_while_the_database_is_away_is_sent_away(world: LiveWorld):
    token = await make_session(world.pool, world.city.ani)
    with away(world):
        async with world.phone() as phone:
            await phone.say(live.Hello(token))
            assert (await phone.hear(live.LiveError)).code == "database_away"
            assert (await phone.hear(live.Bye)).retry_in_s > 0
            assert await phone.end() == 1012


async def test_a_renewal_that_cannot_be_asked_keeps_the_old_token(world: LiveWorld):
    city = world.city
    fresh = await make_session(world.pool, city.ani)
    async with world.follower(city.ani) as phone:
        with away(world):
            await phone.say(live.Renew(fresh))
            assert (await phone.hear(live.LiveError)).code == "database_away"
        await phone.until(f"person:{city.ani}", place(await world.report(city.ani)))
