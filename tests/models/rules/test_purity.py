"""The rules stay pure: importing them loads nothing but the standard library."""

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import models.rules

ROOT = Path(models.rules.__path__[0]).parents[1]
MODULES = sorted(module.name for module in pkgutil.iter_modules(models.rules.__path__))


def test_the_modules_are_found():
    assert {"access", "calendars", "pace", "refusals", "worktime"} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_a_fresh_interpreter_loads_only_the_standard_library(module: str):
    program = (
        "import sys\n"
        "before = set(sys.modules)\n"
        f"import models.rules.{module}\n"
        "roots = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "own = {'models'} | {name for name in roots if name.startswith('_sysconfigdata')}\n"
        "print(*sorted(roots - set(sys.stdlib_module_names) - own))\n"
    )
    foreign = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert foreign == []
