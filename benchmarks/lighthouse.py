"""Lighthouse on a page of ours: the categories' scores, in its own words for a mobile phone.

Lighthouse and what it needs are locked in `benchmarks/node` and installed when it first runs: no
test and no build of the app needs them. It drives a Chromium that is already running, so that a
page can be one of somebody who is signed in. It clears the page's caches and its service worker
before each run, not what the phone knows of its person.
"""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.async_api import BrowserContext, async_playwright

from benchmarks.chromium import FLAGS, chromium_program
from benchmarks.rig import free_port
from denyut.web_build import Node, with_packages

LOCKED: Final = Path(__file__).with_name("node")
INSTALLED: Final = Path("build", "lighthouse")  # beside the figures; `make clean` takes it away
LEAST: Final[Mapping[str, float]] = {
    "performance": 95,
    "accessibility": 100,
    "best-practices": 100,
}


class NoScores(RuntimeError):
    """Lighthouse has said nothing that can be used; the text holds its words."""


@dataclass(frozen=True, slots=True)
class Scores:
    """0 to 100 for each category, and what kept one from being full."""

    by_category: Mapping[str, float]
    found_wanting: Sequence[str]


@asynccontextmanager
async def profile(folder: Path) -> AsyncGenerator[tuple[BrowserContext, int]]:
    """A Chromium of its own whose tabs Lighthouse sees, and the port on which it asks for them."""
    port = free_port()
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            folder,
            executable_path=chromium_program(),
            headless=False,  # the flag asks for the headless mode that is a whole browser
            args=[*FLAGS, f"--remote-debugging-port={port}"],
            locale="id-ID",
        )
        try:
            yield context, port
        finally:
            await context.close()


async def scores(url: str, port: int) -> Scores:
    """Runs it once on the Chromium whose DevTools listen on `port`. Raises NoScores."""
    return await asyncio.to_thread(lambda: run(installed(INSTALLED), INSTALLED, url, port))


def installed(folder: Path) -> Node:
    """Node, after Lighthouse is in the folder. Raises WebBuildProblem."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in LOCKED.iterdir():
        shutil.copyfile(file, folder / file.name)
    return with_packages(folder)


def read(report: Mapping[str, Any]) -> Scores:
    """The scores of its JSON report. Raises NoScores where the page could not be measured."""
    if problem := report.get("runtimeError"):
        raise NoScores(problem.get("message", "unknown"))
    found: dict[str, float] = {}
    wanting: list[str] = []
    for name in LEAST:
        category = report["categories"][name]
        if category["score"] is None:
            raise NoScores(f"no score for {name}")
        found[name] = category["score"] * 100
        for part in category["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 1:
                said = audit.get("displayValue") or audit["title"]
                wanting.append(f"{name}: {part['id']} {audit['score']:.2f} ({said})")
    return Scores(found, wanting)


def run(node: Node, packages: Path, url: str, port: int) -> Scores:
    """Runs what is installed in `packages` and reads its report. Raises NoScores."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        options = [f"--port={port}", "--output=json", f"--output-path={report}", "--quiet"]
        only = f"--only-categories={','.join(LEAST)}"
        answer = node.run(packages, "exec", "--offline", "--", "lighthouse", url, *options, only)
        if not report.is_file():
            raise NoScores(f"Lighthouse ended with {answer.returncode}: {answer.stdout[-2000:]}")
        return read(json.loads(report.read_text("utf-8")))
