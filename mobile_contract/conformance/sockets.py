"""Rules of the live feed: hello, frames, resume, and what closes a socket.

Each public function is one rule and its docstring says it; what is broken is raised.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from mobile_contract.cards import Gap, TopicState, plain
from mobile_contract.client.feed import live_address
from mobile_contract.conformance.subject import Broken, Subject
from mobile_contract.live import (
    CLOSE_MALFORMED,
    CLOSE_NOT_SIGNED_IN,
    Cursor,
    Events,
    FeedSnapshot,
    Hello,
    LiveError,
    Ping,
    Pong,
    ServerMessage,
    Subscribe,
    TopicSnapshot,
    Welcome,
    person_topic,
)

CARDS = 50


async def a_hello_is_welcomed(subject: Subject) -> None:
    """A hello with a token is welcomed with one's own topic."""
    async with _socket(subject) as socket:
        welcome = await _greeted(subject, socket, None)
    if person_topic(subject.employee_id) not in welcome.topics:
        raise Broken(f"the topics are {sorted(welcome.topics)}")


async def a_wrong_token_closes_the_socket(subject: Subject) -> None:
    """A hello with a made-up token ends with 4401."""
    async with _socket(subject) as socket:
        with suppress(ConnectionClosed):
            await socket.send(msgspec.json.encode(Hello("x" * 43)), text=True)
        await _closes(subject, socket, CLOSE_NOT_SIGNED_IN)


async def a_message_that_is_none_closes_the_socket(subject: Subject) -> None:
    """A first message that cannot be read ends with 4400."""
    async with _socket(subject) as socket:
        with suppress(ConnectionClosed):
            await socket.send("{")
        await _closes(subject, socket, CLOSE_MALFORMED)


async def a_stranger_topic_is_refused(subject: Subject) -> None:
    """Subscribing to what one may not see is an error, and the socket stays open."""
    stranger = "person:00000000-0000-7000-8000-000000000000"
    async with _socket(subject) as socket:
        await _greeted(subject, socket, None)
        await _say(socket, Subscribe(stranger))
        async for message in _heard(subject, socket):
            if isinstance(message, LiveError):
                if message.code != "topic_not_allowed":
                    raise Broken(f"the code was {message.code}")
                break
        await _say(socket, Pong())
        (await subject.reported(subject.new_report())).expect(201)
        await _frame_with_events(subject, socket)


async def a_report_arrives_on_the_open_socket(subject: Subject) -> None:
    """A report that got its receipt arrives in a frame that joins on, with that receipt."""
    async with _socket(subject) as socket:
        welcome = await _greeted(subject, socket, None)
        position = welcome.topics[person_topic(subject.employee_id)].upto
        report = subject.new_report()
        receipt = (await subject.reported(report)).expect(201).json()["receipt"]
        while True:
            frame = await _frame_with_events(subject, socket)
            if frame.prev > position:
                raise Broken(f"a frame began at {frame.prev}, after {position}")
            position = frame.upto
            if any(event.receipt == receipt for event in frame.events):
                return


async def what_was_missed_comes_after_the_cursor(subject: Subject) -> None:
    """What happened while the socket was away comes after the cursor, once and without a hole."""
    snapshot = await subject.connection.snapshot(CARDS)
    mine = _mine(subject, snapshot)
    receipts = set[str]()
    for _ in range(3):
        answer = await subject.reported(subject.new_report())
        receipts.add(answer.expect(201).json()["receipt"])
    state: TopicState | Gap = TopicState.from_snapshot(mine, CARDS)
    cursor = Cursor(snapshot.epoch, {mine.topic: mine.upto})
    seen: list[str] = []
    async with _socket(subject) as socket:
        await _greeted(subject, socket, cursor)
        while not receipts <= set(seen):
            frame = await _frame_with_events(subject, socket)
            state = state.apply(frame)
            if isinstance(state, Gap):
                raise Broken(f"a frame began at {frame.prev}, after {state.position}")
            seen += [event.receipt for event in frame.events if event.receipt]
    if len(seen) != len(set(seen)):
        raise Broken("an event came twice")


