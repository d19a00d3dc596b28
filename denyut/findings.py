"""What the doctor finds: one thing looked at, and how to mend it."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `remedy` is empty exactly where nothing is to be done."""

    what: str
    state: State
    found: str
    remedy: str = ""
