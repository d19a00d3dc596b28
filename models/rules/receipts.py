"""Receipt numbers: a feed position as a short code that survives being read out and typed.

A receipt is the shard and sequence of the report's feed event, in Crockford's base 32 (no I, L,
O, U) with one check character at the end, in groups of four: `060W-KK`.
Invariant: `decode(encode(shard, seq)) == (shard, seq)`, every number has exactly one code, and
a code with any one character changed, or any two characters swapped, is refused.

Why not Crockford's own check: it counts modulo 37 and so needs five more symbols (`* ~ $ = U`)
that are hard to say on the telephone. Counting modulo 31 or 32 inside the alphabet misses
mistakes (0 for Z; every second change). Here the characters are the elements of the field
GF(32) and the check character makes the sum of characters, each times its own power of a
generator, zero. A changed character adds a product of two non-zero elements, never zero; a swap
adds (power + other power) x difference, never zero either, since the 31 powers all differ.
"""

from typing import Final

from models.rules.refusals import InvalidValue

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SHARDS: Final = 16
SEQ_LIMIT: Final = 2**63  # one more than PostgreSQL's largest bigint

_SHARD_BITS = 4
_LEAST_LENGTH = 6  # five characters for the number (2 million reports a shard), one for the check
_MOST_LENGTH = 15  # 67 bits need 14 characters, and the check
_GROUP = 4
# Each value times the generator x of GF(32) = GF(2)[x] / (x^5 + x^2 + 1).
_DOUBLED: Final = tuple(value << 1 if value < 16 else value << 1 ^ 0b100101 for value in range(32))
_READ_AS: Final = {letter: value for value, letter in enumerate(ALPHABET)} | {
    "O": 0,
    "I": 1,
    "L": 1,
}


def encode(shard: int, seq: int) -> str:
    """The receipt number of the feed event (shard, seq), grouped by dashes.

    Raises ValueError outside 0-15 and 0-2^63-1: such an event does not exist.
    """
    if not (0 <= shard < SHARDS and 0 <= seq < SEQ_LIMIT):
        raise ValueError(f"no feed event is ({shard}, {seq})")
    number = seq << _SHARD_BITS | shard
    values: list[int] = []  # least significant first
    while number or len(values) < _LEAST_LENGTH - 1:
        values.append(number & 31)
        number >>= 5
    code = "".join(ALPHABET[value] for value in (*reversed(values), _check(values)))
    return "-".join(code[i : i + _GROUP] for i in range(0, len(code), _GROUP))


def decode(text: str) -> tuple[int, int]:
    """The (shard, seq) of a receipt number as a person typed it.

    Lower case, dashes and spaces anywhere, O for 0, and I or L for 1 are all read as meant.
    Raises `InvalidValue(field="receipt")` when it is no receipt number or its check is wrong.
    """
    letters = text.upper().replace("-", "").replace(" ", "")
    values = [_READ_AS.get(letter, -1) for letter in letters]
    if not text.isascii() or not _LEAST_LENGTH <= len(values) <= _MOST_LENGTH or -1 in values:
        raise InvalidValue(field="receipt")
    *payload, check = values
    padded = len(values) > _LEAST_LENGTH and payload[0] == 0  # a second code for the same number
    if padded or check != _check(payload[::-1]):
        raise InvalidValue(field="receipt")
    number = 0
    for value in payload:
        number = number << 5 | value
    if number >> _SHARD_BITS >= SEQ_LIMIT:
        raise InvalidValue(field="receipt")
    return number & (SHARDS - 1), number >> _SHARD_BITS


def with_check(letters: str) -> str:
    """Letters of the alphabet with the check character of a receipt behind them.

    Up to 30 of them: then any changed letter and any two swapped ones are noticed.
    """
    return letters + ALPHABET[_check([_READ_AS[letter] for letter in reversed(letters)])]


def read_checked(text: str, length: int) -> str | None:
    """The `length` letters that `with_check` wrote, as a person typed them; None: it wrote none."""
    letters = text.upper().replace("-", "").replace(" ", "")
    values = [_READ_AS.get(letter, -1) for letter in letters]
    if not (text.isascii() and 0 < len(values) == length) or -1 in values:
        return None
    *payload, check = values
    if check != _check(payload[::-1]):
        return None
    return "".join(ALPHABET[value] for value in values)


def _check(values: list[int]) -> int:
    """The check value: the sum in GF(32) of value times generator^(place + 1), place 0 last."""
    total = 0
    for value in reversed(values):  # Horner: the most significant is doubled most often
        total = _DOUBLED[total ^ value]
    return total
