"""The matrix is whole: a route, a message or a kind of event without a row fails here."""

from typing import get_args
from uuid import uuid4

from fastapi.routing import APIRoute

from api.app import HOT_POSTS, LIVE, ROUTERS, route_description
from mobile_contract import live
from mobile_contract.contents import CONTENTS
from mobile_contract.sync import Op
from tests.matrix.asking import calls
from tests.matrix.live_rows import EVENTS, MESSAGES
from tests.matrix.routes import ROUTES
from tests.matrix.who import Who


def served() -> set[str]:
    """Every method and address that the application serves, the hot ones included."""
    found = {f"POST {path}" for path in HOT_POSTS}
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute), f"{route} is of a kind that this test cannot see"
            found |= {f"{method} {route.path}" for method in route.methods}
    return found


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {row.target for row in ROUTES} == served()


def test_every_documented_route_is_among_them() -> None:
    documented = {
        f"{method.upper()} {path}"
        for path, methods in route_description()["paths"].items()
        for method in methods
    }
    assert documented <= served()
    assert LIVE not in {route.partition(" ")[2] for route in served()}  # messages.py has its rows


def test_every_row_is_asked_for_in_one_way() -> None:
    labels = [row.label for row in ROUTES]
    assert len(labels) == len(set(labels))
    assert set(labels) == set(calls(uuid4()))


def test_every_operation_of_an_outbox_has_a_row() -> None:
    assert {f"POST /v1/sync ({op})" for op in get_args(Op)} < {row.label for row in ROUTES}


def test_every_message_of_a_client_has_a_row() -> None:
    known = {message.__struct_config__.tag for message in get_args(live.ClientMessage)}
    assert {row.target for row in MESSAGES} == known


def test_every_kind_of_event_has_a_row() -> None:
    assert {row.target for row in EVENTS} == set(CONTENTS)


def test_every_row_has_a_word_for_everybody() -> None:
    for row in (*ROUTES, *MESSAGES, *EVENTS):
        assert set(row.verdicts) == set(Who), row.label
