"""From the phone to the supervisor's screen with the reference client, over real sockets.

The service is stopped and started again in the middle: what was reported meanwhile waits in the
outbox, goes out by itself, and the screen shows it once and misses nothing.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from api.passwords import Hasher, HasherOptions
from denyut.serving import serving
from denyut.settings import Settings
from mobile_contract.cards import USUAL_CARDS, TopicState, plain
from mobile_contract.client.captures import captured_report, utc_now
from mobile_contract.client.connection import Connection, ConnectionOptions
from mobile_contract.client.feed import FeedOptions, LiveFeed
from mobile_contract.client.outbox import Flushed, Outbox, OutboxOptions
from mobile_contract.client.pauses import Pauses
from mobile_contract.client.stores import FileStore
from mobile_contract.client.topics import Changed, Connected
from mobile_contract.live import Event, unit_topic
from mobile_contract.people import DeviceInfo
from mobile_contract.reports import NewReport, Revision
from mobile_contract.reviews import Decisions
from tests.builders import City, make_city

CHEAP = HasherOptions(memory_kib=8, passes=1)
PASSWORD = "hujan di ladang jagung"
SWIFT = Pauses(least_s=0.01, most_s=0.05)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    """The small city; Ani and the head of her clinic know their passwords."""
    made = await make_city(pool)
    hasher = Hasher(CHEAP)
    hashed = await hasher.hashed(PASSWORD)
    hasher.close()
    for employee_id in (made.ani, made.clinic_head):
        await pool.execute(
            "INSERT INTO account (employee_id, password_hash) VALUES ($1, $2)", employee_id, hashed
        )
    return made


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """A service on a port of its own, so that it comes back where it was."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return Settings(database_url=database, data_dir=tmp_path, port=port, hasher=CHEAP)


@asynccontextmanager
async def phone(pool: asyncpg.Pool, settings: Settings, who: UUID) -> AsyncIterator[Connection]:
    options = ConnectionOptions(
        f"http://127.0.0.1:{settings.port}", DeviceInfo(id=uuid4()), timeout_s=10
    )
    nip = await pool.fetchval("SELECT nip FROM employee WHERE id = $1", who)
    async with Connection.opened(options) as connection:
        await connection.sign_in(nip, PASSWORD)
        yield connection


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


class Screen:
    """What a supervisor sees: every event that came, and the feed behind it."""

    def __init__(self, connection: Connection) -> None:
        self.feed = LiveFeed(connection, FeedOptions(pauses=SWIFT))
        self.events: list[tuple[str, Event]] = []
        self.connections = 0

    async def follow(self) -> None:
        async with aclosing(self.feed.updates()) as updates:
            async for update in updates:
                if isinstance(update, Connected):
                    self.connections += 1
                elif isinstance(update, Changed):
                    self.events += [(update.state.topic, event) for event in update.events]

    def receipts(self, topic: str) -> list[str]:
        return [event.receipt for name, event in self.events if name == topic and event.receipt]


async def test_from_the_phone_to_the_screen_through_a_restart(
    pool: asyncpg.Pool, city: City, settings: Settings, tmp_path: Path
) -> None:
    flushed: list[Flushed] = []
    store = FileStore(tmp_path / "outbox.jsonl")
    clinic = unit_topic(city.clinic)

    def report() -> NewReport:
        return captured_report(city.targets[city.ani], 1, "Kunjungan", captured_at=utc_now())

    def received() -> list[str]:
        done = [each for one in flushed for each in one.received]
        return [each.receipt.receipt for each in done if each.receipt]

    async with AsyncExitStack() as phones:
        async with serving(settings):
            ani = await phones.enter_async_context(phone(pool, settings, city.ani))
            head = await phones.enter_async_context(phone(pool, settings, city.clinic_head))
            outbox = Outbox(ani, store, OutboxOptions(pauses=SWIFT), flushed.append)
            screen = Screen(head)
            tasks = [asyncio.create_task(outbox.run()), asyncio.create_task(screen.follow())]
            await until(lambda: screen.connections == 1)
            first = outbox.add_report(report())
            await until(lambda: len(screen.receipts(clinic)) == 1)
            approval = await head.post("/v1/approvals", Decisions(report_ids=[first]))
            assert approval["results"][0]["outcome"] == "applied"

        waiting = [outbox.add_report(report()) for _ in range(3)]
        outbox.add_revision(Revision(waiting[0], 2, utc_now(), "Dua kunjungan"))
        assert len(outbox.items()) == 4

        async with serving(settings):
            await until(lambda: not outbox.items() and screen.connections >= 2)
            await until(lambda: len(screen.receipts(clinic)) == 4)
            await until(lambda: "revision" in {event.kind for _, event in screen.events})
            snapshot = await head.snapshot(USUAL_CARDS)
            fresh = {each.topic: each for each in snapshot.topics}
            await until(lambda: screen.feed.states[clinic].position >= fresh[clinic].upto)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    store.close()

    assert sorted(screen.receipts(clinic)) == sorted(set(received()))  # a revision has its report's
    kinds = [event.kind for topic, event in screen.events if topic == clinic]
    assert sorted(kinds) == sorted(["report", "approval", *["report"] * 3, "revision"])
    shown = screen.feed.states[clinic]
    assert isinstance(shown, TopicState)
    assert plain(shown.as_snapshot())["cards"] == plain(fresh[clinic])["cards"]
    assert plain(shown.as_snapshot())["progress"] == plain(fresh[clinic])["progress"]
