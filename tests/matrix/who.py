"""Everybody who may ask about somebody: the columns of the matrix, and names for groups of them."""

from enum import StrEnum


class Who(StrEnum):
    """What the caller is to the subject. "Now" is the moment of the call."""

    SELF = "self"
    PEER = "peer"
    """Works in the same unit."""
    HEAD = "head"
    """Heads the subject's unit now, and decides."""
    FORMER = "former"
    """Headed it until yesterday."""
    FUTURE = "future"
    """Will head it from next month on."""
    GRAND = "grand"
    """Heads the agency above."""
    MAYOR = "mayor"
    """Heads the city, above the agencies."""
    ACTING = "acting"
    """Acts for the definitive head of the subject's unit now, and decides."""
    RESTING = "resting"
    """The definitive head while somebody acts."""
    EXPIRED = "expired"
    """Acted until yesterday."""
    ASSIGNED = "assigned"
    """The subject's personal supervisor now, who decides."""
    OVERRULED = "overruled"
    """The head of a subject who has a personal supervisor."""
    UNASSIGNED = "unassigned"
    """Was the subject's personal supervisor until yesterday."""
    UNASSIGNED_YET = "unassigned_yet"
    """Will be it from next month on."""
    THEN = "then"
    """Heads the unit where it happened; the subject works elsewhere since."""
    LEFT = "left"
    """Heads the unit that the subject had left when it happened."""
    SUCCESSOR = "successor"
    """Heads the unit where the subject works now; it happened where they worked before."""
    MENTOR = "mentor"
    """May capture reports for the subject now, and no more."""
    BESIDE = "beside"
    """Also heads the unit that the subject heads."""
    OUTSIDER = "outsider"
    """Heads a unit of another agency."""
    HR = "hr"
    """Holds HR for the subject's agency."""
    HR_ELSEWHERE = "hr_elsewhere"
    """Holds HR for another agency."""
    CITY_HR = "city_hr"
    """Holds HR for the whole city."""
    ADMINISTRATOR = "administrator"
    """Administers the whole city."""
    ADMINISTRATOR_ELSEWHERE = "administrator_elsewhere"
    """Administers another agency."""
    DEACTIVATED = "deactivated"
    """Holds HR for the agency, a session and a good token; the account is closed."""
    ANONYMOUS = "anonymous"
    """Shows no token."""


UNKNOWN = {Who.DEACTIVATED: "session_revoked", Who.ANONYMOUS: "not_signed_in"}
"""What those hear whom nobody knows, wherever a sign-in is needed."""

LINE = "head grand mayor acting resting assigned overruled successor"
"""Today's reporting line of the subject."""

DECIDERS = "head acting assigned successor"
"""Whoever decides for the subject now."""

HR = "hr city_hr"
KEEPERS = f"{HR} administrator"
"""Who keep the organisation of the subject's unit."""

READERS = f"self {LINE} {HR}"
"""Who may read the subject's performance today."""

HEADS = "head grand mayor acting resting overruled successor"
"""Those of the line who head the subject's unit or one above."""

NOT_DECIDING = "grand mayor resting overruled"
"""Those of the line who read and say a word, while somebody else decides."""

UNDER_TODAYS_HEADS = "head grand mayor acting resting overruled"
"""The same heads for what is in the topic of the unit: what happened elsewhere is not."""

TOP = "city_hr administrator"
"""Who hold an office for the whole city and so set what holds for everybody."""

REST = "rest"
"""Everybody signed in whom the same row does not name."""

EVERYBODY = "everybody"
"""The same, signed in or not."""


def named(words: str, others: frozenset[Who] = frozenset()) -> frozenset[Who]:
    """The callers that these words name; `others`: those that the rest of the row names."""
    if words == EVERYBODY:
        return frozenset(Who)
    if words == REST:
        return frozenset(Who) - others - UNKNOWN.keys()
    return frozenset(Who(word) for word in words.split())
