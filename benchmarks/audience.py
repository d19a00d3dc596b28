"""Many subscribers in a process of their own, as the scenarios speak to them."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.listeners import Told
from benchmarks.rig import ended

LISTENERS = (sys.executable, "-m", "benchmarks.listeners")
LINE_BYTES = 16 * 1024 * 1024  # of the openings of all sockets


class Missing(RuntimeError):
    """Events did not arrive: what was measured is no measurement."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What arrived at all sockets together. `sample` is one event's message as it came."""

    frames: int
    events: int
    p50_ms: float
    p99_ms: float
    most_ms: float
    sample: str


class Audience:
    """The sockets of one process of listeners."""

    def __init__(self, process: asyncio.subprocess.Process, sockets: int) -> None:
        self._process = process
        self.sockets = sockets

    async def heard(self, events: int) -> Heard:
        """What arrived since the last call, once it is `events` at every socket.

        Raises Missing when it never is.
        """
        wanted = events * self.sockets
        assert self._process.stdin is not None
        self._process.stdin.write(b"%d\n" % wanted)
        report = await _line(self._process)
        if report["lost"]:
            raise Missing(f"{report['lost']} sockets were closed")
        if report["events"] != wanted:
            raise Missing(f"{report['events']} events arrived, {wanted} were sent")
        return Heard(**{name: report[name] for name in Heard.__slots__})


@asynccontextmanager
async def listening(told: Told) -> AsyncGenerator[Audience]:
    """All sockets connected and ready; they leave when the block ends."""
    process = await asyncio.create_subprocess_exec(
        *LISTENERS,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE_BYTES,
    )
    try:
        assert process.stdin is not None
        process.stdin.write(json.dumps(asdict(told)).encode() + b"\n")
        await process.stdin.drain()
        ready = await _line(process)
        yield Audience(process, ready["ready"])
    finally:
        await ended(process)


async def _line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line:
        raise Missing("the listeners ended")
    return json.loads(line)
