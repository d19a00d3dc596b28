-- The first schema. Written out once from models/tables and frozen; later steps change it.
-- btree_gist lets an exclusion constraint compare ids beside time ranges.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE audit_entry (
    id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    actor_id UUID,
    action VARCHAR NOT NULL,
    employee_id UUID,
    unit_id UUID,
    details JSONB DEFAULT '{}' NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX audit_entry_actor ON audit_entry (actor_id, at);
CREATE INDEX audit_entry_employee ON audit_entry (employee_id, at);

CREATE TABLE data_view (
    id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    viewer_id UUID NOT NULL,
    employee_id UUID,
    unit_id UUID,
    what VARCHAR NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX data_view_employee ON data_view (employee_id, at);
CREATE INDEX data_view_unit ON data_view (unit_id, at);

CREATE TABLE feed (
    shard SMALLINT NOT NULL,
    seq BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind VARCHAR NOT NULL,
    employee_id UUID NOT NULL,
    unit_id UUID,
    unit_path UUID[] NOT NULL,
    agency_id UUID,
    flags INTEGER DEFAULT 0 NOT NULL,
    target_id UUID,
    goal FLOAT,
    approved FLOAT,
    pending FLOAT,
    state VARCHAR,
    content VARCHAR NOT NULL,
    PRIMARY KEY (shard, seq),
    CONSTRAINT kind_known CHECK (kind IN ('report', 'revision', 'withdrawal', 'approval', 'return', 'feedback', 'slip', 'recovery', 'notice', 'target_changed'))
);
CREATE INDEX feed_employee ON feed (employee_id, seq);
CREATE INDEX feed_unit ON feed (shard, unit_id, seq);

CREATE TABLE feed_epoch (
    id INTEGER DEFAULT 1 NOT NULL,
    epoch UUID NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT one_row CHECK (id = 1)
);

CREATE TABLE feed_shard (
    shard SMALLINT NOT NULL,
    head BIGINT DEFAULT 0 NOT NULL,
    floor BIGINT DEFAULT 0 NOT NULL,
    PRIMARY KEY (shard)
);

CREATE TABLE job_title (
    id UUID NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    asks_location BOOLEAN DEFAULT false NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (code)
);

CREATE TABLE ramadan (
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    PRIMARY KEY (starts_on),
    CONSTRAINT forward CHECK (ends_on >= starts_on)
);

CREATE TABLE rights_change (
    version BIGINT NOT NULL,
    employee_ids UUID[],
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (version)
);

CREATE TABLE rights_version (
    id INTEGER DEFAULT 1 NOT NULL,
    version BIGINT DEFAULT 0 NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT one_row CHECK (id = 1)
);

CREATE TABLE work_pattern (
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    week JSONB NOT NULL,
    ramadan_week JSONB NOT NULL,
    roster BOOLEAN DEFAULT false NOT NULL,
    PRIMARY KEY (code)
);

CREATE TABLE target_template (
    id UUID NOT NULL,
    job_title_id UUID NOT NULL,
    indicator VARCHAR NOT NULL,
    unit_of_measure VARCHAR NOT NULL,
    aspect VARCHAR DEFAULT 'quantity' NOT NULL,
    direction VARCHAR DEFAULT 'higher' NOT NULL,
    quantity FLOAT NOT NULL,
    low FLOAT,
    high FLOAT,
    max_quantity FLOAT,
    period VARCHAR DEFAULT 'month' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT aspect_known CHECK (aspect IN ('quantity', 'quality', 'time', 'cost')),
    CONSTRAINT direction_known CHECK (direction IN ('higher', 'lower', 'range')),
    CONSTRAINT period_known CHECK (period IN ('month', 'quarter', 'year')),
    FOREIGN KEY(job_title_id) REFERENCES job_title (id)
);
CREATE INDEX target_template_job_title ON target_template (job_title_id);

CREATE TABLE unit (
    id UUID NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR DEFAULT 'unit' NOT NULL,
    parent_id UUID,
    agency_id UUID NOT NULL,
    shard SMALLINT NOT NULL,
    path UUID[] NOT NULL,
    zone VARCHAR DEFAULT 'Asia/Jakarta' NOT NULL,
    work_pattern VARCHAR DEFAULT 'five_days' NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('city', 'agency', 'unit')),
    CONSTRAINT shard_range CHECK (shard BETWEEN 0 AND 15),
    CONSTRAINT path_ends_here CHECK (path[cardinality(path)] = id),
    UNIQUE (code),
    FOREIGN KEY(parent_id) REFERENCES unit (id),
    FOREIGN KEY(agency_id) REFERENCES unit (id),
    FOREIGN KEY(work_pattern) REFERENCES work_pattern (code)
);
CREATE INDEX unit_parent ON unit (parent_id);

CREATE TABLE employee (
    id UUID NOT NULL,
    nip VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    unit_id UUID NOT NULL,
    job_title_id UUID,
    work_pattern VARCHAR,
    language VARCHAR DEFAULT 'id' NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT nip_digits CHECK (nip ~ '^[0-9]{18}$'),
    CONSTRAINT language_known CHECK (language IN ('id', 'en')),
    UNIQUE (nip),
    FOREIGN KEY(unit_id) REFERENCES unit (id),
    FOREIGN KEY(job_title_id) REFERENCES job_title (id),
    FOREIGN KEY(work_pattern) REFERENCES work_pattern (code)
);
CREATE INDEX employee_unit ON employee (unit_id);

CREATE TABLE holiday (
    id UUID NOT NULL,
    on_date DATE NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR DEFAULT 'national' NOT NULL,
    unit_id UUID,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('national', 'local', 'joint_leave')),
    FOREIGN KEY(unit_id) REFERENCES unit (id)
);
CREATE UNIQUE INDEX holiday_once ON holiday (on_date, unit_id) NULLS NOT DISTINCT;

