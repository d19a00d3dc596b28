"""What a phone on a thin line has to fetch: bytes as they go over the wire, gzip."""

import json
from pathlib import Path

from denyut.web_build import built
from tests.web.apps import sources

KB = 1024
STAFF_JS = 45 * KB
STAFF_EVERYTHING = 60 * KB
LEAD_ON_TOP = 40 * KB
ENTRY = "index.html"
LANGUAGE = "src/words/id.staff.words"  # a phone fetches one of the two
# What stands before somebody can report: the door, Today, and the report itself.
FIRST_SCREENS = ("src/app/sign_in.tsx", "src/staff/today.tsx", "src/staff/report.tsx")
STAFF_SCREENS = ("src/staff/", "src/app/")
LEAD_SCREENS = "src/lead/"
LEAD_WORDS = "src/words/id.lead.words"
# Besides; the service worker comes when the page already stands, and is no script of the page.
FIXED = ("index.html", "app.webmanifest", "mark.svg", "sw.js")


class Build:
    """A build and what its own list says of it."""

    def __init__(self) -> None:
        self.folder: Path = built(sources())
        self.chunks: dict[str, dict] = json.loads((self.folder / "manifest.json").read_text())

    def needed(self, *names: str) -> set[str]:
        """The files that these chunks need at once: their own, and what they import."""
        files: set[str] = set()
        waiting, seen = list(names), set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            chunk = self.chunks[name]
            files |= {chunk["file"], *chunk.get("css", [])}
            waiting += chunk.get("imports", [])
        return files

    def bytes_of(self, files: set[str], suffix: str = "") -> int:
        """Their size on the wire."""
        total = 0
        for name in files:
            if name.endswith(suffix):
                packed = self.folder / f"{name}.gz"
                sent = packed if packed.is_file() else self.folder / name
                total += sent.stat().st_size
        return total

    def screens(self, *folders: str) -> list[str]:
        return [name for name in self.chunks if name.startswith(folders)]


def test_staff_fetch_little_before_they_can_report() -> None:
    build = Build()
    files = build.needed(ENTRY, LANGUAGE, *FIRST_SCREENS)
    everything = {*files, *(name for name in FIXED if (build.folder / name).is_file())}
    sizes = {"js": build.bytes_of(files, ".js"), "everything": build.bytes_of(everything)}
    assert sizes["js"] <= STAFF_JS, sizes
    assert sizes["everything"] <= STAFF_EVERYTHING, sizes


def test_a_supervisor_fetches_little_on_top() -> None:
    build = Build()
    first = build.needed(ENTRY, LANGUAGE)
    on_top = build.needed(LEAD_WORDS, *build.screens(LEAD_SCREENS)) - first
    assert build.bytes_of(on_top) <= LEAD_ON_TOP, build.bytes_of(on_top)


def test_staff_fetch_nothing_that_is_for_supervisors_only() -> None:
    build = Build()
    first = build.needed(ENTRY, LANGUAGE, *build.screens(*STAFF_SCREENS))
    assert not [name for name in first if "uPlot" in name]
    assert build.chunks[LEAD_WORDS]["file"] not in first
    for screen in build.screens(LEAD_SCREENS):
        if build.chunks[screen].get("isDynamicEntry"):
            assert build.chunks[screen]["file"] not in first, screen
