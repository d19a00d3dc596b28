"""The civil servant's number (NIP): read it, refuse what cannot be one, hide it in logs.

Source: domain.md, "NIP". Invariant: 18 digits and a birth date that exists, and nothing more
is checked. PPPK numbers carry a contract count where PNS numbers carry a month, so a month
check would lock contract staff out. A NIP is a public login name, never a secret.
"""

from dataclasses import dataclass, field
from datetime import date

from models.rules.refusals import InvalidNip

_DIGITS = 18
_SHOWN = 3  # the serial: enough to tell two log lines apart, too little to name a person


@dataclass(frozen=True, slots=True)
class Nip:
    """A number that passed `parse_nip`. Its `repr` hides it, so that no log shows it by accident.

    `digits` is the canonical form: exactly 18 ASCII digits, no spaces.
    """

    digits: str = field(repr=False)
    birth_date: date = field(repr=False)

    @property
    def is_pppk(self) -> bool:
        """A hint, for display only: digits 13-14 are no month, so this is a contract number.

        False proves nothing: a contract count from 1 to 12 looks like a month.
        """
        return not 1 <= int(self.digits[12:14]) <= 12

    @property
    def masked(self) -> str:
        """The form for logs and support: the serial alone, such as `***************001`."""
        return masked(self.digits)


def parse_nip(text: str) -> Nip:
    """The NIP in `text`; white space anywhere is ignored, since people copy printed groups.

    Raises `InvalidNip`, without repeating the text: people type passwords into this field.
    """
    digits = "".join(text.split())
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        raise InvalidNip
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise InvalidNip from None
    return Nip(digits, born)


def masked(text: str) -> str:
    """`text` made safe for a log: the last three digits of 18, and nothing of anything else."""
    digits = "".join(text.split())
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        return "***"
    return "*" * (_DIGITS - _SHOWN) + digits[-_SHOWN:]
