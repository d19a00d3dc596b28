"""The checks that people would otherwise forget: ruff, pyright, import-linter, hadolint."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PYTHON_FOLDERS = [
    name
    for name in (
        *("api", "benchmarks", "denyut", "mobile_contract", "models", "notifications"),
        *("realtime", "tests"),
    )
    if (ROOT / name).is_dir()
]
CHECKS = {
    "ruff": ["ruff", "check", "--quiet", "--no-cache", "--output-format=concise", *PYTHON_FOLDERS],
    "format": ["ruff", "format", "--check", "--quiet", "--no-cache", *PYTHON_FOLDERS],
    "floors": ["lint-imports", "--no-cache", "--no-logo"],
    "types": ["pyright", "--pythonpath", sys.executable],
    "image": ["hadolint", "Dockerfile"],
}


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_finds_nothing(check):
    program, *arguments = CHECKS[check]
    environment = os.environ | {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1", "COLUMNS": "100"}
    answer = subprocess.run(
        [str(BIN / program), *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, f"\n{answer.stdout}{answer.stderr}"
