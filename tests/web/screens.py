"""Every screen of the app with an address that shows something, read from the app's own list.

A screen that is added to `app/routes.ts` with a new kind of fill is refused here until it is said
what fills it: no screen is left unlooked at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROUTES = Path(__file__).parents[2] / "web" / "src" / "app" / "routes.ts"
ROUTE = re.compile(r"\{[^{}]*?path: '([^']+)'(?:[^{}]|\{[^{}]*\})*\}")
FILL = re.compile(r":(\w+)")

Who = Literal["nobody", "staff", "lead"]


@dataclass(frozen=True)
class Screen:
    """An address, and who looks at it."""

    pattern: str
    who: Who

    def address(self, fills: Mapping[str, str]) -> str:
        """The pattern with its fills. KeyError names the screen that nobody has said them for."""

        def filled(match: re.Match[str]) -> str:
            return fills[f"{self.pattern} {match[1]}"]

        return FILL.sub(filled, self.pattern)


def screens() -> list[Screen]:
    """All of them, in the order of the list."""
    found = [Screen(match[1], _who(match[0])) for match in ROUTE.finditer(ROUTES.read_text())]
    assert found, "app/routes.ts reads otherwise than this test expects"
    return found


def _who(text: str) -> Who:
    if "open: true" in text:
        return "nobody"
    return "lead" if "lead/" in text else "staff"
