"""A share of the event loop: work in bulk lets everything else have its turn in between.

Pushes are encoded by the hundred while the live feed of the same process must not wait for them.
"""

import asyncio
from typing import Final

PUSHES_A_TURN: Final = 10  # to encode and write one costs about a tenth of a millisecond


class LoopShare:
    """At most so many steps of a kind of work in one turn of the loop, whoever takes them."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._left = steps

    async def step(self) -> None:
        """Returns at once while this turn has steps left, otherwise in a later one."""
        while not self._left:  # noqa: ASYNC110 - an event would cost more than the turns it saves
            await asyncio.sleep(0)
        if self._left == self._steps:
            asyncio.get_running_loop().call_soon(self._refill)
        self._left -= 1

    def _refill(self) -> None:
        self._left = self._steps
