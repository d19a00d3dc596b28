"""The peer of the intake: pgbench with the same statements, one transaction for each report.

It does less: no tokens, no HTTP, no duplicates to find, no rules about periods. What it has in
common is what a database must do for a report: lock the shard and number the event, write the
report, move the target, write the feed row, commit. It is written as tightly as one client can
write it: prepared statements, and the number comes back with the lock.
"""

import asyncio
import re

from benchmarks.rig import Rig
from benchmarks.town import (
    AGENCY_OFFSET,
    CITY,
    EMPLOYEE,
    SECTION_OFFSET,
    TARGET,
    UNIT,
    Town,
    uid_sql,
)
from denyut.postgres_binaries import chosen_binaries

CLIENTS = 32
NAME = "pgbench"
TIME_ORDERED_IDS_SINCE = 18  # the release with uuidv7(), which phones use too

SCRIPT = """
\\set n random(1, {all_targets})
\\set e (:n - 1) / {targets} + 1
\\set s (:e - 1) / {people} + 1
\\set a (:s - 1) / {sections} + 1
BEGIN;
UPDATE feed_shard SET head = head + 1 WHERE shard = :a RETURNING head AS seq \\gset
INSERT INTO report (id, employee_id, target_id, unit_id, shard, seq, status, version, quantity,
  note, activity_at, captured_at, corrected_at, received_at, flags, body_hash)
VALUES ({new_id}, {employee}, {target}, {section}, :a, :seq, 'received', 1, 1,
  'kunjungan rumah', now(), now(), now(), now(), 0, sha256(:n::text::bytea));
UPDATE target_pace SET pending = pending + 1, observations = observations + 1,
  waiting = waiting + 1 WHERE target_id = {target};
INSERT INTO feed (shard, seq, at, kind, employee_id, unit_id, unit_path, agency_id, flags,
  target_id, goal, approved, pending, state, content)
SELECT :a::smallint, :seq::bigint, now(), 'report', {employee}, {section},
  ARRAY['{city}'::uuid, {agency}, {section}], {agency}, 0, {target},
  t.quantity, p.approved, p.pending, p.state, :content
  FROM target t JOIN target_pace p ON p.target_id = t.id WHERE t.id = {target};
COMMIT;
"""

# What the service writes of the same report. It goes in as a parameter: pgbench would take the
# colons of a literal for its own variables.
CONTENT = (
    '{"report_id":"00000000-0000-7000-8000-000000000000","employee_name":"Pegawai 1234",'
    '"target_id":"00000000-0000-7000-8000-000000000000","quantity":1.0,"note":"kunjungan rumah",'
    '"activity_at":"2026-11-02T08:00:00.000000Z","captured_at":"2026-11-02T08:00:00.000000Z",'
    '"corrected_at":"2026-11-02T08:00:00.000000Z","indicator":"Kunjungan rumah",'
    '"unit_of_measure":"kali","version":1,"status":"received"}'
)


def script(town: Town, major: int) -> str:
    """The transaction as pgbench reads it, for a server of this major release."""
    return SCRIPT.format(
        all_targets=town.all_targets,
        targets=town.targets,
        people=town.people,
        sections=town.sections,
        new_id="uuidv7()" if major >= TIME_ORDERED_IDS_SINCE else "gen_random_uuid()",
        city=CITY,
        agency=uid_sql(UNIT, f":a + {AGENCY_OFFSET}"),
        section=uid_sql(UNIT, f":s + {SECTION_OFFSET}"),
        employee=uid_sql(EMPLOYEE, ":e"),
        target=uid_sql(TARGET, ":n"),
    )


async def rate(rig: Rig, seconds: int) -> float:
    """Transactions a second with 32 clients. Raises RuntimeError with what pgbench said."""
    async with rig.connected() as connection:
        major = connection.get_server_version().major
    binaries = await asyncio.to_thread(chosen_binaries, None, major)
    path = rig.folder / "report.pgbench"
    await asyncio.to_thread(path.write_text, script(rig.town, major), "utf-8")
    process = await asyncio.create_subprocess_exec(
        *(binaries.program("pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1"),
        *("-D", f"content={CONTENT}", "-T", str(seconds), "-f", str(path), rig.dsn),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaint = await process.communicate()
    return tps(process.returncode, said.decode(), complaint.decode())


def tps(status: int | None, said: str, complaint: str) -> float:
    """The rate in pgbench's answer; a run with failed transactions is no measurement."""
    found = re.search(r"^tps = ([0-9.]+)", said, re.MULTILINE)
    failed = re.search(r"^number of failed transactions: (\d+)", said, re.MULTILINE)
    if status != 0 or found is None or (failed is not None and failed[1] != "0"):
        raise RuntimeError(f"pgbench failed: {complaint[-2000:] or said}")
    return float(found[1])
