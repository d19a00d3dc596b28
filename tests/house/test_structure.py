"""The shape of the house: every file has its test, says what it is for, and stays readable."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    *("api", "benchmarks", "denyut", "mobile_contract", "models", "notifications"),
    "realtime",
)
LONGEST_FILE_LINES = 400  # a file holds one idea; the aim is 80–300
NOT_OURS = {"__pycache__"}

# Alembic runs these itself; tests/models/migrations tests what they do to a database.
RUN_BY_ALEMBIC = {"models/migrations/env.py"}


def sources() -> list[Path]:
    """Every Python file of the packages, relative to the root."""
    return sorted(
        path.relative_to(ROOT)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if not NOT_OURS & set(path.parts)
    )


def named(paths: list[Path]) -> list[str]:
    return [str(path) for path in paths]


MODULES = [path for path in sources() if path.name != "__init__.py"]
INITS = [path for path in sources() if path.name == "__init__.py"]


def test_the_packages_are_found():
    assert {path.parts[0] for path in MODULES} == set(PACKAGES)


@pytest.mark.parametrize("path", INITS, ids=named(INITS))
def test_an_init_file_holds_a_docstring_and_nothing_else(path):
    body = ast.parse((ROOT / path).read_text()).body
    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)
    assert isinstance(body[0].value, ast.Constant)
    assert isinstance(body[0].value.value, str)


def test_every_folder_of_modules_is_a_package():
    folders = {path.parent for path in MODULES}
    assert sorted(folders - {path.parent for path in INITS}) == []


def test_every_module_has_its_test():
    missing = [
        str(path)
        for path in MODULES
        if "versions" not in path.parts
        and str(path) not in RUN_BY_ALEMBIC
        and not (ROOT / "tests" / path.parent / f"test_{path.name}").is_file()
    ]
    assert not missing, "\n".join(["no tests/<same path>/test_<name>.py:", *missing])


def test_every_module_says_what_it_is_for():
    silent = [
        str(path) for path in MODULES if not ast.get_docstring(ast.parse((ROOT / path).read_text()))
    ]
    assert silent == []


def test_no_module_is_too_long():
    long = {
        str(path): lines
        for path in MODULES
        if (lines := len((ROOT / path).read_text().splitlines())) > LONGEST_FILE_LINES
    }
    assert long == {}


def test_no_module_has_a_name_that_says_nothing():
    empty = {"base", "common", "helper", "helpers", "manager", "service", "util", "utils"}
    assert [str(path) for path in MODULES if path.stem in empty] == []


def test_no_module_keeps_state():
    """Whatever is bound at the top of a module is a constant, a type or a function."""
    kept = []
    for path in MODULES:
        if "migrations" in path.parts:
            continue
        for statement in ast.parse((ROOT / path).read_text()).body:
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                targets = (
                    statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                )
                value = statement.value
                if isinstance(value, ast.List | ast.Dict | ast.Set) and not any(
                    isinstance(target, ast.Name) and target.id.lstrip("_").isupper()
                    for target in targets
                ):
                    kept.append(f"{path}:{statement.lineno}")
        if any(
            isinstance(node, ast.Global) for node in ast.walk(ast.parse((ROOT / path).read_text()))
        ):
            kept.append(f"{path}: global")
    assert kept == []


def test_nothing_is_left_undone():
    """No stub, no promise: what stands here works."""
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
    left = [
        f"{path}:{number}"
        for path in MODULES
        for number, line in enumerate((ROOT / path).read_text().splitlines(), 1)
        if words.search(line)
    ]
    assert left == []


def test_no_test_is_skipped():
    own = Path(__file__).relative_to(ROOT)
    skips = re.compile(r"pytest\.(skip|mark\.(skip|skipif|xfail))|importorskip")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        if path.relative_to(ROOT) != own and skips.search(path.read_text())
    ]
    assert found == []
