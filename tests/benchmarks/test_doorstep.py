"""From one page's tap to the other's picture, by the clocks of the two."""

from playwright.async_api import Browser, Route

from benchmarks.doorstep import tap_to_screen_ms
from benchmarks.slow_phone import SlowPhone

URL = "http://phone.test"
PAGE = """<!doctype html><title>Both</title><div class="report"><div class="thumb">
<button>Save</button></div></div><p></p><script>
  document.querySelector('button').onclick = () => fetch('/saved');
</script>"""


async def test_it_lasts_from_the_tap_until_the_other_one_shows_it(browser: Browser):
    async with (
        SlowPhone.switched_on(browser, URL) as staff,
        SlowPhone.switched_on(browser, URL, size=(1280, 800)) as head,
    ):

        async def answered(route: Route) -> None:
            if route.request.url.endswith("/saved"):
                await head.page.evaluate(
                    "document.querySelector('p').textContent = 'Kunjungan baru'"
                )
            await route.fulfill(content_type="text/html", body=PAGE)

        for phone in (staff, head):
            await phone.context.route("**/*", answered)
            await phone.page.goto(URL)
        assert await tap_to_screen_ms(staff, head, "Kunjungan baru") > 0
