"""The service on a machine whose clock is wrong: `python -m tests.standins.wrong_clock 600 serve`.

Every way in which Python tells the time of day is moved by so many seconds before anything of the
service is imported; monotonic clocks run as they do. Only for a process of its own: the type
`datetime` is of C and is changed in place, since whoever makes wire messages knows no other.
"""

import ctypes
import datetime
import gc
import sys
import time
from typing import Any


def move_the_clock(ahead_s: int) -> None:
    """From here on this process believes that it is `ahead_s` seconds later than it is."""
    real_now, real_time, real_time_ns = datetime.datetime.now, time.time, time.time_ns
    ahead = datetime.timedelta(seconds=ahead_s)

    def now(tz: datetime.tzinfo | None = None) -> datetime.datetime:
        return real_now(tz) + ahead

    def utcnow() -> datetime.datetime:
        return real_now(datetime.UTC).replace(tzinfo=None) + ahead

    def today() -> datetime.date:
        return (real_now() + ahead).date()

    _replace(datetime.datetime, now=now, utcnow=utcnow, today=now)
    _replace(datetime.date, today=today)
    time.time = lambda: real_time() + ahead_s
    time.time_ns = lambda: real_time_ns() + ahead_s * 1_000_000_000
    off_s = (datetime.datetime.now(datetime.UTC) - real_now(datetime.UTC)).total_seconds()
    assert abs(off_s - ahead_s) < 1, "this Python does not let its clock be moved"


def _replace(kind: type, **told: Any) -> None:
    """Other static methods for a type of C, whose own dictionary is behind a read-only view."""
    (inside,) = gc.get_referents(kind.__dict__)
    inside.update({name: staticmethod(method) for name, method in told.items()})
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


if __name__ == "__main__":
    move_the_clock(int(sys.argv.pop(1)))
    from denyut.cli import app

    app()
