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
    writer_id UUID,
    PRIMARY KEY (id)
);
CREATE INDEX data_view_employee ON data_view (employee_id, at);
CREATE INDEX data_view_open ON data_view (writer_id) WHERE until IS NULL;
CREATE INDEX data_view_unit ON data_view (unit_id, at);

CREATE TABLE view_writer (
    id UUID NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id)
);

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
    source VARCHAR DEFAULT 'administrator' NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT source_known CHECK (source IN ('administrator', 'heartbeat')),
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
    returns SMALLINT DEFAULT 0 NOT NULL,
    evidence SMALLINT DEFAULT 0 NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT status_known CHECK (status IN ('received', 'approved', 'returned', 'revised', 'withdrawn')),
    FOREIGN KEY(decided_by) REFERENCES employee (id)
);
CREATE INDEX report_decided ON report (decided_by, decided_at) WHERE decided_by IS NOT NULL;
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

CREATE TABLE agreement (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    year SMALLINT NOT NULL,
    state VARCHAR DEFAULT 'draft' NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    made_by UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE,
    agreed_at TIMESTAMP WITH TIME ZONE,
    agreed_by UUID,
    PRIMARY KEY (id),
    CONSTRAINT state_known CHECK (state IN ('draft', 'proposed', 'agreed')),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(made_by) REFERENCES employee (id),
    FOREIGN KEY(agreed_by) REFERENCES employee (id)
);
CREATE UNIQUE INDEX agreement_once ON agreement (employee_id, year);

CREATE TABLE work_result (
    id UUID NOT NULL,
    agreement_id UUID NOT NULL,
    kind VARCHAR DEFAULT 'main' NOT NULL,
    title VARCHAR NOT NULL,
    serves_id UUID,
    place SMALLINT DEFAULT 0 NOT NULL,
    dropped_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('main', 'additional')),
    CONSTRAINT not_itself CHECK (serves_id <> id),
    FOREIGN KEY(agreement_id) REFERENCES agreement (id),
    FOREIGN KEY(serves_id) REFERENCES work_result (id)
);
CREATE INDEX work_result_agreement ON work_result (agreement_id, place);
CREATE INDEX work_result_serves ON work_result (serves_id) WHERE serves_id IS NOT NULL;

CREATE TABLE public_service (
    id UUID NOT NULL,
    unit_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    yearly_users INTEGER,
    retired_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT users_positive CHECK (yearly_users > 0),
    FOREIGN KEY(unit_id) REFERENCES unit (id)
);
CREATE UNIQUE INDEX public_service_once ON public_service (unit_id, name);

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
    work_result_id UUID,
    service_id UUID,
    rolled_from_id UUID,
    rolled_over_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT aspect_known CHECK (aspect IN ('quantity', 'quality', 'time', 'cost')),
    CONSTRAINT direction_known CHECK (direction IN ('higher', 'lower', 'range')),
    CONSTRAINT period_forward CHECK (period_end > period_start),
    CONSTRAINT tolerance_share CHECK (tolerance >= 0 AND tolerance < 1),
    CONSTRAINT grace_share CHECK (grace >= 0 AND grace <= 1),
    CONSTRAINT quantity_positive CHECK (quantity >= 0),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(template_id) REFERENCES target_template (id),
    FOREIGN KEY(made_by) REFERENCES employee (id),
    FOREIGN KEY(work_result_id) REFERENCES work_result (id),
    FOREIGN KEY(service_id) REFERENCES public_service (id),
    FOREIGN KEY(rolled_from_id) REFERENCES target (id)
);
CREATE INDEX target_employee_period ON target (employee_id, period_end);
CREATE INDEX target_work_result ON target (work_result_id) WHERE work_result_id IS NOT NULL;

