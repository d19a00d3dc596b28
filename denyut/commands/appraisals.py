"""`denyut appraisals`: opens a period, lists what waits, and reproduces what was decided.

The command line acts for the machine's owner: what it opens and reads is written down without a
person, as everything that the service does of itself.
"""

import hashlib
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import typer
from rich.console import Console
from rich.table import Table

from denyut.commands.failures import Trouble, run, settings_here
from denyut.reaching import reached_database
from denyut.settings import Settings
from models.queries.appraisal_evidence import evidence_frozen
from models.queries.appraisal_opening import Due, opened_and_told, people_due
from models.queries.appraisals import Wanted, appraisals_watched
from models.queries.asking import Row
from models.queries.audit import Change, audited
from models.rules.evidence import reproduced, told
from models.rules.periods import PeriodKind, bounds, parse_period
from models.rules.refusals import Busy, InvalidValue

BATCH = 100  # people in one transaction, so that reports come in between
MOST_LISTED = 1_000
IN_INBOX: tuple[str, ...] = ()  # a command knows no channels; the inbox has every notice

Period = Annotated[str, typer.Argument(help="2026-11, 2026-Q4 or 2026.")]
UnitCode = Annotated[str | None, typer.Option("--unit", help="Code of a unit; none: everybody.")]
AsJson = Annotated[bool, typer.Option("--json", help="For a script.")]