CREATE TABLE unit_ancestry (
    ancestor_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    current BOOLEAN DEFAULT true NOT NULL,
    PRIMARY KEY (ancestor_id, unit_id),
    FOREIGN KEY(ancestor_id) REFERENCES unit (id),
    FOREIGN KEY(unit_id) REFERENCES unit (id)
);
CREATE INDEX unit_ancestry_unit ON unit_ancestry (unit_id);

CREATE TABLE account (
    employee_id UUID NOT NULL,
    password_hash VARCHAR,
    password_changed_at TIMESTAMP WITH TIME ZONE,
    activation_hash VARCHAR,
    activation_expires_at TIMESTAMP WITH TIME ZONE,
    activated_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (employee_id),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE device (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    name VARCHAR DEFAULT '' NOT NULL,
    platform VARCHAR DEFAULT '' NOT NULL,
    push_kind VARCHAR,
    push_target VARCHAR,
    push_disabled_reason VARCHAR,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id, employee_id),
    CONSTRAINT push_kind_known CHECK (push_kind IN ('fcm_token', 'fcm_installation', 'web_push', 'email')),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);
CREATE INDEX device_employee ON device (employee_id);

CREATE TABLE last_contact (
    employee_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (employee_id),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE leave (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    kind VARCHAR DEFAULT 'annual' NOT NULL,
    decree VARCHAR DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT forward CHECK (ends_on >= starts_on),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);
CREATE UNIQUE INDEX leave_once ON leave (employee_id, starts_on);

CREATE TABLE outage (
    id UUID NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason VARCHAR NOT NULL,
    recorded_by UUID,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT forward CHECK (ends_at > starts_at),
    FOREIGN KEY(recorded_by) REFERENCES employee (id)
);

CREATE TABLE personal_assignment (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    supervisor_id UUID NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_to TIMESTAMP WITH TIME ZONE,
    decree VARCHAR DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT valid_forward CHECK (valid_to IS NULL OR valid_to > valid_from),
    CONSTRAINT not_oneself CHECK (employee_id <> supervisor_id),
    CONSTRAINT one_personal_supervisor EXCLUDE USING gist (employee_id WITH =, tstzrange(valid_from, valid_to) WITH &&),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(supervisor_id) REFERENCES employee (id)
);
CREATE INDEX personal_assignment_supervisor ON personal_assignment (supervisor_id);

CREATE TABLE placement (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_to TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT one_unit_at_a_time EXCLUDE USING gist (employee_id WITH =, tstzrange(valid_from, valid_to) WITH &&),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(unit_id) REFERENCES unit (id)
);

CREATE TABLE report (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    target_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    shard SMALLINT NOT NULL,
    seq BIGINT NOT NULL,
    status VARCHAR DEFAULT 'received' NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    quantity FLOAT NOT NULL,
    note VARCHAR DEFAULT '' NOT NULL,
    activity_at TIMESTAMP WITH TIME ZONE NOT NULL,
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL,
    corrected_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    flags INTEGER DEFAULT 0 NOT NULL,
    body_hash BYTEA NOT NULL,
    device_id UUID,
    location JSONB,
    decided_by UUID,
    decided_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT status_known CHECK (status IN ('received', 'approved', 'returned', 'revised', 'withdrawn')),
    FOREIGN KEY(decided_by) REFERENCES employee (id)
);
CREATE INDEX report_employee ON report (employee_id, activity_at);

CREATE TABLE role_grant (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    role VARCHAR NOT NULL,
    unit_id UUID NOT NULL,
    granted_by UUID,
    granted_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT role_known CHECK (role IN ('hr', 'administrator')),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(unit_id) REFERENCES unit (id),
    FOREIGN KEY(granted_by) REFERENCES employee (id)
);
CREATE INDEX role_grant_employee ON role_grant (employee_id);
CREATE UNIQUE INDEX role_grant_once ON role_grant (employee_id, role, unit_id) WHERE revoked_at IS NULL;

CREATE TABLE session (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    device_id UUID NOT NULL,
    device_name VARCHAR DEFAULT '' NOT NULL,
    platform VARCHAR DEFAULT '' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_reason VARCHAR,
    PRIMARY KEY (id),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);
CREATE INDEX session_employee ON session (employee_id);

CREATE TABLE shift (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT forward CHECK (ends_at > starts_at),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);
CREATE UNIQUE INDEX shift_once ON shift (employee_id, starts_at);

CREATE TABLE supervision (
    id UUID NOT NULL,
    unit_id UUID NOT NULL,
    supervisor_id UUID NOT NULL,
    kind VARCHAR DEFAULT 'definitive' NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_to TIMESTAMP WITH TIME ZONE,
    decree VARCHAR DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('definitive', 'acting')),
    CONSTRAINT valid_forward CHECK (valid_to IS NULL OR valid_to > valid_from),
    CONSTRAINT one_head_of_a_kind EXCLUDE USING gist (unit_id WITH =, kind WITH =, tstzrange(valid_from, valid_to) WITH &&),
    FOREIGN KEY(unit_id) REFERENCES unit (id),
    FOREIGN KEY(supervisor_id) REFERENCES employee (id)
);
CREATE INDEX supervision_supervisor ON supervision (supervisor_id);

