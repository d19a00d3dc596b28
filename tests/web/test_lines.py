"""Lines that are worse than none: whoever stands between phone and office, nothing is lost.

In the field somebody answers in the office's name: the login page of a WLAN with its own 200, a
proxy with its error page, a line that dies in the middle of an answer, or never gives one.
"""

import gzip
import json
from collections import Counter

from playwright.async_api import expect

from tests.web.mast import Mast
from tests.web.phone import Phone, Phones
from tests.web.reporting import is_received, outbox, report, waits
from tests.web.town import Town

LOGIN = b"<!doctype html><title>WiFi</title><form><input name=voucher></form>"
PACKED = gzip.compress(json.dumps({"results": [], "changes": [], "resets": []}).encode())
BUSY = {
    "type": "about:blank",
    "title": "Busy",
    "status": 503,
    "code": "too_busy",
    "detail": "",
    "retry": "later",
    "texts": {"id": "Kantor sedang sibuk.", "en": "The office is busy."},
    "action": {"id": "Kami coba lagi.", "en": "We try again."},
}


def answer(status: str, kind: str, body: bytes, *more: str, length: int | None = None) -> bytes:
    """An answer as it goes over the wire, of this length or of the one that it has."""
    heads = [
        f"HTTP/1.1 {status}",
        f"content-type: {kind}",
        f"content-length: {len(body) if length is None else length}",
        "connection: close",
        *more,
    ]
    return "\r\n".join([*heads, "", ""]).encode() + body


# A box at the wall that has forgotten the time.
LONG_AGO = "date: Mon, 01 Jan 2001 00:00:00 GMT"
LINES = {
    "halaman masuk WiFi": answer("200 OK", "text/html", LOGIN, LONG_AGO),
    "halaman kosong": answer("200 OK", "text/html", b""),
    "diarahkan": answer("302 Found", "text/html", b"", "location: http://wifi.invalid/masuk"),
    "minta sandi": answer("401 Unauthorized", "text/html", LOGIN),
    "galat 500": answer("500 Internal Server Error", "text/html", b"<h1>500</h1>"),
    "gerbang 502": answer("502 Bad Gateway", "text/html", b"<h1>502</h1>"),
    "jawaban terpotong": answer(
        "200 OK", "application/json", PACKED[:20], "content-encoding: gzip", length=500
    ),
}


async def anis_phone(phones: Phones, town: Town) -> Phone:
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await phone.served_by_worker()
    return phone


async def sent_now(phone: Phone, note: str) -> None:
    """The phone hears that the line is good again, and does not wait out its pause."""
    await phone.page.evaluate("dispatchEvent(new Event('online'))")
    await is_received(phone, note)


async def test_a_false_answer_is_no_answer_and_the_outbox_outlives_it(
    phones: Phones, town: Town, mast: Mast
) -> None:
    phone = await anis_phone(phones, town)
    live = phone.page.get_by_text(phone.word("connection.live"), exact=True)
    for note, said in LINES.items():
        mast.lies(said)
        await report(phone, note)
        await waits(phone, note)
        await expect(phone.page.get_by_text(phone.word("outbox.no_answer"))).to_be_visible()
        await expect(live).not_to_be_visible()
        mast.rise()
        await sent_now(phone, note)
    rows = await town.reports_of(town.city.ani)
    assert Counter(row["note"] for row in rows) == Counter([*LINES])
    off = await town.pool.fetchval(
        "SELECT count(*) FROM report WHERE activity_at < clock_timestamp() - interval '1 hour'"
    )
    assert off == 0  # nobody but the office says what time it is
    assert phone.wrong == []


async def test_an_office_that_is_busy_says_so_itself(
    phones: Phones, town: Town, mast: Mast
) -> None:
    phone = await anis_phone(phones, town)
    body = json.dumps(BUSY).encode()
    mast.lies(answer("503 Busy", "application/problem+json", body, "retry-after: 1"))
    await report(phone, "Kantor sibuk")
    await waits(phone, "Kantor sibuk")
    await expect(phone.page.get_by_text(BUSY["texts"]["id"])).to_be_visible()
    mast.rise()
    await is_received(phone, "Kantor sibuk")


async def test_while_no_answer_comes_it_is_on_its_way_and_nothing_else_is_said(
    phones: Phones, town: Town, mast: Mast
) -> None:
    phone = await anis_phone(phones, town)
    mast.lies(b"")
    await report(phone, "Jalur yang diam")
    await outbox(phone)
    await expect(phone.page.get_by_text(phone.word("outbox.sending_now"))).to_be_visible()
    await waits(phone, "Jalur yang diam")
    mast.fall()
    mast.rise()
    await sent_now(phone, "Jalur yang diam")
    assert len(await town.reports_of(town.city.ani)) == 1


async def test_where_sockets_are_forbidden_reports_go_all_the_same(
    phones: Phones, town: Town, mast: Mast
) -> None:
    phone = await anis_phone(phones, town)
    mast.block_sockets()
    await report(phone, "Tanpa soket")
    await is_received(phone, "Tanpa soket")
    header = phone.page.get_by_role("banner")
    await expect(header).to_contain_text(phone.word("connection.slow"))
    live = phone.page.get_by_text(phone.word("connection.live"), exact=True)
    await expect(live).not_to_be_visible()
    mast.rise()
    await phone.page.evaluate("dispatchEvent(new Event('online'))")
    await expect(live).to_be_visible()
