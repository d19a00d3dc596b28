"""Ids of the demo city: UUIDv7 of the moment they stand for, the same for the same seed."""

from datetime import datetime
from random import Random
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62


class Ids:
    """Makes ids from a seeded chance. `founded`: when everything without a moment was made.

    `random` is the one chance of the whole city: asked in the same order, it says the same.
    """

    def __init__(self, random: Random, founded: datetime) -> None:
        self.random = random
        self._founded_ms = int(founded.timestamp() * 1000)

    def at(self, moment: datetime) -> UUID:
        """The id of something that a phone or the service made at this moment."""
        return self._made(int(moment.timestamp() * 1000))

    def early(self) -> UUID:
        """The id of something that was there before the history begins, in the order of asking."""
        self._founded_ms += 1
        return self._made(self._founded_ms)

    def _made(self, ms: int) -> UUID:
        chance = self.random.getrandbits(74)
        return UUID(
            int=ms << 80
            | _VERSION_7
            | (chance >> 62) << 64
            | _VARIANT
            | chance & 0x3FFF_FFFF_FFFF_FFFF
        )
