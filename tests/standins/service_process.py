"""The service in a process of its own, which a test may kill at any instant and start again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import httpx

READY_TIMEOUT_S = 60.0
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ServiceProcess:
    """`denyut serve` at one address, however often it dies. Ended with its block.

    `clock_ahead_s`: by how much its machine's clock is wrong; negative: behind.
    """

    def __init__(self, environment: Mapping[str, str], clock_ahead_s: int = 0) -> None:
        self.port = free_port()
        self._program = ["-m", "denyut"]
        if clock_ahead_s:
            self._program = ["-m", "tests.standins.wrong_clock", str(clock_ahead_s)]
        bare = {name: value for name, value in os.environ.items() if not name.startswith("DENYUT_")}
        self._environment = {
            **bare,
            "DENYUT_LOGS__LEVEL": "ERROR",
            **environment,
            "DENYUT_PORT": str(self.port),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def live_url(self) -> str:
        """Where its live feed is."""
        return f"ws://127.0.0.1:{self.port}/v1/live"

    def start(self) -> None:
        """Starts it and waits until it is ready."""
        self._process = subprocess.Popen(
            [sys.executable, *self._program, "serve"],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not self._ready():
            assert self._process.poll() is None, "the service ended while starting"
            assert time.monotonic() < deadline, "the service did not become ready"
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9: it gets no chance to say anything."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """It is not scheduled any more, as on a machine that swaps or a host that is moved."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it stood, and does not know that time has passed."""
        self._signal(signal.SIGCONT)

    def stop(self) -> int:
        """Asks it to end; its exit code."""
        return self._end(signal.SIGTERM)

    def end(self) -> None:
        """Kills it if it still runs, frozen or not."""
        if self._process is not None:
            self._end(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _end(self, number: int) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        code = self._process.wait(30)
        self._process = None
        return code

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/ready").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
