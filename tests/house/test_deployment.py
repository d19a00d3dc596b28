"""What a newcomer, an image and an engine run: commands that exist, files that are well formed."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from compose_spec import PyCompose

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
COMPOSE = (ROOT / "compose.yaml").read_text()


def make_commands(text: str) -> set[str]:
    """The targets that a text tells people to make."""
    blocks = "\n".join(re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL))
    inline = "\n".join(re.findall(r"`(make [^`]+)`", text))
    return set(re.findall(r"^\s*(?:\$ )?make ([a-z][a-z-]*)", f"{blocks}\n{inline}", re.MULTILINE))


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_the_commands_a_document_names_exist(document):
    commands = make_commands((ROOT / document).read_text())
    assert {"demo", "test"} <= commands or document != "README.md"
    assert commands - TARGETS == set()


def test_continuous_integration_runs_the_newcomers_command():
    script = (ROOT / ".ci" / "run").read_text()
    assert re.search(r"^make test$", script, re.MULTILINE)


def test_every_target_can_be_planned():
    for target in sorted(TARGETS - {"help"}):
        answer = subprocess.run(
            ["make", "--dry-run", "--always-make", target], cwd=ROOT, capture_output=True, text=True
        )
        assert answer.returncode == 0, answer.stderr


def test_help_names_the_commands():
    answer = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("demo", "test", "install", "bench", "drills", "lock"):
        assert f"make {target} " in answer.stdout


def test_the_image_is_built_by_make_and_runs_as_nobody_special():
    steps = (ROOT / "Dockerfile").read_text()
    runs = re.findall(r"^RUN (.+)$", steps, re.MULTILINE)
    for run in runs:
        if run.startswith("make "):
            assert run.split()[1] in TARGETS
        else:
            assert run.startswith("useradd "), "everything else is a make target"
    last = steps[steps.rindex("FROM ") :]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "/ready" in last
    for copied in re.findall(r"^COPY (?!--from)(.+) \S+$", steps, re.MULTILINE):
        for source in copied.split():
            assert (ROOT / source).exists(), source


def test_the_engine_sees_what_the_image_copies():
    kept = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    steps = (ROOT / "Dockerfile").read_text()
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", steps, re.MULTILINE)
        for source in line.split()
    }
    assert kept == copied


def test_the_project_ships_every_package_with_its_data():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert sorted(shipped) == sorted(project["tool"]["importlinter"]["root_packages"])


def test_the_compose_file_is_what_the_specification_allows():
    composed = PyCompose.from_yaml(COMPOSE)
    assert composed.services is not None
    assert set(composed.services) == {"postgres", "redis", "migrate", "service"}


@pytest.mark.parametrize("broken", ["portz: [80]", "ports: ['1:2:3:4:5']", "depends_on: 7"])
def test_that_check_refuses_what_is_wrong(broken):
    with pytest.raises(Exception, match="services"):
        PyCompose.from_yaml(f"services: {{a: {{image: x, {broken}}}}}")


def test_the_compose_file_holds_no_secret_and_waits_for_migrations():
    services = yaml.safe_load(COMPOSE)["services"]
    for service in services.values():
        for name, value in (service.get("environment") or {}).items():
            if "PASSWORD" in name or "@" in value:
                assert "${DENYUT_DATABASE_PASSWORD" in value
    waits = services["service"]["depends_on"]
    assert waits["migrate"]["condition"] == "service_completed_successfully"
    assert all(port.startswith("127.0.0.1:") for port in services["service"]["ports"])
