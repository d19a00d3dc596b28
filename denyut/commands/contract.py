"""`denyut contract write`: makes the published documents anew from the code."""

from pathlib import Path
from typing import Annotated

import typer

from api.app import ROUTERS
from api.docs import route_description
from api.problems import STATUS
from denyut.commands.failures import expected_failures
from mobile_contract.documents import write_published

contract = typer.Typer(
    help="What phones and screens may rely on.", no_args_is_help=True, rich_markup_mode=None
)


@contract.callback()
def main() -> None:
    """What phones and screens may rely on."""


@contract.command()
def write(
    folder: Annotated[
        Path | None, typer.Option(file_okay=False, help="Instead of the package's own folder.")
    ] = None,
) -> None:
    """Writes OpenAPI, AsyncAPI, the error catalogue and the limits as the code has them."""
    with expected_failures():
        changed = write_published(route_description(ROUTERS), STATUS, folder)
    for name in changed:
        typer.echo(f"written: {name}")
    if not changed:
        typer.echo("Nothing has changed.")
