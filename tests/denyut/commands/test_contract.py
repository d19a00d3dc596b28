"""`denyut contract write` makes the published documents from the code."""

import json
from pathlib import Path

from typer.testing import CliRunner

from denyut.cli import app
from mobile_contract.documents import published


def test_documents_are_written_once_and_then_nothing_has_changed(tmp_path: Path) -> None:
    first = CliRunner().invoke(app, ["contract", "write", "--folder", str(tmp_path)])
    assert first.exit_code == 0, first.output
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == ["asyncapi.json", "errors.json", "limits.json", "openapi.json"]
    assert all(json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in written)
    second = CliRunner().invoke(app, ["contract", "write", "--folder", str(tmp_path)])
    assert second.output.strip() == "Nothing has changed."


def test_the_package_has_what_the_code_makes(tmp_path: Path) -> None:
    CliRunner().invoke(app, ["contract", "write", "--folder", str(tmp_path)])
    for made in tmp_path.iterdir():
        assert made.read_text(encoding="utf-8") == published(made.name), (
            f"{made.name} drifted; run: denyut contract write"
        )
