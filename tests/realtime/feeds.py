"""A small feed to test with: rows, a writer that remembers, a client that follows the contract."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from mobile_contract import live
from models.queries.feed import FeedRow
from realtime.frames import payloads_of
from realtime.writers import HIGH_WATER, LOW_WATER, NotOpen

CITY, AGENCY, SCHOOL, OTHER_SCHOOL, ELSEWHERE = (UUID(int=n) for n in range(1, 6))
EMPLOYEE, COLLEAGUE = UUID(int=100), UUID(int=101)
SHARD = 3
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # 12:00 in Sawahlunto
EPOCH = UUID(int=77)

AGENCY_TOPIC, SCHOOL_TOPIC = live.unit_topic(AGENCY), live.unit_topic(SCHOOL)
EMPLOYEE_TOPIC = live.person_topic(EMPLOYEE)


def event(
    seq: int,
    *,
    kind: str = "report",
    unit_id: UUID = SCHOOL,
    employee_id: UUID = EMPLOYEE,
    at: datetime | None = None,
    flags: int = 0,
    note: str = "",
    shard: int = SHARD,
) -> FeedRow:
    """Event `seq` of a shard: by default a report from a school of the agency."""
    path = (CITY, AGENCY) if unit_id == AGENCY else (CITY, AGENCY, unit_id)
    return FeedRow(
        shard=shard,
        seq=seq,
        at=at or NOON + timedelta(milliseconds=seq),
        kind=kind,
        employee_id=employee_id,
        unit_id=unit_id,
        unit_path=path,
        agency_id=AGENCY,
        flags=flags,
        target_id=UUID(int=500),
        goal=96.0,
        approved=10.0,
        pending=2.5,
        state="on_track",
        content=msgspec.json.encode({"note": note, "seq": seq}).decode(),
    )


def personal_notice(seq: int) -> FeedRow:
    """Event `seq`: a notice for the employee alone."""
    return FeedRow(
        *(SHARD, seq, NOON, "notice", EMPLOYEE, None, (), None, 0),
        *(None, None, None, None, None, '{"notice_id":"x"}'),
    )


def position(seq: int, shard: int = SHARD) -> int:
    """The position of event `seq`."""
    return live.position_of(shard, seq)


def messages(wire: bytes) -> list[live.ServerMessage]:
    """What a client reads from frames."""
    return [msgspec.json.decode(text, type=live.ServerMessage) for text in payloads_of(wire)]


class Remembering:
    """A writer whose reader is as slow as the test wants it to be."""

    def __init__(self, *, reads: bool = True) -> None:
        self.reads = reads
        self.open = True
        self.written: list[bytes] = []
        self.unsent_bytes = 0
        self.most_unsent_bytes = 0
        self.on_drained: Callable[[], None] | None = None
        self._full = False

    def write(self, data: bytes) -> int:
        """Remembers; what is not read counts as unsent."""
        if not self.open:
            raise NotOpen
        self.written.append(data)
        if not self.reads:
            self.unsent_bytes += len(data)
            self.most_unsent_bytes = max(self.most_unsent_bytes, self.unsent_bytes)
            self._full = self._full or self.unsent_bytes > HIGH_WATER
        return self.unsent_bytes

    def drain(self) -> None:
        """The reader takes everything that waits, and is slow again afterwards."""
        self.unsent_bytes = 0
        if self._full and self.unsent_bytes <= LOW_WATER:
            self._full = False
            if self.on_drained is not None:
                self.on_drained()

    async def finish(self) -> None:
        """Takes nothing more."""
        self.open = False

    def messages(self) -> list[live.ServerMessage]:
        """Everything that was written."""
        return [message for wire in self.written for message in messages(wire)]


class Follower:
    """A client as `mobile_contract.live` describes it: applies frames, drops what it has seen."""

    def __init__(self, topic: str, at: int) -> None:
        self.topic = topic
        self.position = at
        self.seen: list[int] = []
        self.losses = 0
        self.resets: list[live.Reset] = []

    def read(self, said: Iterable[live.ServerMessage]) -> None:
        """Applies the messages of its topic."""
        for message in said:
            match message:
                case live.Events() if message.topic == self.topic:
                    if message.prev > self.position:
                        self.losses += 1
                    for happened in message.events:
                        if happened.position > self.position:
                            self.seen.append(live.place_of(happened.position)[1])
                    self.position = max(self.position, message.upto)
                case live.Reset() if message.topic == self.topic:
                    self.resets.append(message)
                    assert message.upto is not None
                    self.position = message.upto
                case _:
                    pass


class Database:
    """What is committed, and how it answers a hub that asks for a gap."""

    def __init__(self, rows: Sequence[FeedRow]) -> None:
        self.rows = list(rows)
        self.asked: list[tuple[int, int, int]] = []
        self.failures = 0

    async def fill_gap(self, shard: int, after_seq: int, upto_seq: int) -> list[FeedRow]:
        """The committed events of a gap; fails as often as the test wants first."""
        self.asked.append((shard, after_seq, upto_seq))
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        return [r for r in self.rows if r.shard == shard and after_seq < r.seq <= upto_seq]
