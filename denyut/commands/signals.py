"""`denyut signals UNIT`: who in a unit may need help. For offering help, never for a sanction."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from denyut.commands.failures import Trouble, run, settings_here
from denyut.reaching import reached_database
from denyut.settings import Settings
from mobile_contract.problems import Language
from mobile_contract.support_words import SupportWords
from models.queries.audit import Change, audited
from models.queries.signals import Struggling, struggling


def signals(
    unit: Annotated[str, typer.Argument(help="Code of the unit; everything below it is in.")],
    language: Annotated[Language, typer.Option(help="The language of the offers.")] = "id",
    as_json: Annotated[bool, typer.Option("--json", help="For a script.")] = False,
) -> None:
    """Who may need help with reporting, by name, with the facts and words to offer it by."""
    run(_shown(settings_here(), unit, language, as_json))


async def _shown(settings: Settings, code: str, language: Language, as_json: bool) -> None:
    async with reached_database(settings, migrate=False) as database:
        connection = await asyncpg.connect(database.dsn)
        try:
            unit_id = await connection.fetchval("SELECT id FROM unit WHERE code = $1", code)
            if unit_id is None:
                raise Trouble(f"There is no unit with the code {code}.")
            found = await struggling(connection, [unit_id], datetime.now(UTC), settings.signals)
            await audited(connection, None, Change("signals_shown", unit_id=unit_id))
        finally:
            await connection.close()
    words = SupportWords.loaded()
    if as_json:
        people = [told(each, words, language) for each in found]
        answer = {"purpose": words.purpose(language), "people": people}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    console = Console(highlight=False)
    console.print(words.purpose(language))
    console.print(tabled(found, words, language))


def told(each: Struggling, words: SupportWords, language: Language) -> dict[str, Any]:
    """One person as a script reads it."""
    return {
        "employee_id": str(each.employee_id),
        "name": each.name,
        "nip": each.nip,
        "unit_name": each.unit_name,
        "signals": [signal.value for signal in each.signals],
        "offers": [words.offer(signal.value, language) for signal in each.signals],
        "helped": each.helped,
    }


def tabled(found: list[Struggling], words: SupportWords, language: Language) -> Table:
    """By name; people of one name are told apart by their NIP and unit."""
    table = Table("Name", "NIP", "Unit", "Signals", "Offer", "Helped")
    for each in found:
        offers = [words.offer(signal.value, language) for signal in each.signals]
        table.add_row(
            escape(each.name),
            each.nip,
            escape(each.unit_name),
            "\n".join(signal.value for signal in each.signals),
            "\n".join(offers),
            "yes" if each.helped else "",
        )
    return table
