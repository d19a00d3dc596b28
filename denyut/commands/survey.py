"""`denyut survey`: the public's verdict from the command line, and posters to print.

It acts for whoever owns the machine: nobody's rights are asked, and nothing is changed.
"""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import typer
from rich.console import Console
from rich.table import Table

from api.poster import poster_pdf
from denyut.commands.failures import Trouble, run, settings_here
from denyut.reaching import reached_database
from denyut.settings import Settings
from models.queries.indices import (
    children_served,
    index_of_services,
    index_of_units,
    own_services,
    population_of,
)
from models.queries.organisation import unit_by_code
from models.queries.services import open_point
from models.rules.periods import Days, parse_period
from models.rules.refusals import InvalidValue
from models.rules.samples import adequate, needed
from models.rules.satisfaction import Tally

survey = typer.Typer(
    help="The public's verdict.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


@survey.callback()
def main() -> None:
    """The public's verdict."""


@survey.command()
def index(
    unit: Annotated[str, typer.Argument(help="Code of a unit; everything below counts with it.")],
    period: Annotated[str, typer.Argument(help="2026-11, 2026-Q4 or 2026.")],
    as_json: Annotated[bool, typer.Option("--json", help="For a script.")] = False,
) -> None:
    """The satisfaction index of a unit, of its services and of the units right below."""
    run(_shown(settings_here(), unit, period, as_json))


@survey.command()
def poster(
    code: Annotated[str, typer.Argument(help="Of a service point, as its address ends.")],
    output: Annotated[Path, typer.Option(dir_okay=False, help="The PDF to write.")],
    address: Annotated[
        str | None,
        typer.Option(help="Where citizens reach the service; else DENYUT_API__PUBLIC_URL."),
    ] = None,
) -> None:
    """The poster of a service point: one A4 page with its QR code."""
    run(_printed(settings_here(), code, output, address))


async def _shown(settings: Settings, code: str, period: str, as_json: bool) -> None:
    try:
        _, days = parse_period(period)
    except InvalidValue:
        raise Trouble(f"{period} is no period: write 2026-11, 2026-Q4 or 2026.") from None
    async with reached_database(settings, migrate=False) as database:
        connection = await asyncpg.connect(database.dsn)
        try:
            unit = await unit_by_code(connection, code)
            if unit is None:
                raise Trouble(f"No unit has the code {code}.")
            rows = await _rows(connection, unit, days)
            population = await population_of(connection, unit["id"])
        finally:
            await connection.close()
    if as_json:
        facts = {"period": period, "population": population, "rows": [_facts(*row) for row in rows]}
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    console = Console(highlight=False)
    console.print(table_of(unit["name"], period, rows))
    console.print(sample_said(rows[0][2].responses, population))


async def _rows(connection: Any, unit: Any, days: Days) -> list[tuple[str, str, Tally]]:
    """(kind, name, tally): the unit itself, then its services, then the units right below."""
    own = await own_services(connection, unit["id"])
    children = await children_served(connection, unit["id"])
    span = (days.first, days.last)
    units = await index_of_units(connection, [unit["id"], *(row["id"] for row in children)], *span)
    services = await index_of_services(connection, [row["id"] for row in own], *span)
    return [
        ("unit", unit["name"], units[unit["id"]]),
        *(("service", row["name"], services[row["id"]]) for row in own),
        *(("below", row["name"], units[row["id"]]) for row in children),
    ]


def table_of(name: str, period: str, rows: Sequence[tuple[str, str, Tally]]) -> Table:
    """The rows as a table; where nobody answered, a dash and never a zero."""
    table = Table(title=f"Satisfaction, {name}, {period}")
    table.add_column("of")
    for heading in ("index", "grade", "responses", "low"):
        table.add_column(heading, justify="right")
    for kind, label, tally in rows:
        shown = label if kind == "unit" else f"  {label}"
        value = "-" if tally.index is None else f"{tally.index:.2f}"
        table.add_row(shown, value, tally.grade or "-", str(tally.responses), str(tally.low))
    return table


def sample_said(responses: int, population: int | None) -> str:
    """How far the index can be trusted, in words."""
    if population is None:
        return "How many people are served in a year is not known of every service."
    least = needed(population)
    verdict = "enough" if adequate(responses, population) else "too few"
    return f"{responses} of {least} responses needed for {population} people a year: {verdict}."


async def _printed(settings: Settings, code: str, output: Path, address: str | None) -> None:
    root = (address or settings.api.public_url or "").rstrip("/")
    if not root:
        raise Trouble("Where do citizens reach the service? Set DENYUT_API__PUBLIC_URL.")
    async with reached_database(settings, migrate=False) as database:
        connection = await asyncpg.connect(database.dsn)
        try:
            point = await open_point(connection, code)
        finally:
            await connection.close()
    if point is None:
        raise Trouble(f"No service point in use has the code {code}.")
    printed = await asyncio.to_thread(poster_pdf, point, root)
    await asyncio.to_thread(output.write_bytes, printed)
    typer.echo(f"{output}: {point['service_name']}, {point['name']}: {root}/s/{point['code']}")


def _facts(kind: str, name: str, tally: Tally) -> dict[str, Any]:
    return {
        "of": kind,
        "name": name,
        "index": tally.index,
        "grade": tally.grade,
        "responses": tally.responses,
        "low": tally.low,
    }
