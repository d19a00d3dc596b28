"""Photos are made harmless one or two at a time, each in a process that ends with it.

Invariants: the service itself never decodes a picture, so its memory stays as it is whatever
people send; a process that takes too long is ended; nothing of ours is in its environment.
"""

import asyncio
import json
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.rules.refusals import Busy, ImageTooLarge, ImageUnreadable, Refusal

BUSY_RETRY_S: Final = 5


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """How photos are decoded."""

    at_once: int = 2  # processes; each may need 300 MB for a moment
    waiting: int = 20  # photos; whoever comes later is told to try again
    timeout_s: float = 20.0  # a photo of a phone takes half a second


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that is fit to be kept: its two sizes as bytes, and of the larger one its pixels."""

    full: bytes
    thumb: bytes
    media_type: str
    width: int
    height: int


class ImagePress:
    """Hands photos to processes. `refused` is for the metrics."""

    def __init__(self, options: ImageOptions) -> None:
        self._options = options
        self._free = asyncio.Semaphore(options.at_once)
        self._waiting = 0
        self.made = 0
        self.refused = 0

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
        answer = await self._asked(words)
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
            return {"refused": ImageTooLarge.code}
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:  # it ran out of its means, or the decoder broke
            return {"refused": ImageUnreadable.code}
        return json.loads(said)


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
