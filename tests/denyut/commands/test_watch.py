"""`denyut watch` as a process: signs in with a password from standard input, stops cleanly."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
from typer.testing import CliRunner

from denyut.cli import app
from tests.builders import make_report
from tests.denyut.test_watch import PASSWORD, until, watched

ROOT = Path(__file__).parents[3]


async def test_the_feed_is_followed_until_ctrl_c(
    database: str, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    out = tmp_path / "out.txt"
    async with watched(database, pool) as there:
        with out.open("w") as file:
            process = subprocess.Popen(
                [
                    *[
                        sys.executable,
                        "-m",
                        "denyut",
                        "watch",
                        "--url",
                        there.url,
                        "--nip",
                        there.nip,
                    ],
                    *["--password-stdin", "--language", "en"],
                ],
                cwd=ROOT,
                env={name: text for name, text in os.environ.items() if "DENYUT" not in name},
                stdin=subprocess.PIPE,
                stdout=file,
                stderr=subprocess.PIPE,
                text=True,
            )
        try:
            assert process.stdin is not None
            process.stdin.write(f"{PASSWORD}\n")
            process.stdin.flush()
            live = "SELECT EXISTS (SELECT FROM data_view WHERE what LIKE '%live%')"
            while not await pool.fetchval(live):
                assert process.poll() is None
                await asyncio.sleep(0.05)
            city = there.city
            await make_report(pool, city.ani, city.targets[city.ani], note="dari lapangan")
            await until(lambda: "“dari lapangan”" in out.read_text())
            process.send_signal(signal.SIGINT)
            _, said = await asyncio.to_thread(process.communicate, timeout=30)
            assert (process.returncode, said) == (0, "")
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()


def test_a_service_that_is_not_there_is_said_in_one_line() -> None:
    done = CliRunner().invoke(
        app,
        ["watch", "--url", "http://127.0.0.1:1", "--nip", "198001012005011001", "--password-stdin"],
        input="rahasia\n",
    )
    assert done.exit_code == 1
    assert "does not answer" in done.output
    assert "rahasia" not in done.output
    assert "Traceback" not in done.output
