-- The way of a report into the truth: one call takes a batch of creations, revisions and
-- withdrawals from any number of people and gives every item its own result. It commits as one.
--
-- Locks, in the order that holds everywhere: feed_shard rows ascending, then target_pace rows, then
-- report rows. Shards are found first and locked; everything that decides is read by later
-- statements, which see what earlier holders of the shards committed. An employee who moved to
-- another shard in between gets the outcome `retry`.
--
-- Outcomes: applied | duplicate (done before, same body) | conflict (same id, another body, or an
-- outdated base) | rejected (`code` says why; never try again) | blocked (waits for an earlier item
-- of the same report) | retry. Nothing here raises for bad data; an unforeseen error undoes all,
-- and the caller halves the batch. Answers come in two runs, applied creations first, each run in
-- the order of the items: `ord` (from 1) says whose an answer is. Events come in their shard's order.
--
-- Flags (bits, models/rules/flags.py): 4 late, 8 after_closing, 16 outside_period, 64 outage are
-- set here, since they need the target's period; lower bits come from the caller.
CREATE TYPE submit_item_v1 AS (
    ord int, op text, mutation_id uuid, report_id uuid, employee_id uuid, target_id uuid,
    quantity float8, note text, activity_at timestamptz, captured_at timestamptz,
    corrected_at timestamptz, flags int, body_hash bytea, base_version int, device_id uuid,
    location text, content text,
    unit_id uuid, labels text, outcome text, code text, event_shard smallint, event_seq bigint
);

CREATE FUNCTION submit_batch_v1(
    p_ops text[], p_mutation_ids uuid[], p_report_ids uuid[], p_employee_ids uuid[],
    p_target_ids uuid[], p_quantities float8[], p_notes text[], p_activity_at timestamptz[],
    p_captured_at timestamptz[], p_corrected_at timestamptz[], p_flags int[], p_hashes bytea[],
    p_base_versions int[], p_device_ids uuid[], p_locations text[], p_contents text[]
) RETURNS TABLE (
    ord int, outcome text, code text, report_id uuid, status text, version int,
    receipt_shard smallint, receipt_seq bigint, received_at timestamptz, report_flags int,
    shard smallint, seq bigint, at timestamptz, kind text, employee_id uuid, unit_id uuid,
    unit_path uuid[], agency_id uuid, flags int, target_id uuid, goal float8, approved float8,
    pending float8, state text, content text
) LANGUAGE plpgsql VOLATILE
-- Planning a batch costs as much as running it: plan once, for every size.
SET plan_cache_mode = force_generic_plan
-- That plan may be made while report and feed are still empty, and lives on while they grow: they
-- are looked up by key, one by one (LATERAL … LIMIT 1 leaves no other join), never read through.
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    v_shards smallint[];
    v_now timestamptz;
    v_items submit_item_v1[];
    v_item submit_item_v1;
    v_report report%ROWTYPE;
    v_counted boolean;
    v_outcome text;
    v_event record;
    k int;
