"""The locks: complete, hashed, and without an address, so that every machine uses its own."""

import json
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENTRY = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; (.+?))? \\$", re.MULTILINE)
PLATFORM_DEPENDENT = ("asyncpg", "msgspec", "uvloop", "grpcio", "pydantic-core", "cryptography")


def locked(lock: Path) -> dict[str, set[str]]:
    """Versions by package; a package may be locked apart for several Pythons."""
    found: dict[str, set[str]] = {}
    for name, version, _ in ENTRY.findall(lock.read_text()):
        found.setdefault(name, set()).add(version)
    return found


def normal(requirement: str) -> str:
    name = re.split(r"[\[<>=;~! ]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_locks_are_there():
    assert [lock.stem for lock in LOCKS] == ["build", "dev", "embedded", "runtime"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_registry(lock):
    text = lock.read_text()
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE), "no option, above all no index"


@pytest.mark.parametrize("folder", ["web", "benchmarks/node"])
def test_the_locks_of_node_hold_hashes_and_no_address(folder):
    """npm writes where one may give money; whoever moves a package takes those lines out again."""
    text = (ROOT / folder / "package-lock.json").read_text()
    assert "://" not in text
    packages = [each for name, each in json.loads(text)["packages"].items() if name]
    assert packages
    assert all("integrity" in each for each in packages if not each.get("link"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_line_is_a_version_or_its_hash(lock):
    lines = lock.read_text().splitlines()
    entries = [line for line in lines if ENTRY.match(line + "\n") or ENTRY.match(line)]
    hashes = [
        line for line in lines if re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", line)
    ]
    assert len(entries) + len(hashes) == len(lines)
    for entry, following in pairwise(lines):
        if "==" in entry:
            assert "--hash" in following, entry


def test_the_files_of_every_platform_are_locked():
    text = (ROOT / "requirements" / "runtime.txt").read_text()
    for name in PLATFORM_DEPENDENT:
        entry = re.search(rf"^{name}==.*(?:\n    --hash.*)+", text, re.MULTILINE)
        assert entry is not None
        # Two processors and three Pythons give at least this many, unless one file fits many.
        assert entry.group().count("--hash") >= 6, name


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("runtime", ()),
        ("embedded", ("embedded", "build")),
        ("dev", ("embedded", "build", "dev")),
    ],
)
def test_a_lock_holds_what_the_project_asks_for(lock, extras):
    wanted = list(PROJECT["dependencies"])
    for extra in extras:
        wanted += PROJECT["optional-dependencies"][extra]
    names = {normal(each) for each in wanted} - {"denyut"}
    assert names - set(locked(ROOT / "requirements" / f"{lock}.txt")) == set()


def test_all_locks_agree():
    widest = locked(ROOT / "requirements" / "dev.txt")
    for lock in LOCKS:
        for name, versions in locked(lock).items():
            assert versions <= widest[name], f"{name} in {lock.name}"


def test_an_old_interpreter_of_the_oldest_python_gets_all_it_needs():
    """Python 3.11.0 to 3.11.2 need one package more; Debian 12 ships 3.11.2."""
    assert "async-timeout" in locked(ROOT / "requirements" / "runtime.txt")
