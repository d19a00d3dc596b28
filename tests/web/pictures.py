"""Takes the pictures of the README from the demo city: `python -m tests.web.pictures`.

Each is what a person sees, in a real browser, at the size of a phone or of a desk; small enough to
be kept in the repository.
"""

import asyncio
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from PIL import Image

from benchmarks.chromium import running_chromium
from denyut.web_build import built, checkout_web
from tests.denyut.demo.processes import demo_process
from tests.web.phone import SMALL, WIDE, Language, Phone

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
COLOURS = 96
MOST_BYTES = 100_000
SETTLED_MS = 3_000  # some cards come in meanwhile
# Name, who looks, where, and at which size.
TAKEN: Final[tuple[tuple[str, str, str, tuple[int, int]], ...]] = (
    ("today", "employee", "/today", SMALL),
    ("report", "employee", "/report", SMALL),
    ("feed-phone", "supervisor", "/feed", SMALL),
    ("feed", "supervisor", "/feed", WIDE),
)


async def taken(introduction: Mapping[str, Any], language: Language) -> None:
    """All of them in one language."""
    async with running_chromium("--hide-scrollbars") as browser:
        for name, who, address, size in TAKEN:
            person, url = introduction[who], introduction["url"]
            async with Phone.switched_on(browser, url, language=language, size=size) as phone:
                await phone.sign_in(person["nip"], person["password"])
                await phone.open(address)
                await phone.page.wait_for_load_state("networkidle")
                await phone.page.wait_for_timeout(SETTLED_MS)
                kept(await phone.page.screenshot(), FOLDER / f"app-{name}.{language}.png")


def kept(picture: bytes, path: Path) -> None:
    """With few colours, which is all that the app has."""
    image = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS)
    image.save(path, optimize=True)
    assert path.stat().st_size <= MOST_BYTES, path


def main() -> None:
    """Both languages."""
    web = checkout_web()
    assert web is not None
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_process(Path(folder), "--json", DENYUT_WEB_DIR=str(built(web))) as demo,
    ):
        introduction = demo.introduction()
        for language in ("id", "en"):
            asyncio.run(taken(introduction, language))


if __name__ == "__main__":
    main()
