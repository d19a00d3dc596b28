"""The folder of an embedded PostgreSQL: locked, complete or absent, and owned by its user."""

import os
import pwd
import stat
import tempfile
from pathlib import Path

import pytest

from denyut.postgres import PostgresOptions
from denyut.postgres_binaries import (
    Binaries,
    Identity,
    PostgresProblem,
    found_binaries,
    runnable,
    server_identity,
)
from denyut.postgres_folder import (
    SOCKET_PARENT_LIMIT_BYTES,
    SOCKET_PREFIX,
    check_owner,
    cluster_major,
    locked,
    made_socket_dir,
    make_cluster,
)


@pytest.fixture
def identity() -> Identity | None:
    return server_identity("nobody")


def test_a_folder_is_held_by_one_and_free_afterwards(tmp_path):
    busy = pytest.raises(PostgresProblem, match=f"process {os.getpid()}")
    with locked(tmp_path), busy, locked(tmp_path):
        pass
    with locked(tmp_path):
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_a_cluster_is_made_in_one_step(tmp_path, identity):
    cluster = tmp_path / "postgres"
    assert cluster_major(cluster) is None
    binaries = runnable(found_binaries()[0], identity, PostgresOptions().copies_dir)
    make_cluster(cluster, binaries, identity)
    assert cluster_major(cluster) == binaries.major
    assert stat.S_IMODE(cluster.stat().st_mode) == 0o700
    assert [path.name for path in tmp_path.iterdir()] == ["postgres"]


def test_a_cluster_that_cannot_be_made_is_not_there(tmp_path):
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'disk full' >&2\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(PostgresProblem, match="disk full"):
        make_cluster(tmp_path / "data", Binaries(tmp_path, "18.6", "system"), None)
    assert cluster_major(tmp_path / "data") is None


def test_data_of_somebody_else_is_refused(tmp_path, monkeypatch):
    cluster = tmp_path / "postgres"
    cluster.mkdir()
    check_owner(cluster, None)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(PostgresProblem, match=rf"number {os.getuid()}.*as that user"):
        check_owner(cluster, None)


def test_root_hands_the_data_over_to_another_user(tmp_path, monkeypatch):
    cluster = tmp_path / "postgres"
    (cluster / "base").mkdir(parents=True)
    (cluster / "base" / "1").touch()
    (cluster / "link").symlink_to("base")
    given: dict[str, tuple[int, int]] = {}

    def chown(path: str | Path, uid: int, gid: int, *, follow_symlinks: bool) -> None:
        assert not follow_symlinks, "a link must not hand over what it points to"
        given[str(Path(path).relative_to(tmp_path))] = (uid, gid)

    monkeypatch.setattr(os, "chown", chown)
    check_owner(cluster, Identity("other", 4711, 42))
    assert set(given) == {"postgres", "postgres/base", "postgres/base/1", "postgres/link"}
    assert set(given.values()) == {(4711, 42)}


def test_the_sockets_folder_is_private_and_short(identity):
    made = made_socket_dir(identity)
    try:
        assert made.name.startswith(SOCKET_PREFIX)
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
        assert len(os.fsencode(made / ".s.PGSQL.5432")) < 107
        owner = os.geteuid() if identity is None else pwd.getpwnam("nobody").pw_uid
        assert made.stat().st_uid == owner
    finally:
        made.rmdir()


def test_a_long_or_closed_temporary_folder_is_not_used(tmp_path, monkeypatch, identity):
    long = tmp_path / ("x" * SOCKET_PARENT_LIMIT_BYTES)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    made = made_socket_dir(identity)
    try:
        assert made.parent == Path("/tmp")
    finally:
        made.rmdir()
