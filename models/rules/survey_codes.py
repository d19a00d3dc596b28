"""Codes that citizens scan or type: of a service point, and one-time codes of a visit.

Both are eight letters of Crockford's base 32 from the system's chance (40 bits). A visit code has
a check character behind them, so a slip of the pen is told apart before anybody looks it up; only
its hash is stored. Invariant: reading what was shown gives what was made, however it was typed.
"""

import hashlib
import secrets
from typing import Final

from models.rules.receipts import ALPHABET, read_checked, with_check

LETTERS: Final = 8
_GROUP: Final = 4


def new_letters() -> str:
    """Eight random letters; a point's code is these alone."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))


def point_code(typed: str) -> str:
    """The code of a point as a person copied it from a poster: O for 0, I or L for 1."""
    return typed.upper().translate(str.maketrans("OIL", "011", "- "))


def visit_code(letters: str) -> str:
    """The visit code of these letters as it is printed: `ABCD-EFGH-J`."""
    code = with_check(letters)
    return "-".join(code[place : place + _GROUP] for place in range(0, len(code), _GROUP))


def visit_hash(typed: str) -> bytes | None:
    """What is stored of a visit code as a person typed it; None: nobody ever printed this one."""
    code = read_checked(typed, LETTERS + 1)
    return None if code is None else hashlib.sha256(code.encode()).digest()
