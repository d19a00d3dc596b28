"""Requests that the service understands, each new."""

import msgspec

from benchmarks import phones
from benchmarks.town import TARGET, Town, token, uid
from mobile_contract.reports import NewReport
from mobile_contract.sync import SyncMutation, SyncRequest

TOWN = Town(agencies=2, sections=2, people=3, targets=2)


def parted(request: bytes) -> tuple[str, dict[str, str], bytes]:
    """First line, headers and body."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    return first, dict(line.split(": ", 1) for line in rest), body


def test_a_single_report_is_its_senders_own_and_new():
    make = phones.singles(TOWN, 5, 6)
    ids = set()
    for _ in range(50):
        first, headers, body = parted(make())
        report = msgspec.json.decode(body, type=NewReport)
        assert first == "POST /v1/reports HTTP/1.1"
        assert headers["Authorization"] == f"Bearer {token(3)}"
        assert int(headers["Content-Length"]) == len(body)
        assert report.target_id in (uid(TARGET, 5), uid(TARGET, 6))
        ids.add(report.id)
    assert len(ids) == 50


def test_an_outbox_holds_fifty_reports_of_one_person():
    first, headers, body = parted(phones.outboxes(TOWN, 12)())
    request = msgspec.json.decode(body, type=SyncRequest)
    mutations = [msgspec.json.decode(raw, type=SyncMutation) for raw in request.mutations]
    reports = [msgspec.json.decode(each.report, type=NewReport) for each in mutations]
    assert first == "POST /v1/sync HTTP/1.1"
    assert headers["Authorization"] == f"Bearer {token(12)}"
    assert len({report.id for report in reports}) == phones.SYNC_ITEMS == 50
    assert {report.target_id for report in reports} == {uid(TARGET, 23), uid(TARGET, 24)}


def test_a_question_has_no_body():
    first, headers, body = parted(phones.question("/v1/board", 4))
    assert first == "GET /v1/board HTTP/1.1"
    assert headers["Authorization"] == f"Bearer {token(4)}"
    assert body == b""
