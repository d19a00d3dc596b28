-- Moves the looks at people's working days on to their next one, and makes the nudges of those who
-- have reported nothing, in one commit.
--
-- The claim is by condition: a row is touched only while its due_at is as it was read. Without a
-- next instant the row ends. A person who has moved to another shard is left alone and comes again.
--
-- Locks: the rows of feed_shard in p_shards, ascending, then nudge rows by employee, skipping
-- locked ones. People who are not nudged need no shard.
CREATE FUNCTION claim_nudges_v1(
    p_shards smallint[], p_employee_ids uuid[], p_due_at timestamptz[], p_next_due_at timestamptz[],
    p_notice_ids uuid[], p_keys text[], p_recipient_ids uuid[], p_notice_kinds text[],
    p_contents text[], p_not_before timestamptz[], p_push_kinds text[]
) RETURNS TABLE (
    part text, shard smallint, seq bigint, at timestamptz, kind text, employee_id uuid,
    unit_id uuid, unit_path uuid[], agency_id uuid, flags int, target_id uuid,
    goal float8, approved float8, pending float8, state text, content text
) LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    v_held uuid[];
    v_claimed uuid[];
BEGIN
    PERFORM 1 FROM feed_shard f WHERE f.shard = ANY (p_shards)
      ORDER BY f.shard FOR NO KEY UPDATE;
    SELECT array_agg(h.employee_id) INTO v_held
      FROM (SELECT n.employee_id FROM nudge n WHERE n.employee_id = ANY (p_employee_ids)
             ORDER BY n.employee_id FOR UPDATE SKIP LOCKED) h;

    WITH seen AS (
        SELECT i.*
          FROM unnest(p_employee_ids, p_due_at, p_next_due_at) AS i(employee_id, due_at, next_due_at)
          JOIN employee e ON e.id = i.employee_id
          JOIN unit u ON u.id = e.unit_id
         WHERE i.employee_id = ANY (v_held)
           AND (NOT i.employee_id = ANY (p_recipient_ids) OR u.shard = ANY (p_shards))
    ), moved AS (
        UPDATE nudge n SET due_at = s.next_due_at FROM seen s
         WHERE n.employee_id = s.employee_id AND n.due_at = s.due_at AND s.next_due_at IS NOT NULL
        RETURNING n.employee_id
    ), ended AS (
        DELETE FROM nudge n USING seen s
         WHERE n.employee_id = s.employee_id AND n.due_at = s.due_at AND s.next_due_at IS NULL
        RETURNING n.employee_id
    )
    SELECT array_agg(c.employee_id) INTO v_claimed
      FROM (SELECT m.employee_id FROM moved m UNION ALL SELECT x.employee_id FROM ended x) c;
    IF v_claimed IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT 'claimed', NULL::smallint, NULL::bigint, NULL::timestamptz, NULL::text,
        c.employee_id, NULL::uuid, NULL::uuid[], NULL::uuid, NULL::int, NULL::uuid, NULL::float8,
        NULL::float8, NULL::float8, NULL::text, NULL::text
      FROM unnest(v_claimed) AS c(employee_id);

    RETURN QUERY
    SELECT 'event', m.*
      FROM (SELECT array_agg(n.id) AS ids, array_agg(n.key) AS keys,
                   array_agg(n.recipient_id) AS recipients, array_agg(n.kind) AS kinds,
                   array_agg(NULL::uuid) AS nothing, array_agg(n.content) AS contents,
                   array_agg(true) AS pushed, array_agg(n.not_before) AS not_before
              FROM unnest(p_notice_ids, p_keys, p_recipient_ids, p_notice_kinds, p_contents,
                          p_not_before) AS n(id, key, recipient_id, kind, content, not_before)
             WHERE n.recipient_id = ANY (v_claimed)
            HAVING count(*) > 0) t,
           make_notices_v1(t.ids, t.keys, t.recipients, t.kinds, t.recipients, t.nothing,
                           t.contents, t.pushed, t.not_before, p_push_kinds) m;
END
$$;
