"""`denyut rollups`: proves the roll-ups equal to a recount of the reports, mends and shows them."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import asyncpg
import typer
from rich.console import Console
from rich.table import Table

from denyut.commands.failures import Trouble, run, settings_here
from denyut.reaching import reached_database
from denyut.settings import Settings
from models.queries.audit import Change, audited
from models.queries.recount import Difference, differences, refilled
from models.queries.rollups import IndicatorSums, Rollup, UnitSums, rollup_of
from models.rules.periods import parse_period
from models.rules.quality import quality
from models.rules.refusals import InvalidValue

TRIES = 3  # somebody may write to a day that waits in the same moment

AsJson = Annotated[bool, typer.Option("--json", help="For a script.")]

rollups = typer.Typer(
    help="Counts of reports by unit and day.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@rollups.command()
def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Replaces what is wrong by the recount.")
    ] = False,
) -> None:
    """Counts every report anew and compares; the exit code is 1 when anything is different."""
    run(_checked(settings_here(), repair))


@rollups.command()
def show(
    unit: Annotated[str, typer.Argument(help="Code of the unit.")],
    period: Annotated[str, typer.Argument(help="2026-11, 2026-Q4 or 2026.")],
    as_json: AsJson = False,
) -> None:
    """What a unit reported in a period, by child unit and indicator."""
    run(_shown(settings_here(), unit, period, as_json))


async def _checked(settings: Settings, repair: bool) -> None:
    within_h = settings.rolling.timely_within_h
    async with reached_database(settings, migrate=False) as database:
        connection = await asyncpg.connect(database.dsn)
        try:
            found = await _differences(connection, within_h)
            people_days = 0
            if found and repair:
                people_days = await refilled(connection, within_h)
                details = {"tables": {each.table: each.rows for each in found}}
                top = await connection.fetchval("SELECT id FROM unit WHERE parent_id IS NULL")
                change = Change("rollups_repaired", unit_id=top, details=details)
                await audited(connection, None, change)
        finally:
            await connection.close()
    for each in found:
        typer.echo(f"{each.table}: {each.rows} rows are not what a recount gives:")
        for key in each.keys:
            typer.echo(f"    {key}")
    if not found:
        typer.echo("The roll-ups are equal to a recount.")
    elif repair:
        typer.echo(f"Mended: counted anew, {people_days} days of people.")
    else:
        typer.echo("To mend them: denyut rollups check --repair")
        raise typer.Exit(1)


async def _differences(connection: Any, within_h: float) -> list[Difference]:
    for _ in range(TRIES):
        try:
            return await differences(connection, within_h)
        except asyncpg.SerializationError:
            continue
    raise Trouble("Days that wait to be counted are written to all the time; try again later.")


async def _shown(settings: Settings, code: str, period: str, as_json: bool) -> None:
    try:
        span = parse_period(period)[1]
    except InvalidValue:
        raise Trouble("A period is written as 2026-11, 2026-Q4 or 2026.") from None
    async with reached_database(settings, migrate=False) as database:
        connection = await asyncpg.connect(database.dsn)
        try:
            unit_id = await connection.fetchval("SELECT id FROM unit WHERE code = $1", code)
            found = unit_id and await rollup_of(connection, unit_id, span.first, span.last)
            if not found:
                raise Trouble(f"There is no unit with the code {code}.")
            change = Change("rollup_shown", unit_id=unit_id, details={"period": period})
            await audited(connection, None, change)
        finally:
            await connection.close()
    if as_json:
        typer.echo(json.dumps(told(found), ensure_ascii=False, indent=1))
    else:
        Console(highlight=False).print(tabled(found))


def told(found: Rollup) -> dict[str, Any]:
    """A roll-up as a script reads it."""
    return {
        "unit_id": str(found.unit_id),
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "as_of": found.as_of.isoformat(),
        "rows": [_unit(each) for each in found.children],
        "own": _unit(found.own),
        "total": _unit(found.total),
    }


def tabled(found: Rollup) -> Table:
    """The same for a person: a line a unit and indicator; missing shares are dashes."""
    columns = (
        "unit",
        "people",
        "indicator",
        "reports",
        "approved",
        "pending",
        "at once",
        "on time",
    )
    title = f"{found.total.unit_name}, {found.first} to {found.last}"
    table = Table(*columns, box=None, header_style="bold", title=title)
    for unit in (*found.children, found.own, found.total):
        name = {id(found.own): "its own people", id(found.total): "all"}.get(
            id(unit), unit.unit_name
        )
        table.add_row(name, f"{unit.people}", "", f"{unit.counts.reports}", "", "", *_shares(unit))
        for each in unit.indicators:
            sums = _amounts(each)
            table.add_row("", "", each.indicator, f"{each.counts.reports}", *sums, "", "")
    return table


def _amounts(each: IndicatorSums) -> tuple[str, str]:
    """What is approved and what waits; measured values have a mean and no sum."""
    if not each.is_measured:
        return f"{each.approved:g} {each.unit_of_measure}", f"{each.pending:g}"
    return "—" if each.mean is None else f"ø {each.mean:g} {each.unit_of_measure}", ""


def _shares(unit: UnitSums) -> tuple[str, str]:
    told_of = quality(unit.counts)
    shares = told_of.approval_rate, told_of.on_time_share
    first, second = ("—" if share is None else f"{share:.0%}" for share in shares)
    return first, second


def _unit(sums: UnitSums) -> dict[str, Any]:
    return {
        "unit_id": str(sums.unit_id),
        "unit_name": sums.unit_name,
        "people": sums.people,
        "indicators": [
            {
                "indicator": each.indicator,
                "unit_of_measure": each.unit_of_measure,
                "reports": each.counts.reports,
                "approved": each.approved,
                "pending": each.pending,
                "measured": each.is_measured,
                "mean": each.mean,
            }
            for each in sums.indicators
        ],
        "quality": asdict(quality(sums.counts)),
    }