appraisals = typer.Typer(
    help="Appraisals of a period.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@appraisals.command("open")
def open_period(period: Period, unit: UnitCode = None) -> None:
    """Opens a period for everybody who worked in it; what is open stays as it is."""
    run(_opened(settings_here(), period, unit))


@appraisals.command("list")
def list_period(period: Period, unit: UnitCode = None, as_json: AsJson = False) -> None:
    """The appraisals of a period, with where each stands."""
    run(_listed(settings_here(), period, unit, as_json))


@appraisals.command()
def reproduce(
    appraisal: Annotated[str, typer.Argument(help="Id of an appraisal.")], as_json: AsJson = False
) -> None:
    """Works every decision's suggestion out again from its frozen evidence alone.

    The exit code is 1 when one differs from what was frozen, or a text was touched.
    """
    run(_reproduced(settings_here(), appraisal, as_json))


async def _opened(settings: Settings, period: str, code: str | None) -> None:
    _known(period)
    kind, days = parse_period(period)
    async with _connected(settings) as connection:
        unit_id = await _unit(connection, code)
        top = await _top(connection, unit_id)
        if top is None:
            raise Trouble("There are no units yet. Import them: denyut import units FILE.csv")
        due, count = Due(PeriodKind(kind).value, period, *bounds(days, top["zone"]), unit_id), 0
        while people := await people_due(connection, due, BATCH):
            try:
                async with connection.transaction():
                    wanted = [employee_id for employee_id, _ in people]
                    opened, _ = await opened_and_told(connection, due, wanted, None, IN_INBOX)
            except Busy:
                raise Trouble("Somebody is being moved in this moment. Try again.") from None
            count += sum(each.is_new for each in opened)
            due = Due(due.kind, period, due.start, due.end, unit_id, people[-1])
        details = {"period": period, "opened": count}
        change = Change("appraisals_opened", unit_id=top["id"], details=details)
        await audited(connection, None, change)
    typer.echo(f"{count} appraisals of {period} were opened.")


async def _listed(settings: Settings, period: str, code: str | None, as_json: bool) -> None:
    _known(period)
    async with _connected(settings) as connection:
        unit_id = await _unit(connection, code)
        tops = await connection.fetch("SELECT id FROM unit WHERE parent_id IS NULL")
        wanted = Wanted(
            [row["id"] for row in tops], unit_id=unit_id, period=period, limit=MOST_LISTED + 1
        )
        rows = await appraisals_watched(connection, wanted)
        top = await _top(connection, unit_id)
        if top is not None:
            change = Change("appraisals_listed", unit_id=top["id"], details={"period": period})
            await audited(connection, None, change)
    shown = rows[:MOST_LISTED]
    if as_json:
        typer.echo(json.dumps([_told(row) for row in shown], ensure_ascii=False, indent=1))
    else:
        Console(highlight=False).print(_tabled(shown))
        if len(rows) > MOST_LISTED:
            typer.echo(f"Only the first {MOST_LISTED}; name a unit with --unit.")


async def _reproduced(settings: Settings, appraisal: str, as_json: bool) -> None:
    try:
        appraisal_id = UUID(appraisal)
    except ValueError:
        raise Trouble("An id is written as 0199b0c2-….") from None
    async with _connected(settings) as connection:
        rows = await evidence_frozen(connection, appraisal_id)
        employee_id = await connection.fetchval(
            "SELECT employee_id FROM appraisal WHERE id = $1", appraisal_id
        )
        if not rows:
            raise Trouble("Nothing was decided in an appraisal with this id.")
        details = {"appraisal_id": appraisal_id}
        await audited(
            connection, None, Change("appraisal_reproduced", employee_id, details=details)
        )
    checks = [checked(row) for row in reversed(rows)]
    if as_json:
        typer.echo(json.dumps(checks, ensure_ascii=False, indent=1))
    else:
        for check in checks:
            mean = "-" if check["mean"] is None else f"{check['mean']:.2f} %"
            typer.echo(
                f"Decision {check['number']} under rules {check['rules']}: suggested"
                f" {check['result'] or 'nothing'} ({mean}), behaviour"
                f" {check['behaviour'] or 'nothing'}; {check['verdict']}"
            )
    if any(check["verdict"] != "reproduced" for check in checks):
        raise typer.Exit(1)


def checked(row: Row) -> dict[str, Any]:
    """One frozen decision worked out again. `verdict`: reproduced, touched or different."""
    text, sha256 = row["content"], bytes(row["sha256"])
    check = {"number": row["decision_number"], "rules": row["rules"], "sha256": sha256.hex()}
    if hashlib.sha256(text.encode()).digest() != sha256:
        return {**check, "result": None, "mean": None, "behaviour": None, "verdict": "touched"}
    found = reproduced(text)
    again = found.result.rating, found.result.mean, found.behaviour
    verdict = "reproduced" if again == told(text) else "different"
    names = ("result", "mean", "behaviour")
    return {**check, **dict(zip(names, again, strict=True)), "verdict": verdict}


@asynccontextmanager
async def _connected(settings: Settings) -> AsyncGenerator[asyncpg.Connection]:
    async with reached_database(settings, migrate=False) as database:
        connection = await asyncpg.connect(database.dsn)
        try:
            yield connection
        finally:
            await connection.close()


async def _unit(connection: Any, code: str | None) -> UUID | None:
    if code is None:
        return None
    unit_id = await connection.fetchval("SELECT id FROM unit WHERE code = $1", code)
    if unit_id is None:
        raise Trouble(f"There is no unit with the code {code}.")
    return unit_id


async def _top(connection: Any, unit_id: UUID | None) -> Row | None:
    """The unit that is meant: the named one, or the top of everything."""
    return await connection.fetchrow(
        "SELECT id, zone FROM unit WHERE ($1::uuid IS NULL AND parent_id IS NULL) OR id = $1"
        " ORDER BY id LIMIT 1",
        unit_id,
    )


def _known(period: str) -> None:
    try:
        parse_period(period)
    except InvalidValue:
        raise Trouble("A period is written as 2026-11, 2026-Q4 or 2026.") from None


def _told(row: Row) -> dict[str, Any]:
    fields = ("employee_name", "nip", "unit_name", "state", "predicate", "decided_by_name")
    return {"id": str(row["id"]), **{name: row[name] for name in fields}}


def _tabled(rows: Any) -> Table:
    table = Table("id", "NIP", "name", "unit", "state", "predicate", box=None)
    for row in rows:
        table.add_row(
            *(str(row["id"]), row["nip"], row["employee_name"], row["unit_name"], row["state"]),
            row["predicate"] or "-",
        )
    return table
