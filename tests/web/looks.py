"""Everything that is asked of one view: axe, contrast in every theme, fingers, narrow phones.

One page load serves for all of it: themes, text sizes and widths are changed under the view.
"""

from dataclasses import dataclass, field

from tests.web.axe import COLOURS, violations
from tests.web.fitting import ringless, too_small, too_wide
from tests.web.phone import SMALL, Phone

THEMES = ("light", "dark", "sunlight")
TEXTS = ("usual", "large", "largest")  # as the settings offer them
TWICE = "200%"  # what a browser's own setting may ask for
WIDTHS = (320, 360)
DRESS = """
([theme, text]) => Object.assign(document.documentElement.dataset, {theme, text})
"""


@dataclass
class Looks:
    """Looks at what a phone shows, and remembers what was wrong with it."""

    phone: Phone
    axe: str
    wrong: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    async def at(self, view: str) -> None:
        """All of it for what is in front now. `view`: what people call it."""
        self.seen.append(view)
        await self._themes(view)
        for width in WIDTHS:
            await self._narrow(view, width)
        await self.phone.page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
        await self._dress("light", "usual")

    async def as_it_is(self, view: str) -> None:
        """At the size that the window has: a desk."""
        self.seen.append(view)
        await self._themes(view)
        self._add(view, "too wide", await too_wide(self.phone.page))
        await self._dress("light", "usual")

    async def _themes(self, view: str) -> None:
        page = self.phone.page
        for theme in THEMES:
            await self._dress(theme, "usual")
            rules = () if theme == "light" else COLOURS
            self._add(view, theme, await violations(page, self.axe, *rules))
            self._add(view, f"{theme}, no ring", await ringless(page))

    async def _narrow(self, view: str, width: int) -> None:
        page = self.phone.page
        await page.set_viewport_size({"width": width, "height": SMALL[1]})
        for text in TEXTS:
            await self._dress("light", text)
            self._add(view, f"{text} text, too wide for {width}", await too_wide(page))
            if width == SMALL[0]:
                self._add(view, f"{text} text, small for a finger", await too_small(page))
        await page.evaluate("(size) => document.documentElement.style.fontSize = size", TWICE)
        self._add(view, f"text of {TWICE}, too wide for {width}", await too_wide(page))
        await page.evaluate("document.documentElement.style.fontSize = ''")

    async def _dress(self, theme: str, text: str) -> None:
        await self.phone.page.evaluate(DRESS, [theme, text])

    def _add(self, view: str, what: str, found: list[str]) -> None:
        self.wrong += [f"{view} ({self.phone.language}): {what}: {line}" for line in found]
