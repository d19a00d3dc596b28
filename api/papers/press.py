"""Sets documents of any length in bounded memory: pieces of few pages, in a process beside ours.

The typesetter remembers its last runs, so the process is replaced when it has grown; and because
it is a process, a thousand pages never hold up a single request. Invariants: at most one
process at a time a press; pages are numbered through; leaving the block ends the process and
removes every piece.
"""

import asyncio
import json
import os
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from api.papers.paper import Imprint, Language, Paper, printed
from api.papers.weighing import Bound

MOST_RESIDENT_BYTES: Final = 100_000_000  # with its first piece a fresh process has 75 MB


class PressBroken(Exception):
    """The press could not set or join it, or died; the text says what it said."""


class Press:
    """Takes runs of papers, one after another, and binds them."""

    def __init__(self, folder: Path, form: str, imprint: Imprint, language: Language) -> None:
        """`folder`: for the pieces; whoever made it removes it."""
        self._folder = folder
        self._form = form
        self._imprint = imprint
        self._language: Language = language
        self._process: Process | None = None
        self._pieces: list[Path] = []
        self.pages = 0

    @property
    def process_id(self) -> int | None:
        """Of the process that works now; None: there is none."""
        return self._process.pid if self._process else None

    async def take(self, papers: list[Paper], *, alone: bool = False) -> int:
        """Sets one run (`paper.pieces_of`); how many pages it came to. Raises PressBroken.

        `alone`: the only one, so that it can be readable by a screen reader, too.
        """
        file = self._folder / f"{len(self._pieces):05}.pdf"
        data = printed(papers, self._imprint, self._language, self.pages + 1)
        qr = self._imprint.address or self._imprint.code
        wanted = {"form": self._form, "data": data, "qr": qr, "file": str(file), "tagged": alone}
        answer = await self._ask({"set": wanted})
        self._pieces.append(file)
        self.pages += answer["pages"]
        if answer["resident_bytes"] > MOST_RESIDENT_BYTES:
            await self.rest()
        return answer["pages"]

    async def bind(self, file: Path) -> Bound:
        """Joins everything that was taken into one file. Raises PressBroken."""
        if len(self._pieces) > 1:
            await self.rest()  # joining needs room of its own
        pieces = [str(piece) for piece in self._pieces]
        answer = await self._ask({"join": {"pieces": pieces, "file": str(file)}})
        return Bound(answer["bytes"], bytes.fromhex(answer["sha256"]), answer["pages"])

    async def rest(self) -> None:
        """Ends the process; the next run begins a fresh one."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()  # it holds nothing that is not in a file
        await process.communicate()

    async def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if self._process is None:
            self._process = await started()
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(request, ensure_ascii=True).encode() + b"\n")
            await process.stdin.drain()
            line = await process.stdout.readline()
        except OSError as error:
            raise PressBroken(f"the press went away: {error}") from error
        if not line:
            raise PressBroken(f"the press went away: exit code {await process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise PressBroken(answer["error"])
        return answer


@asynccontextmanager
async def opened_press(form: str, imprint: Imprint, language: Language) -> AsyncGenerator[Press]:
    """A press with a folder of its own for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="denyut-press-") as folder:
        press = Press(Path(folder), form, imprint, language)
        try:
            yield press
        finally:
            await press.rest()


async def started() -> Process:
    """A fresh process that knows where our packages are, and nothing of our secrets."""
    environment = {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PATH": os.environ.get("PATH", ""),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.papers.printing", stdin=PIPE, stdout=PIPE, env=environment
    )
