"""`denyut web build` and `format`: the app from its sources, for those who work from a checkout."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from denyut.commands.failures import Trouble, expected_failures
from denyut.web_build import WebBuildProblem, built, checkout_web, with_packages

web = typer.Typer(help="The app that people hold.", no_args_is_help=True, rich_markup_mode=None)


@web.callback()
def main() -> None:
    """The app that people hold."""


@web.command()
def build(
    force: Annotated[bool, typer.Option("--force", help="Even if nothing has changed.")] = False,
) -> None:
    """Builds the app if its sources have changed; the service serves it at `/`."""
    with expected_failures(), told():
        folder = built(sources(), force)
    typer.echo(f"The app stands in {folder}")


@web.command("format")
def formatted() -> None:
    """Formats the sources of the app."""
    with expected_failures(), told():
        answer = with_packages(sources()).run(sources(), "run", "--silent", "format")
    if answer.returncode:
        typer.echo(answer.stdout, nl=False, err=True)
        raise typer.Exit(1)


def sources() -> Path:
    """The folder `web/` of the checkout. Raises Trouble in an installed Denyut."""
    found = checkout_web()
    if found is None:
        raise Trouble("An installed Denyut holds its app already; only a checkout builds it.")
    return found


@contextmanager
def told() -> Iterator[None]:
    """Says why a build failed as something that a person can mend."""
    try:
        yield
    except WebBuildProblem as problem:
        raise Trouble(str(problem)) from problem
