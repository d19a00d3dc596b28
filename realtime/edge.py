"""What all sockets of one process share, and the bounds that hold for each of them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mobile_contract import live
from models.rules.refusals import DatabaseAway
from realtime.frames import text_frame
from realtime.hub import Hub
from realtime.intake import verdict
from realtime.principals import Principals
from realtime.replay import Replay
from realtime.scopes import Scopes
from realtime.views import Views
from realtime.writers import Writer

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """Bounds of one socket."""

    most_topics: int = 64
    most_jobs: int = 128  # messages that wait for the database
    away_retry_s: float = 0.5  # between two looks at rights while the database is away
    away_retry_in_s: float = 5.0  # what a client is told that cannot be served now
    close_timeout_s: float = 5.0  # for what was written and the close frame; then it is cut


@dataclass(frozen=True, slots=True)
class Edge:
    """The parts behind every socket.

    `spawn` keeps a task until it is done; `turns` bounds how many sockets ask the database at
    once; `clock` counts seconds.
    """

    hub: Hub
    principals: Principals
    replay: Replay
    scopes: Scopes
    views: Views
    spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
    turns: asyncio.Semaphore
    clock: Callable[[], float]
    ping_every_s: float
    options: ConnectionOptions


class Closing(Exception):
    """The conversation ends with this code; `error` and when to come back are said before."""

    def __init__(self, code: int, error: str | None, retry_in_s: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.error = error
        self.retry_in_s = retry_in_s


def is_away(error: Exception) -> bool:
    """Whether it is the database that does not answer, and nothing of ours."""
    return isinstance(error, DatabaseAway) or verdict(error) != "culprit"


def last_words(error: str | None, retry_in_s: float | None) -> bytes:
    """What is said before a socket closes: why, and when to come back, where there is such."""
    words: list[live.ServerMessage] = []
    if error is not None:
        words.append(live.LiveError(error))
    if retry_in_s is not None:
        words.append(live.Bye(retry_in_s))
    return b"".join(text_frame(msgspec.json.encode(word)) for word in words)


async def closed(writer: Writer, send: Send, code: int, timeout_s: float) -> None:
    """Hands on what was written and closes; a peer that takes nothing more is cut off."""
    try:
        async with asyncio.timeout(timeout_s):
            await writer.finish()
            await send({"type": "websocket.close", "code": code})
    except TimeoutError:
        writer.abort()
    except Exception:  # each server has its own error for a peer that left, and that is no news
        return
