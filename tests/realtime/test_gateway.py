"""`WS /v1/live` over real sockets: hello, origins, malformed words, expiry, goodbye."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from mobile_contract import live
from realtime.edge import ConnectionOptions
from realtime.gateway import GatewayOptions
from realtime.prepared import PreparedProtocol
from tests.builders import make_session, revoke_session
from tests.realtime.live_world import LiveWorld, WorldOptions, live_world

FAT = '{"note":"' + "x" * 60_000 + '"}'  # fills the buffers of a kernel soon


@pytest.fixture(params=[PreparedProtocol, "websockets-sansio"], ids=["prepared", "plain"])
def ws(request) -> Any:
    """Both ways for bytes to leave."""
    return request.param


@pytest.fixture
async def world(pool, ws):
    async with live_world(pool, ws) as running:
        yield running


async def test_a_valid_hello_is_welcomed_with_todays_topics(world: LiveWorld):
    city = world.city
    async with world.follower(city.clinic_head) as phone:
        welcome = phone.welcome
        assert welcome.employee_id == city.clinic_head
        assert set(welcome.topics) == {f"person:{city.clinic_head}", f"unit:{city.clinic}"}
        assert {state.mode for state in welcome.topics.values()} == {"events"}
        assert welcome.epoch == await world.pool.fetchval("SELECT epoch FROM feed_epoch")
        assert welcome.ping_every_s == 25.0
        assert welcome.token_expires_at > datetime.now(UTC)
        assert world.gateway.sockets == 1
    async with asyncio.timeout(10):
        while world.gateway.sockets:
            await asyncio.sleep(0.01)


async def test_a_report_arrives_at_the_head_and_the_reporter(world: LiveWorld):
    city = world.city
    async with world.follower(city.clinic_head) as head, world.follower(city.ani) as ani:
        row = await world.report(city.ani)
        await head.until(f"unit:{city.clinic}", row.seq * 16 + row.shard)
        await ani.until(f"person:{city.ani}", row.seq * 16 + row.shard)
        assert head.seqs(f"unit:{city.clinic}") == ani.seqs(f"person:{city.ani}") == [row.seq]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('{"type":"pong"}', "hello_expected"),
        ('{"type":"subscribe","topic":"unit:x"}', "hello_expected"),
        ("not json", "malformed"),
        ("", "malformed"),
        ("[]", "malformed"),
        ('{"type":"hello"}', "malformed"),
        ('{"type":"hello","token":5}', "malformed"),
        ('{"type":"hello","token":"t","cursor":{"epoch":"x","positions":{}}}', "malformed"),
        ('{"type":"dance"}', "malformed"),
        ("[" * 50_000, "malformed"),
        ('{"type":"hello","token":"%s"}' % ("t" * 513), "malformed"),
        (b"\x00\xff", "malformed"),
        ("x" * 65_537, "body_too_large"),
    ],
)
async def test_what_is_no_hello_is_closed_as_malformed(world: LiveWorld, said, code):
    async with world.phone() as phone:
        await phone.say(said)
        assert await phone.error() == (code, 4400)


async def test_a_malformed_word_later_closes_too(world: LiveWorld):
    for said in ("{", '{"type":"hello","token":"t"}', "x" * 70_000, b"{}"):
        async with world.follower(world.city.ani) as phone:
            await phone.say(said)
            assert (await phone.error())[1] == 4400


async def test_a_name_longer_than_any_topic_is_malformed(world: LiveWorld):
    async with world.follower(world.city.ani) as phone:
        await phone.say(live.Unsubscribe("x" * (live.MAX_TOPIC_CHARACTERS + 1)))
        assert await phone.error() == ("malformed", 4400)


async def test_unknown_fields_are_ignored(world: LiveWorld):
    token = await make_session(world.pool, world.city.ani)
    async with world.phone() as phone:
        await phone.say(f'{{"type":"hello","token":"{token}","colour":"red"}}')
        await phone.hear(live.Welcome)


async def test_a_bad_token_is_not_signed_in(world: LiveWorld):
    async with world.phone() as phone:
        await phone.say(live.Hello("nonsense"))
        assert await phone.error() == ("not_signed_in", 4401)
    expired = await make_session(world.pool, world.city.ani, lifetime_s=-1)
    async with world.phone() as phone:
        await phone.say(live.Hello(expired))
        assert await phone.error() == ("session_expired", 4401)
    revoked = await make_session(world.pool, world.city.ani)
    await revoke_session(world.pool, revoked)
    async with world.phone() as phone:
        await phone.say(live.Hello(revoked))
        assert await phone.error() == ("session_revoked", 4401)


async def test_whoever_says_nothing_is_not_waited_for(pool, ws):
    options = WorldOptions(gateway=GatewayOptions(hello_timeout_s=0.05))
    async with live_world(pool, ws, options) as world, world.phone() as phone:
        assert await phone.error() == ("hello_expected", 4400)


async def test_a_token_in_the_address_is_refused(world: LiveWorld):
    token = await make_session(world.pool, world.city.ani)
    for query in (f"token={token}", f"access_token={token}", "a=b&TOKEN="):
        async with world.phone(f"/v1/live?{query}") as phone:
            assert await phone.error() == ("malformed", 4400)


async def test_pages_of_other_hosts_may_not_connect(pool, ws):
    options = WorldOptions(gateway=GatewayOptions(allowed_origins=("https://kinerja.example",)))
    async with live_world(pool, ws, options) as world:
        token = await make_session(pool, world.city.ani)
        for origin in ("https://evil.example", "null", f"http://127.0.0.1:{world.port + 1}"):
            async with world.phone(origin=origin) as phone:
                assert await phone.error() == ("origin_not_allowed", 4403)
        for origin in (None, "https://kinerja.example", f"http://127.0.0.1:{world.port}"):
            async with world.phone(origin=origin) as phone:
                await phone.hello(token)


async def test_a_token_that_ends_unrenewed_ends_the_socket(pool, ws):
    options = WorldOptions(gateway=GatewayOptions(token_grace_s=0.0, sweep_every_s=0.02))
    async with live_world(pool, ws, options) as world, world.phone() as phone:
        await phone.hello(await make_session(pool, world.city.ani, lifetime_s=0.8))
        assert await phone.error() == ("session_expired", 4401)


async def test_a_renewed_token_carries_on(pool, ws):
    options = WorldOptions(gateway=GatewayOptions(token_grace_s=0.0, sweep_every_s=0.02))
    async with live_world(pool, ws, options) as world, world.phone() as phone:
        city = world.city
        short = await make_session(pool, city.ani, lifetime_s=1.0)
        welcome = await phone.hello(short)
        await phone.say(live.Renew(await make_session(pool, city.ani)))
        while datetime.now(UTC) < welcome.token_expires_at + timedelta(seconds=0.2):
            await asyncio.sleep(0.05)
        row = await world.report(city.ani)
        await phone.until(f"person:{city.ani}", row.seq * 16 + row.shard)


async def test_only_the_same_person_renews(world: LiveWorld):
    city = world.city
    async with world.follower(city.ani) as phone:
        await phone.say(live.Renew(await make_session(world.pool, city.budi)))
        assert await phone.error() == ("not_allowed", 4403)
    async with world.follower(city.ani) as phone:
        await phone.say(live.Renew("nonsense"))
        assert await phone.error() == ("not_signed_in", 4401)


async def test_pings_go_out_and_silence_ends_the_socket(pool, ws):
    gateway = GatewayOptions(ping_every_s=0.05, sweep_every_s=0.01)
    async with (
        live_world(pool, ws, WorldOptions(gateway=gateway)) as world,
        world.follower(world.city.ani) as phone,
    ):
        for _ in range(5):
            await phone.hear(live.Ping)
            await phone.say(live.Pong())
        assert await phone.end() == 4408


async def test_goodbye_says_when_to_come_back_spread_out(world: LiveWorld):
    city = world.city
    async with (
        world.follower(city.ani) as one,
        world.follower(city.budi) as other,
        world.follower(city.citra) as third,
    ):
        going = asyncio.create_task(world.gateway.close_all(4.0))
        byes = [await phone.hear(live.Bye) for phone in (one, other, third)]
        assert all(2.0 <= bye.retry_in_s <= 6.0 for bye in byes)
        assert len({bye.retry_in_s for bye in byes}) == 3
        assert [await phone.end() for phone in (one, other, third)] == [1012] * 3
        await going
    async with world.phone() as late:
        await late.hear(live.Bye)
        assert await late.end() == 1012


async def test_whoever_leaves_before_or_after_hello_leaves_nothing_behind(world: LiveWorld):
    async with world.phone():
        pass
    async with world.follower(world.city.clinic_head) as phone:
        await phone.connection.close()
    async with asyncio.timeout(10):
        while world.gateway.sockets:
            await asyncio.sleep(0.01)
    await world.views.flush()
    (view,) = await world.pool.fetch("SELECT * FROM data_view")
    assert (view["viewer_id"], view["unit_id"]) == (world.city.clinic_head, world.city.clinic)
    assert view["until"] >= view["at"]


async def test_a_reader_that_never_reads_is_cut_and_hurts_nobody(pool, ws):
    gateway = GatewayOptions(
        slow_after_s=0.2, sweep_every_s=0.02, connection=ConnectionOptions(close_timeout_s=0.2)
    )
    async with live_world(pool, ws, WorldOptions(gateway=gateway)) as world:
        city, topic = world.city, f"unit:{world.city.health}"
        async with world.follower(city.health_head) as brisk, world.follower(city.mayor) as deaf:
            deaf.connection.transport.pause_reading()
            told = 0
            while len(world.gateway._sockets) > 1:
                row = replace(await world.report(city.ani, announced=False), content=FAT)
                world.announce(row)
                await brisk.until(topic, row.seq * 16 + row.shard)
                told += 1
            assert len(brisk.seqs(topic)) == told
            deaf.connection.transport.resume_reading()
            with pytest.raises(ConnectionClosed):
                await deaf.end_of_bytes()
