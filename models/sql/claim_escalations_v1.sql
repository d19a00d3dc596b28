-- Takes the next rung of slips that nobody took note of: the row moves on (or goes), and what is
-- told of it becomes true, in one commit.
--
-- The claim is by condition: a row is touched only while slip, rung and due_at are as they were
-- read; of two engines one finds it moved. Notices are made only of rows that were claimed and
-- whose target is still slipped for that time. Without a next rung the row ends. A row whose
-- recipients have moved to another shard is left alone and comes again.
--
-- Locks: the rows of feed_shard in p_shards, ascending, then escalation rows by target, skipping
-- locked ones. Rows that tell nothing need no shard.
CREATE FUNCTION claim_escalations_v1(
    p_shards smallint[], p_target_ids uuid[], p_slip_numbers int[], p_rungs smallint[],
    p_due_at timestamptz[], p_next_rungs smallint[], p_next_due_at timestamptz[],
    p_notice_target_ids uuid[], p_notice_ids uuid[], p_keys text[], p_recipient_ids uuid[],
    p_notice_kinds text[], p_employee_ids uuid[], p_contents text[], p_pushed boolean[],
    p_not_before timestamptz[], p_push_kinds text[]
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
    v_moved uuid[];
    v_ended uuid[];
    v_telling uuid[];
BEGIN
    PERFORM 1 FROM feed_shard f WHERE f.shard = ANY (p_shards)
      ORDER BY f.shard FOR NO KEY UPDATE;
    SELECT array_agg(h.target_id) INTO v_held
      FROM (SELECT e.target_id FROM escalation e WHERE e.target_id = ANY (p_target_ids)
             ORDER BY e.target_id FOR UPDATE SKIP LOCKED) h;

    WITH seen AS (
        SELECT i.*
          FROM unnest(p_target_ids, p_slip_numbers, p_rungs, p_due_at, p_next_rungs, p_next_due_at)
               AS i(target_id, slip_number, rung, due_at, next_rung, next_due_at)
         WHERE i.target_id = ANY (v_held) AND NOT EXISTS (
               SELECT FROM unnest(p_notice_target_ids, p_recipient_ids)
                      AS n(target_id, recipient_id)
                 JOIN employee e ON e.id = n.recipient_id
                 JOIN unit u ON u.id = e.unit_id
                WHERE n.target_id = i.target_id AND NOT u.shard = ANY (p_shards))
    ), moved AS (
        UPDATE escalation e SET rung = s.next_rung, due_at = s.next_due_at
          FROM seen s
         WHERE e.target_id = s.target_id AND e.slip_number = s.slip_number AND e.rung = s.rung
           AND e.due_at = s.due_at AND s.next_rung IS NOT NULL
        RETURNING e.target_id
    ), ended AS (
        DELETE FROM escalation e USING seen s
         WHERE e.target_id = s.target_id AND e.slip_number = s.slip_number AND e.rung = s.rung
           AND e.due_at = s.due_at AND s.next_rung IS NULL
        RETURNING e.target_id
    )
    SELECT (SELECT array_agg(m.target_id) FROM moved m), (SELECT array_agg(x.target_id) FROM ended x)
      INTO v_moved, v_ended;

    RETURN QUERY SELECT 'claimed', NULL::smallint, NULL::bigint, NULL::timestamptz, NULL::text,
        NULL::uuid, NULL::uuid, NULL::uuid[], NULL::uuid, NULL::int, c.target_id, NULL::float8,
        NULL::float8, NULL::float8, NULL::text, NULL::text
      FROM unnest(v_moved || v_ended) AS c(target_id);

    -- The shards stand still, so a target that is slipped now is slipped at this commit.
    SELECT array_agg(p.target_id) INTO v_telling
      FROM target_pace p
      JOIN unnest(p_target_ids, p_slip_numbers) AS i(target_id, slip_number)
        ON i.target_id = p.target_id
     WHERE p.target_id = ANY (v_moved || v_ended)
       AND p.state = 'slipped' AND p.slip_number = i.slip_number;
    IF v_telling IS NULL OR cardinality(p_notice_ids) = 0 THEN
        RETURN;
    END IF;

    RETURN QUERY
    SELECT 'event', m.*
      FROM (SELECT array_agg(n.id) AS ids, array_agg(n.key) AS keys,
                   array_agg(n.recipient_id) AS recipients, array_agg(n.kind) AS kinds,
                   array_agg(n.employee_id) AS employees, array_agg(n.target_id) AS targets,
                   array_agg(n.content) AS contents, array_agg(n.pushed) AS pushed,
                   array_agg(n.not_before) AS not_before
              FROM unnest(p_notice_target_ids, p_notice_ids, p_keys, p_recipient_ids,
                          p_notice_kinds, p_employee_ids, p_contents, p_pushed, p_not_before)
                   AS n(target_id, id, key, recipient_id, kind, employee_id, content, pushed,
                        not_before)
             WHERE n.target_id = ANY (v_telling)
            HAVING count(*) > 0) t,
           make_notices_v1(t.ids, t.keys, t.recipients, t.kinds, t.employees, t.targets,
                           t.contents, t.pushed, t.not_before, p_push_kinds) m;
END
$$;
