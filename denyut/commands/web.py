"""`denyut web build`: makes the app from its sources, for those who work from a checkout."""

from typing import Annotated

import typer

from denyut.commands.failures import Trouble, expected_failures
from denyut.web_build import WebBuildProblem, built, checkout_web

web = typer.Typer(help="The app that people hold.", no_args_is_help=True, rich_markup_mode=None)


@web.callback()
def main() -> None:
    """The app that people hold."""


@web.command()
def build(
    force: Annotated[bool, typer.Option("--force", help="Even if nothing has changed.")] = False,
) -> None:
    """Builds the app if its sources have changed; the service serves it at `/`."""
    with expected_failures():
        sources = checkout_web()
        if sources is None:
            raise Trouble("An installed Denyut holds its app already; only a checkout builds it.")
        try:
            folder = built(sources, force)
        except WebBuildProblem as problem:
            raise Trouble(str(problem)) from problem
    typer.echo(f"The app stands in {folder}")
