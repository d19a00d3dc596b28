-- When a way out carries what is due at p_at: e-mail on the quarter hour, so that a person has one
-- letter of all that came up in between, the others at once. Retries and deferrals go by it too.
-- p_way: a channel, or the kind of push target it serves; for e-mail both have one name.
--
-- Locks: none. STABLE, as its parts are: declared as more than that it would not be inlined and cost
-- each delivery forty microseconds.
CREATE FUNCTION carried_at_v1(p_way text, p_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT CASE p_way
        WHEN 'email' THEN interval '15 minutes' + date_bin('15 minutes',
            p_at - interval '1 microsecond', timestamptz '2000-01-01 00:00:00+00')
        ELSE p_at END
$$;