CREATE TABLE feedback_request (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    asked_id UUID NOT NULL,
    report_id UUID,
    target_id UUID,
    period VARCHAR,
    question VARCHAR NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(asked_id) REFERENCES employee (id),
    FOREIGN KEY(report_id) REFERENCES report (id),
    FOREIGN KEY(target_id) REFERENCES target (id)
);
CREATE INDEX feedback_request_employee ON feedback_request (employee_id, made_at);
CREATE INDEX feedback_request_asked ON feedback_request (asked_id, made_at);

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
    period VARCHAR,
    about VARCHAR DEFAULT '' NOT NULL,
    answer VARCHAR DEFAULT '' NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    request_id UUID,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('praise', 'suggestion', 'question', 'correction', 'comment')),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(author_id) REFERENCES employee (id),
    FOREIGN KEY(report_id) REFERENCES report (id),
    FOREIGN KEY(target_id) REFERENCES target (id),
    FOREIGN KEY(request_id) REFERENCES feedback_request (id)
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

CREATE TABLE agreement_change (
    id UUID NOT NULL,
    agreement_id UUID NOT NULL,
    by UUID,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    reason VARCHAR DEFAULT '' NOT NULL,
    before JSONB DEFAULT '{}' NOT NULL,
    after JSONB DEFAULT '{}' NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(agreement_id) REFERENCES agreement (id),
    FOREIGN KEY(by) REFERENCES employee (id)
);
CREATE INDEX agreement_change_agreement ON agreement_change (agreement_id, at);

CREATE TABLE target_proposal (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    target_id UUID,
    body JSONB NOT NULL,
    reason VARCHAR NOT NULL,
    state VARCHAR DEFAULT 'open' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMP WITH TIME ZONE,
    decision_reason VARCHAR DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('new', 'change')),
    CONSTRAINT state_known CHECK (state IN ('open', 'agreed', 'declined', 'withdrawn')),
    CONSTRAINT change_names_its_target CHECK ((kind = 'change') = (target_id IS NOT NULL) OR state = 'agreed'),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(target_id) REFERENCES target (id),
    FOREIGN KEY(decided_by) REFERENCES employee (id)
);
CREATE INDEX target_proposal_employee ON target_proposal (employee_id, made_at);

CREATE TABLE report_evidence (
    report_id UUID NOT NULL,
    number SMALLINT NOT NULL,
    kind VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (report_id, number),
    CONSTRAINT kind_known CHECK (kind IN ('photo', 'document', 'link')),
    FOREIGN KEY(report_id) REFERENCES report (id)
);
CREATE INDEX report_evidence_reference ON report_evidence (reference);

CREATE TABLE service_beat (
    id INTEGER DEFAULT 1 NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT one_row CHECK (id = 1)
);

CREATE TABLE rollup_shard (
    shard SMALLINT NOT NULL,
    seq BIGINT DEFAULT 0 NOT NULL,
    PRIMARY KEY (shard)
);

CREATE TABLE rollup_due (
    employee_id UUID NOT NULL,
    on_day DATE NOT NULL,
    PRIMARY KEY (employee_id, on_day)
);

CREATE TABLE person_day (
    employee_id UUID NOT NULL,
    on_day DATE NOT NULL,
    target_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    unit_path UUID[] NOT NULL,
    indicator VARCHAR NOT NULL,
    unit_of_measure VARCHAR NOT NULL,
    reports INTEGER NOT NULL,
    approved_reports INTEGER NOT NULL,
    first_time INTEGER NOT NULL,
    returned_reports INTEGER NOT NULL,
    late INTEGER NOT NULL,
    excused INTEGER NOT NULL,
    with_evidence INTEGER NOT NULL,
    measured INTEGER NOT NULL,
    approved FLOAT NOT NULL,
    pending FLOAT NOT NULL,
    PRIMARY KEY (employee_id, on_day, target_id, unit_id)
);

