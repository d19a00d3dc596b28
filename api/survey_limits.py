"""How many verdicts an address and a point may send: against stuffing, without remembering anybody.

Invariant: an address counts in a window and is stored nowhere else, in no table and no log. One
address is one counter's Wi-Fi as easily as one mischief-maker, so the bounds are wide; a code for
each visit is what stops the patient (`asks_visit_code`).
"""

from dataclasses import dataclass

from fastapi import Request

from api.limits import network_of
from api.windows import CountedWindows, window
from models.rules.refusals import TooManyAttempts
from models.rules.satisfaction import LOW_BELOW

MINUTE_S, DAY_S = 60, 86_400


@dataclass(frozen=True, slots=True)
class SurveyOptions:
    """The public's survey: how many answers are taken, and which verdict is a low one."""

    address_minute: int = 20  # answers of one address within a minute
    address_day: int = 200  # answers of one address within a day
    point_minute: int = 600  # answers at one service point within a minute
    look_minute: int = 120  # pages, replies and checks that one address asks for within a minute
    low_below: float = LOW_BELOW  # assumed: an own index below this is low; grade D ends there


class SurveyLimits:
    """Counts answers before they are looked at. `windows`: where, together with others."""

    def __init__(
        self, options: SurveyOptions | None = None, windows: CountedWindows | None = None
    ) -> None:
        self.options = options or SurveyOptions()
        self._windows = windows or CountedWindows()
        self._minute = window(self.options.address_minute, MINUTE_S, "answers")
        self._day = window(self.options.address_day, DAY_S, "answers-a-day")
        self._point = window(self.options.point_minute, MINUTE_S, "answers-of-a-point")
        self._looks = window(self.options.look_minute, MINUTE_S, "looks")

    async def answered(self, address: str, point_code: str) -> None:
        """Counts one answer. Raises `TooManyAttempts` with the seconds until the next is taken."""
        network = network_of(address)
        for item, key in (
            (self._minute, network),
            (self._day, network),
            (self._point, point_code),
        ):
            if not await self._windows.hit(item, key):
                raise TooManyAttempts(retry_after_s=await self._windows.wait_s(item, key))

    async def looked(self, address: str) -> None:
        """Counts a look at something that is open to everybody, and could be guessed at."""
        network = network_of(address)
        if not await self._windows.hit(self._looks, network):
            raise TooManyAttempts(retry_after_s=await self._windows.wait_s(self._looks, network))


def address_of(request: Request) -> str:
    """Where a request came from, by what trusted proxies say; empty when nobody knows."""
    return request.client.host if request.client else ""
