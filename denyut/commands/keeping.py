"""`denyut import`, `denyut appoint` and `denyut holidays`: what an organisation brings along."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal

import asyncpg
import typer
from rich.console import Console

from denyut.appointing import RoleName, Unknown, appointed
from denyut.commands.failures import Trouble, run, settings_here
from denyut.importing import FileImport, import_file
from denyut.reaching import reached_database
from denyut.settings import Settings
from models.queries.calendar_changes import everybody_stale
from models.queries.imports.outcome import ImportOptions
from models.queries.imports.run import Kind
from models.queries.national_holidays import fill_national_holidays, national_holidays

CsvFile = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, readable=True, help="A CSV file in UTF-8, or an XLSX workbook."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Shows what would change; writes nothing.")]
RetireMissing = Annotated[
    bool, typer.Option("--retire-missing", help="Retires what the file leaves out of its units.")
]
Language = Annotated[
    Literal["id", "en"], typer.Option(help="The language of what is said about rows.")
]

importing = typer.Typer(
    help="Brings lists in (CSV, XLSX): all of a file or nothing; the same twice changes nothing.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@importing.command()
def units(
    file: CsvFile,
    dry_run: DryRun = False,
    retire_missing: RetireMissing = False,
    language: Language = "id",
) -> None:
    """The tree of units: code, name, parent."""
    _import("units", file, ImportOptions(dry_run, retire_missing), language)


@importing.command()
def employees(
    file: CsvFile,
    dry_run: DryRun = False,
    retire_missing: RetireMissing = False,
    language: Language = "id",
) -> None:
    """Who works where: NIP, name, unit."""
    _import("employees", file, ImportOptions(dry_run, retire_missing), language)


@importing.command()
def supervision(
    file: CsvFile,
    dry_run: DryRun = False,
    retire_missing: RetireMissing = False,
    language: Language = "id",
) -> None:
    """Who heads which unit from when to when, definitive or acting."""
    _import("supervision", file, ImportOptions(dry_run, retire_missing), language)


@importing.command()
def leave(
    file: CsvFile,
    dry_run: DryRun = False,
    retire_missing: RetireMissing = False,
    language: Language = "id",
) -> None:
    """Days of leave, first and last included."""
    _import("leave", file, ImportOptions(dry_run, retire_missing), language)


@importing.command()
def targets(file: CsvFile, dry_run: DryRun = False, language: Language = "id") -> None:
    """What people shall reach: indicator, quantity and period, by NIP."""
    _import("targets", file, ImportOptions(dry_run), language)


def appoint(
    nip: Annotated[str, typer.Argument(help="Of an employee who was imported.")],
    role: Annotated[RoleName, typer.Argument(help="What they become.")],
    unit: Annotated[
        str | None, typer.Option(help="Code of the unit it holds for; none: everything.")
    ] = None,
) -> None:
    """The first HR officer or administrator: grants the role and prints a one-time code."""
    run(_appointed(settings_here(), nip, role, unit))


def holidays(
    year: Annotated[int, typer.Argument(min=2000, max=2100)],
    dry_run: DryRun = False,
) -> None:
    """Fills in Indonesia's national holidays and joint leave of a year; later runs correct it."""
    if dry_run:
        _show(sorted(national_holidays(year)), year)
        return
    run(_filled(settings_here(), year))


def _import(kind: Kind, file: Path, options: ImportOptions, language: Literal["id", "en"]) -> None:
    settings = settings_here()
    console = Console(highlight=False)

    async def work() -> None:
        wanted = FileImport(kind, file, options, language)
        if not await import_file(settings, wanted, console):
            raise typer.Exit(1)

    run(work())


async def _appointed(settings: Settings, nip: str, role: RoleName, unit: str | None) -> None:
    async with reached_database(settings, migrate=False) as database:
        connection = await asyncpg.connect(database.dsn)
        try:
            async with connection.transaction():
                days = settings.api.activation_days
                done = await appointed(connection, nip, role, unit, days)
        except Unknown as problem:
            raise Trouble(str(problem)) from None
        finally:
            await connection.close()
    held = "is now" if done.is_new else "already was"
    typer.echo(f"{done.name} {held} {role} for {done.unit_name}.")
    typer.echo(f"Activation code (shown once, until {done.expires_at:%Y-%m-%d}): {done.code}")


async def _filled(settings: Settings, year: int) -> None:
    """The holidays, and a fresh pace for everybody whose working time they change."""
    await asyncio.to_thread(national_holidays, year)  # the first use of the package is slow
    async with reached_database(settings, migrate=False) as database:
        connection = await asyncpg.connect(database.dsn)
        try:
            async with connection.transaction():
                days = await fill_national_holidays(connection, year)
                if days:
                    since = datetime.combine(days[0] - timedelta(days=1), time.min, UTC)
                    await everybody_stale(connection, since)
        finally:
            await connection.close()
    _show(days, year)


def _show(days: list[date], year: int) -> None:
    names = national_holidays(year)
    for day in days:
        typer.echo(f"{day}  {names[day][0]}")
    typer.echo(f"{len(days)} days of {year} are new or renamed." if days else "Nothing is new.")
