"""Phones that never give up: each sends reports until it has a receipt for every one of them."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import httpx
import websockets

from models.tables.columns import new_id
from tests.builders import City, make_session


@dataclass
class Phone:
    """One person's phone. `receipts`: what the office acknowledged, by report."""

    url: str
    token: str
    target_id: UUID
    receipts: dict[UUID, str] = field(default_factory=dict)
    asked: int = 0

    async def report(self, client: httpx.AsyncClient) -> None:
        """One report, sent again and again until the answer is a receipt."""
        report_id = new_id()
        body = {
            "id": str(report_id),
            "target_id": str(self.target_id),
            "quantity": 1,
            "activity_at": datetime.now(UTC).isoformat(),
        }
        while report_id not in self.receipts:
            self.asked += 1
            try:
                answer = await client.post(
                    f"{self.url}/v1/reports",
                    json=body,
                    headers={"authorization": f"Bearer {self.token}"},
                )
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code in (200, 201):
                self.receipts[report_id] = answer.json()["receipt"]
            else:
                assert answer.status_code == 503, answer.text
                await asyncio.sleep(0.05)


async def phones_of(
    pool: asyncpg.Pool, city: City, urls: Sequence[str], staff: Sequence[UUID]
) -> list[Phone]:
    """A phone for each of them, spread over the services."""
    return [
        Phone(urls[place % len(urls)], await make_session(pool, who), city.targets[who])
        for place, who in enumerate(staff)
    ]


async def keep_reporting(phones: Sequence[Phone], enough: asyncio.Event) -> None:
    """All phones report until there is enough; each still gets its last receipt."""
    async with httpx.AsyncClient(timeout=30) as client:

        async def work(phone: Phone) -> None:
            while not enough.is_set():
                await phone.report(client)

        await asyncio.gather(*(work(phone) for phone in phones))


async def nothing_acknowledged_is_lost(pool: asyncpg.Pool, phones: Sequence[Phone]) -> None:
    """Every receipt has its report, every report once, numbers without a gap, sums right."""
    acknowledged = {report_id for phone in phones for report_id in phone.receipts}
    stored = {row["id"] for row in await pool.fetch("SELECT id FROM report")}
    assert acknowledged <= stored
    shards = await pool.fetch(
        "SELECT s.shard, s.head, count(f.seq) AS events, coalesce(max(f.seq), 0) AS newest"
        " FROM feed_shard s LEFT JOIN feed f USING (shard) GROUP BY s.shard, s.head"
    )
    assert all(row["head"] == row["events"] == row["newest"] for row in shards)
    sums = await pool.fetchrow(
        "SELECT (SELECT sum(pending + approved) FROM target_pace) AS paced,"
        " (SELECT sum(quantity) FROM report) AS reported,"
        " (SELECT count(*) FROM feed WHERE kind = 'report') AS events,"
        " (SELECT count(*) FROM report) AS reports"
    )
    assert sums["paced"] == sums["reported"]
    assert sums["events"] == sums["reports"]


@dataclass
class Watcher:
    """An open socket of somebody who looks on; `seen` are the reports in the order they came."""

    live_url: str
    token: str
    topic: str
    seen: list[UUID] = field(default_factory=list)
    position: int | None = None
    closed: bool = False
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def watch(self) -> None:
        """Follows the topic until cancelled. Frames must join; a closed socket is remembered."""
        try:
            async with websockets.connect(self.live_url, max_size=None) as socket:
                await socket.send(json.dumps({"type": "hello", "token": self.token}))
                async for text in socket:
                    self._take(json.loads(text))
        except websockets.ConnectionClosed:
            pass
        self.closed = True

    def _take(self, message: dict[str, object]) -> None:
        match message:
            case {"type": "welcome", "topics": dict(topics)}:
                self.position = topics[self.topic]["upto"]
                self.ready.set()
            case {"type": "events", "topic": self.topic, "prev": int(prev), "upto": int(upto)}:
                assert prev == self.position, "a frame is missing"
                self.position = upto
                events = message["events"]
                assert isinstance(events, list)
                self.seen += [
                    UUID(event["content"]["report_id"])
                    for event in events
                    if event["kind"] == "report"
                ]
            case {"type": "reset" | "revoked" | "error"}:
                raise AssertionError(message)


async def until_seen(
    watchers: Sequence[Watcher], expected: set[UUID], timeout_s: float = 60
) -> None:
    """Waits until every watcher has seen exactly these reports, each once."""
    async with asyncio.timeout(timeout_s):
        while any(len(watcher.seen) < len(expected) for watcher in watchers):
            await asyncio.sleep(0.05)
    for watcher in watchers:
        assert len(watcher.seen) == len(set(watcher.seen))
        assert set(watcher.seen) == expected
