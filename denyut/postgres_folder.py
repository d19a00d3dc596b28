"""The folder of an embedded PostgreSQL: its lock, its data, and the folder of its socket.

    data_dir/
      lock           held by the service that uses the folder
      postgres/      the data, owned by the server's user alone
      postgres.log   what the server said

Invariant: data is either complete or absent; a folder is never used by two services.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from denyut.postgres_binaries import Binaries, Identity, PostgresProblem
from denyut.postmaster import opened_folder, running_postmaster

SOCKET_PREFIX = "denyut-pg-"
SOCKET_PARENT_LIMIT_BYTES = 60  # the kernel takes 107 for the whole path of a socket
BUILTIN_LOCALE_SINCE = 17  # the release that knows Unicode without the system's tables


def make_cluster(cluster: Path, binaries: Binaries, identity: Identity | None) -> None:
    """Runs `initdb` beside the final place and renames, so half a cluster is never found."""
    unfinished = cluster.with_name("postgres.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if identity is not None:
        os.chown(unfinished, identity.uid, identity.gid)
    locale = (
        ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if binaries.major >= BUILTIN_LOCALE_SINCE
        else ["--locale=C"]
    )
    with opened_folder(unfinished, identity) as (name, options):
        answer = subprocess.run(
            [
                *[binaries.program("initdb"), "-D", name, "--username=postgres"],
                *["--encoding=UTF8", "--auth-local=trust", "--auth-host=reject"],
                *["--no-instructions", "--data-checksums", *locale],
            ],
            capture_output=True,
            text=True,
            **options,
        )
    if answer.returncode != 0:
        raise PostgresProblem(f"initdb failed in {unfinished}.\n{answer.stderr.strip()}")
    unfinished.rename(cluster)


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Holds the folder; the kernel lets go when the process ends, however it ends."""
    descriptor = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
            raise PostgresProblem(
                f"Another Denyut (process {holder}) uses {data_dir}. "
                "Stop it, or choose another DENYUT_DATA_DIR."
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)


def cluster_major(cluster: Path) -> int | None:
    """The release family of the data; None where there is no cluster yet."""
    try:
        return int((cluster / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None


def check_owner(cluster: Path, identity: Identity | None) -> None:
    """PostgreSQL serves only its own user's folder; root hands the folder over, others cannot."""
    wanted = os.geteuid() if identity is None else identity.uid
    if cluster.stat().st_uid == wanted:
        return
    if identity is None:
        raise PostgresProblem(
            f"{cluster} belongs to another user (number {cluster.stat().st_uid}). "
            "Start Denyut as that user, or choose another DENYUT_DATA_DIR."
        )
    if running_postmaster(cluster) is not None:
        raise PostgresProblem(f"A PostgreSQL server of another user is running in {cluster}.")
    for path in (cluster, *cluster.rglob("*")):
        os.chown(path, identity.uid, identity.gid, follow_symlinks=False)


def made_socket_dir(identity: Identity | None) -> Path:
    """A folder for the socket: short, private, and where the server's user can walk."""
    parents = [Path(tempfile.gettempdir()), Path("/tmp")]
    parent = next(
        (each for each in parents if len(os.fsencode(each)) < SOCKET_PARENT_LIMIT_BYTES),
        Path("/tmp"),
    )
    if identity is not None and not all(
        each.stat().st_mode & 0o001 for each in (parent, *parent.resolve().parents)
    ):
        parent = Path("/tmp")
    made = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=parent))
    if identity is not None:
        os.chown(made, identity.uid, identity.gid)
    return made
