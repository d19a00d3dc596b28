-- Takes due deliveries of a channel for one sender and says everything that a push needs.
--
-- A claimed row carries the sender's lease and is due again when the lease is over, so what a
-- sender leaves behind that dies, freezes or loses its way is taken by the next one; settling asks
-- for the lease. Attempts are counted here, before the send: one that kills its sender ends too.
--
-- Locks: the delivery rows alone, skipping those that another sender is claiming. Never waits.
CREATE FUNCTION claim_deliveries_v1(
    p_channel text, p_lease_id uuid, p_lease_s float8, p_limit int
) RETURNS TABLE (
    id uuid, attempts int, notice_id uuid, key text, kind text, target_id uuid, language text,
    push_kind text, push_target text
) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH due AS MATERIALIZED (
        SELECT d.id FROM delivery d
         WHERE d.channel = p_channel AND d.state = 'queued' AND d.due_at <= statement_timestamp()
         ORDER BY d.due_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    ), claimed AS (
        UPDATE delivery d
           SET lease_id = p_lease_id, attempts = d.attempts + 1,
               due_at = clock_timestamp() + make_interval(secs => p_lease_s)
          FROM due WHERE d.id = due.id
        RETURNING d.id, d.attempts, d.notice_id, d.employee_id, d.device_id
    )
    SELECT c.id, c.attempts, c.notice_id, n.key::text, n.kind::text, n.target_id, e.language::text,
           v.push_kind::text, v.push_target::text
      FROM claimed c
      JOIN notice n ON n.id = c.notice_id
      JOIN employee e ON e.id = c.employee_id
      -- No address any more: signed out, disabled, or the person has left.
      LEFT JOIN device v ON v.id = c.device_id AND v.employee_id = c.employee_id
           AND v.push_disabled_reason IS NULL AND e.active
     ORDER BY n.made_at;
END
$$;
