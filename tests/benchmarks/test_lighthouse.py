"""Lighthouse is locked, is read as it speaks, and its failures are not taken for scores."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lighthouse import LEAST, LOCKED, NoScores, read, run
from denyut.web_build import Node


def report(score: float | None = 1, audit: float | None = 1, weight: int = 1) -> dict[str, Any]:
    category = {"score": score, "auditRefs": [{"id": "paint", "weight": weight}]}
    return {
        "categories": dict.fromkeys(LEAST, category),
        "audits": {"paint": {"score": audit, "title": "It paints", "displayValue": "1.4 s"}},
    }


def program(folder: Path, said: str) -> Node:
    """Stands where npm would, and writes what Lighthouse would."""
    path = folder / "npm"
    path.write_text(
        "#!/bin/sh\n"
        'for word in "$@"; do case $word in --output-path=*) to=${word#*=};; esac; done\n'
        f"{said}\n"
    )
    path.chmod(0o755)
    return Node((str(path),), dict(os.environ))


def test_scores_are_out_of_a_hundred_and_name_what_is_wanting():
    scores = read(report(0.98, 0.9))
    assert scores.by_category == dict.fromkeys(LEAST, 98)
    assert scores.found_wanting[0] == "performance: paint 0.90 (1.4 s)"
    assert read(report()).found_wanting == []
    assert read(report(1, 0, weight=0)).found_wanting == []


@pytest.mark.parametrize("said", [{"runtimeError": {"message": "no paint"}}, report(None)])
def test_a_page_that_could_not_be_measured_has_no_scores(said: dict[str, Any]):
    with pytest.raises(NoScores, match="no "):
        read(said)


def test_the_report_that_was_written_is_read(tmp_path: Path):
    (tmp_path / "said.json").write_text(json.dumps(report()))
    node = program(tmp_path, f'cat {tmp_path / "said.json"} > "$to"')
    assert run(node, tmp_path, "http://127.0.0.1:1/", 9222).by_category == dict.fromkeys(LEAST, 100)


def test_where_none_was_written_its_words_are_told(tmp_path: Path):
    with pytest.raises(NoScores, match="no Chrome there"):
        run(program(tmp_path, "echo no Chrome there; exit 1"), tmp_path, "http://127.0.0.1:1/", 1)


def test_it_is_pinned_and_the_lock_holds_hashes_and_no_address():
    wanted = json.loads((LOCKED / "package.json").read_text())["devDependencies"]
    assert list(wanted) == ["lighthouse"]
    assert re.fullmatch(r"[\d.]+", wanted["lighthouse"])
    lock = json.loads((LOCKED / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert packages["node_modules/lighthouse"]["version"] == wanted["lighthouse"]


def test_the_gates_are_the_contracts():
    assert LEAST == {"performance": 95, "accessibility": 100, "best-practices": 100}
