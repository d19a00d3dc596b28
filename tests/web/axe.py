"""What axe finds wrong with the page that somebody looks at, in lines that a person can act on."""

from pathlib import Path

from playwright.async_api import Page

from denyut.web_build import checkout_web, with_packages

SOURCE = Path("node_modules", "axe-core", "axe.min.js")
RUN = """
async () => (await axe.run(document, {resultTypes: ['violations']})).violations.flatMap((found) =>
  found.nodes.map((node) => `${found.id}: ${node.target.join(' ')}: ${node.failureSummary}`))
"""


def axe_source() -> str:
    """The program, from the app's own locked packages."""
    web = checkout_web()
    assert web is not None
    with_packages(web)
    return (web / SOURCE).read_text()


async def violations(page: Page, source: str) -> list[str]:
    """Each fault with its element; whether contrast, names, order or roles."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(source)
    return await page.evaluate(RUN)