CREATE TABLE unit_day (
    unit_id UUID NOT NULL,
    on_day DATE NOT NULL,
    indicator VARCHAR NOT NULL,
    unit_of_measure VARCHAR NOT NULL,
    reports INTEGER NOT NULL,
    approved_reports INTEGER NOT NULL,
    first_time INTEGER NOT NULL,
    returned_reports INTEGER NOT NULL,
    late INTEGER NOT NULL,
    excused INTEGER NOT NULL,
    with_evidence INTEGER NOT NULL,
    measured INTEGER NOT NULL,
    approved FLOAT NOT NULL,
    pending FLOAT NOT NULL,
    PRIMARY KEY (unit_id, on_day, indicator, unit_of_measure)
);

CREATE TABLE unit_month (
    unit_id UUID NOT NULL,
    month DATE NOT NULL,
    indicator VARCHAR NOT NULL,
    unit_of_measure VARCHAR NOT NULL,
    reports INTEGER NOT NULL,
    approved_reports INTEGER NOT NULL,
    first_time INTEGER NOT NULL,
    returned_reports INTEGER NOT NULL,
    late INTEGER NOT NULL,
    excused INTEGER NOT NULL,
    with_evidence INTEGER NOT NULL,
    measured INTEGER NOT NULL,
    approved FLOAT NOT NULL,
    pending FLOAT NOT NULL,
    PRIMARY KEY (unit_id, month, indicator, unit_of_measure)
);

CREATE TABLE announcement (
    id UUID NOT NULL,
    kind VARCHAR DEFAULT 'announcement' NOT NULL,
    unit_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    minutes SMALLINT DEFAULT 0 NOT NULL,
    made_by UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('announcement', 'lesson')),
    FOREIGN KEY(unit_id) REFERENCES unit (id),
    FOREIGN KEY(made_by) REFERENCES employee (id)
);
CREATE INDEX announcement_unit ON announcement (unit_id, made_at);

CREATE TABLE announcement_reading (
    announcement_id UUID NOT NULL,
    employee_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (announcement_id, employee_id),
    FOREIGN KEY(announcement_id) REFERENCES announcement (id),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE training (
    id UUID NOT NULL,
    unit_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    place VARCHAR DEFAULT '' NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT forward CHECK (ends_at > starts_at),
    FOREIGN KEY(unit_id) REFERENCES unit (id),
    FOREIGN KEY(made_by) REFERENCES employee (id)
);
CREATE INDEX training_unit ON training (unit_id, starts_at);

CREATE TABLE attendance (
    training_id UUID NOT NULL,
    employee_id UUID NOT NULL,
    state VARCHAR DEFAULT 'invited' NOT NULL,
    marked_by UUID,
    marked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (training_id, employee_id),
    CONSTRAINT state_known CHECK (state IN ('invited', 'attended', 'absent')),
    FOREIGN KEY(training_id) REFERENCES training (id),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(marked_by) REFERENCES employee (id)
);
CREATE INDEX attendance_employee ON attendance (employee_id);

CREATE TABLE appraisal (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    period_start TIMESTAMP WITH TIME ZONE NOT NULL,
    period_end TIMESTAMP WITH TIME ZONE NOT NULL,
    part_start TIMESTAMP WITH TIME ZONE NOT NULL,
    part_end TIMESTAMP WITH TIME ZONE NOT NULL,
    unit_id UUID NOT NULL,
    unit_path UUID[] NOT NULL,
    state VARCHAR DEFAULT 'open' NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    self_text VARCHAR DEFAULT '' NOT NULL,
    self_rating VARCHAR,
    self_at TIMESTAMP WITH TIME ZONE,
    result_rating VARCHAR,
    behaviour_rating VARCHAR,
    predicate VARCHAR,
    reason VARCHAR DEFAULT '' NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMP WITH TIME ZONE,
    decision_number SMALLINT DEFAULT 0 NOT NULL,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('month', 'quarter', 'year')),
    CONSTRAINT state_known CHECK (state IN ('open', 'self_assessed', 'decided', 'acknowledged', 'objected', 'final', 'reopened')),
    CONSTRAINT self_rating_known CHECK (self_rating IN ('below', 'meets', 'above')),
    CONSTRAINT result_rating_known CHECK (result_rating IN ('below', 'meets', 'above')),
    CONSTRAINT behaviour_rating_known CHECK (behaviour_rating IN ('below', 'meets', 'above')),
    CONSTRAINT predicate_known CHECK (predicate IN ('very_good', 'good', 'needs_improvement', 'poor', 'very_poor')),
    CONSTRAINT part_forward CHECK (part_end > part_start),
    CONSTRAINT a_rating_has_an_author CHECK (predicate IS NULL OR decided_by IS NOT NULL),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(unit_id) REFERENCES unit (id),
    FOREIGN KEY(decided_by) REFERENCES employee (id)
);
CREATE UNIQUE INDEX appraisal_once ON appraisal (employee_id, kind, period, part_start);
CREATE INDEX appraisal_unit ON appraisal (unit_id, period);
CREATE INDEX appraisal_path ON appraisal USING gin (unit_path);

