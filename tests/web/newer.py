"""A really newer build of the app: other words, another database, and so other names of its files.

It is built as the app itself is, from a changed copy of the sources.
"""

import shutil
from pathlib import Path

from denyut.web_build import CONTRACT, built
from tests.web.apps import sources

NEW_WORD = "Pakai yang lebih baru lagi"  # for the word of the button that takes a newer app
CHANGES = {
    "src/words/id.json": ('"app.take_newer": "Pakai sekarang"', f'"app.take_newer": "{NEW_WORD}"'),
    "src/words/en.json": ('"app.broken": "', '"app.broken": "Sorry. '),
    "index.html": ("<body>", '<body data-app="newer">'),
    "src/store/database.ts": ("const VERSION = 1;", "const VERSION = 2;"),
}
# What the next version of the database adds, for whoever comes from the first one.
ADDED = (
    "upgrade(db) {",
    "upgrade(db, before) {\n if (before) return void db.createObjectStore('n' as never);",
)


def newer_build(folder: Path) -> Path:
    """Builds it into this folder; where it stands."""
    web = folder / "web"
    shutil.copytree(sources(), web, ignore=shutil.ignore_patterns("node_modules", "dist*"))
    (web / "node_modules").symlink_to(sources() / "node_modules")
    (folder / CONTRACT).parent.mkdir(parents=True)
    shutil.copy(sources().parent / CONTRACT, folder / CONTRACT)
    for name, change in [*CHANGES.items(), ("src/store/database.ts", ADDED)]:
        text = (web / name).read_text()
        assert text.count(change[0]) == 1, name
        (web / name).write_text(text.replace(*change))
    return built(web)


def replaced(folder: Path, newer: Path) -> None:
    """The office installs it: nothing of the old build is left."""
    old, new = (names(each) for each in (folder, newer))
    assert len(old - new) > 40
    shutil.rmtree(folder)
    shutil.copytree(newer, folder)


def names(folder: Path) -> set[str]:
    """The scripts of a build."""
    return {path.name for path in (folder / "assets").glob("*.js")}