CREATE TABLE target (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    template_id UUID,
    indicator VARCHAR NOT NULL,
    unit_of_measure VARCHAR NOT NULL,
    aspect VARCHAR DEFAULT 'quantity' NOT NULL,
    direction VARCHAR DEFAULT 'higher' NOT NULL,
    quantity FLOAT NOT NULL,
    low FLOAT,
    high FLOAT,
    tolerance FLOAT DEFAULT 0.15 NOT NULL,
    grace FLOAT DEFAULT 0.1 NOT NULL,
    minimum_observations INTEGER DEFAULT 10 NOT NULL,
    max_quantity FLOAT,
    period_start TIMESTAMP WITH TIME ZONE NOT NULL,
    period_end TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    version INTEGER DEFAULT 1 NOT NULL,
    made_by UUID,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT aspect_known CHECK (aspect IN ('quantity', 'quality', 'time', 'cost')),
    CONSTRAINT direction_known CHECK (direction IN ('higher', 'lower', 'range')),
    CONSTRAINT period_forward CHECK (period_end > period_start),
    CONSTRAINT tolerance_share CHECK (tolerance >= 0 AND tolerance < 1),
    CONSTRAINT grace_share CHECK (grace >= 0 AND grace <= 1),
    CONSTRAINT quantity_positive CHECK (quantity >= 0),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(template_id) REFERENCES target_template (id),
    FOREIGN KEY(made_by) REFERENCES employee (id)
);
CREATE INDEX target_employee_period ON target (employee_id, period_end);

CREATE TABLE feedback (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    author_id UUID NOT NULL,
    report_id UUID,
    target_id UUID,
    kind VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    next_step VARCHAR DEFAULT '' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('praise', 'suggestion', 'question', 'correction', 'comment')),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(author_id) REFERENCES employee (id),
    FOREIGN KEY(report_id) REFERENCES report (id),
    FOREIGN KEY(target_id) REFERENCES target (id)
);
CREATE INDEX feedback_employee ON feedback (employee_id, made_at);
CREATE INDEX feedback_report ON feedback (report_id);

