"""Only a process that is proven to serve a folder counts as its server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from denyut.postgres_binaries import Identity, PostgresProblem
from denyut.postmaster import (
    LOG_TAIL_BYTES,
    PidFile,
    Postmaster,
    clear_remains,
    log_tail,
    opened_folder,
    read_pid_file,
    running_postmaster,
    serves,
)

# A stand-in for PostgreSQL's processes: it has their name and their working directory.
STAND_IN = """
import os, signal, sys, time
os.chdir(sys.argv[1])
open("/proc/self/comm", "w").write(sys.argv[2])
signal.signal(signal.SIGINT, lambda *_: sys.exit(0) if "heeds" in sys.argv else None)
signal.signal(signal.SIGQUIT, lambda *_: None)
print("ready", flush=True)
while True:
    time.sleep(60)
"""


@contextmanager
def stand_in(folder: Path, name: str = "postgres", *manners: str) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        [sys.executable, "-c", STAND_IN, str(folder), name, *manners], stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def pid_file(folder: Path, pid: int, state: str = "ready   ") -> None:
    lines = [str(pid), str(folder), "1795500456", "5432", "/tmp/s", "", "  160399  4", state]
    (folder / "postmaster.pid").write_text("\n".join(lines) + "\n")


def test_the_servers_word_about_itself_is_read(tmp_path):
    assert read_pid_file(tmp_path) is None
    pid_file(tmp_path, 4711)
    assert read_pid_file(tmp_path) == PidFile(4711, "/tmp/s", ready=True)
    pid_file(tmp_path, 4711, "starting")
    assert read_pid_file(tmp_path) == PidFile(4711, "/tmp/s", ready=False)


@pytest.mark.parametrize("half", ["", "47", "4711\n/data\n", "not a number\n\n\n\n\n"])
def test_half_a_pid_file_says_nothing(tmp_path, half):
    (tmp_path / "postmaster.pid").write_text(half)
    assert read_pid_file(tmp_path) is None


def test_a_server_is_known_by_its_name_and_its_folder(tmp_path):
    for name in ("here", "elsewhere"):
        (tmp_path / name).mkdir()
    with stand_in(tmp_path / "here") as server, stand_in(tmp_path / "here", "python") as other:
        assert serves(psutil.Process(server.pid), tmp_path / "here")
        assert not serves(psutil.Process(server.pid), tmp_path / "elsewhere")
        assert not serves(psutil.Process(other.pid), tmp_path / "here")
        pid_file(tmp_path / "here", server.pid)
        pid_file(tmp_path / "elsewhere", server.pid)
        assert running_postmaster(tmp_path / "here") == psutil.Process(server.pid)
        assert running_postmaster(tmp_path / "elsewhere") is None
    assert running_postmaster(tmp_path / "here") is None


def test_a_process_that_has_ended_serves_nothing(tmp_path):
    with stand_in(tmp_path) as server:
        process = psutil.Process(server.pid)
    assert not serves(process, tmp_path)


def test_leftover_children_of_a_killed_server_are_ended_and_nobody_else(tmp_path):
    cluster, other = tmp_path / "cluster", tmp_path / "other"
    cluster.mkdir()
    other.mkdir()
    with stand_in(cluster) as child, stand_in(other) as stranger:
        pid_file(cluster, 2**22)  # above the largest number that Linux gives
        clear_remains(cluster, patience_s=0.1)
        assert not psutil.pid_exists(child.pid)
        assert stranger.poll() is None
        assert read_pid_file(cluster) is None


def test_nothing_is_cleared_beside_a_running_server(tmp_path):
    with stand_in(tmp_path) as server:
        pid_file(tmp_path, server.pid)
        with pytest.raises(PostgresProblem, match="still running"):
            clear_remains(tmp_path, patience_s=0.1)
        assert server.poll() is None
        assert read_pid_file(tmp_path) is not None


def test_a_server_that_heeds_a_signal_is_stopped_cleanly(tmp_path):
    with stand_in(tmp_path, "postgres", "heeds") as process:
        Postmaster(process, tmp_path).stop(timeout_s=10)
        assert process.returncode == 0


def test_a_server_that_heeds_nothing_is_stopped_by_force(tmp_path, monkeypatch):
    monkeypatch.setattr("denyut.postmaster.FORCE_AFTER_S", 0.05)
    with stand_in(tmp_path) as process:
        server = Postmaster(process, tmp_path)
        server.stop(timeout_s=0.05)
        assert not server.alive()


def test_waiting_for_a_server_that_never_gets_ready_ends_with_its_log(tmp_path):
    log = tmp_path / "log"
    log.write_text("no space left\n")
    with stand_in(tmp_path) as process:
        pid_file(tmp_path, process.pid, "starting")
        with pytest.raises(PostgresProblem, match=r"not ready after 0 s\.\nno space left"):
            Postmaster(process, tmp_path).wait_until_ready(0.05, log)


def test_waiting_ends_when_the_server_ends(tmp_path):
    with stand_in(tmp_path) as process:
        process.kill()
        process.wait()
        with pytest.raises(PostgresProblem, match=r"ended while starting.\nIt wrote no log"):
            Postmaster(process, tmp_path).wait_until_ready(10, tmp_path / "log")


def test_the_end_of_a_long_log_is_told(tmp_path):
    (tmp_path / "log").write_text("x" * LOG_TAIL_BYTES + "\nthe reason\n")
    assert log_tail(tmp_path / "log").endswith("the reason")
    assert len(log_tail(tmp_path / "log")) < LOG_TAIL_BYTES


def test_ones_own_folder_is_named_by_its_path(tmp_path):
    with opened_folder(tmp_path, None) as (name, options):
        assert name == str(tmp_path.resolve())
        assert "pass_fds" not in options


def test_another_user_gets_the_folder_as_an_open_file(tmp_path):
    inside = tmp_path / "closed" / "data"
    inside.mkdir(parents=True)
    (inside / "fact").write_text("7")
    with opened_folder(inside, Identity("me", os.geteuid(), os.getegid())) as (name, options):
        (descriptor,) = options["pass_fds"]
        answer = subprocess.run(
            ["/bin/cat", f"{name}/fact"], capture_output=True, text=True, pass_fds=[descriptor]
        )
        assert answer.stdout == "7"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
