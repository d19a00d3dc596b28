"""The image's installation, done here: the locked packages, the wheel, and what the wheel holds."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = ("*.sql", "*.json", "*.csv", "*.txt")
PACKAGES = ("api", "denyut", "mobile_contract", "models", "notifications", "realtime")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment made by the commands of the Dockerfile."""
    folder = tmp_path_factory.mktemp("image")
    subprocess.run(
        ["make", "install-service", f"VENV={folder}/venv", f"BUILD={folder}/build"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        check=True,
        capture_output=True,
        text=True,
    )
    return folder / "venv"


def run(installed: Path, *arguments: str) -> str:
    """Runs a program of the installation, away from this folder; what it prints."""
    answer = subprocess.run(
        [str(installed / "bin" / arguments[0]), *arguments[1:]],
        cwd=installed,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_the_installation_has_every_module_and_all_data(installed):
    site = Path(run(installed, "python", "-c", "import models; print(models.__path__[0])").strip())
    assert site.is_relative_to(installed)
    for package in PACKAGES:
        for pattern in ("*.py", *DATA):
            for source in (ROOT / package).rglob(pattern):
                assert (site.parent / source.relative_to(ROOT)).is_file(), source


def test_the_installation_holds_the_app_as_it_is_served(installed):
    shown = run(installed, "python", "-c", "import denyut; print(denyut.__path__[0])").strip()
    app = Path(shown) / "webapp"
    assert (app / "index.html").is_file()
    assert list(app.glob("assets/*.js.br"))
    show = "from denyut.web_build import web_folder; print(web_folder(None))"
    assert run(installed, "python", "-c", show).strip() == str(app)


def test_its_requirements_agree_with_each_other(installed):
    run(installed, "python", "-m", "pip", "check")


def test_its_command_runs(installed):
    assert "serve" in run(installed, "denyut", "--help")
