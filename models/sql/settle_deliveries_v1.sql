-- Writes down what became of deliveries, in their rows and in the ledger, keeps the letters that
-- nobody could send, and says what their phones' addresses are still worth.
--
-- Only rows that still carry the lease are settled; the answer is how many. A row whose state
-- stays queued is due again at p_due_at or, without one, after p_again_after_s, when its channel
-- next carries anything (carried_at_v1). With p_due_at it waits for its person and not for us: it
-- is not late meanwhile, and leaves its digest. p_counted false gives the attempt back: the push
-- was not tried. p_address: keep | forget | disable; both only while the address is the one the
-- push went to, since a phone may have sent a new one meanwhile. Two people on one phone share an
-- address, so it goes for both.
--
-- Locks: delivery rows, then device rows by id.
CREATE FUNCTION settle_deliveries_v1(
    p_lease_id uuid, p_ids uuid[], p_states text[], p_outcomes text[], p_whats text[],
    p_again_after_s float8[], p_due_at timestamptz[], p_counted boolean[], p_letters text[],
    p_address text[], p_push_kinds text[], p_push_targets text[]
) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    v_settled int;
BEGIN
    WITH settled AS (
        UPDATE delivery d
           SET state = i.state, outcome = i.outcome, lease_id = NULL,
               attempts = d.attempts - (NOT i.counted)::int,
               due_at = CASE i.state WHEN 'queued'
                        THEN carried_at_v1(d.channel, coalesce(i.due_at,
                                 clock_timestamp() + make_interval(secs => i.again_after_s)))
                        ELSE d.due_at END,
               first_due_at = CASE WHEN i.due_at IS NULL THEN d.first_due_at END,
               digest_id = CASE WHEN i.due_at IS NULL THEN d.digest_id END,
               held_since = CASE i.what WHEN 'held' THEN coalesce(d.held_since, clock_timestamp())
                            ELSE d.held_since END,
               settled_at = CASE i.state WHEN 'queued' THEN NULL ELSE clock_timestamp() END
          FROM unnest(p_ids, p_states, p_outcomes, p_whats, p_again_after_s, p_due_at, p_counted,
                      p_letters)
               AS i(id, state, outcome, what, again_after_s, due_at, counted, letter)
         WHERE d.id = i.id AND d.lease_id = p_lease_id AND d.state = 'queued'
        RETURNING d.id, i.what, i.outcome, i.letter
    ), noted AS (
        INSERT INTO delivery_event (delivery_id, what, detail)
        SELECT s.id, s.what, s.outcome FROM settled s
    ), kept AS (
        INSERT INTO dead_letter (delivery_id, payload, reason)
        SELECT s.id, s.letter::jsonb, s.outcome FROM settled s WHERE s.letter IS NOT NULL
        ON CONFLICT (delivery_id) DO NOTHING
    )
    SELECT count(*) INTO v_settled FROM settled s;

    IF 'forget' = ANY (p_address) OR 'disable' = ANY (p_address) THEN
        PERFORM 1 FROM device v
          WHERE v.id IN (SELECT d.device_id FROM delivery d WHERE d.id = ANY (p_ids))
          ORDER BY v.id, v.employee_id FOR NO KEY UPDATE;
        UPDATE device v
           SET push_kind = CASE i.address WHEN 'forget' THEN NULL ELSE v.push_kind END,
               push_target = CASE i.address WHEN 'forget' THEN NULL ELSE v.push_target END,
               push_disabled_reason =
                   CASE i.address WHEN 'disable' THEN i.outcome ELSE v.push_disabled_reason END
          FROM unnest(p_ids, p_outcomes, p_address, p_push_kinds, p_push_targets)
               AS i(id, outcome, address, push_kind, push_target)
          JOIN delivery d ON d.id = i.id
         WHERE v.id = d.device_id AND i.address <> 'keep'
           AND v.push_kind = i.push_kind AND v.push_target = i.push_target;
    END IF;
    RETURN v_settled;
END
$$;
