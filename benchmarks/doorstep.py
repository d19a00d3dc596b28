"""From the tap on "save" to the supervisor's screen, and back: a report seen, a praise received.

Two browsers with storage of their own and the real service between them. Both pages read the clock
of the same machine, and each notes the time itself: of the tap in the one, of the first picture in
which the news stands in the other. What the driver takes to ask is in no figure.
"""

from playwright.async_api import Browser

from benchmarks.slow_phone import SlowPhone

NOTE_TAP = """
() => {
  globalThis.tapped = new Promise((resolve) => {
    addEventListener('click', ({timeStamp}) => resolve(performance.timeOrigin + timeStamp), {
      capture: true, once: true,
    });
  });
}
"""
# The first picture in which a text stands, or a button that offers what is new.
STANDS = """
(text) => {
  globalThis.stood = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('it was never shown')), 30_000);
    const looked = () => {
      const offered = document.querySelector('.fresh button');
      if (!offered && !document.body.innerText.includes(text)) return;
      looking.disconnect();
      requestAnimationFrame(() => setTimeout(() => {
        resolve(performance.timeOrigin + performance.now());
      }));
    };
    const looking = new MutationObserver(looked);
    looking.observe(document.body, {subtree: true, childList: true, characterData: true});
    looked();
  });
}
"""
SAVE = ".report .thumb button"


async def tap_to_screen_ms(staff: SlowPhone, head: SlowPhone, note: str) -> float:
    """How long from the tap on "save" until the supervisor's feed shows the report or offers it.

    `staff` stands at the filled-in report screen, `head` at the feed, and both are connected.
    """
    await head.page.evaluate(STANDS, note)
    await staff.page.evaluate(NOTE_TAP)
    await staff.page.click(SAVE)
    tapped_ms: float = await staff.page.evaluate("tapped")
    stood_ms: float = await head.page.evaluate("stood")
    return stood_ms - tapped_ms


async def report_seen_ms(
    browser: Browser, url: str, staff_nip: str, head_nip: str, password: str
) -> float:
    """The same for two people who sign in on phones of their own, one above the other."""
    note = "Kunjungan yang dilihat atasan"
    async with (
        SlowPhone.switched_on(browser, url) as staff,
        SlowPhone.switched_on(browser, url) as head,
    ):
        await head.signed_in(head_nip, password, "nav")
        await head.page.goto(f"{url}/feed")
        await staff.signed_in(staff_nip, password, ".today article")
        await staff.page.goto(f"{url}/report")
        for phone in (head, staff):
            await phone.page.wait_for_selector(".connection.live")
        await staff.page.check("input[type=radio]")
        await staff.page.fill(".stepper input", "1")
        await staff.page.fill("textarea", note)
        await head.page.wait_for_timeout(500)  # what others did before is on the screen
        return await tap_to_screen_ms(staff, head, note)
