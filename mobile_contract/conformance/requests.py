"""Rules of the requests: signing in, reports, the outbox.

Each public function is one rule and its docstring says it; what is broken is raised.
"""

import gzip
from uuid import UUID, uuid4

import msgspec

from mobile_contract.conformance.subject import Body, Broken, Subject
from mobile_contract.golden import vectors
from mobile_contract.people import RefreshSession, SignIn, Tokens
from mobile_contract.reports import MAX_UNPACKED_BYTES


async def a_wrong_password_is_refused(subject: Subject) -> None:
    """A wrong password is `wrong_credentials`, and an unknown NIP gets the very same answer."""
    known = await _sign_in(subject, subject.nip, f"{subject.password}!")
    unknown = await _sign_in(subject, "190001011900011999", subject.password)
    if known != unknown:
        raise Broken("the answers to a known and an unknown NIP differ")


async def nothing_works_without_a_token(subject: Subject) -> None:
    """Without a token, and with a made-up one, there is nothing but `not_signed_in`."""
    for token in (None, "x" * 43):
        answer = await subject.post("/v1/reports", subject.new_report(), token)
        answer.expect(401).problem("not_signed_in")


async def a_refresh_may_be_repeated(subject: Subject) -> None:
    """A refresh whose answer was lost may be repeated; once its successor was used, it ends all."""
    body = SignIn(
        nip=subject.nip, password=subject.password, device=subject.connection.options.device
    )
    signed_in = await subject.post("/v1/sessions", body.model_dump(mode="json"), None)
    first = Tokens.model_validate(signed_in.expect(201).json())
    again = RefreshSession(refresh_token=first.refresh_token).model_dump()
    (await subject.post("/v1/sessions/refresh", again, None)).expect(200)  # say it was lost
    answer = await subject.post("/v1/sessions/refresh", again, None)
    second = Tokens.model_validate(answer.expect(200).json())
    newest = RefreshSession(refresh_token=second.refresh_token).model_dump()
    (await subject.post("/v1/sessions/refresh", newest, None)).expect(200)
    late = await subject.post("/v1/sessions/refresh", again, None)
    late.expect(401).problem("refresh_reused")


async def a_report_gets_a_receipt(subject: Subject) -> None:
    """A new report is 201 with a receipt that names it."""
    report = subject.new_report()
    receipt = (await subject.reported(report)).expect(201).json()
    if receipt["id"] != report["id"] or not receipt["receipt"] or receipt["version"] != 1:
        raise Broken(f"the receipt does not name the report: {receipt}")


async def the_same_again_gets_the_same_receipt(subject: Subject) -> None:
    """The same report again is 200 with the same receipt, also from a newer app and by sync."""
    report = subject.new_report()
    first = (await subject.reported(report)).expect(201).json()
    again = (await subject.reported(report)).expect(200).json()
    newer = (await subject.reported(report | {"from_the_future": 1})).expect(200).json()
    (result,) = await subject.synced(_creation(report))
    if result["outcome"] != "duplicate":
        raise Broken(f"by sync it was {result['outcome']}")
    for other in (again, newer, result["receipt"]):
        if other["receipt"] != first["receipt"]:
            raise Broken(f"the receipt changed from {first['receipt']} to {other['receipt']}")


async def the_same_id_with_another_body_is_a_conflict(subject: Subject) -> None:
    """The same id with another body is `report_conflict`, by both ways; the first one stands."""
    report = subject.new_report()
    (await subject.reported(report)).expect(201)
    other = report | {"quantity": 2}
    (await subject.reported(other)).expect(409).problem("report_conflict")
    (result,) = await subject.synced(_creation(other))
    if result["outcome"] != "conflict":
        raise Broken(f"by sync it was {result['outcome']}")
    (await subject.reported(report)).expect(200)


async def what_no_report_can_be_is_refused(subject: Subject) -> None:
    """Every golden example of a body that cannot be is refused with its own code."""
    for case in vectors("refused_reports")["cases"]:
        answer = await subject.post("/v1/reports", case["body"].encode(), await subject.token())
        problem = answer.problem(case["code"])
        if "field" in case and problem.field != case["field"]:
            raise Broken(f"{case['name']}: expected field {case['field']}, got {problem.field}")


async def an_unknown_target_is_named(subject: Subject) -> None:
    """A report on a target that does not exist is `unknown_target`."""
    report = subject.new_report(target_id=str(uuid4()))
    (await subject.reported(report)).problem("unknown_target")


async def one_bad_item_never_sinks_the_rest(subject: Subject) -> None:
    """An outbox with bad items applies the good ones; results stand in the order of the items."""
    first, last = subject.new_report(), subject.new_report()
    results = await subject.synced(
        _creation(first),
        "no mutation at all",
        _creation(subject.new_report(quantity=-1)),
        {"mutation_id": str(uuid4()), "op": "report.dance"},
        _creation(last),
    )
    outcomes = [result["outcome"] for result in results]
    if outcomes != ["applied", "rejected", "rejected", "rejected", "applied"]:
        raise Broken(f"the outcomes were {outcomes}")
    named = [result["mutation_id"] for result in results]
    if (named[0], named[4]) != (first["id"], last["id"]):
        raise Broken("the results do not stand in the order of the items")
    if any("problem" not in result for result in results[1:4]):
        raise Broken("a rejected item has no problem")