CREATE TABLE behaviour (
    appraisal_id UUID NOT NULL,
    value VARCHAR NOT NULL,
    rating VARCHAR NOT NULL,
    example VARCHAR NOT NULL,
    PRIMARY KEY (appraisal_id, value),
    CONSTRAINT value_known CHECK (value IN ('service_orientation', 'accountable', 'competent', 'harmonious', 'loyal', 'adaptive', 'collaborative')),
    CONSTRAINT rating_known CHECK (rating IN ('below', 'meets', 'above')),
    FOREIGN KEY(appraisal_id) REFERENCES appraisal (id)
);

CREATE TABLE appraisal_evidence (
    appraisal_id UUID NOT NULL,
    decision_number SMALLINT NOT NULL,
    rules VARCHAR NOT NULL,
    content VARCHAR NOT NULL,
    sha256 BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (appraisal_id, decision_number),
    FOREIGN KEY(appraisal_id) REFERENCES appraisal (id)
);

CREATE TABLE appraisal_step (
    id UUID NOT NULL,
    appraisal_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    by UUID,
    what VARCHAR NOT NULL,
    details JSONB DEFAULT '{}' NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT what_known CHECK (what IN ('opened', 'self_assessed', 'decided', 'acknowledged', 'objected', 'objection_decided', 'reopened')),
    FOREIGN KEY(appraisal_id) REFERENCES appraisal (id),
    FOREIGN KEY(by) REFERENCES employee (id)
);
CREATE INDEX appraisal_step_appraisal ON appraisal_step (appraisal_id, at);

CREATE TABLE objection (
    id UUID NOT NULL,
    appraisal_id UUID NOT NULL,
    decision_number SMALLINT NOT NULL,
    reasons VARCHAR NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    outcome VARCHAR,
    decided_by UUID,
    decided_at TIMESTAMP WITH TIME ZONE,
    decision_reason VARCHAR DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT outcome_known CHECK (outcome IN ('upheld', 'changed')),
    FOREIGN KEY(appraisal_id) REFERENCES appraisal (id),
    FOREIGN KEY(decided_by) REFERENCES employee (id)
);
CREATE UNIQUE INDEX objection_once ON objection (appraisal_id, decision_number);

CREATE TABLE unit_predicate (
    unit_id UUID NOT NULL,
    period VARCHAR NOT NULL,
    predicate VARCHAR NOT NULL,
    decree VARCHAR DEFAULT '' NOT NULL,
    set_by UUID NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (unit_id, period),
    CONSTRAINT predicate_known CHECK (predicate IN ('very_good', 'good', 'needs_improvement', 'poor', 'very_poor')),
    FOREIGN KEY(unit_id) REFERENCES unit (id),
    FOREIGN KEY(set_by) REFERENCES employee (id)
);

CREATE TABLE service_point (
    id UUID NOT NULL,
    service_id UUID NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    asks_visit_code BOOLEAN DEFAULT false NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (code),
    FOREIGN KEY(service_id) REFERENCES public_service (id)
);
CREATE INDEX service_point_service ON service_point (service_id);

