"""A provider that is down is left alone, tried by a few, and believed when it answers."""

from hypothesis import given
from hypothesis import strategies as st

from notifications.breaker import BreakerOptions, Breakers, provider_of
from notifications.channels.channel import (
    BadPayload,
    EmailAddress,
    FcmInstallation,
    FcmToken,
    Gone,
    Later,
    Outcome,
    ProviderRefuses,
    Sent,
    WebPush,
    WrongSender,
)

OPTIONS = BreakerOptions(trips_after=4, open_first_s=10.0, open_max_s=60.0, probes=2)
HOLD_S = 30.0
DOWN: list[Outcome] = [Later(None, "503")]
batches = st.lists(
    st.sampled_from(
        [Sent("m"), Gone(), BadPayload(), WrongSender(), Later(None), Later(7.0), ProviderRefuses()]
    ),
    max_size=8,
)


def tripped() -> Breakers:
    breakers = Breakers(OPTIONS)
    breakers.heard("fcm", DOWN * 4, HOLD_S, 0.0)
    return breakers


def test_a_few_failures_are_nobodys_outage() -> None:
    breakers = Breakers(OPTIONS)
    breakers.heard("fcm", DOWN * 3, HOLD_S, 0.0)
    assert breakers.allowed("fcm", 500, 0.0) == 500
    assert (breakers.open_count(0.0), breakers.trips) == (0, 0)


def test_failures_in_a_row_open_it_even_over_several_batches() -> None:
    breakers = Breakers(OPTIONS)
    for _ in range(2):
        breakers.heard("fcm", DOWN * 2, HOLD_S, 0.0)
    assert breakers.allowed("fcm", 500, 9.9) == 0
    assert breakers.wait_s("fcm", 4.0) == 6.0
    assert breakers.open_count(0.0) == 1


def test_one_proper_answer_forgets_the_failures() -> None:
    breakers = Breakers(OPTIONS)
    breakers.heard("fcm", DOWN * 3, HOLD_S, 0.0)
    breakers.heard("fcm", [*DOWN, Gone()], HOLD_S, 0.0)
    breakers.heard("fcm", DOWN * 3, HOLD_S, 0.0)
    assert breakers.allowed("fcm", 500, 0.0) == 500


def test_after_its_rest_a_few_probes_find_out() -> None:
    breakers = tripped()
    assert breakers.allowed("fcm", 500, 10.0) == 2
    assert breakers.allowed("fcm", 1, 10.0) == 1
    breakers.heard("fcm", [Sent("m"), *DOWN], HOLD_S, 10.0)
    assert breakers.allowed("fcm", 500, 10.0) == 500


def test_probes_that_fail_make_the_rest_longer_up_to_a_limit() -> None:
    breakers, now_s, rests = tripped(), 10.0, list[float]()
    for _ in range(5):
        breakers.heard("fcm", DOWN, HOLD_S, now_s)
        rests.append(breakers.wait_s("fcm", now_s))
        now_s += rests[-1]
    assert rests == [20.0, 40.0, 60.0, 60.0, 60.0]


def test_the_providers_own_wish_is_honoured_when_it_is_longer() -> None:
    breakers = Breakers(OPTIONS)
    breakers.heard("fcm", [Later(45.0)] * 4, HOLD_S, 0.0)
    assert breakers.wait_s("fcm", 0.0) == 45.0


def test_a_refusal_of_us_opens_it_at_once() -> None:
    breakers = Breakers(OPTIONS)
    breakers.heard("fcm", [Sent("m"), ProviderRefuses("no")], HOLD_S, 0.0)
    assert breakers.allowed("fcm", 1, 29.0) == 0
    assert breakers.allowed("fcm", 9, 30.0) == 2


def test_providers_do_not_answer_for_each_other() -> None:
    assert tripped().allowed("push.example", 7, 0.0) == 7


@given(st.lists(st.tuples(batches, st.floats(0, 100)), max_size=12), st.integers(0, 600))
def test_it_always_opens_again(steps: list[tuple[list[Outcome], float]], wanted: int) -> None:
    breakers, now_s = Breakers(OPTIONS), 0.0
    for outcomes, passed_s in steps:
        now_s += passed_s
        breakers.heard("fcm", outcomes, HOLD_S, now_s)
        assert breakers.wait_s("fcm", now_s) <= OPTIONS.open_max_s
        assert 0 <= breakers.allowed("fcm", wanted, now_s) <= wanted
    later_s = now_s + OPTIONS.open_max_s
    assert breakers.allowed("fcm", wanted, later_s) >= min(wanted, OPTIONS.probes)


def test_who_carries_a_push() -> None:
    assert provider_of(FcmToken("t")) == provider_of(FcmInstallation("i")) == "fcm"
    assert provider_of(EmailAddress("a@b.id")) == "email"
    browser = WebPush("https://Push.Example:8443/v1/abc?x=/y", b"", b"")
    assert provider_of(browser) == "push.example:8443"
