"""What staff open on their screens, and what their phone says when something is amiss."""

import io
from typing import Any, Final

from PIL import Image
from playwright.async_api import expect

from tests.web.phone import Phone
from tests.web.reporting import save_button
from tests.web.views import Ground, View, answers, cut, refused, told, turn_to, written

SENDING = "**/v1/sync"
PICTURE_HASH = "ab" * 32
# What the phone itself keeps of an item; the rest of its states follow from the office's answers.
STATES = ("saved", "received", "returned", "conflict", "quarantined")
KEEP = """
async (items) => {
  const opened = indexedDB.open('denyut');
  await new Promise((done) => { opened.onsuccess = done; });
  const store = opened.result.transaction('items', 'readwrite').objectStore('items');
  for (const item of items) store.add(item);
  await new Promise((done) => { store.transaction.oncomplete = done; });
  opened.result.close();
}
"""


def picture() -> bytes:
    """A small photo."""
    content = io.BytesIO()
    Image.new("RGB", (320, 240), "teal").save(content, "JPEG")
    return content.getvalue()


def kept_items(owner: str) -> list[dict[str, Any]]:
    """An outbox with an item in every state that lasts."""
    texts = {"id": "Target ini sudah ditutup.", "en": "This target is closed."}
    action = {"id": "Pilih target lain.", "en": "Choose another target."}
    problem = {"type": "about:blank", "title": "", "status": 422, "code": "period_closed"}
    problem |= {"detail": "", "texts": texts, "action": action, "retry": "never"}
    return [
        {
            "id": f"0190a000-0000-7000-8000-00000000000{index}",
            "op": "report.create",
            "owner": owner,
            "state": state,
            "part": {
                "target_id": f"0190a000-0000-7000-8000-0000000000a{index}",
                "quantity": 12.5,
                "activity_at": "2026-01-05T02:00:00Z",
                "note": "Pelayanan keliling di Kelurahan Sukamaju Selatan",
            },
            "reportId": f"0190a000-0000-7000-8000-00000000000{index}",
            "shown": {"indicator": "Dokumen kependudukan", "unit_of_measure": "dokumen"},
            "savedAt": 1_767_578_400_000,
            "tries": index,
            "reason": "Tempatnya belum disebut." if state == "returned" else None,
            "returnedBy": "Ayu Azwar, M.Si." if state == "returned" else None,
            "problem": problem if state in ("conflict", "quarantined") else None,
        }
        for index, state in enumerate(STATES)
    ]


