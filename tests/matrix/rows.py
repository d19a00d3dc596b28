"""What a row of the matrix is: something one can ask for, and what each caller hears.

A verdict is `yes` (done or answered, and it is about the subject), `nothing` (answered, with
nothing of the subject in it) or the code of a refusal. Invariant: every caller has exactly one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.matrix.subjects import OF_THE_DESK, OF_THE_PERSON
from tests.matrix.who import EVERYBODY, REST, UNKNOWN, Who, named

YES, NOTHING = "yes", "nothing"


@dataclass(frozen=True)
class Row:
    """`label`: what is asked for, such as "GET /v1/people/{person_id}" and a word on how.

    `shows`: the kinds of marks (cast.py) in the answer of those who hear `yes`: these and no
    others. `traced`: the look of anybody but the subject is written down.
    """

    label: str
    verdicts: Mapping[Who, str]
    shows: frozenset[str]
    traced: bool

    @property
    def target(self) -> str:
        """The label without the word on how."""
        return self.label.partition(" (")[0]

    @property
    def looked_for(self) -> frozenset[str]:
        """The kinds of marks that matter: those of the desk only where the row is about it."""
        about_desk = bool(self.shows & set(OF_THE_DESK))
        return frozenset((*OF_THE_PERSON, "nip", *(OF_THE_DESK if about_desk else ())))


def row(label: str, *, shows: str = "", traced: bool = False, **verdicts: str) -> Row:
    """A row: each verdict with the callers who hear it; at most one says `rest`."""
    heard = dict(UNKNOWN)
    said = frozenset[Who]()
    for words in verdicts.values():
        if words != REST:
            said |= named(words)
    for verdict, words in verdicts.items():
        for who in named(words, said):
            if who not in UNKNOWN or words == EVERYBODY:
                assert who not in heard or who in UNKNOWN, f"{label}: {who} is named twice"
                heard[who] = verdict
    assert heard.keys() == set(Who), f"{label}: no word on {set(Who) - heard.keys()}"
    return Row(label, heard, frozenset(shows.split()), traced)
