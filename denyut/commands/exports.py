"""`denyut export` and `denyut verify`: a document made here and now, and the check of one.

It acts for whoever owns the machine: nobody's rights are asked, and the document is issued in the
name of the person who is named by `--by`. What was exported stands in the audit.
"""

import asyncio
import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import typer
from rich.console import Console

from api.papers.paper import Language
from api.papers.weighing import weighed
from api.storage.opening import opened_storage
from api.storage.storage import Storage
from denyut.commands.failures import Trouble, run, settings_here
from denyut.documents import Made, Order, document_made
from denyut.reaching import reached_database
from denyut.settings import Settings
from models.queries.audit import Change, audited
from models.queries.documents import Issued, NewDocument, document_issued, issued_under
from models.queries.exports import Wish, checked
from models.rules.documents import DocumentFormat, DocumentKind, new_code, shown
from models.rules.refusals import InvalidValue, NotFound, StorageAway
from models.tables.columns import new_id

OF_PERSON = frozenset({DocumentKind.PERSON_RECAP, DocumentKind.MY_DATA})


def export(
    kind: Annotated[DocumentKind, typer.Argument(help="What to make.")],
    about: Annotated[str, typer.Argument(help="NIP of a person, or code of a unit.")],
    period: Annotated[
        str | None, typer.Argument(help="2026-11, 2026-Q4 or 2026; none for my_data.")
    ] = None,
    *,
    output: Annotated[
        Path, typer.Option(dir_okay=False, help="File to write; it ends with its format.")
    ],
    by: Annotated[
        str | None, typer.Option(help="NIP of who issues it; not needed for my_data.")
    ] = None,
    language: Annotated[Language, typer.Option(help="The language of the document.")] = "id",
) -> None:
    """Makes a document and issues its verification code."""
    run(_exported(settings_here(), kind, about, period, output, by, language))


def verify(
    code: Annotated[str, typer.Argument(help="As it stands on the document.")],
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, readable=True, help="The file, to compare."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a script.")] = False,
) -> None:
    """Says what was issued under a code, and whether a file is unchanged since.

    The exit code is 1 when nothing was issued, or the file is another one.
    """
    run(_verified(settings_here(), code, file, as_json))


async def _exported(
    settings: Settings,
    kind: DocumentKind,
    about: str,
    period: str | None,
    output: Path,
    by: str | None,
    language: Language,
) -> None:
    try:
        made_as = DocumentFormat(output.suffix.removeprefix(".").lower())
    except ValueError:
        raise Trouble(f"{output.name} must end with pdf, xlsx, csv or zip.") from None
    async with (
        reached_database(settings, migrate=False) as database,
        asyncpg.create_pool(database.dsn, min_size=1, max_size=2) as pool,
    ):
        of_person = kind in OF_PERSON
        employee_id = await _person(pool, about) if of_person else None
        unit_id = None if of_person else await _unit(pool, about)
        issuer = about if by is None and kind is DocumentKind.MY_DATA else by
        if issuer is None:
            raise Trouble("Say who issues the document: --by NIP")
        wish = Wish(new_id(), kind, employee_id, unit_id, period, made_as, language)
        order = _order(settings, wish, language)
        issued_by = await _person(pool, issuer)
        storage = opened_storage(settings.storage, settings.data_dir)
        made = await _made(pool, order, output, storage)
        await _issued(pool, order, made, issued_by)
    typer.echo(f"{output}: {made.bound.size_bytes:,} bytes, code {shown(order.code)}")


def _order(settings: Settings, wish: Wish, language: Language) -> Order:
    try:
        checked(wish)
    except InvalidValue as refused:
        field = refused.details["field"]
        raise Trouble(f"There is no such document: the {field} does not fit.") from None
    return Order(
        wish.kind,
        wish.employee_id,
        wish.unit_id,
        wish.period,
        wish.format,
        language,
        new_code(),
        datetime.now(UTC),
        settings.api.public_url,
        settings.appraisals.bands,
    )


async def _made(pool: Any, order: Order, output: Path, storage: Storage) -> Made:
    """The whole file or none: it is moved to its place when it is complete."""

    async def progress(done: int, total: int) -> None:
        if total > 1:
            typer.echo(f"{done} of {total}", err=True)

    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".denyut-") as folder:
        file = Path(folder) / output.name
        try:
            made = await document_made(pool, order, file, progress, storage)
        except NotFound:
            raise Trouble("There is nobody to make a document of.") from None
        except StorageAway as away:
            raise Trouble(f"The store of photos is away: {away.__cause__ or away}") from None
        await asyncio.to_thread(os.replace, file, output)
    return made


async def _issued(pool: Any, order: Order, made: Made, issued_by: UUID) -> None:
    document = NewDocument(
        order.code,
        order.kind.value,
        order.employee_id,
        order.unit_id,
        order.period,
        made.holder,
        made.bound.sha256,
        issued_by,
    )
    details = {"kind": order.kind.value, "period": order.period, "code": shown(order.code)}
    change = Change("document_exported", order.employee_id, order.unit_id, details)
    async with pool.acquire() as connection, connection.transaction():
        await document_issued(connection, document)
        await audited(connection, issued_by, change)


async def _verified(settings: Settings, code: str, file: Path | None, as_json: bool) -> None:
    async with reached_database(settings, migrate=False) as database:
        connection = await asyncpg.connect(database.dsn)
        try:
            issued = await issued_under(connection, code)
        finally:
            await connection.close()
    same = None
    if issued is not None and file is not None:
        same = (await asyncio.to_thread(weighed, file)).sha256 == issued.sha256
    if as_json:
        typer.echo(json.dumps(_facts(issued, same), ensure_ascii=False))
    else:
        _tell(issued, same)
    if issued is None or same is False:
        raise typer.Exit(1)


def _facts(issued: Issued | None, same: bool | None) -> dict[str, Any]:
    if issued is None:
        return {"valid": False}
    return {
        "valid": True,
        "code": shown(issued.code),
        "kind": issued.kind,
        "period": issued.period,
        "holder": issued.holder,
        "unit": issued.unit_name,
        "issued_at": issued.issued_at.isoformat(),
        "sha256": issued.sha256.hex(),
        "same_file": same,
    }


def _tell(issued: Issued | None, same: bool | None) -> None:
    console = Console(highlight=False)
    if issued is None:
        console.print("Nothing was issued under this code.", markup=False)
        return
    for name, value in _facts(issued, same).items():
        if name not in ("valid", "same_file") and value is not None:
            console.print(f"{name:<10} {value}", markup=False)
    if same is not None:
        told = "The file is the one that was issued." if same else "The file was changed since."
        console.print(told, markup=False)


async def _person(pool: Any, nip: str) -> UUID:
    found = await pool.fetchval("SELECT id FROM employee WHERE nip = $1", nip)
    if found is None:
        raise Trouble(f"There is nobody with the NIP {nip}.")
    return found


async def _unit(pool: Any, code: str) -> UUID:
    found = await pool.fetchval("SELECT id FROM unit WHERE code = $1", code)
    if found is None:
        raise Trouble(f"There is no unit with the code {code}.")
    return found