CREATE TABLE visit_code (
    hash BYTEA NOT NULL,
    point_id UUID NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (hash),
    FOREIGN KEY(point_id) REFERENCES service_point (id)
);
CREATE INDEX visit_code_expiry ON visit_code (expires_at);

CREATE TABLE verdict (
    id UUID NOT NULL,
    point_id UUID NOT NULL,
    service_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    on_day DATE NOT NULL,
    requirements SMALLINT NOT NULL,
    procedure SMALLINT NOT NULL,
    time SMALLINT NOT NULL,
    cost SMALLINT NOT NULL,
    product SMALLINT NOT NULL,
    competence SMALLINT NOT NULL,
    behaviour SMALLINT NOT NULL,
    complaints SMALLINT NOT NULL,
    facilities SMALLINT NOT NULL,
    comment VARCHAR DEFAULT '' NOT NULL,
    low BOOLEAN DEFAULT false NOT NULL,
    reply VARCHAR DEFAULT '' NOT NULL,
    replied_by UUID,
    replied_at TIMESTAMP WITH TIME ZONE,
    hidden_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT answers_one_to_four CHECK (least(requirements, procedure, time, cost, product, competence, behaviour, complaints, facilities) >= 1
        AND greatest(requirements, procedure, time, cost, product, competence, behaviour, complaints, facilities) <= 4),
    FOREIGN KEY(point_id) REFERENCES service_point (id),
    FOREIGN KEY(service_id) REFERENCES public_service (id),
    FOREIGN KEY(unit_id) REFERENCES unit (id),
    FOREIGN KEY(replied_by) REFERENCES employee (id)
);
CREATE INDEX verdict_service ON verdict (service_id, at);
CREATE INDEX verdict_unit ON verdict (unit_id, at);

CREATE TABLE verdict_day (
    service_id UUID NOT NULL,
    on_day DATE NOT NULL,
    unit_id UUID NOT NULL,
    responses INTEGER NOT NULL,
    low INTEGER NOT NULL,
    requirements INTEGER NOT NULL,
    procedure INTEGER NOT NULL,
    time INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    product INTEGER NOT NULL,
    competence INTEGER NOT NULL,
    behaviour INTEGER NOT NULL,
    complaints INTEGER NOT NULL,
    facilities INTEGER NOT NULL,
    PRIMARY KEY (service_id, on_day),
    FOREIGN KEY(service_id) REFERENCES public_service (id)
);
CREATE INDEX verdict_day_unit ON verdict_day (unit_id, on_day);

CREATE TABLE practice_report (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    target_id UUID,
    quantity FLOAT NOT NULL,
    note VARCHAR DEFAULT '' NOT NULL,
    activity_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(target_id) REFERENCES target (id)
);
CREATE INDEX practice_report_employee ON practice_report (employee_id, made_at);

CREATE TABLE checklist_mark (
    employee_id UUID NOT NULL,
    step VARCHAR NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (employee_id, step),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);

CREATE TABLE mentorship (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    mentor_id UUID NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_to TIMESTAMP WITH TIME ZONE,
    made_by UUID NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT valid_forward CHECK (valid_to IS NULL OR valid_to > valid_from),
    CONSTRAINT not_oneself CHECK (employee_id <> mentor_id),
    CONSTRAINT one_mentor_at_a_time EXCLUDE USING gist (employee_id WITH =, tstzrange(valid_from, valid_to) WITH &&),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(mentor_id) REFERENCES employee (id),
    FOREIGN KEY(made_by) REFERENCES employee (id)
);
CREATE INDEX mentorship_mentor ON mentorship (mentor_id);

CREATE TABLE report_mentor (
    report_id UUID NOT NULL,
    mentor_id UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (report_id),
    FOREIGN KEY(mentor_id) REFERENCES employee (id)
);

CREATE TABLE help_offer (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    signals VARCHAR[] NOT NULL,
    text VARCHAR NOT NULL,
    offered_by UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    state VARCHAR DEFAULT 'open' NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT state_known CHECK (state IN ('open', 'accepted', 'declined', 'done')),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(offered_by) REFERENCES employee (id)
);
CREATE INDEX help_offer_employee ON help_offer (employee_id, made_at);

