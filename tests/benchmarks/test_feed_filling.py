"""What the reader of a filling feed does; the whole is tried in small with the scenario."""

from playwright.async_api import Browser

from benchmarks.feed_filling import OLDEST_S, Filling, looked_at

PAGE = """<!doctype html><style>main { height: 9000px }</style>
<p class="fresh"><button onclick="globalThis.letIn = (globalThis.letIn ?? 0) + 1">3</button></p>
<main><div class="long-row"><time datetime="2026-11-24T02:00:00Z"></time></div>
<div class="long-row"><time datetime="2026-11-24T01:00:00Z"></time></div></main>"""


async def test_the_new_ones_are_let_in_again_and_again(browser: Browser):
    page = await browser.new_page()
    await page.set_content(PAGE)
    await looked_at(page, Filling(items=3, events_per_s=100.0, shown_every_s=0.01))
    assert await page.evaluate("letIn") == 3
    assert await page.evaluate("scrollY") > 1_500
    await page.close()


async def test_the_oldest_is_the_last_of_the_list(browser: Browser):
    page = await browser.new_page()
    await page.set_content(PAGE)
    assert await page.evaluate(OLDEST_S) == 1_795_482_000
    await page.close()


def test_it_lasts_as_long_as_its_reports_take():
    assert Filling().lasts_s == 100