async def signing_out(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/more")
    await phone.button("more.sign_out").click()
    await expect(phone.button("app.cancel")).to_be_visible()


async def nothing_filled_in(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/report")
    await save_button(phone).click()
    await expect(phone.page.get_by_text(phone.word("report.no_number"))).to_be_visible()


async def with_photo_and_time(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/report")
    await phone.button("report.other_time").click()
    taken = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    await phone.page.locator("input[type=file]").set_input_files(taken)
    await expect(phone.button("photo.remove", n=1)).to_be_visible()
    await expect(phone.page.get_by_label(phone.word("report.when"))).to_be_visible()


async def saved_without_signal(phone: Phone, _: Ground) -> None:
    await phone.context.route(SENDING, lambda route: route.abort())
    await turn_to(phone, "/report")
    await phone.page.get_by_role("radio").first.check()
    await phone.page.locator(".stepper input").fill("2")
    await save_button(phone).click()
    thanks = phone.page.get_by_role("heading", name=phone.word("report.thanks"))
    await expect(thanks).to_be_visible()


async def outbox_of_every_state(phone: Phone, ground: Ground) -> None:
    await phone.page.evaluate(KEEP, kept_items(ground.employee["employee_id"]))
    await phone.open("/outbox")
    await expect(phone.page.get_by_role("article")).to_have_count(len(STATES) + 1)


async def editing_an_unsent_report(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/outbox")
    await phone.button("outbox.edit").last.click()
    await expect(phone.page.get_by_role("dialog")).to_be_visible()
    await phone.page.locator("dialog .stepper input").fill("")
    await expect(phone.page.get_by_text(phone.word("report.no_number"))).to_be_visible()


async def giving_up_an_item(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/outbox")
    await phone.button("outbox.remove").first.click()
    await expect(phone.button("outbox.remove_yes")).to_be_visible()


async def asking_for_feedback(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/feedback")
    await phone.button("feedback.ask").click()
    await cut(phone, "/v1/feedback-requests")
    await written(phone, "feedback.question_label")
    await phone.button("app.send").click()
    await expect(phone.page.get_by_role("dialog").get_by_role("alert")).to_be_visible()


async def answering_feedback(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/feedback")
    await phone.button("feedback.answer").first.click()
    await expect(phone.page.get_by_role("dialog")).to_be_visible()


async def own_appraisal(phone: Phone, ground: Ground, **differs: Any) -> None:
    path = ground.fills["/appraisals/:id id"]
    await answers(phone, f"/v1/appraisals/{path}", lambda detail: {**detail, **differs})
    await turn_to(phone, f"/appraisals/{path}")


async def assessing_oneself(phone: Phone, ground: Ground) -> None:
    await own_appraisal(phone, ground, state="open")
    await expect(phone.button("app.send")).to_be_visible()


async def objecting(phone: Phone, ground: Ground) -> None:
    rated = {"result_rating": "meets", "behaviour_rating": "meets"}
    decided = {"predicate": "good", **rated}
    until = "2026-12-31T00:00:00Z"
    await own_appraisal(phone, ground, state="decided", objection_until=until, **decided)
    await phone.button("appraisal.object").click()
    await expect(phone.button("appraisal.send_objection")).to_be_visible()


async def own_report(phone: Phone, ground: Ground, **differs: Any) -> None:
    report = ground.fills["/reports/:id id"]
    await answers(phone, f"/v1/reports/{report}", lambda history: {**history, **differs})
    await turn_to(phone, f"/reports/{report}")


async def returned_report(phone: Phone, ground: Ground) -> None:
    await own_report(phone, ground, status="returned")
    await expect(phone.button("report_page.save")).to_be_visible()


async def saying_it_otherwise(phone: Phone, ground: Ground) -> None:
    await own_report(phone, ground, status="received")
    await phone.button("outbox.edit").click()
    await expect(phone.page.get_by_role("dialog")).to_be_visible()


async def withdrawing(phone: Phone, ground: Ground) -> None:
    await own_report(phone, ground, status="received")
    await phone.button("report_page.withdraw").click()
    await expect(phone.button("app.cancel")).to_be_visible()


async def a_photo_large(phone: Phone, ground: Ground) -> None:
    held = {"kind": "photo", "reference": PICTURE_HASH, "held": True}
    pieces = [{**held, "made_at": "2026-01-05T02:00:00Z"}]
    await told(phone, "/evidence", pieces)
    shown = {"content_type": "image/jpeg", "body": picture()}
    await phone.page.route("**/v1/attachments/**", lambda route: route.fulfill(**shown))
    await own_report(phone, ground, status="received")
    await phone.page.locator(".photo-open").click()
    await expect(phone.page.locator("dialog img.photo")).to_be_visible()
    await phone.button("photo.take_off").click()
    await expect(phone.button("photo.take_off_yes")).to_be_visible()


async def all_of_an_agreement(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/agreement")
    more = phone.page.get_by_role("article").get_by_role("button")
    shown = await more.count()
    await more.first.click()
    await expect(more).to_have_count(shown - 1)


async def wishing_for_a_target(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/agreement")
    await phone.button("proposal.new_title").click()
    await expect(phone.page.get_by_role("dialog")).to_be_visible()


async def wishing_for_another_amount(phone: Phone, ground: Ground) -> None:
    await turn_to(phone, f"/targets/{ground.fills['/targets/:id id']}")
    await phone.button("target.propose").click()
    await expect(phone.page.get_by_role("dialog")).to_be_visible()


async def asking_about_a_target(phone: Phone, ground: Ground) -> None:
    await turn_to(phone, f"/targets/{ground.fills['/targets/:id id']}")
    await phone.button("feedback.ask").click()
    await expect(phone.page.get_by_role("dialog")).to_be_visible()


async def asking_about_a_report(phone: Phone, ground: Ground) -> None:
    await own_report(phone, ground)
    await phone.button("feedback.ask").click()
    await expect(phone.page.get_by_role("dialog")).to_be_visible()


async def reporting_for_a_mentee(phone: Phone, ground: Ground) -> None:
    goal = {"indicator": "Kunjungan rumah", "unit_of_measure": "kunjungan", "aspect": "quantity"}
    await told(phone, "/v1/mentees/**", [{**goal, "id": PICTURE_HASH[:8]}])
    await refused(phone)
    await turn_to(phone, f"/mentees/{ground.supervisor['employee_id']}")
    await phone.page.locator(".stepper input").fill("2")
    await phone.button("mentor.send").click()
    await expect(phone.page.get_by_role("alert")).to_be_visible()


async def reported_for_a_mentee(phone: Phone, ground: Ground) -> None:
    await told(phone, "/v1/mentees/**/reports", {"receipt": "4F7K-2Q"})
    await phone.button("mentor.send").click()
    await expect(phone.button("mentor.again")).to_be_visible()


async def kept_answers_only(phone: Phone, _: Ground) -> None:
    await cut(phone)
    await turn_to(phone, "/today")
    await expect(phone.button("app.again").first).to_be_visible()


async def asked_to_sign_in_to_send(phone: Phone, _: Ground) -> None:
    texts = {"id": "Sesi sudah berakhir.", "en": "The session has ended."}
    problem = {"code": "session_ended", "status": 401, "texts": texts, "action": texts}
    await phone.context.unroute(SENDING)
    await phone.page.route("**/v1/**", lambda route: route.fulfill(status=401, json=problem))
    await turn_to(phone, "/outbox")
    await phone.button("outbox.sync_now", n=2).click()
    await expect(phone.page.get_by_text(phone.word("outbox.paused"))).to_be_visible()


async def signing_in_with_unsent_reports(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/sign-in")
    await phone.page.get_by_label(phone.word("sign_in.password")).fill("x")
    await phone.button("sign_in.show").click()
    await phone.button("sign_in.go").click()
    await expect(phone.page.get_by_role("alert")).to_be_visible()


# In this order: what a phone keeps grows, and at the end nobody is signed in any more.
STAFF_VIEWS: Final = (
    View("signing out", signing_out, ("app/more.tsx SigningOut.leaving",)),
    View("a report without anything", nothing_filled_in),
    View("a report with photo and time", with_photo_and_time, ("staff/when.tsx When.open",)),
    View("asking for feedback", asking_for_feedback, ("staff/feedback.tsx FeedbackScreen.asking",)),
    View(
        "answering feedback",
        answering_feedback,
        ("staff/feedback_card.tsx FeedbackCard.answering",),
    ),
    View("assessing oneself", assessing_oneself),
    View("objecting", objecting, ("staff/appraisal.tsx Answering.objecting",)),
    View("a returned report", returned_report),
    View("saying it otherwise", saying_it_otherwise, ("staff/report_page.tsx Changing.open",)),
    View("withdrawing", withdrawing, ("staff/report_page.tsx Withdrawing.sure",)),
    View(
        "a photo",
        a_photo_large,
        ("evidence/report_photos.tsx ReportPhotos.large", "evidence/take_off.tsx TakeOff.sure"),
    ),
    View("all of an agreement", all_of_an_agreement, ("staff/agreement.tsx ResultCard.all",)),
    View("wishing for a target", wishing_for_a_target, ("staff/agreement.tsx Wishes.open",)),
    View("wishing otherwise", wishing_for_another_amount, ("staff/target.tsx Ways.open",)),
    View("asking about a target", asking_about_a_target),
    View("asking about a report", asking_about_a_report, ("staff/report_page.tsx Asking.asking",)),
    View("reporting for a mentee", reporting_for_a_mentee),
    View("reported for a mentee", reported_for_a_mentee),
    View("kept answers only", kept_answers_only),
    View(
        "saved without signal",
        saved_without_signal,
        ("staff/report.tsx ReportScreen.saved", "staff/report.tsx ReportScreen.typed"),
    ),
    View("an outbox of every state", outbox_of_every_state),
    View(
        "editing an unsent report",
        editing_an_unsent_report,
        ("staff/outbox_card.tsx OutboxCard.editing",),
    ),
    View("giving up an item", giving_up_an_item, ("staff/outbox_card.tsx OutboxCard.giving",)),
    View("asked to sign in to send", asked_to_sign_in_to_send),
    View("signing in with unsent reports", signing_in_with_unsent_reports),
)
