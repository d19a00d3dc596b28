"""`denyut outages`: the ledger of when the service could not be reached, read and added to."""

import json
from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import typer
from rich.console import Console
from rich.table import Table

from denyut.commands.failures import Trouble, run, settings_here
from denyut.reaching import reached_database
from denyut.settings import Settings
from models.queries.audit import Change, audited
from models.queries.outages import outage_recorded
from models.queries.outages import outages as recorded_outages

WRITTEN = "Write an instant as 2026-11-24T08:00+07:00, with its offset; the end is the later one."

outages = typer.Typer(
    help="Times when the service could not be reached.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@outages.command("list")
def listed(
    as_json: Annotated[bool, typer.Option("--json", help="For a script.")] = False,
) -> None:
    """Every recorded outage, the latest first, and who recorded it."""
    run(_listed(settings_here(), as_json))


@outages.command()
def add(
    start: Annotated[str, typer.Argument(help="2026-11-24T08:00+07:00")],
    end: Annotated[str, typer.Argument(help="The same, later.")],
    reason: Annotated[str, typer.Option(help="What happened; everybody can read it.")],
    by: Annotated[str | None, typer.Option(help="NIP of whoever answers for it.")] = None,
) -> None:
    """Records an outage: what was captured in it is never late, also what has arrived already."""
    run(_added(settings_here(), (_instant(start), _instant(end)), reason, by))


async def _listed(settings: Settings, as_json: bool) -> None:
    async with reached_database(settings, migrate=False) as database:
        connection = await asyncpg.connect(database.dsn)
        try:
            rows = await recorded_outages(connection)
        finally:
            await connection.close()
    if as_json:
        typer.echo(json.dumps([dict(row) for row in rows], default=str, ensure_ascii=False))
        return
    table = Table("from", "until", "recorded by", "reason", box=None, header_style="bold")
    for row in rows:
        span = (f"{row[name]:%Y-%m-%d %H:%M:%S %Z}" for name in ("starts_at", "ends_at"))
        table.add_row(*span, row["source"], row["reason"])
    Console(highlight=False).print(table)


async def _added(
    settings: Settings, span: tuple[datetime, datetime], reason: str, nip: str | None
) -> None:
    if span[1] <= span[0] or not reason.strip():
        raise Trouble(f"{WRITTEN} An outage has a reason, too.")
    async with reached_database(settings, migrate=False) as database:
        connection = await asyncpg.connect(database.dsn)
        try:
            actor = await _employee(connection, nip) if nip else None
            async with connection.transaction():
                await outage_recorded(connection, span, reason.strip(), actor)
                top = await connection.fetchval("SELECT id FROM unit WHERE parent_id IS NULL")
                details = {"starts_at": span[0], "ends_at": span[1], "reason": reason}
                change = Change("outage_recorded", unit_id=top, details=details)
                await audited(connection, actor, change)
        finally:
            await connection.close()
    typer.echo("Recorded. Reports that it excuses are counted anew.")


async def _employee(connection: asyncpg.Connection, nip: str) -> UUID:
    found = await connection.fetchval("SELECT id FROM employee WHERE nip = $1", nip)
    if found is None:
        raise Trouble(f"There is no employee with the NIP {nip}.")
    return found


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(WRITTEN) from None
    if at.tzinfo is None:
        raise typer.BadParameter(WRITTEN)
    return at