async def snapshot_and_events_equal_a_fresh_snapshot(subject: Subject) -> None:
    """A snapshot with the frames after it equals a fresh snapshot."""
    before = await subject.connection.snapshot(CARDS)
    report = subject.new_report()
    (await subject.reported(report)).expect(201)
    revision = {key: report[key] for key in ("quantity", "activity_at")}
    await subject.synced(
        {
            "mutation_id": subject.new_id(),
            "op": "report.revise",
            "revision": revision | {"report_id": report["id"], "note": "Conformance: revised"},
        }
    )
    after = await subject.connection.snapshot(CARDS)
    page = await subject.connection.changes(before.cursor, 500)
    state: TopicState | Gap = TopicState.from_snapshot(_mine(subject, before), CARDS)
    topic = person_topic(subject.employee_id)
    for frame in page.frames:
        if frame.topic == topic and isinstance(state, TopicState):
            state = state.apply(frame)
    if isinstance(state, Gap):
        raise Broken("the page does not join on to the snapshot before it")
    folded, fresh = plain(state.as_snapshot()), plain(_mine(subject, after))
    for part in ("cards", "progress"):
        if folded[part] != fresh[part]:
            raise Broken(f"the {part} differ: {folded[part]} and {fresh[part]}")


@asynccontextmanager
async def _socket(subject: Subject) -> AsyncGenerator[ClientConnection]:
    address = live_address(subject.connection.options.base_url)
    async with (
        asyncio.timeout(6 * subject.patience_s),
        connect(address, compression=None, ping_interval=None, proxy=None) as socket,
    ):
        yield socket


async def _say(socket: ClientConnection, message: msgspec.Struct) -> None:
    try:
        await socket.send(msgspec.json.encode(message), text=True)
    except ConnectionClosed as closed:
        raise Broken(f"the socket was closed: {closed}") from None


async def _heard(subject: Subject, socket: ClientConnection) -> AsyncGenerator[ServerMessage]:
    """Messages of the service; pings are answered on the way."""
    while True:
        try:
            async with asyncio.timeout(subject.patience_s):
                message: Any = msgspec.json.decode(await socket.recv(), type=ServerMessage)
        except TimeoutError:
            raise Broken(f"nothing came for {subject.patience_s} s") from None
        except ConnectionClosed as closed:
            raise Broken(f"the socket was closed: {closed}") from None
        except msgspec.MsgspecError as error:
            raise Broken(f"a message cannot be read: {error}") from None
        if isinstance(message, Ping):
            await _say(socket, Pong())
        else:
            yield message


async def _greeted(subject: Subject, socket: ClientConnection, cursor: Cursor | None) -> Welcome:
    await _say(socket, Hello(await subject.token(), cursor))
    async for message in _heard(subject, socket):
        if isinstance(message, Welcome):
            return message
        raise Broken(f"before the welcome came {type(message).__name__}")
    raise Broken("no welcome came")


async def _frame_with_events(subject: Subject, socket: ClientConnection) -> Events:
    """The next frame of one's own topic that has events in it."""
    topic = person_topic(subject.employee_id)
    async for message in _heard(subject, socket):
        if isinstance(message, Events) and message.topic == topic and message.events:
            return message
    raise Broken("no frame came")


async def _closes(subject: Subject, socket: ClientConnection, code: int) -> None:
    try:
        async with asyncio.timeout(subject.patience_s):
            async for _ in socket:
                pass  # an error may be told first
            await socket.wait_closed()
    except TimeoutError:
        raise Broken("the socket stayed open") from None
    except ConnectionClosed:
        pass
    if socket.close_code != code:
        raise Broken(f"it was closed with {socket.close_code}, not {code}")


def _mine(subject: Subject, snapshot: FeedSnapshot) -> TopicSnapshot:
    topic = person_topic(subject.employee_id)
    for each in snapshot.topics:
        if each.topic == topic:
            return each
    raise Broken("the snapshot has no topic of one's own")
