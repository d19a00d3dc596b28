"""What is checked of the app without running it: types, format, imports and sizes of its files."""

import json
import re
from pathlib import Path

from api.web import SERVED
from denyut.web_build import built
from mobile_contract.documents import published
from tests.web.apps import npm, sources

LONGEST_FILE_LINES = {".ts": 300, ".tsx": 300, ".css": 400}
# Imports that stand at the top of a file; types cost nothing and screens are loaded when opened.
IMPORT = re.compile(
    r"""^(?:import|export)\s+(?!type\b)(?:[^'";]*?\bfrom\s+)?['"](\.{1,2}/[^'"]+)['"]""",
    re.MULTILINE,
)

# From the top down: a file imports from its own floor and from those below it.
FLOORS = (
    {"main"},
    {"staff", "lead"},
    {"app"},
    {"parts", "evidence"},
    {"sync", "live"},
    {"store"},
    {"api"},
    {"words"},
)
ALONE = "sw"  # the service worker is a program of its own
SIDE_BY_SIDE = {"staff", "lead"}  # neither imports the other; what both need is in `parts`
ANY_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}/[^'"]+)['"]""")


def files(*suffixes: str, folder: str = "src") -> list[Path]:
    inside = sources() / folder
    return sorted(path for path in inside.rglob("*") if path.suffix in suffixes)


def test_the_types_agree_with_each_other_and_with_the_contract() -> None:
    built(sources())
    npm("run", "--silent", "types")


def test_every_file_is_formatted() -> None:
    npm("run", "--silent", "formatted")


def test_no_file_is_too_long() -> None:
    long = {
        str(path.relative_to(sources())): lines
        for path in files(*LONGEST_FILE_LINES)
        if path.name != "schema.ts"
        and (lines := len(path.read_text().splitlines())) > LONGEST_FILE_LINES[path.suffix]
    }
    assert long == {}


def test_every_file_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(sources()))
        for path in [*files(".ts", ".tsx", ".css"), *files(".ts", folder="making")]
        if path.name != "schema.ts"
        and ".test." not in path.name
        and not path.read_text().startswith("/*")
    ]
    assert silent == []


def floor(path: Path) -> int | None:
    """How far down a file of `src` stands; None for the styles that all share."""
    parts = path.parts
    name = parts[0] if len(parts) > 1 else path.stem
    return next((number for number, names in enumerate(FLOORS) if name in names), None)


def test_every_folder_has_its_floor() -> None:
    src = sources() / "src"
    known = {name for names in FLOORS for name in names} | {ALONE}
    assert {path.name for path in src.iterdir() if path.is_dir() and any(path.iterdir())} <= known


def test_imports_go_downwards() -> None:
    src = sources() / "src"
    upwards = []
    for path in files(".ts", ".tsx"):
        own = floor(path.relative_to(src))
        for named in IMPORT.findall(path.read_text()):
            target = (path.parent / named).resolve()
            if not target.is_relative_to(src.resolve()):
                continue  # the contract's vectors
            target = target.relative_to(src.resolve())
            other = floor(target)
            if own is not None and other is not None and other < own:
                upwards.append(f"{path.relative_to(src)} imports {target}")
    assert upwards == []


def test_screens_of_staff_and_of_supervisors_know_nothing_of_each_other() -> None:
    src = sources() / "src"
    across = []
    for path in files(".ts", ".tsx"):
        own = path.relative_to(src).parts[0]
        for named in ANY_IMPORT.findall(path.read_text()):
            target = (path.parent / named).resolve()
            across += [
                f"{path.relative_to(src)} imports {named}"
                for other in SIDE_BY_SIDE - {own}
                if own in SIDE_BY_SIDE and target.is_relative_to(src.resolve() / other)
            ]
    assert across == []


def test_nothing_is_left_undone_or_left_out() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\b(it|test|describe)\.(skip|only|todo)\b|@ts-")
    left = [
        f"{path.relative_to(sources())}:{number}"
        for path in [*files(".ts", ".tsx"), *files(".ts", folder="making")]
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if path.name != "schema.ts" and words.search(line)
    ]
    assert left == []


def test_packages_are_pinned() -> None:
    package = json.loads((sources() / "package.json").read_text())
    wanted = {**package["dependencies"], **package["devDependencies"]}
    loose = {name: wish for name, wish in wanted.items() if not re.fullmatch(r"[\d.]+", wish)}
    assert loose == {}


def test_the_lock_holds_hashes_and_no_address() -> None:
    lock = json.loads((sources() / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert len(packages) > 50


def test_the_app_and_the_service_agree_on_whose_an_address_is() -> None:
    """Else a link of the service would open the app, or a screen of the app a problem in JSON."""
    written = (sources() / "src" / "api" / "served.ts").read_text()
    [pattern] = re.findall(r"export const SERVED = /(.*)/;", written)
    of_the_app = re.compile(pattern.replace(r"\/", "/"))
    contract = json.loads(published("openapi.json"))
    assert len(contract["paths"]) > 100
    for path in [*contract["paths"], "/docs", "/openapi.json"]:
        assert of_the_app.search(path), path
        assert SERVED.match(path), path
    screens = (sources() / "src" / "app" / "routes.ts").read_text()
    paths = re.findall(r"\bpath: '([^']+)'", screens)
    assert len(paths) > 20
    for path in [*paths, "/", "/sw.js", "/assets/index.js", "/livelihood", "/version"]:
        assert not of_the_app.search(path), path
        assert not SERVED.match(path), path
