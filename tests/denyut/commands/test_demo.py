"""`denyut demo` beside a real installation: its own folder, its own database."""

from pathlib import Path

import pytest
import typer

from denyut.commands.demo import DEMO_FOLDER, settings_of_demo
from denyut.settings import Settings


def test_without_a_folder_it_lives_beside_a_real_installation(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DENYUT_DATA_DIR", raising=False)
    settings = settings_of_demo(Settings(data_dir=tmp_path), "0.0.0.0", 81)
    assert settings.data_dir == tmp_path / DEMO_FOLDER
    assert (settings.host, settings.port) == ("0.0.0.0", 81)


def test_a_folder_that_is_named_is_taken_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DENYUT_DATA_DIR", str(tmp_path))
    assert settings_of_demo(Settings(), "127.0.0.1", 0).data_dir == tmp_path


def test_another_database_is_never_filled_with_invented_people(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(typer.Exit):
        settings_of_demo(Settings(database_url="postgresql://x/y"), "127.0.0.1", 0)
    assert "DENYUT_DATABASE_URL" in capsys.readouterr().err
