"""`denyut serve`, `denyut migrate` and `denyut doctor`: running an installation."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from denyut.commands.failures import run, settings_here
from denyut.doctor import Finding, findings, worst
from denyut.logs import configure_logging
from denyut.reaching import reached_database
from denyut.serving import serve as serve_until_stopped
from denyut.settings import Settings
from models.migrations.run import newest_version

STATES = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "wrong": ("✗", "red")}


def serve(
    host: Annotated[str | None, typer.Option(help="Instead of DENYUT_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Instead of DENYUT_PORT; 0: a free one.")
    ] = None,
) -> None:
    """Runs the service until SIGTERM or Ctrl-C; open sockets are told when to come back."""
    settings = settings_here()
    given = {"host": host, "port": port}
    settings = settings.model_copy(update={k: v for k, v in given.items() if v is not None})
    configure_logging(settings.logs)
    console = Console(stderr=True, highlight=False)
    run(serve_until_stopped(settings, lambda url: console.print(f"Denyut answers at {url}")))


def migrate() -> None:
    """Brings the database to the version that this code needs. Safe to run at any time."""
    run(_migrated(settings_here()))


def doctor() -> None:
    """Says what is wrong with this installation and how to mend it; changes nothing.

    The exit code is 1 when something is wrong, 0 otherwise.
    """
    found = asyncio.run(findings())
    console = Console(highlight=False)
    console.print(report(found))
    if worst(found) == "wrong":
        raise typer.Exit(1)


def report(found: list[Finding]) -> Table:
    """The findings, each with its remedy below it."""
    table = Table.grid(padding=(0, 2))
    for finding in found:
        sign, style = STATES[finding.state]
        table.add_row(Text(sign, style), Text(finding.what, "bold"), Text(finding.found))
        if finding.remedy:
            table.add_row("", "", Text(f"→ {finding.remedy}", style))
    return table


async def _migrated(settings: Settings) -> None:
    async with reached_database(settings, migrate=True):
        typer.echo(f"The database is at {newest_version()}, the newest version.")
