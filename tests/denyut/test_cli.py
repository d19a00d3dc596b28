"""The command line as a whole: every command is there and says what it is for."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from denyut.cli import app

COMMANDS = (
    *("demo", "serve", "watch", "doctor", "migrate", "appoint", "holidays", "import", "notify"),
    "contract",
)
ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"))
COMMAND = re.compile(r"(?:`|^)(?:\.venv/bin/)?denyut ([a-z][^`\n]*)", re.MULTILINE)


def named_commands() -> list[str]:
    """Every command that a document tells people to run, the first of its alternatives."""
    texts = [(ROOT / document).read_text(encoding="utf-8") for document in DOCUMENTS]
    found = {line.split("  #")[0] for text in texts for line in COMMAND.findall(text)}
    return sorted(re.sub(r"\|[a-z|]+|[\[\]]", "", line).strip() for line in found)


def test_every_command_is_listed_in_the_order_of_need() -> None:
    listed = CliRunner().invoke(app, ["--help"]).output
    places = [listed.index(f"\n  {command} ") for command in COMMANDS]
    assert places == sorted(places)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--help"])
    assert done.exit_code == 0
    assert "Usage:" in done.output


@pytest.mark.parametrize("line", named_commands())
def test_a_command_that_a_document_names_takes_what_it_is_given_there(line: str) -> None:
    done = CliRunner().invoke(app, [*shlex.split(line), "--help"])
    assert done.exit_code == 0, done.output


def test_the_documents_name_commands_and_a_wrong_one_would_be_found() -> None:
    assert len(named_commands()) > 10
    for wrong in ("doktor", "doctor --mend", "import units units.csv --try", "import people x.csv"):
        assert CliRunner().invoke(app, [*shlex.split(wrong), "--help"]).exit_code == 2


def test_without_a_command_it_shows_them_all() -> None:
    done = CliRunner().invoke(app, [])
    assert "demo" in done.output
    assert "Traceback" not in done.output
