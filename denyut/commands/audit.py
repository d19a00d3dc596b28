"""`denyut audit who-saw NIP`: who saw somebody's data, what, and when, as a breach notice needs it.

Looks at whole units count for whoever worked below them then. Asking is itself written down.
"""

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import asyncpg
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from denyut.commands.failures import Trouble, run, settings_here
from denyut.reaching import reached_database
from denyut.settings import Settings
from models.queries.audit import Change, Look, audited, who_saw

DAY = "%Y-%m-%d"
PERSON = """
    SELECT e.id, e.name, u.zone FROM employee e JOIN unit u ON u.id = e.unit_id WHERE e.nip = $1
"""

audit = typer.Typer(
    help="Who looked at whose data.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@audit.callback()
def _several() -> None:
    """Keeps `who-saw` a word of its own."""


@audit.command("who-saw")
def saw(
    nip: Annotated[str, typer.Argument(help="Of the person whose data was looked at.")],
    since: Annotated[
        datetime | None, typer.Option(formats=[DAY], help="First local day; none: from the first.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=[DAY], help="Last local day; none: until now.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a script.")] = False,
) -> None:
    """Every look at somebody's data, newest first; a live one with its beginning and its end."""
    run(_shown(settings_here(), nip, (since, until), as_json))


async def _shown(
    settings: Settings, nip: str, days: tuple[datetime | None, datetime | None], as_json: bool
) -> None:
    async with reached_database(settings, migrate=False) as database:
        connection = await asyncpg.connect(database.dsn)
        try:
            person = await connection.fetchrow(PERSON, nip)
            if person is None:
                raise Trouble(f"There is no employee with the NIP {nip}.")
            zone = ZoneInfo(person["zone"])
            since, until = (_midnight(day, zone) for day in days)
            after = None if until is None else until + timedelta(days=1)
            async with connection.transaction():
                looks = await who_saw(connection, person["id"], since, after)
                details = {"since": since, "until": after, "looks": len(looks)}
                await audited(connection, None, Change("who_saw", person["id"], details=details))
        finally:
            await connection.close()
    if as_json:
        written = [told(look, zone) for look in looks]
        typer.echo(json.dumps(written, ensure_ascii=False, indent=1))
        return
    console = Console(highlight=False)
    console.print(f"{escape(person['name'])}: {len(looks)} looks, in {person['zone']}.")
    if looks:
        console.print(tabled(looks, zone))


def told(look: Look, zone: ZoneInfo) -> dict[str, Any]:
    """A look as a script reads it; instants with the offset of the person's unit."""
    return {
        "from": look.at.astimezone(zone).isoformat(),
        "until": None if look.lasts else (look.until or look.at).astimezone(zone).isoformat(),
        "lasts": look.lasts,
        "viewer_id": str(look.viewer_id),
        "viewer_nip": look.viewer_nip,
        "viewer_name": look.viewer_name,
        "what": look.what,
        "unit": look.unit_name,
    }


def tabled(looks: Sequence[Look], zone: ZoneInfo) -> Table:
    """The same to read: local times, and the unit where all of it was looked at."""
    table = Table("from", "until", "viewer", "NIP", "what", "with", box=None, header_style="bold")
    for look in looks:
        table.add_row(
            _clock(look.at, zone),
            "lasts" if look.lasts else _clock(look.until, zone),
            escape(look.viewer_name),
            look.viewer_nip,
            look.what,
            "" if look.unit_name is None else escape(f"all of {look.unit_name}"),
        )
    return table


def _clock(at: datetime | None, zone: ZoneInfo) -> str:
    return "" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _midnight(day: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day.date(), time.min, zone)
