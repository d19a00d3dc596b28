"""Where an outbox keeps its items until each has its receipt: in memory, or in a file.

Invariant of the file store: what `put` returned from survives the end of the process and the loss
of power; a line torn by it is the last one and was never confirmed to the person. One store belongs
to one person; two people on one phone have two.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from mobile_contract.problems import Problem

State = Literal["saved", "quarantined"]

SPARE_LINES = 1_000  # a file with more superfluous lines than this is written anew when opened


class OutboxItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One mutation of the outbox. `body` is the JSON of the part that `op` names.

    Quarantined: the service refused it for good; the person decides what becomes of it, and
    `problem` says why.
    """

    mutation_id: UUID
    op: str
    body: str
    state: State = "saved"
    problem: Problem | None = None


class OutboxStore(Protocol):
    """Keeps items in the order in which they were first put."""

    def items(self) -> list[OutboxItem]:
        """All of them, oldest first."""
        ...

    def put(self, items: Iterable[OutboxItem]) -> None:
        """Keeps each, in place of one with the same id; returns when they are safe."""
        ...

    def drop(self, mutation_ids: Iterable[UUID]) -> None:
        """Forgets them, since their receipts are here."""
        ...


class MemoryStore:
    """For simulated phones and tests: everything is gone with the process."""

    def __init__(self) -> None:
        self._items: dict[UUID, OutboxItem] = {}

    def items(self) -> list[OutboxItem]:
        return list(self._items.values())

    def put(self, items: Iterable[OutboxItem]) -> None:
        self._items.update({item.mutation_id: item for item in items})

    def drop(self, mutation_ids: Iterable[UUID]) -> None:
        for mutation_id in mutation_ids:
            self._items.pop(mutation_id, None)


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the file: an item to keep, or the id of one to forget."""

    put: OutboxItem | None = None
    drop: UUID | None = None


class FileStore:
    """An append-only file of JSON lines, synced to the disk at each change.

    A change blocks for one sync of the disk: on a phone some milliseconds, once a report.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = MemoryStore()
        lines = self._read()
        if lines > len(self._kept.items()) + SPARE_LINES:
            self._rewrite()
        self._file = path.open("ab")
        _sync_folder(path)

    def close(self) -> None:
        """Lets go of the file; nothing is lost without it."""
        self._file.close()

    def items(self) -> list[OutboxItem]:
        return self._kept.items()

    def put(self, items: Iterable[OutboxItem]) -> None:
        new = list(items)
        self._append(_Line(put=item) for item in new)
        self._kept.put(new)

    def drop(self, mutation_ids: Iterable[UUID]) -> None:
        gone = list(mutation_ids)
        self._append(_Line(drop=mutation_id) for mutation_id in gone)
        self._kept.drop(gone)

    def _append(self, lines: Iterable[_Line]) -> None:
        self._file.write(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        self._file.flush()
        os.fsync(self._file.fileno())

    def _read(self) -> int:
        """Takes in the file and cuts off a torn last line. Returns how many lines there were."""
        if not self._path.exists():
            return 0
        content = self._path.read_bytes()
        whole, _, torn = content.rpartition(b"\n")
        if torn:
            os.truncate(self._path, len(content) - len(torn))
        lines = whole.split(b"\n") if whole else []
        for line in lines:
            said = msgspec.json.decode(line, type=_Line)
            if said.put is not None:
                self._kept.put([said.put])
            if said.drop is not None:
                self._kept.drop([said.drop])
        return len(lines)

    def _rewrite(self) -> None:
        """Leaves only what is kept; the old file stands until the new one is safe."""
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            for item in self._kept.items():
                file.write(msgspec.json.encode(_Line(put=item)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)


def _sync_folder(path: Path) -> None:
    """A file that was made or renamed is safe only when its folder is."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