BEGIN
    SELECT array_agg(DISTINCT u.shard) INTO v_shards
      FROM (SELECT DISTINCT n.id AS employee_id FROM unnest(p_employee_ids) AS n(id)) i
      JOIN employee e ON e.id = i.employee_id
      JOIN unit u ON u.id = e.unit_id;
    PERFORM 1 FROM feed_shard f WHERE f.shard = ANY (v_shards)
      ORDER BY f.shard FOR NO KEY UPDATE;
    v_now := clock_timestamp();

    -- What each item meets, now that its shard stands still.
    SELECT array_agg(ROW (
        i.ord, i.op, i.mutation_id, i.report_id, i.employee_id, i.target_id, i.quantity, i.note,
        i.activity_at, i.captured_at, i.corrected_at,
        CASE WHEN i.op <> 'create' OR t.id IS NULL THEN i.flags ELSE i.flags
          | CASE WHEN v_now <= t.period_end THEN 0
                 WHEN i.corrected_at <= t.period_end AND EXISTS (
                      SELECT FROM outage o WHERE i.corrected_at >= o.starts_at
                                             AND i.corrected_at < o.ends_at) THEN 64
                 ELSE 4 END
          | CASE WHEN i.corrected_at <= t.closed_at THEN 8 ELSE 0 END
          | CASE WHEN i.activity_at < t.period_start OR i.activity_at >= t.period_end
                 THEN 16 ELSE 0 END
        END,
        i.body_hash, i.base_version, i.device_id, i.location, i.content, e.unit_id,
        CASE WHEN t.id IS NOT NULL THEN
          '"indicator":' || to_json(t.indicator)::text
          || ',"unit_of_measure":' || to_json(t.unit_of_measure)::text END,
        CASE
          WHEN u.shard IS NULL OR NOT u.shard = ANY (v_shards) THEN 'retry'
          WHEN i.op <> 'create' THEN 'later'
          WHEN r.employee_id = i.employee_id AND r.body_hash = i.body_hash THEN 'duplicate'
          WHEN r.id IS NOT NULL THEN 'conflict'
          WHEN t.id IS NULL OR t.employee_id <> i.employee_id THEN 'rejected'
          WHEN i.corrected_at > t.closed_at THEN 'rejected'
          WHEN i.quantity > t.max_quantity THEN 'rejected'
          WHEN i.place = 1 THEN 'applied'
          WHEN i.employee_id = i.first_employee_id AND i.body_hash = i.first_hash THEN 'again'
          ELSE 'conflict'
        END,
        CASE
          WHEN i.op <> 'create' THEN NULL
          WHEN r.id IS NOT NULL THEN 'report_conflict'
          WHEN t.id IS NULL THEN 'unknown_target'
          WHEN t.employee_id <> i.employee_id THEN 'not_your_target'
          WHEN i.corrected_at > t.closed_at THEN 'period_closed'
          WHEN i.quantity > t.max_quantity THEN 'quantity_out_of_range'
          ELSE 'report_conflict'
        END,
        NULL, NULL)::submit_item_v1 ORDER BY i.ord)
      INTO v_items
      FROM (
        SELECT n.*,
               row_number() OVER same_report AS place,
               first_value(n.employee_id) OVER same_report AS first_employee_id,
               first_value(n.body_hash) OVER same_report AS first_hash
          FROM unnest(p_ops, p_mutation_ids, p_report_ids, p_employee_ids, p_target_ids,
                      p_quantities, p_notes, p_activity_at, p_captured_at, p_corrected_at, p_flags,
                      p_hashes, p_base_versions, p_device_ids, p_locations, p_contents)
               WITH ORDINALITY AS n(op, mutation_id, report_id, employee_id, target_id, quantity,
                      note, activity_at, captured_at, corrected_at, flags, body_hash, base_version,
                      device_id, location, content, ord)
        WINDOW same_report AS (PARTITION BY n.op = 'create', n.report_id ORDER BY n.ord)
      ) i
      LEFT JOIN employee e ON e.id = i.employee_id
      LEFT JOIN unit u ON u.id = e.unit_id
      LEFT JOIN target t ON t.id = i.target_id
      LEFT JOIN LATERAL (
           SELECT r.id, r.employee_id, r.body_hash FROM report r
            WHERE r.id = i.report_id LIMIT 1) r ON true;

    -- Progress of the new reports. What came after the closing waits for the supervisor's word.
    -- For "higher is better" quantities a report only moves slips_at later, so the stored value
    -- stays a safe lower bound; in every other case, and where a state may change, it is stale.
    UPDATE target_pace p
       SET pending = p.pending + d.quantity,
           observations = p.observations + d.reports,
           waiting = p.waiting + d.waiting,
           stale = p.stale OR (p.state <> 'achieved' AND (
                     p.state <> 'on_track'
                     OR p.approved + p.pending + d.quantity >= t.quantity))
                   OR t.direction <> 'higher' OR t.aspect <> 'quantity'
      FROM (SELECT i.target_id, count(*)::int AS waiting,
                   coalesce(sum(i.quantity) FILTER (WHERE i.flags & 8 = 0), 0) AS quantity,
                   (count(*) FILTER (WHERE i.flags & 8 = 0))::int AS reports
              FROM unnest(v_items) i
             WHERE i.op = 'create' AND i.outcome = 'applied'
             GROUP BY i.target_id) d
      JOIN target t ON t.id = d.target_id
     WHERE p.target_id = d.target_id;

    RETURN QUERY
    WITH fresh AS MATERIALIZED (
        SELECT i.*, row_number() OVER (ORDER BY i.ord)::int AS place
          FROM unnest(v_items) i WHERE i.op = 'create' AND i.outcome = 'applied'
    ), event AS MATERIALIZED (
        SELECT a.*
          FROM (SELECT array_agg('report'::text ORDER BY place) AS kinds,
                       array_agg(employee_id ORDER BY place) AS employee_ids,
                       array_agg(unit_id ORDER BY place) AS unit_ids,
                       array_agg(flags ORDER BY place) AS flags,
                       array_agg(target_id ORDER BY place) AS target_ids,
                       array_agg(left(content, -1) || ',' || labels
                                 || ',"version":1,"status":"received"}' ORDER BY place) AS contents
                  FROM fresh HAVING count(*) > 0) f,
               append_feed_v1(f.kinds, f.employee_ids, f.unit_ids, NULL, f.flags, f.target_ids,
                              f.contents) a
    ), written AS (
        INSERT INTO report (id, employee_id, target_id, unit_id, shard, seq, status, version,
                            quantity, note, activity_at, captured_at, corrected_at, received_at,
                            flags, body_hash, device_id, location)
        SELECT f.report_id, f.employee_id, f.target_id, f.unit_id, v.shard, v.seq, 'received', 1,
               f.quantity, f.note, f.activity_at, f.captured_at, f.corrected_at, v.at, f.flags,
               f.body_hash, f.device_id, f.location::jsonb
          FROM fresh f JOIN event v ON v.ord = f.place
    )
    SELECT f.ord, 'applied'::text, NULL::text, f.report_id, 'received'::text, 1, v.shard, v.seq,
           v.at, v.flags, v.shard, v.seq, v.at, v.kind, v.employee_id, v.unit_id, v.unit_path,
           v.agency_id, v.flags, v.target_id, v.goal, v.approved, v.pending, v.state, v.content
      FROM fresh f JOIN event v ON v.ord = f.place
     ORDER BY f.ord;

    -- Revisions and withdrawals are few and each depends on the one before: one by one.
    FOR k IN SELECT i.ord FROM unnest(v_items) i WHERE i.outcome = 'later' ORDER BY i.ord LOOP
        v_item := v_items[k];
        SELECT * INTO v_report FROM report r WHERE r.id = v_item.report_id;
        IF NOT FOUND THEN
            v_items[k].outcome := 'blocked';
            v_items[k].code := 'unknown_report';
            CONTINUE;
        ELSIF v_report.employee_id <> v_item.employee_id THEN
            v_items[k].outcome := 'rejected';
            v_items[k].code := 'unknown_report';
            CONTINUE;
        END IF;
        SELECT CASE WHEN c.body_hash = v_item.body_hash AND c.report_id = v_item.report_id
                    THEN 'duplicate' ELSE 'conflict' END
          INTO v_outcome FROM report_change c WHERE c.mutation_id = v_item.mutation_id;
        IF FOUND THEN
            v_items[k].outcome := v_outcome;
            v_items[k].code := 'report_conflict';
            CONTINUE;
        END IF;
        -- Lock order: the target's row before the report's.
        PERFORM 1 FROM target_pace p WHERE p.target_id = v_report.target_id FOR NO KEY UPDATE;
        SELECT * INTO v_report FROM report r WHERE r.id = v_item.report_id FOR NO KEY UPDATE;
        IF v_item.base_version IS NOT NULL AND v_item.base_version <> v_report.version THEN
            v_items[k].outcome := 'conflict';
            v_items[k].code := 'outdated_base';
            CONTINUE;
        ELSIF v_report.status IN ('approved', 'withdrawn') THEN
            v_items[k].outcome := 'rejected';
            v_items[k].code := 'report_not_open';
            CONTINUE;
        ELSIF v_item.op = 'revise' AND EXISTS (
            SELECT FROM target t WHERE t.id = v_report.target_id
               AND v_item.quantity > t.max_quantity) THEN
            v_items[k].outcome := 'rejected';
            v_items[k].code := 'quantity_out_of_range';
            CONTINUE;
        END IF;

        v_counted := v_report.status IN ('received', 'revised') AND v_report.flags & 8 = 0;
        UPDATE target_pace p
           SET pending = p.pending
                 - CASE WHEN v_counted THEN v_report.quantity ELSE 0 END
                 + CASE WHEN v_item.op = 'revise' AND v_report.flags & 8 = 0
                        THEN v_item.quantity ELSE 0 END,
               observations = p.observations
                 - v_counted::int
                 + (v_item.op = 'revise' AND v_report.flags & 8 = 0)::int,
               waiting = p.waiting
                 - (v_report.status IN ('received', 'revised'))::int
                 + (v_item.op = 'revise')::int,
               stale = true
         WHERE p.target_id = v_report.target_id;
        INSERT INTO report_change (mutation_id, report_id, employee_id, kind, version, body_hash,
                                   quantity_before, note_before, activity_before, reason)
        VALUES (v_item.mutation_id, v_report.id, v_item.employee_id,
                CASE v_item.op WHEN 'revise' THEN 'revision' ELSE 'withdrawal' END,
                v_report.version + 1, v_item.body_hash,
                v_report.quantity, v_report.note, v_report.activity_at,
                CASE v_item.op WHEN 'revise' THEN '' ELSE v_item.note END);
        UPDATE report r
           SET version = r.version + 1,
               status = CASE v_item.op WHEN 'revise' THEN 'revised' ELSE 'withdrawn' END,
               quantity = CASE v_item.op WHEN 'revise' THEN v_item.quantity ELSE r.quantity END,
               note = CASE v_item.op WHEN 'revise' THEN v_item.note ELSE r.note END,
               activity_at = CASE v_item.op WHEN 'revise' THEN v_item.activity_at
                                            ELSE r.activity_at END
         WHERE r.id = v_report.id;
        SELECT * INTO v_event FROM append_feed_v1(
            ARRAY [CASE v_item.op WHEN 'revise' THEN 'revision' ELSE 'withdrawal' END],
            ARRAY [v_item.employee_id], ARRAY [v_item.unit_id], NULL, ARRAY [v_report.flags],
            ARRAY [v_report.target_id],
            ARRAY [left(v_item.content, -1) || ',"version":' || v_report.version + 1
                   || ',"status":"'
                   || CASE v_item.op WHEN 'revise' THEN 'revised' ELSE 'withdrawn' END || '"}']);
        v_items[k].outcome := 'applied';
        v_items[k].event_shard := v_event.shard;
        v_items[k].event_seq := v_event.seq;
    END LOOP;

    -- The answers of everything else.
    RETURN QUERY
    SELECT i.ord, CASE i.outcome WHEN 'again' THEN 'duplicate' ELSE i.outcome END,
           CASE WHEN i.outcome IN ('conflict', 'rejected', 'blocked') THEN i.code END,
           i.report_id, r.status::text, r.version, r.shard, r.seq, r.received_at, r.flags,
           f.shard, f.seq, f.at, f.kind::text, f.employee_id, f.unit_id, f.unit_path, f.agency_id,
           f.flags, f.target_id, f.goal, f.approved, f.pending, f.state::text, f.content::text
      FROM unnest(v_items) i
      LEFT JOIN LATERAL (SELECT * FROM report r WHERE r.id = i.report_id LIMIT 1) r
             ON r.employee_id = i.employee_id AND i.outcome IN ('applied', 'duplicate', 'again')
      LEFT JOIN LATERAL (
           SELECT * FROM feed f WHERE f.shard = i.event_shard AND f.seq = i.event_seq LIMIT 1) f
             ON true
     WHERE i.op <> 'create' OR i.outcome <> 'applied'
     ORDER BY i.ord;
END
$$;