CREATE TABLE notice (
    id UUID NOT NULL,
    key VARCHAR NOT NULL,
    recipient_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    employee_id UUID,
    target_id UUID,
    report_id UUID,
    content JSONB DEFAULT '{}' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (key),
    FOREIGN KEY(recipient_id) REFERENCES employee (id),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(target_id) REFERENCES target (id),
    FOREIGN KEY(report_id) REFERENCES report (id)
);
CREATE INDEX notice_recipient ON notice (recipient_id, made_at);
CREATE INDEX notice_target ON notice (target_id) WHERE target_id IS NOT NULL;

CREATE TABLE report_change (
    mutation_id UUID NOT NULL,
    report_id UUID NOT NULL,
    employee_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    body_hash BYTEA NOT NULL,
    quantity_before FLOAT NOT NULL,
    note_before VARCHAR NOT NULL,
    activity_before TIMESTAMP WITH TIME ZONE NOT NULL,
    reason VARCHAR DEFAULT '' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (mutation_id),
    CONSTRAINT kind_known CHECK (kind IN ('revision', 'withdrawal')),
    FOREIGN KEY(report_id) REFERENCES report (id),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);
CREATE UNIQUE INDEX report_change_version ON report_change (report_id, version);

CREATE TABLE session_token (
    hash BYTEA NOT NULL,
    session_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    parent_hash BYTEA,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    void BOOLEAN DEFAULT false NOT NULL,
    PRIMARY KEY (hash),
    CONSTRAINT kind_known CHECK (kind IN ('access', 'refresh')),
    FOREIGN KEY(session_id) REFERENCES session (id)
);
CREATE INDEX session_token_expiry ON session_token (expires_at);
CREATE INDEX session_token_session ON session_token (session_id);

CREATE TABLE target_change (
    id UUID NOT NULL,
    target_id UUID NOT NULL,
    by UUID,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    reason VARCHAR DEFAULT '' NOT NULL,
    before JSONB DEFAULT '{}' NOT NULL,
    after JSONB DEFAULT '{}' NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(target_id) REFERENCES target (id),
    FOREIGN KEY(by) REFERENCES employee (id)
);
CREATE INDEX target_change_target ON target_change (target_id);

CREATE TABLE target_pace (
    target_id UUID NOT NULL,
    employee_id UUID NOT NULL,
    shard SMALLINT NOT NULL,
    period_end TIMESTAMP WITH TIME ZONE NOT NULL,
    approved FLOAT DEFAULT 0.0 NOT NULL,
    pending FLOAT DEFAULT 0.0 NOT NULL,
    observations INTEGER DEFAULT 0 NOT NULL,
    waiting INTEGER DEFAULT 0 NOT NULL,
    state VARCHAR DEFAULT 'on_track' NOT NULL,
    slips_at TIMESTAMP WITH TIME ZONE,
    at_risk_at TIMESTAMP WITH TIME ZONE,
    stale BOOLEAN DEFAULT true NOT NULL,
    slip_number INTEGER DEFAULT 0 NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE,
    paced_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (target_id),
    CONSTRAINT state_known CHECK (state IN ('on_track', 'at_risk', 'slipped', 'achieved', 'lapsed')),
    FOREIGN KEY(target_id) REFERENCES target (id),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);
CREATE INDEX target_pace_at_risk ON target_pace (shard, at_risk_at) WHERE state = 'on_track' AND at_risk_at IS NOT NULL;
CREATE INDEX target_pace_due ON target_pace (shard, slips_at) WHERE state IN ('on_track', 'at_risk') AND slips_at IS NOT NULL;
CREATE INDEX target_pace_employee ON target_pace (employee_id, period_end);
CREATE INDEX target_pace_ends ON target_pace (shard, period_end) WHERE state IN ('on_track', 'at_risk', 'slipped') AND (paced_at IS NULL OR paced_at < period_end);
CREATE INDEX target_pace_stale ON target_pace (shard) WHERE stale;

CREATE TABLE delivery (
    id UUID NOT NULL,
    notice_id UUID NOT NULL,
    employee_id UUID NOT NULL,
    device_id UUID NOT NULL,
    channel VARCHAR NOT NULL,
    state VARCHAR DEFAULT 'queued' NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    lease_id UUID,
    first_due_at TIMESTAMP WITH TIME ZONE,
    digest_id UUID,
    held_since TIMESTAMP WITH TIME ZONE,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    outcome VARCHAR DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT state_known CHECK (state IN ('queued', 'sent', 'failed', 'dropped')),
    FOREIGN KEY(notice_id) REFERENCES notice (id),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);
