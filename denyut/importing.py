"""Imports a CSV file or a workbook and says what is different, or what is wrong with each row.

The work is `models.queries.imports.run`: one file, one transaction. Here is what a person sees.
Invariant: after an error nothing was written, and the last line says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from denyut.reaching import reached_database
from denyut.settings import Settings
from denyut.terminal.words import plain
from models.migrations.run import sqlalchemy_dsn
from models.queries.imports.outcome import Difference, ImportOptions, ImportResult
from models.queries.imports.run import Kind, imported
from models.queries.imports.table import RowError
from models.queries.imports.texts import Language, message

MOST_SHOWN: Final = 50  # rows of each table; the rest is counted
SIGNS: Final = {"added": "+", "changed": "~", "retired": "−"}


@dataclass(frozen=True, slots=True)
class FileImport:
    """One file to import, and the language of what is said about it."""

    kind: Kind
    path: Path
    options: ImportOptions
    language: Language = "id"


async def import_file(settings: Settings, wanted: FileImport, console: Console) -> bool:
    """Whether the file is sound; then it was applied, or in a dry run shown.

    Raises OSError for the file, and what reaching the database raises.
    """
    data = wanted.path.read_bytes()
    async with reached_database(settings, migrate=False) as database:
        engine = create_async_engine(sqlalchemy_dsn(database.dsn), hide_parameters=True)
        try:
            sessions = async_sessionmaker(engine, expire_on_commit=False)
            result = await imported(sessions, wanted.kind, data, wanted.options)
        finally:
            await engine.dispose()
    tell(console, result, wanted)
    return not result.errors


def tell(console: Console, result: ImportResult, wanted: FileImport) -> None:
    """The tables and the sentence at the end."""
    if result.errors:
        console.print(errors_table(result.errors, wanted.language))
        _rest(console, len(result.errors))
    else:
        changes = [each for each in result.differences if each.what != "unchanged"]
        if changes:
            console.print(differences_table(changes))
            _rest(console, len(changes))
    console.print(verdict(result, wanted), markup=False)


def verdict(result: ImportResult, wanted: FileImport) -> str:
    """What happened, in one sentence."""
    counts = ", ".join(f"{count} {what}" for what, count in result.counts().items())
    if result.errors:
        return f"{len(result.errors)} errors; nothing was written. Mend the file and run it again."
    if result.applied:
        return f"Done: {counts}."
    if wanted.options.dry_run:
        return f"Dry run, nothing was written. It would be: {counts}."
    return f"Nothing to do: {counts}."


def errors_table(errors: Sequence[RowError], language: Language) -> Table:
    """Each error with its place; line 0 is the file as a whole."""
    table = Table("line", "column", "what is wrong", box=None, header_style="bold")
    for error in errors[:MOST_SHOWN]:
        line = str(error.line) if error.line else "–"
        table.add_row(line, Text(plain(error.column)), Text(plain(message(error, language))))
    return table


def differences_table(differences: Sequence[Difference]) -> Table:
    """What each row adds, changes or retires."""
    table = Table("", "line", "what", "before → after", box=None, header_style="bold")
    for each in differences[:MOST_SHOWN]:
        line = str(each.line) if each.line else "–"
        table.add_row(SIGNS[each.what], line, Text(plain(each.key)), Text(changed(each)))
    return table


def changed(difference: Difference) -> str:
    """The columns that change, each from what to what."""

    def shown(values: Mapping[str, object], name: str) -> str:
        value = values.get(name)
        return "–" if value in (None, "") else plain(str(value), 60)

    names = [
        *difference.before,
        *(name for name in difference.after if name not in difference.before),
    ]
    if difference.what == "added":
        return ", ".join(f"{name} {shown(difference.after, name)}" for name in names)
    return ", ".join(
        f"{name} {shown(difference.before, name)} → {shown(difference.after, name)}"
        for name in names
    )


def _rest(console: Console, count: int) -> None:
    if count > MOST_SHOWN:
        console.print(f"… and {count - MOST_SHOWN} more", markup=False)
