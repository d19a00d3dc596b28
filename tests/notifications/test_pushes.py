"""One push for one notice, or one for all that a phone has due together; the same one again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.queries.deliveries import ClaimedDelivery
from notifications.channels.channel import FcmToken
from notifications.pushes import Bundle, Unreadable, bundles, has_address, of_all, push_of
from notifications.texts import Texts

TEXTS = Texts.loaded()
ANI, PHONE, TABLET = UUID(int=1), UUID(int=2), UUID(int=3)


def delivery(**changes: Any) -> ClaimedDelivery:
    made = ClaimedDelivery(
        id=uuid4(),
        attempts=1,
        notice_id=uuid4(),
        key=f"slip:{uuid4()}",
        kind="slip",
        target_id=uuid4(),
        language="en",
        push_kind="fcm_token",
        push_target="abc",
        employee_id=ANI,
        device_id=PHONE,
    )
    return replace(made, **changes)


def limits(deliveries: list[ClaimedDelivery], above: int = 3) -> Mapping[UUID, int]:
    return {each.id: above for each in deliveries}


def test_up_to_the_limit_each_goes_alone() -> None:
    due = [delivery() for _ in range(3)]
    assert bundles(due, limits(due)) == [Bundle((each,)) for each in due]


def test_above_the_limit_one_push_carries_all_of_a_phone() -> None:
    due = [delivery() for _ in range(4)]
    elsewhere = delivery(device_id=TABLET)
    found = bundles([*due, elsewhere], limits([*due, elsewhere]))
    digest = max(found, key=lambda bundle: len(bundle.deliveries))
    assert digest.deliveries == tuple(due)
    assert digest.is_new
    assert of_all(found) == {each.id: digest.digest_id for each in due}
    push = push_of(digest, TEXTS, 60)
    assert (push.target, push.title) == (FcmToken("abc"), "4 new notices")
    assert push.key == f"digest:{digest.digest_id}"
    assert push.data == {"kind": "digest", "screen": "inbox"}


def test_a_digest_that_was_sent_before_goes_out_again_under_its_tag() -> None:
    digest_id = uuid4()
    again = [delivery(attempts=2, digest_id=digest_id) for _ in range(2)]
    fresh = [delivery() for _ in range(2)]
    found = bundles([*again, *fresh], limits([*again, *fresh]))
    (digest,) = [bundle for bundle in found if bundle.digest_id]
    assert (digest.deliveries, digest.digest_id, digest.is_new) == (tuple(again), digest_id, False)
    assert of_all(found) == {}


def test_what_went_out_alone_stays_alone() -> None:
    due = [delivery(attempts=2) for _ in range(9)]
    assert all(bundle.digest_id is None for bundle in bundles(due, limits(due)))


def test_what_has_no_limit_goes_alone() -> None:
    assert len(bundles([delivery() for _ in range(9)], {})) == 9


@given(
    st.lists(
        st.builds(
            delivery,
            attempts=st.integers(1, 3),
            device_id=st.sampled_from([PHONE, TABLET]),
            digest_id=st.none() | st.sampled_from([UUID(int=7), UUID(int=8)]),
        ),
        max_size=20,
    ),
    st.integers(1, 5),
)
def test_every_delivery_goes_out_in_exactly_one_bundle(
    due: list[ClaimedDelivery], above: int
) -> None:
    found = bundles(due, limits(due, above))
    carried = [each.id for bundle in found for each in bundle.deliveries]
    assert sorted(carried) == sorted(each.id for each in due)
    assert all(bundle.digest_id or len(bundle.deliveries) == 1 for bundle in found)


def test_a_push_of_one_notice_opens_its_target() -> None:
    each = delivery()
    push = push_of(Bundle((each,)), TEXTS, 60)
    assert push.key == each.key
    assert push.data["target_id"] == str(each.target_id)
    assert push.data["notice_id"] == str(each.notice_id)


def test_a_push_about_no_target_opens_its_own_screen() -> None:
    push = push_of(Bundle((delivery(kind="nudge", target_id=None),)), TEXTS, 60)
    assert push.data["screen"] == "report"
    assert "target_id" not in push.data


@pytest.mark.parametrize("changes", [{"kind": "invented_later"}, {"language": "tlh"}])
def test_what_has_no_words_is_unreadable(changes: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        push_of(Bundle((delivery(**changes),)), TEXTS, 60)


@pytest.mark.parametrize(
    ("kind", "target", "known"),
    [("fcm_token", "abc", True), (None, None, False), ("web_push", "{}", False)],
)
def test_an_address_is_one_that_can_be_read(
    kind: str | None, target: str | None, known: bool
) -> None:
    assert has_address(delivery(push_kind=kind, push_target=target)) is known


def test_a_push_lives_as_long_as_its_word_is_worth_anything() -> None:
    nudge = delivery(kind="nudge", target_id=None, ttl_s=2700)
    assert push_of(Bundle((nudge,)), TEXTS, 86_400).ttl_s == 2700
    assert push_of(Bundle((nudge,)), TEXTS, 60).ttl_s == 60
    assert push_of(Bundle((delivery(),)), TEXTS, 86_400).ttl_s == 86_400
    together = Bundle((nudge, delivery()), UUID(int=9))
    assert push_of(together, TEXTS, 86_400).ttl_s == 86_400
