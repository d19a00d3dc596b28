"""Photos are made harmless one or two at a time, each in a process that ends with it.

Invariants: the service itself never decodes a picture, so its memory stays as it is whatever
people send; a process that takes too long is ended; nothing of ours is in its environment; a
photo is refused for what it is, never because this machine was full, slow or short of memory: such
a failure is `Busy`, and the same photo may come again.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

from models.rules.refusals import Busy, ImageTooLarge, ImageUnreadable, Refusal

BUSY_RETRY_S: Final = 5
# A decoder that a file breaks ends so; any other end is none of the file's doing.
_BROKEN: Final = frozenset(
    {-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT, -signal.SIGFPE, -signal.SIGILL}
)


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """How photos are decoded."""

    at_once: int = 2  # processes; each may need 300 MB for a moment
    waiting: int = 20  # photos; whoever comes later is told to try again
    timeout_s: float = 40.0  # a photo of a phone takes half a second


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that is fit to be kept: its two sizes as bytes, and of the larger one its pixels."""

    full: bytes
    thumb: bytes
    media_type: str
    width: int
    height: int


class ImagePress:
    """Hands photos to processes. `made`, `refused` and `failed` count how they ended."""

    def __init__(self, options: ImageOptions) -> None:
        self._options = options
        self._free = asyncio.Semaphore(options.at_once)
        self._waiting = 0
        self.made = 0
        self.refused = 0
        self.failed = 0
        self._log = structlog.stdlib.get_logger("api.images")

    async def pressed(self, source: Path, most_pixels: int) -> Photo:
        """The photo in a file, written anew. Raises ImageUnreadable, ImageTooLarge, and Busy."""
        if self._waiting >= self._options.waiting:
            raise Busy(retry_after_s=BUSY_RETRY_S)
        self._waiting += 1
        try:
            async with self._free:
                return await self._press(source, most_pixels)
        finally:
            self._waiting -= 1

    async def _press(self, source: Path, most_pixels: int) -> Photo:
        full, thumb = source.with_suffix(".full"), source.with_suffix(".thumb")
        words = [str(source), str(full), str(thumb), str(most_pixels)]
        try:
            answer: dict[str, Any] = await self._asked(words)
        except OSError as error:  # no more processes, or no memory for one
            answer = {"failed": str(error)}
        if "failed" in answer:
            self.failed += 1
            self._log.error("photo_not_made", why=answer["failed"])
            raise Busy(retry_after_s=BUSY_RETRY_S)
        if "refused" in answer:
            self.refused += 1
            raise refusal_of_image(answer["refused"], most_pixels)
        self.made += 1
        return Photo(
            await asyncio.to_thread(full.read_bytes),
            await asyncio.to_thread(thumb.read_bytes),
            answer["media_type"],
            answer["width"],
            answer["height"],
        )

    async def _asked(self, words: list[str]) -> dict[str, Any]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "api.images.shrinking", *words),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=DEVNULL,
            env=bare_environment(),
        )
        try:
            async with asyncio.timeout(self._options.timeout_s):
                said, _ = await process.communicate()
        except TimeoutError:
            return {"failed": "it took too long"}
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return outcome_of(process.returncode, said)


def outcome_of(code: int | None, said: bytes) -> dict[str, Any]:
    """What a process says that has ended by itself, or what its end says."""
    if code == -signal.SIGXCPU:  # its time was up
        return {"refused": ImageTooLarge.code}
    if code in _BROKEN:
        return {"refused": ImageUnreadable.code}
    return {"failed": f"it ended with {code}"} if code else json.loads(said)


def refusal_of_image(code: str, most_pixels: int) -> Refusal:
    """What somebody hears whose photo was refused, now or when they ask again."""
    return (
        ImageTooLarge(limit_pixels=most_pixels)
        if code == ImageTooLarge.code
        else (ImageUnreadable())
    )


@asynccontextmanager
async def gathered(pieces: AsyncIterable[bytes]) -> AsyncGenerator[Path]:
    """A file of these pieces, in a folder that goes with the block."""
    with tempfile.TemporaryDirectory(prefix="denyut-photo-") as folder:
        file = Path(folder) / "photo"
        with file.open("wb") as opened:
            async for piece in pieces:
                await asyncio.to_thread(opened.write, piece)
        yield file


def bare_environment() -> dict[str, str]:
    """Where our packages are, and nothing of our secrets."""
    return {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PATH": os.environ.get("PATH", ""),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
