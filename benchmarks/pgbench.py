"""The peer of the intake: pgbench with the same statements, one transaction for each report.

It does less: no tokens, no HTTP, no duplicates to find, no rules about periods. What it has in
common is what a database must do for a report: lock the shard, write the report, move the target,
number the event, write the feed row, commit.
"""

import asyncio
import re

from benchmarks.rig import Rig
from benchmarks.town import ALL_TARGETS, EMPLOYEE, PEOPLE, SECTIONS, TARGET, TARGETS, UNIT
from denyut.postgres_binaries import chosen_binaries

CLIENTS = 32

SCRIPT = f"""
\\set n random(1, {ALL_TARGETS})
\\set e (:n - 1) / {TARGETS} + 1
\\set s (:e - 1) / {PEOPLE} + 1
\\set a (:s - 1) / {SECTIONS} + 1
\\set si :s + 100000
\\set ai :a + 1000
BEGIN;
SELECT head FROM feed_shard WHERE shard = :a FOR NO KEY UPDATE;
INSERT INTO report (id, employee_id, target_id, unit_id, shard, seq, status, version, quantity, note,
  activity_at, captured_at, corrected_at, received_at, flags, body_hash)
SELECT gen_random_uuid(), {{employee}}, {{target}}, {{section}}, :a, f.head + 1, 'received', 1, 1,
  'kunjungan rumah', now(), now(), now(), now(), 0, sha256(:n::text::bytea)
  FROM feed_shard f WHERE f.shard = :a;
UPDATE target_pace SET pending = pending + 1, observations = observations + 1, waiting = waiting + 1
 WHERE target_id = {{target}};
UPDATE feed_shard SET head = head + 1 WHERE shard = :a;
INSERT INTO feed (shard, seq, at, kind, employee_id, unit_id, unit_path, agency_id, flags, target_id,
  goal, approved, pending, state, content)
SELECT :a, f.head, now(), 'report', {{employee}}, {{section}}, ARRAY[{{city}}, {{agency}}, {{section}}],
  {{agency}}, 0, {{target}}, t.quantity, p.approved, p.pending, p.state,
  '{{{{"report_id":"","employee_name":"Pegawai","quantity":1.0,"note":"kunjungan rumah"}}}}'
  FROM feed_shard f, target t, target_pace p
 WHERE f.shard = :a AND t.id = {{target}} AND p.target_id = {{target}};
COMMIT;
"""


def _id(kind: int, number: str) -> str:
    """The SQL that builds an id of the town, as `town.uid` does."""
    return f"('0000000{kind}-0000-7000-8000-' || lpad(to_hex({number}::bigint), 12, '0'))::uuid"


def script() -> str:
    """The transaction as pgbench reads it."""
    return SCRIPT.format(
        city=_id(UNIT, "0"),
        agency=_id(UNIT, ":ai"),
        section=_id(UNIT, ":si"),
        employee=_id(EMPLOYEE, ":e"),
        target=_id(TARGET, ":n"),
    )


async def rate(rig: Rig, seconds: int) -> float:
    """Transactions a second with 32 clients. Raises RuntimeError with what pgbench said."""
    path = rig.folder / "report.pgbench"
    await asyncio.to_thread(path.write_text, script(), "utf-8")
    pgbench = chosen_binaries(None, None).bin_dir / "pgbench"
    process = await asyncio.create_subprocess_exec(
        *(str(pgbench), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1"),
        *("-T", str(seconds), "-f", str(path), rig.dsn),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaint = await process.communicate()
    found = re.search(rb"tps = ([0-9.]+)", said)
    if process.returncode != 0 or found is None:
        raise RuntimeError(f"pgbench failed: {complaint.decode()[-2000:]}")
    return float(found[1])
