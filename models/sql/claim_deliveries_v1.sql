-- Takes due deliveries of a channel for one sender and says everything that a push needs.
--
-- A claimed row carries the sender's lease and is due again when the lease is over, so what a
-- sender leaves behind that dies, freezes or loses its way is taken by the next one; settling asks
-- for the lease. Attempts are counted here, before the send: one that kills its sender ends too.
-- What is due for a device that comes in anyway comes along (at most a tenth more than p_limit),
-- so that a digest is whole. With p_notice_id: the deliveries of this notice alone.
--
-- Locks: the delivery rows alone, skipping those that another sender is claiming. Never waits. Two
-- that claim in one instant may part a device's deliveries between them, never share one.
CREATE FUNCTION claim_deliveries_v1(
    p_channel text, p_lease_id uuid, p_lease_s float8, p_limit int, p_notice_id uuid
) RETURNS TABLE (
    id uuid, attempts int, notice_id uuid, key text, kind text, target_id uuid, language text,
    push_kind text, push_target text, employee_id uuid, device_id uuid, digest_id uuid
) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH first AS MATERIALIZED (
        SELECT d.id, d.employee_id, d.device_id FROM delivery d
         WHERE d.channel = p_channel AND d.state = 'queued' AND d.due_at <= statement_timestamp()
           AND (p_notice_id IS NULL OR d.notice_id = p_notice_id)
         ORDER BY d.due_at, d.device_id LIMIT p_limit FOR UPDATE SKIP LOCKED
    ), more AS MATERIALIZED (
        SELECT d.id
          FROM (SELECT DISTINCT f.employee_id, f.device_id FROM first f) f
          JOIN delivery d ON d.device_id = f.device_id AND d.employee_id = f.employee_id
         WHERE p_notice_id IS NULL AND d.channel = p_channel AND d.state = 'queued'
           -- coalesce: looked up by device, never by what is due. How much that is changes faster
           -- than statistics do: "nothing", they say, while a hundred thousand wait.
           AND coalesce(d.due_at, 'infinity') <= statement_timestamp()
           AND NOT EXISTS (SELECT FROM first x WHERE x.id = d.id)
         LIMIT p_limit / 10 FOR UPDATE OF d SKIP LOCKED
    ), due AS (
        SELECT f.id FROM first f UNION ALL SELECT m.id FROM more m
    ), claimed AS (
        UPDATE delivery d
           SET lease_id = p_lease_id, attempts = d.attempts + 1,
               first_due_at = coalesce(d.first_due_at, d.due_at),
               due_at = clock_timestamp() + make_interval(secs => p_lease_s)
          FROM due WHERE d.id = due.id
        RETURNING d.id, d.attempts, d.notice_id, d.employee_id, d.device_id, d.digest_id
    )
    SELECT c.id, c.attempts, c.notice_id, n.key::text, n.kind::text, n.target_id, e.language::text,
           v.push_kind::text, v.push_target::text, c.employee_id, c.device_id, c.digest_id
      FROM claimed c
      JOIN notice n ON n.id = c.notice_id
      JOIN employee e ON e.id = c.employee_id
      -- No address any more: signed out, disabled, the person has left, or every sign-in on it ran
      -- out, which nothing but the clock tells.
      LEFT JOIN device v ON v.id = c.device_id AND v.employee_id = c.employee_id
           AND v.push_disabled_reason IS NULL AND e.active
           AND (SELECT bool_or(s.revoked_at IS NULL AND s.expires_at > statement_timestamp())
                  FROM session s
                 WHERE s.employee_id = c.employee_id AND s.device_id = c.device_id
               ) IS DISTINCT FROM false
     ORDER BY n.made_at, c.id;
END
$$;
