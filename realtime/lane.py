"""One shard's events in order, whatever order and however often they arrive. No I/O.

The numbers of a shard are contiguous in commit order, so a missing number is always an event that
exists and has not arrived. Invariant: `take` gives every number after the first head exactly once
and in order, except for those that `lost` names: dropped by retention before they came.
"""

from collections.abc import Iterable

from models.queries.feed import FeedRow

WINDOW = 10_000  # events held back behind a gap; further ones are read again from the database


class Lane:
    """What has arrived of a shard, and what is known to be missing."""

    __slots__ = ("_held", "head", "known", "shard")

    def __init__(self, shard: int) -> None:
        self.shard = shard
        self.head: int | None = None
        """The newest number given out by `take`; None until anything is known of the shard."""
        self.known = 0
        """The newest number known to exist."""
        self._held: dict[int, FeedRow] = {}

    @property
    def behind(self) -> bool:
        """Whether an event is known to exist that was not given out."""
        return self.head is not None and self.known > self.head

    def put(self, rows: Iterable[FeedRow]) -> None:
        """Events of this shard, in any order; those seen before are dropped.

        The first event ever seen settles where the lane begins: nobody listened before it.
        """
        for row in rows:
            if self.head is None:
                self.head = row.seq - 1
            if self.head < row.seq <= self.head + WINDOW:
                self._held[row.seq] = row
            self.known = max(self.known, row.seq)

    def take(self) -> list[FeedRow]:
        """The events that are next, in order without a hole."""
        taken: list[FeedRow] = []
        if self.head is not None:
            while (row := self._held.pop(self.head + 1, None)) is not None:
                taken.append(row)
                self.head += 1
        return taken

    def heard(self, head: int) -> None:
        """The database says where the shard stands."""
        if self.head is None:
            self.head = head
        self.known = max(self.known, head)

    def lost(self, floor: int) -> bool:
        """The database dropped everything up to `floor`; whether some of it never came here.

        If so the lane goes on behind the floor, and its topics need a snapshot.
        """
        if self.head is None or floor <= self.head:
            return False
        self.head = floor
        self.known = max(self.known, floor)
        self._held = {seq: row for seq, row in self._held.items() if seq > floor}
        return True

    def gap(self, limit: int) -> tuple[int, int] | None:
        """What to read from the database, `(after_seq, upto_seq)`, at most `limit` events."""
        if self.head is None or not self.behind or self.head + 1 in self._held:
            return None
        upto = min(self._held) - 1 if self._held else self.known
        return self.head, min(upto, self.head + limit)

    def doubt(self, head: int) -> None:
        """The database does not have what is missing, and says that it stands at `head`.

        So whoever spoke of more was wrong (a bus that carries another database's events): what
        was held is dropped. If it exists after all, the next answer of the database says so.
        """
        self._held.clear()
        self.known = max(head, self.head or 0)

    def restart(self, head: int) -> None:
        """The feed began anew (a restored database): stand at `head` and know nothing else."""
        self.head = self.known = head
        self._held.clear()
