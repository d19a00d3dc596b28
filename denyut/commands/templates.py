"""`denyut templates`: gives a job's targets to everybody with that job in a unit, shown first."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from denyut.commands.failures import Trouble, run, settings_here
from denyut.reaching import reached_database
from denyut.settings import Settings
from denyut.terminal.words import plain
from models.queries.audit import Change, audited
from models.queries.templates import Planned, planned_targets, templates_applied
from models.rules.nip import parse_nip
from models.rules.periods import parse_period
from models.rules.refusals import InvalidNip, InvalidValue

MOST_SHOWN = 50  # rows of the table; the rest is counted

templates = typer.Typer(
    help="Targets that people with a job usually get.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@templates.command()
def apply(
    job: Annotated[str, typer.Argument(help="Code of the job title.")],
    unit: Annotated[str, typer.Argument(help="Code of the unit; everything below it counts.")],
    period: Annotated[str, typer.Argument(help="2026-11, 2026-Q4 or 2026.")],
    by: Annotated[str, typer.Option(help="NIP of whoever sets the targets.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Shows; makes nothing.")] = False,
) -> None:
    """Makes what is missing; safe to repeat. Who sets them gets none."""
    run(_applied(settings_here(), (job, unit, period, by), dry_run))


async def _applied(settings: Settings, named: tuple[str, str, str, str], dry_run: bool) -> None:
    job, unit, period, by = named
    try:
        span, nip = parse_period(period), parse_nip(by).digits
    except InvalidValue:
        raise Trouble(f"“{period}” is no period. Write 2026-11, 2026-Q4 or 2026.") from None
    except InvalidNip:
        raise Trouble("A NIP has 18 digits and begins with a date.") from None
    async with reached_database(settings, migrate=False) as database:
        connection = await asyncpg.connect(database.dsn)
        try:
            job_id = await _id(connection, "job_title", "code", job, "job title")
            unit_id = await _id(connection, "unit", "code", unit, "unit")
            by_id = await _id(connection, "employee", "nip", nip, "employee")
            async with connection.transaction():
                if dry_run:
                    planned = await planned_targets(connection, job_id, unit_id, span, by_id)
                else:
                    planned, _ = await templates_applied(connection, job_id, unit_id, span, by_id)
                    details = {"job_title_id": job_id, "period": period}
                    change = Change("templates_applied", unit_id=unit_id, details=details)
                    await audited(connection, by_id, change)
        finally:
            await connection.close()
    _show(planned, dry_run)


async def _id(connection: Any, table: str, column: str, value: str, word: str) -> UUID:
    found = await connection.fetchval(f"SELECT id FROM {table} WHERE {column} = $1", value)
    if found is None:
        raise Trouble(f"There is no {word} “{plain(value)}”.")
    return found


def _show(planned: Sequence[Planned], dry_run: bool) -> None:
    console = Console(highlight=False)
    made = [each.target for each in planned if each.outcome == "made"]
    if made:
        table = Table("who", "indicator", "goal", box=None, header_style="bold")
        for target in made[:MOST_SHOWN]:
            goal = f"{target.quantity:g} {plain(target.unit_of_measure)}"
            table.add_row(Text(plain(target.employee_name)), Text(plain(target.indicator)), goal)
        console.print(table)
        if len(made) > MOST_SHOWN:
            console.print(f"… and {len(made) - MOST_SHOWN} more", markup=False)
    counts = Counter(each.outcome for each in planned)
    said = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    verdict = "Dry run, nothing was made. It would be: " if dry_run else "Done: "
    console.print(f"{verdict}{said or 'nobody here has this job, or it has no such template'}.")
