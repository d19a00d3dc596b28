"""Every setting stands in the guide, and nothing else does."""

from pathlib import Path

from denyut.settings import every_setting
from denyut.settings_guide import guide

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "settings.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text("utf-8") == guide(), "run: python -m denyut.settings_guide > the page"


def test_every_setting_has_its_line() -> None:
    page = guide()
    assert [one.name for one in every_setting() if f"| `{one.name}` |" not in page] == []
