"""What a command says when it cannot: words for what is foreseen, a traceback for our mistakes."""

import asyncio
import os
import signal
from typing import Any

import asyncpg
import pytest
import typer
from sqlalchemy.exc import InterfaceError, OperationalError

from denyut.commands.failures import Trouble, expected_failures, explained, run, settings_here
from denyut.demo.stage import NotADemo
from denyut.postgres_binaries import PostgresProblem
from denyut.settings import UnknownSettings
from mobile_contract.client.connection import Refused, SignInNeeded, Unreachable
from mobile_contract.problems import Problems
from models.rules.refusals import InvalidNip


def refusal(code: str, status: int) -> Refused:
    return Refused(Problems.loaded().problem(code, status, "id", {}), None)


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Trouble("Unset it."), "Unset it."),
        (UnknownSettings(["DENYUT_X"]), "DENYUT_X"),
        (PostgresProblem("Install it."), "Install it."),
        (NotADemo("Another folder."), "Another folder."),
        (Unreachable("GET /v1/me: ConnectError"), "does not answer"),
        (SignInNeeded(), "Sign in again"),
        (InvalidNip(), "18 digits"),
        (refusal("wrong_credentials", 401), "The service refused"),
        (asyncpg.InvalidPasswordError("no"), "DENYUT_DATABASE_URL"),
        (asyncpg.InvalidCatalogNameError('database "x" does not exist'), "createdb"),
        (asyncpg.UndefinedTableError("no such table"), "denyut migrate"),
        (asyncpg.CannotConnectNowError("starting up"), "cannot be reached"),
        (OperationalError("", {}, asyncpg.CannotConnectNowError("x")), "cannot be reached"),
        (InterfaceError("", {}, asyncpg.InterfaceError("connection is closed")), "try again"),
        (asyncpg.InternalClientError("got result for unknown protocol state"), "try again"),
        (asyncpg.AdminShutdownError("terminating connection"), "try again"),
        (OSError(98, "Address already in use"), "--port"),
        (PermissionError(13, "Permission denied", "/data"), "/data"),
        (FileNotFoundError(2, "No such file or directory", "x.csv"), "x.csv"),
        (ExceptionGroup("both", [Trouble("one"), Trouble("two")]), "one\ntwo"),
    ],
)
def test_what_is_foreseen_has_words(failure: BaseException, words: str) -> None:
    said = explained(failure)
    assert said is not None
    assert words in said


@pytest.mark.parametrize(
    "failure",
    [ValueError("ours"), KeyError("x"), ExceptionGroup("x", [Trouble("a"), KeyError("b")])],
)
def test_what_is_our_mistake_has_none(failure: BaseException) -> None:
    assert explained(failure) is None


def test_a_foreseen_failure_ends_with_one_and_a_mistake_with_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(typer.Exit) as ended, expected_failures():
        raise Trouble("Mend it like this.")
    assert ended.value.exit_code == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "Mend it like this.\n")
    with pytest.raises(ZeroDivisionError), expected_failures():
        raise ZeroDivisionError


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_the_work_put_everything_away(number: signal.Signals) -> None:
    steps: list[str] = []

    async def work() -> None:
        try:
            os.kill(os.getpid(), number)
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            steps.append("put away")

    run(work())
    assert steps == ["put away"]


def test_a_cancellation_of_our_own_is_not_taken_for_a_signal() -> None:
    async def work() -> Any:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run(work())


def test_wrong_settings_are_named_without_their_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DENYUT_PORT", "sehr-geheim")
    with pytest.raises(typer.Exit):
        settings_here()
    said = capsys.readouterr().err
    assert "DENYUT_PORT" in said
    assert "sehr-geheim" not in said
