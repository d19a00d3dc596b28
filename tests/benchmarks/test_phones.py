"""Requests that the service understands, each new."""

import msgspec

from benchmarks import phones
from benchmarks.town import TARGET, Town, token, uid
from mobile_contract.client.captures import captured_report, utc_now
from mobile_contract.client.outbox import Outbox
from mobile_contract.client.stores import MemoryStore
from mobile_contract.reports import NewReport
from mobile_contract.sync import SyncMutation, SyncRequest
from tests.mobile_contract.client.conftest import NIP, PASSWORD, StandIn, connected

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


async def test_the_bodies_are_those_of_the_reference_client():
    """Letter by letter, but for ids, times and the cursor that a first outbox does not have."""
    service = StandIn()
    phone = connected(service)
    await phone.sign_in(NIP, PASSWORD)
    report = captured_report(uid(TARGET, 1), 1.0, phones.NOTE, captured_at=utc_now())
    await phone.submit(report)
    outbox = Outbox(phone, MemoryStore())
    outbox.add_report(report)
    await outbox.flush()
    (single,), (sync,) = service.calls("/v1/reports"), service.calls("/v1/sync")
    now = msgspec.json.encode(report.captured_at).decode().strip('"')
    said = str(report.id), str(report.target_id), now
    assert single.method == sync.method == "POST"
    assert phones.report_writer()(*said).encode() == single.content
    request = msgspec.json.decode(sync.content, type=SyncRequest)
    assert phones.mutation_writer()(*said).encode() == bytes(request.mutations[0])
    ours = msgspec.json.decode(parted(phones.outboxes(TOWN)())[2])
    theirs = msgspec.json.decode(sync.content)
    assert {name for name, value in theirs.items() if value is not None} == set(ours)
