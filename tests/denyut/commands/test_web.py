"""`denyut web build` and `format`, from a checkout and from an installed wheel."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from denyut.cli import app
from denyut.commands import web
from denyut.web_build import Node, WebBuildProblem


def test_it_says_where_the_app_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[Path, bool]] = []

    def built(sources: Path, force: bool) -> Path:
        asked.append((sources, force))
        return tmp_path / "dist"

    monkeypatch.setattr(web, "built", built)
    monkeypatch.setattr(web, "checkout_web", lambda: tmp_path)
    answer = CliRunner().invoke(app, ["web", "build", "--force"])
    assert answer.exit_code == 0, answer.output
    assert str(tmp_path / "dist") in answer.output
    assert asked == [(tmp_path, True)]


def test_a_build_that_fails_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def built(_: Path, __: bool) -> Path:
        raise WebBuildProblem("The app needs Node to be built.")

    monkeypatch.setattr(web, "built", built)
    answer = CliRunner().invoke(app, ["web", "build"])
    assert answer.exit_code == 1
    assert answer.output.strip() == "The app needs Node to be built."


def test_an_installed_denyut_has_nothing_to_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "checkout_web", lambda: None)
    answer = CliRunner().invoke(app, ["web", "build"])
    assert answer.exit_code == 1
    assert "only a checkout builds it" in answer.output


@pytest.mark.parametrize(("code", "shown"), [(0, ""), (2, "SyntaxError in main.tsx\n")])
def test_formatting_says_only_what_went_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int, shown: str
) -> None:
    program = tmp_path / "npm"
    program.write_text(f"#!/bin/sh\necho SyntaxError in main.tsx\nexit {code}\n")
    program.chmod(0o755)
    monkeypatch.setattr(web, "checkout_web", lambda: tmp_path)
    monkeypatch.setattr(web, "with_packages", lambda _: Node((str(program),), {}))
    answer = CliRunner().invoke(app, ["web", "format"])
    assert answer.exit_code == min(code, 1)
    assert answer.output == shown