CREATE INDEX delivery_device ON delivery (device_id) WHERE state = 'queued';
CREATE INDEX delivery_due ON delivery (channel, due_at, device_id) WHERE state = 'queued';
CREATE INDEX delivery_held ON delivery (held_since) WHERE state = 'queued' AND held_since IS NOT NULL;
CREATE INDEX delivery_sent ON delivery (device_id, settled_at) WHERE state = 'sent';
CREATE UNIQUE INDEX delivery_once ON delivery (notice_id, device_id);
CREATE INDEX delivery_waiting ON delivery (channel, first_due_at) WHERE state = 'queued' AND first_due_at IS NOT NULL;

CREATE TABLE delivery_event (
    delivery_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    what VARCHAR NOT NULL,
    detail VARCHAR DEFAULT '' NOT NULL,
    PRIMARY KEY (delivery_id, at, what),
    CONSTRAINT what_known CHECK (what IN ('deferred', 'retried', 'held', 'sent', 'failed', 'dropped', 'opened')),
    FOREIGN KEY(delivery_id) REFERENCES delivery (id)
);
CREATE UNIQUE INDEX delivery_event_opened ON delivery_event (delivery_id) WHERE what = 'opened';

CREATE TABLE dead_letter (
    delivery_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    payload JSONB DEFAULT '{}' NOT NULL,
    reason VARCHAR NOT NULL,
    PRIMARY KEY (delivery_id),
    FOREIGN KEY(delivery_id) REFERENCES delivery (id)
);
CREATE INDEX dead_letter_at ON dead_letter (at);

CREATE TABLE notice_policy (
    unit_id UUID NOT NULL,
    settings JSONB NOT NULL,
    set_by UUID,
    set_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (unit_id),
    FOREIGN KEY(unit_id) REFERENCES unit (id),
    FOREIGN KEY(set_by) REFERENCES employee (id)
);

CREATE TABLE notice_preference (
    employee_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    enabled BOOLEAN NOT NULL,
    PRIMARY KEY (employee_id, kind, channel),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE quiet_hours (
    employee_id UUID NOT NULL,
    start_minute SMALLINT NOT NULL,
    end_minute SMALLINT NOT NULL,
    PRIMARY KEY (employee_id),
    CONSTRAINT start_in_day CHECK (start_minute BETWEEN 0 AND 1439),
    CONSTRAINT end_in_day CHECK (end_minute BETWEEN 0 AND 1439),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE escalation (
    target_id UUID NOT NULL,
    slip_number INTEGER NOT NULL,
    rung SMALLINT DEFAULT 1 NOT NULL,
    slipped_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (target_id),
    FOREIGN KEY(target_id) REFERENCES target (id)
);
CREATE INDEX escalation_due ON escalation (due_at);

CREATE TABLE nudge (
    employee_id UUID NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (employee_id),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);
CREATE INDEX nudge_due ON nudge (due_at);

CREATE TABLE vapid_key (
    id INTEGER DEFAULT 1 NOT NULL,
    private_pem VARCHAR NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT one_key CHECK (id = 1)
);

-- A full page of feed_shard would be rewritten for every batch: leave room for HOT updates.
ALTER TABLE feed_shard SET (fillfactor = 10);
ALTER TABLE target_pace SET (fillfactor = 70);
ALTER TABLE last_contact SET (fillfactor = 70);

INSERT INTO feed_shard (shard) SELECT generate_series(0, 15);
INSERT INTO feed_epoch (id, epoch, since) VALUES (1, gen_random_uuid(), clock_timestamp());
INSERT INTO rights_version (id, version) VALUES (1, 0);

-- The usual weeks (minutes of the local day, Monday first). Assumed hours: change the rows.
INSERT INTO work_pattern (code, name, week, ramadan_week, roster) VALUES
('five_days', 'Lima hari kerja',
 '[[[450,720],[780,960]],[[450,720],[780,960]],[[450,720],[780,960]],[[450,720],[780,960]],[[450,690],[780,990]],[],[]]',
 '[[[480,720],[750,900]],[[480,720],[750,900]],[[480,720],[750,900]],[[480,720],[750,900]],[[480,690],[750,930]],[],[]]',
 false),
('six_days', 'Enam hari kerja',
 '[[[450,840]],[[450,840]],[[450,840]],[[450,840]],[[450,690]],[[450,780]],[]]',
 '[[[480,840]],[[480,840]],[[480,840]],[[480,840]],[[480,690]],[[480,780]],[]]',
 false),
('roster', 'Bergilir', '[[],[],[],[],[],[],[]]', '[[],[],[],[],[],[],[]]', true);
