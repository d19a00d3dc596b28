"""The matrix of the live feed: what each message of a client gets, and whom each event reaches.

Rows read as in `routes.py`. Whoever is not signed in never gets past `hello`: the socket says why
and closes.
"""

from tests.matrix.rows import row
from tests.matrix.who import HEADS, HR, READERS, REST, UNDER_TODAYS_HEADS

WORK = "name note goal"
FOLLOWING = f"self {UNDER_TODAYS_HEADS} assigned"
"""Who get what happens to the subject from the start, without asking for it."""

AT_ONCE = f"{FOLLOWING} successor beside"
"""Those and who have the topic of the unit, where the subject's present, or all but it, is told."""

MESSAGES = (
    row("hello (the unit or the person is followed at once)", yes=AT_ONCE, nothing=REST),
    row(
        "hello (with a cursor that names every topic of the subject)",
        yes=f"{FOLLOWING} then",
        nothing=REST,
        shows=WORK,
    ),
    row(
        "subscribe (to the person, from the beginning)",
        yes=READERS,
        topic_not_allowed=REST,
        shows=WORK,
    ),
    row(
        "subscribe (to the unit, from the beginning)",
        yes=f"{UNDER_TODAYS_HEADS} {HR}",
        nothing="beside successor",
        topic_not_allowed=REST,
        shows=WORK,
    ),
    row(
        "subscribe (to the agency, from the beginning)",
        yes=f"grand mayor {HR}",
        topic_not_allowed=REST,
        shows=WORK,
    ),
    row("unsubscribe", nothing=REST),
    row("renew", nothing=REST),
    row("renew (with the token of the subject)", yes="self", not_allowed=REST),
    row("pong", nothing=REST),
)

SEEING = {"yes": f"{READERS} then", "nothing": REST}

EVENTS = (
    row("report", **SEEING),
    row("revision", **SEEING),
    row("withdrawal", **SEEING),
    row("return", **SEEING),
    row("approval", **SEEING),
    row("feedback", **SEEING),
    row("slip", **SEEING),
    row("recovery", **SEEING),
    row("target_changed", **SEEING),
    row("notice", yes="self", nothing=REST),
)
"""Whom an event about the subject reaches: live, by replay, as a page and in a snapshot.

Only `successor` was nobody to the subject when it happened, and reads it afterwards.
"""

IN_A_ROLLUP = row("report (in a roll-up)", yes=f"{HEADS} {HR}", nothing=REST)
"""Who see a report of this moment, after every move, in the sample of a big scope."""
