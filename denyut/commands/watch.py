"""`denyut watch`: a supervisor's feed in the terminal, from any service."""

import sys
from typing import Annotated, Literal

import typer
from rich.console import Console

from denyut.commands.failures import run
from denyut.watch import Watch, WatchOptions, signed_in


def watch(
    nip: Annotated[str, typer.Option(prompt="NIP", help="Who watches.")],
    url: Annotated[str, typer.Option(help="Where the service is.")] = "http://127.0.0.1:8000",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Reads the password from standard input.")
    ] = False,
    language: Annotated[Literal["id", "en"], typer.Option(help="Of the words.")] = "id",
) -> None:
    """Shows a supervisor's live feed and board, in the words of the screens. Ctrl-C stops.

    The password is asked for; it is never an argument, where others could read it.
    """
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = typer.prompt("Kata sandi / password", hide_input=True)
    run(_watched(url.rstrip("/"), nip, password, language))


async def _watched(url: str, nip: str, password: str, language: Literal["id", "en"]) -> None:
    console = Console(highlight=False)
    async with signed_in(url, nip, password) as connection:
        await Watch(connection, console, WatchOptions(url, language)).run()
