"""What a store has taken, it gives back: after a restart, after a torn write, in the same order."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_contract.client import stores
from mobile_contract.client.stores import FileStore, MemoryStore, OutboxItem, OutboxStore
from mobile_contract.problems import Problems


def item(number: int, body: str = "{}") -> OutboxItem:
    return OutboxItem(UUID(int=number), "report.create", body)


def reopened(store: FileStore, path: Path) -> list[OutboxItem]:
    store.close()
    again = FileStore(path)
    items = again.items()
    again.close()
    return items


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OutboxStore]:
    with closing(FileStore(tmp_path / "outbox.jsonl")) as file_store:
        yield MemoryStore() if request.param == "memory" else file_store


def test_items_keep_the_order_of_their_making_even_when_changed(store: OutboxStore) -> None:
    store.put([item(3), item(1)])
    store.put([item(2)])
    store.put([item(3, '{"changed": true}')])
    assert [each.mutation_id.int for each in store.items()] == [3, 1, 2]
    store.drop([UUID(int=1), UUID(int=99)])
    assert store.items() == [item(3, '{"changed": true}'), item(2)]


STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "drop", "restart"]), st.integers(1, 6)), max_size=30
)


@settings(deadline=None)  # each step syncs the disk
@given(steps=STEPS)
def test_a_file_holds_what_memory_would(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    path = tmp_path_factory.mktemp("outbox") / "outbox.jsonl"
    memory, file = MemoryStore(), FileStore(path)
    for place, (step, number) in enumerate(steps):
        if step == "restart":
            file.close()
            file = FileStore(path)
        for store in (memory, file):
            if step == "put":
                store.put([item(number, f'{{"n": {place}}}')])
            elif step == "drop":
                store.drop([UUID(int=number)])
    assert reopened(file, path) == memory.items()


@pytest.mark.parametrize("kept", [0, 1, 20])
def test_a_torn_last_line_takes_nothing_else_with_it(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "outbox.jsonl"
    store = FileStore(path)
    store.put([item(1)])
    whole = path.stat().st_size
    store.put([item(2)])
    store.close()
    path.write_bytes(path.read_bytes()[: whole + kept])
    store = FileStore(path)
    assert store.items() == [item(1)]
    store.put([item(3)])
    assert reopened(store, path) == [item(1), item(3)]


def test_the_reason_of_a_quarantine_survives(tmp_path: Path) -> None:
    path = tmp_path / "outbox.jsonl"
    reason = Problems.loaded().problem("period_closed", 409, "id", {})
    aside = OutboxItem(UUID(int=1), "report.create", "{}", "quarantined", reason)
    store = FileStore(path)
    store.put([aside])
    assert reopened(store, path) == [aside]


def test_a_file_of_the_past_is_written_anew_when_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "SPARE_LINES", 3)
    path = tmp_path / "outbox.jsonl"
    store = FileStore(path)
    for _ in range(6):
        store.put([item(1)])
    before = path.stat().st_size
    assert reopened(store, path) == [item(1)]
    assert path.stat().st_size < before
    assert [each.name for each in tmp_path.iterdir()] == ["outbox.jsonl"]
