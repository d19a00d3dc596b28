"""One PostgreSQL server process over one data folder: find it, start it, stop it.

Invariant: only a process that is proven to serve this very folder is ever signalled. The
proof is its working directory, which every PostgreSQL process sets to its data folder; a
process number alone proves nothing after a reboot.
"""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from denyut.postgres_binaries import ENVIRONMENT, Binaries, Identity, PostgresProblem

POLL_S = 0.01  # a start takes some 20 ms, so waiting longer would be the larger part
LOG_ROTATE_BYTES = 10_000_000
LOG_TAIL_BYTES = 2_000
FORCE_AFTER_S = 5.0  # for a server that does not heed a signal


@dataclass(frozen=True, slots=True)
class PidFile:
    """What a server writes about itself into `postmaster.pid`."""

    pid: int
    socket_dir: str
    ready: bool


def read_pid_file(cluster: Path) -> PidFile | None:
    """The server's own word about itself; None when there is none, or only half of one."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 5 or not lines[0].strip().isdecimal():
        return None
    return PidFile(int(lines[0]), lines[4], len(lines) > 7 and lines[7].strip() == "ready")


def serves(process: psutil.Process, cluster: Path) -> bool:
    """Whether this process is a PostgreSQL process that works in this folder."""
    try:
        return process.name().startswith("postgres") and os.path.samefile(process.cwd(), cluster)
    except (psutil.Error, OSError):
        return False


def running_postmaster(cluster: Path) -> psutil.Process | None:
    """The server that serves this folder now, whoever started it."""
    written = read_pid_file(cluster)
    if written is None:
        return None
    try:
        process = psutil.Process(written.pid)
    except psutil.NoSuchProcess:
        return None
    return process if serves(process, cluster) else None


def clear_remains(cluster: Path, patience_s: float = 5.0) -> None:
    """After a server was killed: ends its leftover children and removes its stale files.

    The children of a killed server leave by themselves at their next wait, but one in a long
    statement would keep the shared memory, and a new server refuses to start beside it.
    """
    written = read_pid_file(cluster)
    if running_postmaster(cluster) is not None:
        raise PostgresProblem(f"A PostgreSQL server is still running in {cluster}.")
    orphans = [each for each in psutil.process_iter() if serves(each, cluster)]
    _, stubborn = psutil.wait_procs(orphans, timeout=patience_s)
    for process in stubborn:
        process.kill()  # its writes are in the log or never happened
    psutil.wait_procs(stubborn, timeout=patience_s)
    if written is not None:
        (cluster / "postmaster.pid").unlink(missing_ok=True)


class Postmaster:
    """A running server. Its process may be our child or one that we adopted."""

    def __init__(self, process: psutil.Process | subprocess.Popen[Any], cluster: Path) -> None:
        self._process = process
        self._cluster = cluster
        self.pid = process.pid

    @classmethod
    def adopted(cls, process: psutil.Process, cluster: Path) -> "Postmaster":
        """Takes over a server whose service is gone."""
        return cls(process, cluster)

    @classmethod
    def started(
        cls,
        binaries: Binaries,
        cluster: Path,
        identity: Identity | None,
        arguments: Sequence[str],
        log: Path,
    ) -> "Postmaster":
        """Starts a server; its messages go to `log`. Does not wait until it is ready."""
        if log.exists() and log.stat().st_size > LOG_ROTATE_BYTES:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as messages, opened_folder(cluster, identity) as (name, options):
            process = subprocess.Popen(
                [binaries.program("postgres"), "-D", name, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=messages,
                stderr=messages,
                start_new_session=True,  # Ctrl-C in a terminal is the service's, not the server's
                **options,
            )
        return cls(process, cluster)

    def alive(self) -> bool:
        """Whether the process still runs; reaps a child that has ended."""
        if isinstance(self._process, subprocess.Popen):
            return self._process.poll() is None
        return self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE

    def wait_until_ready(self, timeout_s: float, log: Path) -> None:
        """Waits until the server takes connections, crash recovery included."""
        deadline = time.monotonic() + timeout_s
        while True:
            if not self.alive():
                raise PostgresProblem(f"PostgreSQL ended while starting.\n{log_tail(log)}")
            written = read_pid_file(self._cluster)
            if written is not None and written.pid == self.pid and written.ready:
                return
            if time.monotonic() > deadline:
                raise PostgresProblem(
                    f"PostgreSQL is not ready after {timeout_s:.0f} s.\n{log_tail(log)}"
                )
            time.sleep(POLL_S)

    def stop(self, timeout_s: float) -> None:
        """Stops the server: cleanly, else at once (recovery follows), else by force."""
        for sign, patience_s in (
            (signal.SIGINT, timeout_s),
            (signal.SIGQUIT, FORCE_AFTER_S),
            (signal.SIGKILL, FORCE_AFTER_S),
        ):
            if not self.alive():
                return
            self._process.send_signal(sign)
            deadline = time.monotonic() + patience_s
            while self.alive() and time.monotonic() < deadline:
                time.sleep(POLL_S)

    def runs(self, program: str, arguments: Sequence[str]) -> bool:
        """Whether this process is that program with those arguments (after `-D folder`)."""
        assert isinstance(self._process, psutil.Process)
        return self._process.exe() == os.path.realpath(program) and self._process.cmdline()[
            3:
        ] == list(arguments)


class opened_folder:  # noqa: N801 (reads as a function where it is used)
    """How a program names a data folder, and how it must be started to reach it.

    Root's folders often lie where an unprivileged user may not walk (below /root, or in a
    private temporary folder). So the folder is opened here and handed over as an open file:
    the program walks no path, and nobody's permissions are changed.
    """

    def __init__(self, folder: Path, identity: Identity | None) -> None:
        self._folder = folder
        self._identity = identity
        self._descriptor: int | None = None

    def __enter__(self) -> tuple[str, dict[str, Any]]:
        options: dict[str, Any] = {"cwd": "/", "env": ENVIRONMENT}
        if self._identity is None:
            return str(self._folder.resolve()), options
        self._descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        options |= {"pass_fds": [self._descriptor], **self._identity.process_arguments()}
        return f"/proc/self/fd/{self._descriptor}", options

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)


def log_tail(log: Path) -> str:
    """The last lines of the server's log, for a message to a person."""
    try:
        return log.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace").strip()
    except FileNotFoundError:
        return "It wrote no log."
