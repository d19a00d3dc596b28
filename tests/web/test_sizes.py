"""What a phone on a thin line has to fetch: bytes as they go over the wire, gzip.

How the gates of issue 5 are read. *JS* is what the page itself loads before somebody can report:
its scripts and the words of one language. The service worker is not among them: it is fetched by
the browser when the page already stands, runs in a thread of its own, and nothing waits for it.
*Everything* is all of that and the worker's own file, the page, styles, manifest and mark. What the
worker then puts aside for days without signal (the other screens, the other language) is fetched
behind the work and has a bound of its own here; that nothing is fetched twice for it is shown by a
real browser in `test_first_visit.py`.
"""

import json
import re
from pathlib import Path

from denyut.web_build import built
from tests.web.apps import sources

KB = 1024
STAFF_JS = 45 * KB
STAFF_EVERYTHING = 60 * KB
STAFF_PUT_ASIDE = 50 * KB  # for days without signal: every other screen, and the second language
LEAD_ON_TOP = 40 * KB
ENTRY = "index.html"
LISTED = re.compile(r"[`'\"]((?:/[\w./-]+ )+/[\w./-]+)[`'\"]")  # the names in the worker's file
LANGUAGE = "src/words/id.staff.words"  # a phone fetches one of the two
# What stands before somebody can report, the door, Today, and the report itself, is in the page's
# one script; they would be chunks of their own if they were not.
FIRST_SCREENS = ("src/app/sign_in.tsx", "src/staff/today.tsx", "src/staff/report.tsx")
NAMED = re.compile(r'(?:src|href)="/(assets/[^"]+)"')  # files in the page
STAFF_SCREENS = ("src/staff/", "src/app/")
LEAD_SCREENS = "src/lead/"
LEAD_LATER = "src/lead/course_chart.tsx"  # with uPlot: nobody has it before they ask for a chart
LEAD_CHART = 30 * KB
LEAD_WORDS = "src/words/id.lead.words"
# Besides; these come with the page or right behind it.
FIXED = ("index.html", "app.webmanifest", "mark.svg", "sw.js")


class Build:
    """A build and what its own list says of it."""

    def __init__(self) -> None:
        self.folder: Path = built(sources())
        self.chunks: dict[str, dict] = json.loads((self.folder / "manifest.json").read_text())

    def needed(self, *names: str) -> set[str]:
        """The files that these chunks need at once: their own, and what they import.

        The page needs what it names.
        """
        files: set[str] = set()
        waiting, seen = [name for name in names if name != ENTRY], set()
        if ENTRY in names:
            files |= set(NAMED.findall((self.folder / ENTRY).read_text()))
            by_file = {chunk["file"]: name for name, chunk in self.chunks.items()}
            waiting += [by_file[file] for file in files]
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

    def put_aside(self) -> set[str]:
        """What the worker keeps of the app on every phone, by its own list."""
        lists = [
            set(found.split()) for found in LISTED.findall((self.folder / "sw.js").read_text())
        ]
        (here,) = [names for names in lists if f"/{ENTRY}" in names]
        return {name.removeprefix("/") for name in here}

    def screens(self, *folders: str) -> list[str]:
        return [name for name in self.chunks if name.startswith(folders)]


def test_staff_fetch_little_before_they_can_report() -> None:
    build = Build()
    assert not set(FIRST_SCREENS) & set(build.chunks)
    files = build.needed(ENTRY, LANGUAGE)
    everything = {*files, *(name for name in FIXED if (build.folder / name).is_file())}
    sizes = {"js": build.bytes_of(files, ".js"), "everything": build.bytes_of(everything)}
    assert sizes["js"] <= STAFF_JS, sizes
    assert sizes["everything"] <= STAFF_EVERYTHING, sizes


def test_what_is_put_aside_for_days_without_signal_is_little_and_nothing_for_supervisors() -> None:
    build = Build()
    first = build.needed(ENTRY, LANGUAGE) | set(FIXED)
    aside = build.put_aside()
    assert first - aside <= {"sw.js"}  # a phone that starts without signal has all of it
    assert build.bytes_of(aside - first) <= STAFF_PUT_ASIDE, build.bytes_of(aside - first)
    assert build.chunks[LEAD_WORDS]["file"] not in aside


def test_a_supervisor_fetches_little_on_top() -> None:
    build = Build()
    first = build.needed(ENTRY, LANGUAGE)
    screens = [name for name in build.screens(LEAD_SCREENS) if name != LEAD_LATER]
    on_top = build.needed(LEAD_WORDS, *screens) - first
    assert build.bytes_of(on_top) <= LEAD_ON_TOP, build.bytes_of(on_top)
    chart = build.needed(LEAD_LATER) - on_top - first
    assert 0 < build.bytes_of(chart) <= LEAD_CHART, build.bytes_of(chart)


def test_staff_fetch_nothing_that_is_for_supervisors_only() -> None:
    build = Build()
    first = build.needed(ENTRY, LANGUAGE, *build.screens(*STAFF_SCREENS))
    assert not [name for name in first if "uPlot" in name]
    assert build.chunks[LEAD_WORDS]["file"] not in first
    for screen in build.screens(LEAD_SCREENS):
        if build.chunks[screen].get("isDynamicEntry"):
            assert build.chunks[screen]["file"] not in first, screen