async def an_outbox_twice_is_an_outbox_once(subject: Subject) -> None:
    """The same outbox again is all duplicates with the same receipts."""
    outbox = [_creation(subject.new_report()) for _ in range(3)]
    first = await subject.synced(*outbox)
    again = await subject.synced(*reversed(outbox))
    if [result["outcome"] for result in again] != ["duplicate"] * 3:
        raise Broken(f"the second time it was {[result['outcome'] for result in again]}")
    receipts = {result["receipt"]["receipt"] for result in first}
    if receipts != {result["receipt"]["receipt"] for result in again}:
        raise Broken("the receipts changed")


async def a_report_is_revised_and_withdrawn(subject: Subject) -> None:
    """A revision and a withdrawal apply in order, once each; an outdated base is a conflict."""
    report = subject.new_report()
    revise = _change("report.revise", "revision", _revision(report, 1))
    outdated = _change("report.revise", "revision", _revision(report, 1))
    withdraw = _change("report.withdraw", "withdrawal", {"report_id": report["id"]})
    results = await subject.synced(_creation(report), revise, outdated, withdraw, withdraw)
    outcomes = [result["outcome"] for result in results]
    if outcomes != ["applied", "applied", "conflict", "applied", "duplicate"]:
        raise Broken(f"the outcomes were {outcomes}")
    subject.made.remove(UUID(report["id"]))


async def a_change_waits_for_its_report(subject: Subject) -> None:
    """A revision of a report that has not arrived is `blocked`, not lost and not refused."""
    absent = subject.new_report()
    (result,) = await subject.synced(_change("report.revise", "revision", _revision(absent, 1)))
    subject.made.remove(UUID(absent["id"]))
    if result["outcome"] != "blocked":
        raise Broken(f"it was {result['outcome']}")


async def too_many_items_are_refused_whole(subject: Subject) -> None:
    """More than 50 items are `too_many_items`; a cursor that is none is `invalid_cursor`."""
    token = await subject.token()
    items = [{"mutation_id": str(uuid4()), "op": "inbox.read"}] * 51
    (await subject.post("/v1/sync", {"mutations": items}, token)).problem("too_many_items")
    answer = await subject.post("/v1/sync", {"mutations": [], "cursor": "?"}, token)
    answer.problem("invalid_cursor")


async def a_packed_body_is_read_as_it_was(subject: Subject) -> None:
    """A report or an outbox in gzip is what it is unpacked; the same again has the same receipt."""
    token, report = await subject.token(), subject.new_report()
    packed = gzip.compress(msgspec.json.encode(report))
    first = await subject.post("/v1/reports", packed, token, "gzip")
    receipt = first.expect(201).json()
    outbox = gzip.compress(msgspec.json.encode({"mutations": [_creation(report)]}))
    answer = await subject.post("/v1/sync", outbox, token, "gzip")
    results = answer.expect(200).json()["results"]
    plain = (await subject.reported(report)).expect(200).json()
    if [result["outcome"] for result in results] != ["duplicate"]:
        raise Broken("a report that came packed is another one when it comes again")
    if {results[0]["receipt"]["receipt"], plain["receipt"]} != {receipt["receipt"]}:
        raise Broken("the receipt changed with the packing")


async def a_packing_that_does_not_fit_is_named(subject: Subject) -> None:
    """Another packing and a broken gzip are `malformed`; more than 1 MiB is `body_too_large`."""
    token, outbox = await subject.token(), msgspec.json.encode({"mutations": []})
    for body, packing in (
        (outbox, "zstd"),
        (outbox, "gzip"),
        (gzip.compress(outbox)[:-3], "gzip"),
    ):
        answer = await subject.post("/v1/sync", body, token, packing)
        problem = answer.problem("malformed")
        if problem.field != "content-encoding":
            raise Broken(f"expected the field content-encoding, got {problem.field}")
    bomb = gzip.compress(outbox + b" " * MAX_UNPACKED_BYTES)
    (await subject.post("/v1/sync", bomb, token, "gzip")).problem("body_too_large")


async def _sign_in(subject: Subject, nip: str, password: str) -> object:
    device = subject.connection.options.device
    body = SignIn(nip=nip, password=password, device=device).model_dump(mode="json")
    answer = await subject.post("/v1/sessions", body, None)
    return msgspec.to_builtins(answer.expect(401).problem("wrong_credentials"))


def _creation(report: Body) -> Body:
    return {"mutation_id": report["id"], "op": "report.create", "report": report}


def _change(op: str, place: str, body: Body) -> Body:
    return {"mutation_id": str(uuid4()), "op": op, place: body}


def _revision(report: Body, base_version: int) -> Body:
    return {
        "report_id": report["id"],
        "quantity": 2,
        "note": str(uuid4()),
        "activity_at": report["activity_at"],
        "base_version": base_version,
    }
