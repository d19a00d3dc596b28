"""`denyut demo` as a process of its own, as a script runs it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


class DemoProcess:
    """A running demo. `introduction`: its first line; read it before anything else."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def introduction(self) -> dict[str, Any]:
        """The JSON object of the first line; AssertionError with what was said instead."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.end(signal.SIGTERM)
        return json.loads(line)

    def end(self, with_signal: signal.Signals) -> tuple[int, str, str]:
        """Exit code and what was still on standard output and error."""
        self.process.send_signal(with_signal)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


@contextmanager
def demo_process(folder: Path, *arguments: str, **environment: str) -> Iterator[DemoProcess]:
    """Starts a small demo in a folder of its own; whatever happens, it is gone afterwards."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("DENYUT_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "denyut", "demo", "--port", "0", "--scale", "0.05", *arguments],
        cwd=ROOT,
        env=inherited | {"DENYUT_DATA_DIR": str(folder)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield DemoProcess(process)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
