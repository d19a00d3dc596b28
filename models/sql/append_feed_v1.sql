-- Numbers feed events and writes them, inside its caller's transaction. Nothing else numbers events.
--
-- Locks: the rows of feed_shard that the events need, in ascending order (first in the lock order
-- shards → targets → reports). The head is read by a later statement than the one that locks it:
-- under READ COMMITTED that statement sees the newest committed head, so numbers are contiguous in
-- commit order. A plpgsql function must be VOLATILE for its statements to take fresh snapshots.
--
-- An event with a unit gets the unit's path of this moment and its agency; an event without one
-- (a personal notice) is seen by its person alone and needs the shard in p_shards. Shards of
-- events with a unit come from the unit. p_fixed_shards: shards the caller has locked already
-- (submit_batch_v1); an event outside of them is an error, never a late lock.
CREATE FUNCTION append_feed_v1(
    p_kinds text[],
    p_employee_ids uuid[],
    p_unit_ids uuid[],
    p_shards smallint[],
    p_flags int[],
    p_target_ids uuid[],
    p_contents text[]
) RETURNS TABLE (
    ord int, shard smallint, seq bigint, at timestamptz, kind text, employee_id uuid,
    unit_id uuid, unit_path uuid[], agency_id uuid, flags int, target_id uuid,
    goal float8, approved float8, pending float8, state text, content text
) LANGUAGE plpgsql VOLATILE
-- Planning a batch costs as much as running it: plan once, for every size.
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz;
BEGIN
    PERFORM 1 FROM feed_shard f
     WHERE f.shard IN (
        SELECT coalesce(u.shard, i.shard)
          FROM unnest(p_unit_ids, p_shards) AS i(unit_id, shard)
          LEFT JOIN unit u ON u.id = i.unit_id)
     ORDER BY f.shard FOR NO KEY UPDATE;
    v_now := clock_timestamp();

    RETURN QUERY
    WITH item AS MATERIALIZED (
        SELECT i.ord::int AS ord, i.kind, i.employee_id, i.unit_id, u.path AS unit_path,
               u.agency_id, i.flags, i.target_id, i.content,
               coalesce(u.shard, i.shard) AS shard,
               row_number() OVER (PARTITION BY coalesce(u.shard, i.shard) ORDER BY i.ord) AS place
          FROM unnest(p_kinds, p_employee_ids, p_unit_ids, p_shards, p_flags, p_target_ids, p_contents)
               WITH ORDINALITY AS i(kind, employee_id, unit_id, shard, flags, target_id, content, ord)
          LEFT JOIN unit u ON u.id = i.unit_id
    ), moved AS (
        UPDATE feed_shard f SET head = f.head + n.events
          FROM (SELECT shard, count(*) AS events FROM item GROUP BY shard) n
         WHERE f.shard = n.shard
        RETURNING f.shard, f.head - n.events AS before
    ), numbered AS MATERIALIZED (
        SELECT i.*, m.before + i.place AS seq, t.quantity AS goal, p.approved, p.pending, p.state
          FROM item i
          JOIN moved m ON m.shard = i.shard
          LEFT JOIN target t ON t.id = i.target_id
          LEFT JOIN target_pace p ON p.target_id = i.target_id
    ), written AS (
        INSERT INTO feed (shard, seq, at, kind, employee_id, unit_id, unit_path, agency_id, flags,
                          target_id, goal, approved, pending, state, content)
        SELECT n.shard, n.seq, v_now, n.kind, n.employee_id, n.unit_id,
               coalesce(n.unit_path, '{}'), n.agency_id, n.flags,
               n.target_id, n.goal, n.approved, n.pending, n.state, n.content
          FROM numbered n
    )
    SELECT n.ord, n.shard, n.seq, v_now, n.kind, n.employee_id, n.unit_id,
           coalesce(n.unit_path, '{}'), n.agency_id, n.flags, n.target_id,
           n.goal, n.approved, n.pending, n.state::text, n.content
      FROM numbered n ORDER BY n.ord;
END
$$;
