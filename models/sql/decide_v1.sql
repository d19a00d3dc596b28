-- A supervisor approves or returns reports, each with its own result.
--
-- The caller has asked models/rules/access.py for every report. Locks: feed_shard rows of the
-- reporters' units ascending, then target_pace, then report. Outcomes: applied | duplicate (already
-- in that state) | rejected (`code`: unknown_report, report_not_open, already_decided; busy:
-- the reporter is being moved, ask again).
-- A return writes its reason as feedback (p_feedback_ids, one for each report).
CREATE FUNCTION decide_v1(
    p_actor_id uuid, p_actor_name text, p_decision text, p_report_ids uuid[],
    p_feedback_ids uuid[], p_reason text
) RETURNS TABLE (
    ord int, outcome text, code text, report_id uuid,
    shard smallint, seq bigint, at timestamptz, kind text, employee_id uuid, unit_id uuid,
    unit_path uuid[], agency_id uuid, flags int, target_id uuid, goal float8, approved float8,
    pending float8, state text, content text
) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    v_report report%ROWTYPE;
    v_shards smallint[];
    v_shard smallint;
    v_unit_id uuid;
    v_after_closing boolean;
    v_outcome text;
    v_aim text := CASE p_decision WHEN 'approve' THEN 'approved' ELSE 'returned' END;
    k int;
BEGIN
    SELECT array_agg(DISTINCT u.shard) INTO v_shards
      FROM report r JOIN employee e ON e.id = r.employee_id JOIN unit u ON u.id = e.unit_id
     WHERE r.id = ANY (p_report_ids);
    PERFORM 1 FROM feed_shard f WHERE f.shard = ANY (v_shards)
      ORDER BY f.shard FOR NO KEY UPDATE;
    PERFORM 1 FROM target_pace p
     WHERE p.target_id IN (SELECT r.target_id FROM report r WHERE r.id = ANY (p_report_ids))
     ORDER BY p.target_id FOR NO KEY UPDATE;

    FOR k IN 1 .. cardinality(p_report_ids) LOOP
        SELECT * INTO v_report FROM report r WHERE r.id = p_report_ids[k] FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            v_outcome := 'unknown_report';
        ELSIF v_report.status = v_aim THEN
            v_outcome := 'duplicate';
        ELSIF v_report.status = 'approved' THEN
            v_outcome := 'already_decided';
        ELSIF v_report.status NOT IN ('received', 'revised') THEN
            v_outcome := 'report_not_open';
        ELSE
            SELECT e.unit_id, u.shard INTO v_unit_id, v_shard
              FROM employee e JOIN unit u ON u.id = e.unit_id WHERE e.id = v_report.employee_id;
            -- Who moved to another shard in this very moment may have another supervisor too.
            v_outcome := CASE WHEN v_shard = ANY (v_shards) THEN 'applied' ELSE 'busy' END;
        END IF;
        IF v_outcome <> 'applied' THEN
            RETURN QUERY SELECT k, CASE v_outcome WHEN 'duplicate' THEN v_outcome ELSE 'rejected' END,
                CASE v_outcome WHEN 'duplicate' THEN NULL ELSE v_outcome END, p_report_ids[k],
                NULL::smallint, NULL::bigint, NULL::timestamptz, NULL::text, NULL::uuid, NULL::uuid,
                NULL::uuid[], NULL::uuid, NULL::int, NULL::uuid, NULL::float8, NULL::float8,
                NULL::float8, NULL::text, NULL::text;
            CONTINUE;
        END IF;

        v_after_closing := v_report.flags & 8 <> 0;
        UPDATE target_pace p
           SET pending = p.pending - CASE WHEN v_after_closing THEN 0 ELSE v_report.quantity END,
               approved = p.approved
                 + CASE p_decision WHEN 'approve' THEN v_report.quantity ELSE 0 END,
               observations = p.observations
                 + CASE WHEN p_decision = 'approve' AND v_after_closing THEN 1
                        WHEN p_decision = 'return' AND NOT v_after_closing THEN -1 ELSE 0 END,
               waiting = p.waiting - 1,
               stale = p.stale OR p_decision = 'return' OR v_after_closing
         WHERE p.target_id = v_report.target_id;
        UPDATE report r
           SET status = v_aim, returns = r.returns + (p_decision = 'return')::int,
               decided_by = p_actor_id, decided_at = clock_timestamp()
         WHERE r.id = v_report.id;
        IF p_decision = 'return' THEN
            INSERT INTO feedback (id, employee_id, author_id, report_id, kind, text, next_step)
            VALUES (p_feedback_ids[k], v_report.employee_id, p_actor_id, v_report.id, 'correction',
                    p_reason, '');
        END IF;
        RETURN QUERY
        SELECT k, 'applied', NULL::text, v_report.id, a.shard, a.seq, a.at, a.kind, a.employee_id,
               a.unit_id, a.unit_path, a.agency_id, a.flags, a.target_id, a.goal, a.approved,
               a.pending, a.state, a.content
          FROM append_feed_v1(
            ARRAY [CASE p_decision WHEN 'approve' THEN 'approval' ELSE 'return' END],
            ARRAY [v_report.employee_id], ARRAY [v_unit_id], NULL, ARRAY [v_report.flags],
            ARRAY [v_report.target_id],
            ARRAY [(json_build_object('report_id', v_report.id, 'actor_id', p_actor_id,
                        'actor_name', p_actor_name, 'version', v_report.version,
                        'status', v_aim)::jsonb
                    || CASE p_decision WHEN 'return'
                       THEN jsonb_build_object('reason', p_reason, 'feedback_id', p_feedback_ids[k])
                       ELSE '{}' END)::text]) a;
    END LOOP;
END
$$;
