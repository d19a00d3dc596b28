"""The app is put on the home screen: browsers may install it, and the person says when."""

from playwright.async_api import expect

from tests.web.phone import Phone, Phones
from tests.web.town import Town

# What a browser hands over when it would install the app; its own dialog cannot be had here.
OFFERED = """
() => {
  const offer = new Event('beforeinstallprompt', { cancelable: true });
  window.asked = 0;
  offer.prompt = () => { window.asked += 1; return Promise.resolve({ outcome: 'accepted' }); };
  return window.dispatchEvent(offer);
}
"""
PRIVATE_WINDOW = "in-incognito"  # which all windows of the tests are


async def today(phones: Phones, town: Town) -> Phone:
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    return phone


async def test_a_browser_finds_nothing_that_keeps_it_from_installing(phones: Phones, town: Town):
    phone = await today(phones, town)
    await expect(phone.page.locator("#broken"), "what is said where nothing runs").to_be_hidden()
    await phone.served_by_worker()
    devtools = await phone.context.new_cdp_session(phone.page)
    found = await devtools.send("Page.getInstallabilityErrors")
    errors = {each["errorId"] for each in found["installabilityErrors"]}
    assert errors <= {PRIVATE_WINDOW}
    manifest = await devtools.send("Page.getAppManifest")
    assert manifest["url"].endswith("/app.webmanifest")
    assert manifest["errors"] == []


async def test_the_offer_waits_until_the_person_wants_it(phones: Phones, town: Town):
    phone = await today(phones, town)
    await expect(phone.button("install.go")).to_have_count(0)
    by_itself = await phone.page.evaluate(OFFERED)
    assert not by_itself, "the browser is kept from asking by itself"
    await phone.button("install.go").click()
    assert await phone.page.evaluate("window.asked") == 1
    await expect(phone.button("install.go")).to_have_count(0)


async def test_later_is_silent_on_today_and_still_possible_among_the_rest(
    phones: Phones, town: Town
):
    phone = await today(phones, town)
    await phone.page.evaluate(OFFERED)
    await phone.button("install.later").click()
    await expect(phone.button("install.go")).to_have_count(0)
    await phone.page.get_by_role("link", name=phone.word("nav.more"), exact=True).click()
    await expect(phone.button("install.go")).to_be_visible()
    await phone.open("/today")
    await phone.has_targets()
    await phone.page.evaluate(OFFERED)
    await expect(phone.page.get_by_text(phone.word("install.why"))).to_have_count(0)


async def test_an_iphone_is_told_how_since_it_never_asks(phones: Phones, town: Town):
    phone = await phones()
    await phone.context.add_init_script(
        "Object.defineProperty(navigator, 'standalone', { value: false })"
    )
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await expect(phone.page.get_by_text(phone.word("install.by_hand"))).to_be_visible()
    await expect(phone.button("install.go")).to_have_count(0)
