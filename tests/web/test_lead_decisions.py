"""Decisions that are seldom made: an objection's answer, and hiding what a citizen wrote."""

from types import SimpleNamespace

from playwright.async_api import expect

from tests.making.survey import make_point, make_service, make_verdict
from tests.matrix.things_appraisal import things
from tests.web.leading import card, is_live, pressed
from tests.web.phone import Phones
from tests.web.town import Town


async def test_an_objection_is_answered_by_the_supervisors_supervisor(phones: Phones, town: Town):
    city = town.city
    draft = SimpleNamespace(employee_id=city.ani, mark="Banjir dua minggu")
    made = await things(town.pool, draft, city.clinic, city.clinic_head)
    head = await phones()
    await head.sign_in(await town.nip(city.health_head))
    await is_live(head)
    await head.open("/waiting")
    await head.page.get_by_role("link").filter(has_text="Ani").first.click()
    await expect(head.page.get_by_text("cause-Banjir dua minggu").last).to_be_visible()
    await head.button("lead.outcome_changed").click()
    await (
        head.page.get_by_role("group", name=head.word("lead.result_rating"))
        .get_by_label(head.word("lead.rating_meets"))
        .check()
    )
    await expect(head.button("lead.objection_now")).to_be_disabled()
    await head.page.get_by_label(head.word("lead.reason"), exact=True).fill("Banjir memang ada")
    await head.button("lead.objection_now").click()
    await expect(head.page.get_by_text("Banjir memang ada", exact=True)).to_be_visible()
    await expect(head.button("lead.objection_now")).to_have_count(0)
    row = await town.pool.fetchrow("SELECT * FROM objection WHERE id = $1", made["objection"])
    assert (row["outcome"], row["decision_reason"]) == ("changed", "Banjir memang ada")
    rated = await town.pool.fetchrow("SELECT * FROM appraisal WHERE id = $1", row["appraisal_id"])
    assert (rated["state"], rated["result_rating"]) == ("final", "meets")
    assert head.wrong == []


async def test_hr_hides_a_comment_and_its_numbers_stay(phones: Phones, town: Town):
    city = town.city
    service_id = await make_service(town.pool, city.clinic, "Poli umum")
    point_id = await make_point(town.pool, service_id)
    verdict_id = await make_verdict(town.pool, point_id, comment="Bu Ani marah-marah", low=True)
    head = await phones()
    await head.sign_in(await town.nip(city.clinic_head))
    await head.open("/verdicts")
    said = card(head, "Bu Ani marah-marah")
    await expect(pressed(head, said, "lead.reply")).to_be_visible()
    await expect(pressed(head, said, "lead.hide")).to_have_count(0)

    hr = await phones(language="en")
    await hr.sign_in(await town.nip(city.hr))
    await hr.open("/verdicts")
    said = card(hr, "Bu Ani marah-marah")
    await pressed(hr, said, "lead.hide").click()
    await said.get_by_label(hr.word("lead.hide_reason"), exact=True).fill("It names somebody")
    await pressed(hr, said, "lead.hide_now").click()
    await expect(hr.page.get_by_text(hr.word("lead.verdict_hidden"))).to_be_visible()
    await expect(hr.page.get_by_text("Bu Ani marah-marah")).to_have_count(0)
    row = await town.pool.fetchrow("SELECT * FROM verdict WHERE id = $1", verdict_id)
    assert row["hidden_at"] is not None
    assert head.wrong + hr.wrong == []
