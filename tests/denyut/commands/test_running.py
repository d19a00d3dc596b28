"""`denyut serve`, `migrate` and `doctor` as an operator runs them."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from rich.console import Console
from typer.testing import CliRunner

from denyut.cli import app
from denyut.commands.running import report
from denyut.doctor import Finding
from models.migrations.run import newest_version

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("DENYUT_"):
            monkeypatch.delenv(name)


async def test_serve_answers_until_it_is_told_to_stop(database: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "denyut", "serve", "--port", "0"],
        cwd=ROOT,
        env=os.environ | {"DENYUT_DATABASE_URL": database},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        url, said = None, ""
        while url is None:
            line = await asyncio.to_thread(process.stderr.readline)
            assert line, said
            said += line
            found = re.search(r"Denyut answers at (\S+)", line)
            url = found[1] if found else None
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{url}/ready")).json()["status"] == "ready"
        process.send_signal(signal.SIGTERM)
        _, rest = await asyncio.to_thread(process.communicate, timeout=60)
        assert process.returncode == 0
        assert "Traceback" not in said + rest
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def test_migrate_brings_a_database_up_to_date(
    monkeypatch: pytest.MonkeyPatch, blank_database: str
) -> None:
    monkeypatch.setenv("DENYUT_DATABASE_URL", blank_database)
    for _ in range(2):  # the second time there is nothing to do
        done = CliRunner().invoke(app, ["migrate"])
        assert done.exit_code == 0, done.output
        assert newest_version() in done.output


def test_an_unreachable_database_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENYUT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/denyut")
    done = CliRunner().invoke(app, ["migrate"])
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert done.stderr.strip()


def test_the_doctor_s_exit_code_says_whether_something_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DENYUT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DENYUT_PORT", "0")
    well = CliRunner().invoke(app, ["doctor"])
    assert (well.exit_code, "✓" in well.output) == (0, True)
    monkeypatch.setenv("DENYUT_PROT", "1")
    ill = CliRunner().invoke(app, ["doctor"])
    assert ill.exit_code == 1
    assert "✗" in ill.output
    assert "DENYUT_PROT" in ill.output


def test_a_remedy_stands_below_its_finding() -> None:
    console = Console(width=100, record=True)
    console.print(report([Finding("port", "warning", "taken", "Choose another.")]))
    lines = console.export_text().splitlines()
    assert lines[0].split() == ["!", "port", "taken"]
    assert lines[1].strip() == "→ Choose another."
