"""One-time activation codes: made, grouped for print, read back as typed, and hashed.

Twelve characters of Crockford's base 32 hold 60 random bits. Why SHA-256 and not argon2id: nobody
chooses these, so there is no dictionary to try, and a code lives for two weeks; whoever stole the
database would need some 10^12 tries a second for all that time to find one, while a sheet for a
school would keep the password threads busy for a minute. The NIP salts the hash, so that one try
tests one person's code and not everybody's.
"""

import hashlib
import secrets
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHARACTERS: Final = 12
_GROUP: Final = 4
_READ_AS: Final = str.maketrans("OIL", "011")


def new_code() -> str:
    """A fresh code as it is printed, such as `7K2M-Q0ZD-4XNB`."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CHARACTERS))
    return "-".join(letters[i : i + _GROUP] for i in range(0, CHARACTERS, _GROUP))


def typed(text: str) -> str:
    """A code as somebody typed it: no dashes or spaces, upper case, O as 0, I and L as 1."""
    return "".join(text.split()).replace("-", "").upper().translate(_READ_AS)


def code_hash(nip: str, code: str) -> str:
    """What the database keeps of a person's code, however it was typed."""
    return hashlib.sha256(f"activation:{nip}:{typed(code)}".encode()).hexdigest()
