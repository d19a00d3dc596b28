"""The command says a line for each rule and ends as a script can use it."""

import asyncio

import pytest

from mobile_contract.conformance.__main__ import main
from mobile_contract.conformance.examination import RULES
from tests.mobile_contract.conformance.conftest import PASSWORD, Running


async def test_a_service_that_keeps_the_contract(
    running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--url", running.url, "--nip", running.nip, "--password", PASSWORD]
    assert await asyncio.to_thread(main, arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:4] for line in lines[:-1]] == ["pass"] * len(RULES)
    assert lines[-1] == f"{len(RULES)} rules hold, 0 are broken"


def test_nobody_there(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--url", "http://127.0.0.1:9", "--nip", "1", "--password", "x"]
    assert main(arguments) == 2
    assert "nobody could sign in" in capsys.readouterr().err


def test_a_password_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DENYUT_PASSWORD", raising=False)
    with pytest.raises(SystemExit):
        main(["--url", "http://127.0.0.1:9", "--nip", "1"])
    assert "a password is needed" in capsys.readouterr().err
