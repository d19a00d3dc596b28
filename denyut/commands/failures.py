"""What a command says when it cannot: one or two lines with the remedy, never a traceback.

Invariant: what is foreseen here ends with exit code 1 and a text on standard error; what is not is
a mistake of ours and keeps its traceback, so that it can be reported.
"""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import typer
import uvloop
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from denyut.demo.stage import NotADemo, TooFewPeople
from denyut.postgres_binaries import PostgresProblem
from denyut.settings import Settings, UnknownSettings, read_settings
from denyut.wiring import TooFewConnections
from mobile_contract.client.connection import Refused, SignInNeeded, Unreachable
from mobile_contract.client.feed import NotAllowed
from models.rules.refusals import InvalidNip
from notifications.channels.fcm import CredentialsError
from notifications.channels.mail_server import MailServerError
from notifications.channels.vapid import ContactUnusable, KeyUnreadable
from realtime.intake import verdict

TOLD = (
    NotADemo,
    TooFewPeople,
    PostgresProblem,
    TooFewConnections,
    CredentialsError,
    ContactUnusable,
    KeyUnreadable,
    MailServerError,
)
"""Failures whose own text says what is wrong and how to mend it."""


class Trouble(Exception):
    """Something is wrong that the person can mend; the text says how."""


@contextmanager
def expected_failures() -> Iterator[None]:
    """Turns foreseen failures into a message and exit code 1."""
    try:
        yield
    except BaseException as failure:
        told = explained(failure)
        if told is None:
            raise
        typer.echo(told, err=True)
        raise typer.Exit(1) from None


def explained(failure: BaseException) -> str | None:
    """What to say of a failure; None: it was not foreseen."""
    match failure:
        case BaseExceptionGroup():
            told = [explained(each) for each in failure.exceptions]
            return None if None in told else "\n".join(text for text in told if text)
        case Trouble() | UnknownSettings():
            return str(failure)
        case _ if isinstance(failure, TOLD):
            return str(failure)
        case InvalidNip():
            return "A NIP has 18 digits and begins with a date of birth."
        case ValidationError():
            return _wrong_settings(failure)
        case Refused():
            said = failure.problem.texts.en
            return f"The service refused: {said} {failure.problem.action.en}"
        case Unreachable():
            return f"The service does not answer ({failure}). Is the address right, and is it up?"
        case SignInNeeded() | NotAllowed():
            return f"The session has ended ({failure}). Sign in again."
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return "The database does not take this user or password. Check DENYUT_DATABASE_URL."
        case asyncpg.InvalidCatalogNameError():
            return f"{failure}. Create it (createdb) or name another in DENYUT_DATABASE_URL."
        case asyncpg.UndefinedTableError() | asyncpg.UndefinedFunctionError():
            return "The database is empty or too old. Run: denyut migrate"
        case asyncpg.PostgresConnectionError() | asyncpg.CannotConnectNowError():
            return f"The database cannot be reached ({failure}). Check DENYUT_DATABASE_URL."
        case DBAPIError() if failure.orig is not None:
            cause = failure.orig.__cause__ or failure.orig
            return explained(cause)
        case OSError():
            return f"{failure.strerror or failure}: {_what(failure)}"
        case Exception() if verdict(failure) == "lost":
            return "The database went away in the middle. Nothing was half done; try again."
        case _:
            return None


def settings_here() -> Settings:
    """The settings of this process, or the reason why there are none."""
    with expected_failures():
        return read_settings()


def run(work: Coroutine[Any, Any, None]) -> None:
    """Runs a command to its end; SIGINT and SIGTERM stop it cleanly with exit code 0."""
    with expected_failures():
        uvloop.run(_until_stopped(work))  # a socket costs half of what asyncio's own loop takes


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Cancels the work at the first signal and lets it put everything away."""
    task = asyncio.ensure_future(work)
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not stopped:
            raise
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _wrong_settings(failure: ValidationError) -> str:
    """Each wrong setting by its name in the environment; values may be secrets and stay unsaid."""
    lines = ["Some settings are wrong:"]
    for error in failure.errors(include_url=False, include_input=False):
        name = "DENYUT_" + "__".join(str(part).upper() for part in error["loc"])
        lines.append(f"  {name}: {error['msg']}")
    return "\n".join(lines)


def _what(failure: OSError) -> str:
    match failure.errno:
        case 98 | 48:
            return "the port is taken. Choose another with --port (0 takes a free one)."
        case 13:
            return f"{failure.filename or 'this address or file'} may not be used by this user."
        case _:
            return str(failure.filename or "check the address, the file or the folder.")
