"""The past in the service's own shapes: contents decode, hashes are the phone's, numbers fit."""

import msgspec

from denyut.demo.chronicle import location_of
from denyut.demo.city import DemoCity
from mobile_contract.contents import CONTENTS
from mobile_contract.reports import NewReport, body_hash
from models.rules.receipts import decode, encode


def test_every_content_is_of_the_shape_that_its_kind_promises(city: DemoCity) -> None:
    for events in city.events.values():
        for event in events:
            msgspec.json.decode(event.content, type=CONTENTS[event.kind])


def test_numbers_of_a_shard_follow_time(city: DemoCity) -> None:
    for events in city.events.values():
        times = [event.at for event in events]
        assert times == sorted(times)


def test_a_report_has_the_place_of_its_own_event(city: DemoCity) -> None:
    for report in city.chronicle.reports:
        event = city.events[report.shard][report.seq - 1]
        assert event.report is report
        assert event.kind == "report"
        assert decode(encode(report.shard, report.seq)) == (report.shard, report.seq)


def test_the_hash_is_that_of_what_the_phone_sent(city: DemoCity) -> None:
    for report in city.chronicle.reports[::50]:
        if report.version > 1:
            continue  # it says something else by now
        sent = NewReport(
            report.id,
            report.target.id,
            report.quantity,
            report.activity_at,
            report.note,
            report.captured_at,
            location_of(report),
        )
        assert report.body_hash == body_hash(sent)


def test_notices_are_made_once_and_name_their_own_event(city: DemoCity) -> None:
    keys = [notice[1] for notice in city.chronicle.notices]
    assert len(keys) == len(set(keys))
    told = {
        msgspec.json.decode(event.content)["notice_id"]
        for events in city.events.values()
        for event in events
        if event.kind == "notice"
    }
    assert told == {str(notice[0]) for notice in city.chronicle.notices}
