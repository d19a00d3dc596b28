"""The command line as a whole: every command is there and says what it is for."""

import pytest
from typer.testing import CliRunner

from denyut.cli import app

COMMANDS = (
    *("demo", "serve", "watch", "doctor", "migrate", "appoint", "holidays", "import", "contract"),
)


def test_every_command_is_listed_in_the_order_of_need() -> None:
    listed = CliRunner().invoke(app, ["--help"]).output
    places = [listed.index(f"\n  {command} ") for command in COMMANDS]
    assert places == sorted(places)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--help"])
    assert done.exit_code == 0
    assert "Usage:" in done.output


def test_without_a_command_it_shows_them_all() -> None:
    done = CliRunner().invoke(app, [])
    assert "demo" in done.output
    assert "Traceback" not in done.output
