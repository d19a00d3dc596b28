"""`denyut demo`: the demo city with simulated phones, on a private PostgreSQL of its own."""

import os
from typing import Annotated

import typer

from denyut.commands.failures import Trouble, expected_failures, run, settings_here
from denyut.demo.city import CityOptions
from denyut.demo.show import ShowOptions, show
from denyut.demo.stage import StageOptions
from denyut.settings import Settings

DEMO_FOLDER = "demo"  # beside the data of a real installation, never in it


def demo(
    as_json: Annotated[
        bool, typer.Option("--json", help="First line: one JSON object for scripts; no picture.")
    ] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 8000,
    phones: Annotated[int, typer.Option(min=0, help="Simulated phones that report.")] = 12,
    identities: Annotated[
        int, typer.Option(min=0, help="More employees to sign in as, for scripts.")
    ] = 0,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Makes the city anew, even if there is today's.")
    ] = False,
    scale: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="Less than 1 makes a smaller city.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="Another number, another city.")] = 2026,
    language: Annotated[str, typer.Option(help="id or en.")] = "id",
) -> None:
    """An invented city of 2,500 people, with a live picture of one supervisor's feed.

    Its database lives in DENYUT_DATA_DIR. A city of the same day is used again. Ctrl-C stops.
    """
    settings = settings_of_demo(settings_here(), host, port)
    options = ShowOptions(
        stage=StageOptions(CityOptions(seed, scale), phones, identities, fresh),
        language="en" if language == "en" else "id",
        as_json=as_json,
    )
    run(show(settings, options))


def settings_of_demo(settings: Settings, host: str, port: int) -> Settings:
    """The demo's own settings: its database is always private, and alone in its folder."""
    with expected_failures():
        if settings.database_url:
            raise Trouble(
                "The demo brings its own database, and DENYUT_DATABASE_URL names another one. "
                "Unset it (and DENYUT_REDIS_URL) and start again."
            )
    given = "DENYUT_DATA_DIR" in os.environ
    data_dir = settings.data_dir if given else settings.data_dir / DEMO_FOLDER
    return settings.model_copy(update={"host": host, "port": port, "data_dir": data_dir})