CREATE TABLE export (
    id UUID NOT NULL,
    asked_by UUID NOT NULL,
    kind VARCHAR NOT NULL,
    employee_id UUID,
    unit_id UUID,
    period VARCHAR,
    format VARCHAR NOT NULL,
    language VARCHAR DEFAULT 'id' NOT NULL,
    state VARCHAR DEFAULT 'queued' NOT NULL,
    done INTEGER DEFAULT 0 NOT NULL,
    total INTEGER DEFAULT 0 NOT NULL,
    bytes BIGINT DEFAULT 0 NOT NULL,
    code VARCHAR,
    lease_until TIMESTAMP WITH TIME ZONE,
    attempts SMALLINT DEFAULT 0 NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    expires_at TIMESTAMP WITH TIME ZONE,
    problem VARCHAR DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('person_recap', 'unit_recap', 'unit_documents', 'national', 'my_data')),
    CONSTRAINT format_known CHECK (format IN ('pdf', 'xlsx', 'csv', 'zip')),
    CONSTRAINT language_known CHECK (language IN ('id', 'en')),
    CONSTRAINT state_known CHECK (state IN ('queued', 'running', 'done', 'failed', 'expired')),
    FOREIGN KEY(asked_by) REFERENCES employee (id),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(unit_id) REFERENCES unit (id)
);
CREATE INDEX export_asked ON export (asked_by, made_at);
CREATE INDEX export_open ON export (made_at) WHERE state IN ('queued', 'running');

CREATE TABLE export_piece (
    export_id UUID NOT NULL,
    number INTEGER NOT NULL,
    data BYTEA NOT NULL,
    PRIMARY KEY (export_id, number),
    FOREIGN KEY(export_id) REFERENCES export (id)
);

CREATE TABLE issued_document (
    code VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    employee_id UUID,
    unit_id UUID,
    period VARCHAR,
    holder VARCHAR NOT NULL,
    sha256 BYTEA NOT NULL,
    issued_by UUID NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (code),
    FOREIGN KEY(employee_id) REFERENCES employee (id),
    FOREIGN KEY(unit_id) REFERENCES unit (id),
    FOREIGN KEY(issued_by) REFERENCES employee (id)
);

CREATE TABLE attachment (
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    sha256 BYTEA NOT NULL,
    state VARCHAR DEFAULT 'uploading' NOT NULL,
    size_bytes INTEGER NOT NULL,
    received_bytes INTEGER DEFAULT 0 NOT NULL,
    media_type VARCHAR DEFAULT '' NOT NULL,
    width INTEGER DEFAULT 0 NOT NULL,
    height INTEGER DEFAULT 0 NOT NULL,
    problem VARCHAR DEFAULT '' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    touched_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    claimed_until TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT attachment_once UNIQUE (employee_id, sha256),
    CONSTRAINT state_known CHECK (state IN ('uploading', 'ready', 'refused', 'abandoned')),
    FOREIGN KEY(employee_id) REFERENCES employee (id)
);
CREATE INDEX attachment_quota ON attachment (employee_id, made_at);
CREATE INDEX attachment_touched ON attachment (touched_at);

CREATE TABLE attachment_chunk (
    attachment_id UUID NOT NULL,
    begins_at INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 BYTEA NOT NULL,
    PRIMARY KEY (attachment_id, begins_at),
    FOREIGN KEY(attachment_id) REFERENCES attachment (id)
);

-- A full page of feed_shard would be rewritten for every batch: leave room for HOT updates.
ALTER TABLE feed_shard SET (fillfactor = 10);
ALTER TABLE target_pace SET (fillfactor = 70);
ALTER TABLE last_contact SET (fillfactor = 70);

INSERT INTO feed_shard (shard) SELECT generate_series(0, 15);
INSERT INTO rollup_shard (shard) SELECT generate_series(0, 15);
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
