"""The door of the app: signing in, and what it says when it cannot be done."""

from playwright.async_api import expect

from tests.web.mast import Mast
from tests.web.phone import Phones
from tests.web.town import Town


async def test_a_person_signs_in_and_the_phone_remembers_them(phones: Phones, town: Town):
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.page.reload()
    await expect(phone.page.get_by_role("navigation")).to_be_visible()
    assert "/sign-in" not in phone.page.url
    assert phone.wrong == []


async def test_a_wrong_password_is_said_in_words_and_nothing_is_kept(phones: Phones, town: Town):
    phone = await phones()
    await phone.open()
    await phone.page.get_by_label(phone.word("sign_in.nip")).fill(await town.nip(town.city.ani))
    await phone.page.get_by_label(phone.word("sign_in.password"), exact=True).fill("bukan ini ya")
    await phone.button("sign_in.go").click()
    await expect(phone.page.get_by_role("alert")).to_be_visible()
    assert phone.page.url.endswith("/sign-in")


async def test_without_an_answer_it_says_that_the_server_has_not_answered(
    phones: Phones, town: Town, mast: Mast
):
    phone = await phones(language="en")
    await phone.open()
    await phone.page.get_by_label(phone.word("sign_in.nip")).fill(await town.nip(town.city.ani))
    await phone.page.get_by_label(phone.word("sign_in.password"), exact=True).fill("whatever it is")
    mast.fall()
    await phone.button("sign_in.go").click()
    await expect(phone.page.get_by_text(phone.word("problem.unreachable"))).to_be_visible()
    mast.rise()
