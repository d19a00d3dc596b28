"""`python -m denyut` is the command line."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "denyut", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, "demo" in done.stdout, done.stderr) == (0, True, "")
