"""The bus: what was committed here is told to every process that has sockets open.

A bus may lose, repeat or reorder anything, since the hub compares heads with the database and
reads what is missing. Invariant: `announce` returns at once, never raises, and the hub of its own
process has the events before it returns.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from models.queries.feed import FeedRow

Deliver = Callable[[Sequence[FeedRow]], None]
"""Where announced events go in each process: `Hub.receive`."""


class Bus(Protocol):
    """Announces commits to all processes."""

    @property
    def degraded(self) -> bool:
        """Whether other processes learn of commits from the database only, a little later."""
        ...

    def announce(self, rows: Sequence[FeedRow]) -> None:
        """The events of one commit, after it. An `Announce` for every floor."""
        ...


class MemoryBus:
    """The bus of a single process: a call."""

    degraded = False

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._log = structlog.stdlib.get_logger("realtime.bus")

    def announce(self, rows: Sequence[FeedRow]) -> None:
        """Hands the events to this process's hub."""
        try:
            self._deliver(rows)
        except Exception:  # the commit stands; whoever announces it must not fail after it
            self._log.exception("events_not_delivered", events=len(rows))
