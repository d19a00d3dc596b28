-- What the slip engine worked out becomes true: new instants and states of targets, the events and
-- notices of those whose state changed, and a delivery for each phone. One call, one commit, so a
-- crash leaves all of it or nothing.
--
-- The claim is by condition: p_seen holds the version (xmin) of each row when it was read. A row
-- that anybody wrote since then is left alone, and so is one that somebody holds at this moment;
-- both are still due or stale and come again. So of two engines that worked on the same row one
-- finds it changed, and one that froze and thawed has no effect. Working out happens before any
-- lock is taken: hundreds of calendars must not keep reports waiting.
--
-- Locks: the rows of feed_shard in p_shards, ascending, then target_pace rows, skipping locked
-- ones: with shards in hand this never waits. A target with events or notices needs the shards of
-- its employee and of every recipient among p_shards; where somebody has moved to another it is
-- left alone. Targets that say nothing need no shard: p_shards may be empty.
--
-- Events are appended in the order given, each after its target's new state was written; then one
-- personal event for each new notice. A notice whose key exists is not made again, whatever the
-- reason. p_push_kinds: kinds of push targets that a channel of this installation serves.
-- Notices of the kinds p_over_kinds of the targets beside them no longer hold and are marked so.
-- A new slip begins its way up the ladder (escalation), the end of one ends it. p_watched_ids: for
-- the employees of these targets the end of the working day is watched from now on (nudge).
CREATE FUNCTION claim_slips_v1(
    p_shards smallint[], p_now timestamptz,
    p_target_ids uuid[], p_seen text[], p_states text[], p_slips_at timestamptz[],
    p_at_risk_at timestamptz[], p_period_ends timestamptz[], p_slip_numbers int[],
    p_event_target_ids uuid[], p_event_kinds text[], p_event_contents text[],
    p_notice_target_ids uuid[], p_notice_ids uuid[], p_keys text[], p_recipient_ids uuid[],
    p_notice_kinds text[], p_notice_contents text[], p_pushed boolean[], p_not_before timestamptz[],
    p_push_kinds text[], p_over_target_ids uuid[], p_over_kinds text[], p_watched_ids uuid[]
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
    v_away uuid[];
    v_claimed uuid[];
    v_notices uuid[];
BEGIN
    PERFORM 1 FROM feed_shard f WHERE f.shard = ANY (p_shards)
      ORDER BY f.shard FOR NO KEY UPDATE;
    SELECT array_agg(h.target_id) INTO v_held
      FROM (SELECT p.target_id FROM target_pace p WHERE p.target_id = ANY (p_target_ids)
             ORDER BY p.target_id FOR NO KEY UPDATE SKIP LOCKED) h;

    -- Later statements, which see what was committed before the rows were ours: first, which targets
    -- have people who moved out of the shards in hand.
    SELECT coalesce(array_agg(person.target_id), '{}') INTO v_away
      FROM (SELECT p.target_id, p.employee_id AS id FROM target_pace p
             WHERE p.target_id = ANY (p_event_target_ids)
            UNION ALL
            SELECT n.target_id, n.recipient_id
              FROM unnest(p_notice_target_ids, p_recipient_ids) AS n(target_id, recipient_id)
           ) person
      JOIN employee e ON e.id = person.id
      JOIN unit u ON u.id = e.unit_id
     WHERE NOT u.shard = ANY (p_shards);
    WITH claimed AS (
        UPDATE target_pace p
           SET state = i.state, slips_at = i.slips_at, at_risk_at = i.at_risk_at,
               period_end = i.period_end, slip_number = i.slip_number, stale = false,
               paced_at = p_now,
               state_since = CASE WHEN p.state = i.state AND p.state_since IS NOT NULL
                                  THEN p.state_since ELSE p_now END
          FROM unnest(p_target_ids, p_seen, p_states, p_slips_at, p_at_risk_at, p_period_ends,
                      p_slip_numbers)
               AS i(target_id, seen, state, slips_at, at_risk_at, period_end, slip_number)
         WHERE p.target_id = i.target_id AND p.target_id = ANY (v_held)
           AND p.xmin::text = i.seen
           AND NOT p.target_id = ANY (v_away)
        RETURNING p.target_id)
    SELECT array_agg(c.target_id) INTO v_claimed FROM claimed c;
    IF v_claimed IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT 'claimed', NULL::smallint, NULL::bigint, NULL::timestamptz, NULL::text,
        NULL::uuid, NULL::uuid, NULL::uuid[], NULL::uuid, NULL::int, c.target_id, NULL::float8,
        NULL::float8, NULL::float8, NULL::text, NULL::text
      FROM unnest(v_claimed) AS c(target_id);

    IF cardinality(p_over_target_ids) > 0 THEN
        UPDATE notice n SET withdrawn_at = p_now
          FROM unnest(p_over_target_ids, p_over_kinds) AS o(target_id, kind)
         WHERE n.target_id = o.target_id AND n.kind = o.kind AND n.withdrawn_at IS NULL
           AND o.target_id = ANY (v_claimed);
    END IF;
    DELETE FROM escalation e WHERE e.target_id IN (
        SELECT x.target_id FROM escalation x JOIN target_pace p ON p.target_id = x.target_id
         WHERE x.target_id = ANY (v_claimed) AND p.state <> 'slipped'
         ORDER BY x.target_id FOR UPDATE OF x);
    IF cardinality(p_watched_ids) > 0 THEN
        INSERT INTO nudge (employee_id, due_at)
        SELECT DISTINCT p.employee_id, p_now FROM target_pace p
         WHERE p.target_id = ANY (p_watched_ids) AND p.target_id = ANY (v_claimed)
         ORDER BY p.employee_id
        ON CONFLICT (employee_id) DO NOTHING;
    END IF;
    IF cardinality(p_shards) = 0 THEN
        RETURN;
    END IF;
    -- Not even a short shift and the next one are over within the hour: a safe lower bound, worked
    -- out when it is due.
    INSERT INTO escalation (target_id, slip_number, slipped_at, due_at)
    SELECT DISTINCT p.target_id, p.slip_number, p_now, p_now + interval '1 hour'
      FROM unnest(p_event_target_ids, p_event_kinds) AS i(target_id, kind)
      JOIN target_pace p ON p.target_id = i.target_id
     WHERE i.kind = 'slip' AND p.state = 'slipped' AND p.target_id = ANY (v_claimed)
    ON CONFLICT (target_id) DO UPDATE
       SET slip_number = excluded.slip_number, rung = 1, slipped_at = excluded.slipped_at,
           due_at = excluded.due_at;

    WITH made AS (
        INSERT INTO notice (id, key, recipient_id, kind, employee_id, target_id, content)
        SELECT n.id, n.key, n.recipient_id, n.kind,
               -- A summary is about nobody and nothing in particular.
               CASE n.kind WHEN 'late_reports' THEN NULL ELSE p.employee_id END,
               CASE n.kind WHEN 'late_reports' THEN NULL ELSE n.target_id END, n.content::jsonb
          FROM unnest(p_notice_target_ids, p_notice_ids, p_keys, p_recipient_ids, p_notice_kinds,
                      p_notice_contents) AS n(target_id, id, key, recipient_id, kind, content)
          JOIN target_pace p ON p.target_id = n.target_id
         WHERE n.target_id = ANY (v_claimed)
        ON CONFLICT (key) DO NOTHING
        RETURNING notice.id)
    SELECT coalesce(array_agg(m.id), '{}') INTO v_notices FROM made m;

    INSERT INTO delivery (id, notice_id, employee_id, device_id, channel, due_at)
    SELECT gen_random_uuid(), n.id, d.employee_id, d.id,
           CASE WHEN d.push_kind IN ('web_push', 'email') THEN d.push_kind ELSE 'fcm' END,
           carried_at_v1(d.push_kind, n.not_before)
      FROM unnest(p_notice_ids, p_recipient_ids, p_pushed, p_not_before)
           AS n(id, recipient_id, pushed, not_before)
      JOIN device d ON d.employee_id = n.recipient_id
      JOIN employee e ON e.id = d.employee_id
     WHERE n.id = ANY (v_notices) AND n.pushed AND e.active
       AND d.push_kind = ANY (p_push_kinds) AND d.push_target IS NOT NULL
       AND d.push_disabled_reason IS NULL;

    RETURN QUERY
    SELECT 'event', a.shard, a.seq, a.at, a.kind, a.employee_id, a.unit_id, a.unit_path,
           a.agency_id, a.flags, a.target_id, a.goal, a.approved, a.pending, a.state, a.content
      FROM (SELECT array_agg(v.kind ORDER BY v.place) AS kinds,
                   array_agg(v.employee_id ORDER BY v.place) AS employee_ids,
                   array_agg(v.unit_id ORDER BY v.place) AS unit_ids,
                   array_agg(v.shard ORDER BY v.place) AS shards,
                   array_agg(0 ORDER BY v.place) AS flags,
                   array_agg(v.target_id ORDER BY v.place) AS target_ids,
                   array_agg(v.content ORDER BY v.place) AS contents
              FROM (SELECT i.ord AS place, i.kind, p.employee_id, e.unit_id, NULL::smallint AS shard,
                           i.target_id, i.content
                      FROM unnest(p_event_target_ids, p_event_kinds, p_event_contents)
                           WITH ORDINALITY AS i(target_id, kind, content, ord)
                      JOIN target_pace p ON p.target_id = i.target_id
                      JOIN employee e ON e.id = p.employee_id
                     WHERE i.target_id = ANY (v_claimed)
                    UNION ALL
                    -- A notice is its recipient's alone. Its target's progress is not attached:
                    -- who reads it later may no longer see the target.
                    SELECT cardinality(p_event_target_ids) + n.ord, 'notice', n.recipient_id, NULL,
                           u.shard, NULL, n.content
                      FROM unnest(p_notice_ids, p_recipient_ids, p_notice_contents)
                           WITH ORDINALITY AS n(id, recipient_id, content, ord)
                      JOIN employee e ON e.id = n.recipient_id
                      JOIN unit u ON u.id = e.unit_id
                     WHERE n.id = ANY (v_notices)) v
            HAVING count(*) > 0) f,
           append_feed_v1(f.kinds, f.employee_ids, f.unit_ids, f.shards, f.flags, f.target_ids,
                          f.contents) a
     ORDER BY a.ord;
END
$$;
