-- Says that the rights of these people (NULL: of everybody) changed, inside the caller's
-- transaction. The single row of rights_version is locked until commit, so versions become visible
-- in their order and a process that polls for "newer than what I saw" misses none.
CREATE FUNCTION bump_rights_v1(p_employee_ids uuid[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_version bigint;
BEGIN
    UPDATE rights_version SET version = version + 1 WHERE id = 1 RETURNING version INTO v_version;
    INSERT INTO rights_change (version, employee_ids) VALUES (v_version, p_employee_ids);
    RETURN v_version;
END
$$;
