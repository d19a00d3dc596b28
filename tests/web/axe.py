"""What axe finds wrong with the page that somebody looks at, in lines that a person can act on."""

from pathlib import Path

from playwright.async_api import Page

from denyut.web_build import checkout_web, with_packages

SOURCE = Path("node_modules", "axe-core", "axe.min.js")
RUN = """
async (rules) => {
  const wish = rules ? {runOnly: {type: 'rule', values: rules}} : {};
  const {violations} = await axe.run(document, {resultTypes: ['violations'], ...wish});
  return violations.flatMap((found) => found.nodes.map((node) =>
    `${found.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
}
"""
COLOURS = ("color-contrast", "link-in-text-block")  # all that a theme can do to a page


def axe_source() -> str:
    """The program, from the app's own locked packages."""
    web = checkout_web()
    assert web is not None
    with_packages(web)
    return (web / SOURCE).read_text()


async def violations(page: Page, source: str, *rules: str) -> list[str]:
    """Each fault with its element; whether contrast, names, order or roles. `rules`: only these."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(source)
    return await page.evaluate(RUN, list(rules) or None)
