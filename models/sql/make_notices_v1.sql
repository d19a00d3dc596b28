-- Writes notices with a delivery for each phone and a personal event for each, inside its caller's
-- transaction, and answers with the events. A notice whose key exists is not made again.
--
-- Locks: none of its own: the caller holds the rows of feed_shard of every recipient (p_shards),
-- and sees to it that they still lie there; append_feed_v1 refuses nothing, it would lock late.
-- p_push_kinds: kinds of push targets that a channel of this installation serves.
CREATE FUNCTION make_notices_v1(
    p_ids uuid[], p_keys text[], p_recipient_ids uuid[], p_kinds text[], p_employee_ids uuid[],
    p_target_ids uuid[], p_contents text[], p_pushed boolean[], p_not_before timestamptz[],
    p_push_kinds text[]
) RETURNS TABLE (
    shard smallint, seq bigint, at timestamptz, kind text, employee_id uuid, unit_id uuid,
    unit_path uuid[], agency_id uuid, flags int, target_id uuid, goal float8, approved float8,
    pending float8, state text, content text
) LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    v_made uuid[];
BEGIN
    WITH made AS (
        INSERT INTO notice (id, key, recipient_id, kind, employee_id, target_id, content)
        SELECT n.id, n.key, n.recipient_id, n.kind, n.employee_id, n.target_id, n.content::jsonb
          FROM unnest(p_ids, p_keys, p_recipient_ids, p_kinds, p_employee_ids, p_target_ids,
                      p_contents) AS n(id, key, recipient_id, kind, employee_id, target_id, content)
        ON CONFLICT (key) DO NOTHING
        RETURNING notice.id)
    SELECT array_agg(m.id) INTO v_made FROM made m;
    IF v_made IS NULL THEN
        RETURN;
    END IF;

    INSERT INTO delivery (id, notice_id, employee_id, device_id, channel, due_at)
    SELECT gen_random_uuid(), n.id, d.employee_id, d.id,
           CASE WHEN d.push_kind IN ('web_push', 'email') THEN d.push_kind ELSE 'fcm' END,
           carried_at_v1(d.push_kind, n.not_before)
      FROM unnest(p_ids, p_recipient_ids, p_pushed, p_not_before)
           AS n(id, recipient_id, pushed, not_before)
      JOIN device d ON d.employee_id = n.recipient_id
      JOIN employee e ON e.id = d.employee_id
     WHERE n.id = ANY (v_made) AND n.pushed AND e.active
       AND d.push_kind = ANY (p_push_kinds) AND d.push_target IS NOT NULL
       AND d.push_disabled_reason IS NULL;

    RETURN QUERY
    SELECT a.shard, a.seq, a.at, a.kind, a.employee_id, a.unit_id, a.unit_path, a.agency_id,
           a.flags, a.target_id, a.goal, a.approved, a.pending, a.state, a.content
      FROM (SELECT array_agg('notice'::text ORDER BY n.ord) AS kinds,
                   array_agg(n.recipient_id ORDER BY n.ord) AS employee_ids,
                   array_agg(NULL::uuid ORDER BY n.ord) AS nothing,
                   array_agg(u.shard ORDER BY n.ord) AS shards,
                   array_agg(0 ORDER BY n.ord) AS flags,
                   array_agg(n.content ORDER BY n.ord) AS contents
              FROM unnest(p_ids, p_recipient_ids, p_contents)
                   WITH ORDINALITY AS n(id, recipient_id, content, ord)
              JOIN employee e ON e.id = n.recipient_id
              JOIN unit u ON u.id = e.unit_id
             WHERE n.id = ANY (v_made)) f,
           append_feed_v1(f.kinds, f.employee_ids, f.nothing, f.shards, f.flags, f.nothing,
                          f.contents) a
     ORDER BY a.ord;
END
$$;
