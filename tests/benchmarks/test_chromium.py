"""The browser of measurements and browser tests: the system's own, or words on what to do."""

import os
from pathlib import Path

import pytest

from benchmarks import chromium
from benchmarks.chromium import REMEDY, chromium_program


def program(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_chromium_comes_before_chrome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program(tmp_path, "google-chrome")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium_program() == str(tmp_path / "google-chrome")
    program(tmp_path, "chromium")
    assert chromium_program() == str(tmp_path / "chromium")


def test_where_it_may_not_install_one_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(AssertionError, match="WITHOUT_BROWSER=1"):
        chromium_program()
    assert chromium.WITHOUT in REMEDY


def test_as_root_it_installs_debians(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = tmp_path / "chromium"
    installer = program(tmp_path, "apt-get")
    installer.write_text(f"#!/bin/sh\n[ $1 = install ] && echo > {made} && /bin/chmod +x {made}\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert chromium_program() == str(made)
