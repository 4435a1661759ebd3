-- Booking: what can be booked, when, and by whom it is taken. See crates/booking/README.md.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE services (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    code text NOT NULL CHECK (length(code) BETWEEN 1 AND 40),
    name text NOT NULL,
    speciality text NOT NULL,
    description text NOT NULL,
    telephone text,
    search text NOT NULL,
    max_active smallint NOT NULL CHECK (max_active BETWEEN 1 AND 9),
    open boolean NOT NULL
);
CREATE UNIQUE INDEX services_establishment_id_code_key ON services (establishment_id, code);
COMMENT ON TABLE services IS 'Consultation services. Purpose: letting patients choose.';
COMMENT ON COLUMN services.establishment_id IS 'The legal entity it belongs to.';
COMMENT ON COLUMN services.code IS 'The code by which the hospital''s own system knows it.';
COMMENT ON COLUMN services.name IS 'As patients call it.';
COMMENT ON COLUMN services.speciality IS 'Code of the national nomenclature TRE_R38.';
COMMENT ON COLUMN services.description IS 'What it is for, in plain words; may be empty.';
COMMENT ON COLUMN services.telephone IS 'Whom to call when nothing suits.';
COMMENT ON COLUMN services.search IS 'Name, speciality and practitioners without accents, lower case: what a search looks through.';
COMMENT ON COLUMN services.max_active IS 'Coming appointments one patient may have here.';
COMMENT ON COLUMN services.open IS 'Whether patients see it.';

CREATE TABLE practitioners (
    id uuid PRIMARY KEY,
    rpps text NOT NULL CHECK (length(rpps) = 11),
    title text NOT NULL,
    given_name text NOT NULL,
    family_name text NOT NULL
);
CREATE UNIQUE INDEX practitioners_rpps_key ON practitioners (rpps);
COMMENT ON TABLE practitioners IS 'Those who receive patients, as the public register names them.';
COMMENT ON COLUMN practitioners.rpps IS 'Number in the national register of professionals.';
COMMENT ON COLUMN practitioners.title IS 'Dr, Pr, or empty.';
COMMENT ON COLUMN practitioners.given_name IS 'As in the register.';
COMMENT ON COLUMN practitioners.family_name IS 'As in the register.';

CREATE TABLE visit_reasons (
    id uuid PRIMARY KEY,
    service_id uuid NOT NULL REFERENCES services (id),
    code text NOT NULL CHECK (length(code) BETWEEN 1 AND 40),
    label text NOT NULL,
    position smallint NOT NULL,
    minutes integer NOT NULL CHECK (minutes BETWEEN 5 AND 480),
    min_notice_minutes integer NOT NULL CHECK (min_notice_minutes BETWEEN 0 AND 525600),
    max_horizon_days integer NOT NULL CHECK (max_horizon_days BETWEEN 1 AND 366),
    cancel_deadline_minutes integer NOT NULL CHECK (cancel_deadline_minutes BETWEEN 0 AND 43200),
    instructions text NOT NULL,
    open boolean NOT NULL,
    sensitive boolean NOT NULL
);
CREATE UNIQUE INDEX visit_reasons_service_id_code_key ON visit_reasons (service_id, code);
COMMENT ON TABLE visit_reasons IS 'Why one comes to a service: how long it lasts and when it may be booked.';
COMMENT ON COLUMN visit_reasons.code IS 'The code by which the hospital''s own system knows it.';
COMMENT ON COLUMN visit_reasons.label IS 'As patients say it.';
COMMENT ON COLUMN visit_reasons.position IS 'Order in which they are shown.';
COMMENT ON COLUMN visit_reasons.minutes IS 'How long the visit takes in the agenda.';
COMMENT ON COLUMN visit_reasons.min_notice_minutes IS 'Nothing nearer than this is offered.';
COMMENT ON COLUMN visit_reasons.max_horizon_days IS 'Nothing later than today and so many days is offered.';
COMMENT ON COLUMN visit_reasons.cancel_deadline_minutes IS 'A patient cancels alone until so long before the start.';
COMMENT ON COLUMN visit_reasons.instructions IS 'What to bring and to do before; may be empty.';
COMMENT ON COLUMN visit_reasons.open IS 'Whether patients book it online.';
COMMENT ON COLUMN visit_reasons.sensitive IS 'Messages must not name it.';

CREATE TABLE agendas (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    service_id uuid NOT NULL REFERENCES services (id),
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    site_id uuid NOT NULL,
    open boolean NOT NULL,
    version bigint NOT NULL,
    plan_version bigint NOT NULL
);
CREATE UNIQUE INDEX agendas_service_id_practitioner_id_site_id_key ON agendas (service_id, practitioner_id, site_id);
COMMENT ON TABLE agendas IS 'One practitioner in one service on one site: what time is taken from.';
COMMENT ON COLUMN agendas.version IS 'Grows with every change of its time; taking it is the lock of every booking.';
COMMENT ON COLUMN agendas.plan_version IS 'Grows when openings, absences or visit reasons change.';

CREATE TABLE openings (
    id uuid PRIMARY KEY,
    agenda_id uuid NOT NULL REFERENCES agendas (id),
    weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    start_minute integer NOT NULL CHECK (start_minute BETWEEN 0 AND 1438),
    end_minute integer NOT NULL CHECK (end_minute BETWEEN 1 AND 1439),
    step_minutes integer NOT NULL CHECK (step_minutes BETWEEN 1 AND 480),
    valid_from date NOT NULL,
    valid_to date,
    reasons jsonb NOT NULL,
    on_holidays boolean NOT NULL,
    CONSTRAINT openings_start_before_end CHECK (start_minute < end_minute)
);
CREATE INDEX openings_by_agenda ON openings (agenda_id);
COMMENT ON TABLE openings IS 'Weekly opening hours, in the wall time of the site.';
COMMENT ON COLUMN openings.weekday IS '1 Monday to 7 Sunday.';
COMMENT ON COLUMN openings.start_minute IS 'Minutes after midnight.';
COMMENT ON COLUMN openings.end_minute IS 'Minutes after midnight.';
COMMENT ON COLUMN openings.step_minutes IS 'Visits start every so many minutes.';
COMMENT ON COLUMN openings.valid_to IS 'Inclusive; null: until further notice.';
COMMENT ON COLUMN openings.reasons IS 'Ids of the visit reasons received then; empty: all of the service.';
COMMENT ON COLUMN openings.on_holidays IS 'Open on public holidays too.';

CREATE TABLE absences (
    id uuid PRIMARY KEY,
    agenda_id uuid NOT NULL REFERENCES agendas (id),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT absences_start_before_end CHECK (starts_at < ends_at)
);
CREATE INDEX absences_by_agenda ON absences (agenda_id, ends_at);
COMMENT ON TABLE absences IS 'When an agenda is closed in spite of its openings.';

CREATE TABLE holds (
    id uuid PRIMARY KEY,
    owner uuid NOT NULL,
    reason_id uuid NOT NULL,
    agenda_id uuid NOT NULL REFERENCES agendas (id),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('kept', 'used', 'released')),
    rank smallint CHECK (rank BETWEEN 1 AND 3),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT holds_only_kept_are_counted CHECK (state = 'kept' OR rank IS NULL)
);
CREATE UNIQUE INDEX holds_owner_rank_key ON holds (owner, rank);
CREATE UNIQUE INDEX holds_owner_reason_id_key ON holds (owner, reason_id) WHERE rank IS NOT NULL;
CREATE INDEX holds_by_age ON holds (expires_at);
COMMENT ON TABLE holds IS 'Times kept while a visitor logs in and checks their answers. Purged a day after they end.';
COMMENT ON COLUMN holds.owner IS 'The visit (a cookie of the browser), which survives the login.';
COMMENT ON COLUMN holds.state IS 'kept (until expires_at), used by a booking, released by the visitor.';
COMMENT ON COLUMN holds.rank IS 'Number among the visitor''s live holds: the unique key refuses a fourth.';

CREATE TABLE appointments (
    id uuid PRIMARY KEY,
    establishment_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    service_id uuid NOT NULL,
    reason_id uuid NOT NULL REFERENCES visit_reasons (id),
    agenda_id uuid NOT NULL REFERENCES agendas (id),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('booked', 'cancelled')),
    rank smallint CHECK (rank BETWEEN 1 AND 9),
    sequence integer NOT NULL CHECK (sequence >= 0),
    reference text NOT NULL,
    cancel_deadline_minutes integer NOT NULL,
    booked_at timestamptz NOT NULL,
    cancelled_at timestamptz,
    CONSTRAINT appointments_only_booked_are_counted CHECK (state = 'booked' OR rank IS NULL),
    CONSTRAINT appointments_cancelled_at_a_moment CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL))
);
CREATE UNIQUE INDEX appointments_patient_id_service_id_rank_key ON appointments (patient_id, service_id, rank);
CREATE UNIQUE INDEX appointments_reference_key ON appointments (reference);
CREATE INDEX appointments_by_patient ON appointments (patient_id, starts_at);
CREATE INDEX appointments_by_agenda ON appointments (agenda_id, starts_at);
COMMENT ON TABLE appointments IS 'Personal data. Purpose: the patient''s appointments and what other systems are told of them.';
COMMENT ON COLUMN appointments.rank IS 'Number among the patient''s coming appointments in the service: the unique key holds the limit. Null once past or cancelled.';
COMMENT ON COLUMN appointments.sequence IS 'How often it changed: SEQUENCE of iCalendar.';
COMMENT ON COLUMN appointments.reference IS 'What the patient reads out on the telephone.';
COMMENT ON COLUMN appointments.cancel_deadline_minutes IS 'As it was promised when booked.';

CREATE TABLE allocations (
    id uuid PRIMARY KEY,
    agenda_id uuid NOT NULL REFERENCES agendas (id),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    hold_id uuid REFERENCES holds (id) ON DELETE CASCADE,
    appointment_id uuid REFERENCES appointments (id),
    patient_id uuid,
    expires_at timestamptz,
    CONSTRAINT allocations_last_a_while CHECK (starts_at < ends_at AND ends_at - starts_at <= interval '12 hours'),
    CONSTRAINT allocations_have_one_owner CHECK ((hold_id IS NULL) <> (appointment_id IS NULL)),
    CONSTRAINT allocations_of_holds_expire CHECK ((hold_id IS NULL) = (expires_at IS NULL)),
    CONSTRAINT allocations_of_appointments_have_a_patient CHECK ((appointment_id IS NULL) = (patient_id IS NULL)),
    CONSTRAINT allocations_no_overlap EXCLUDE USING gist (agenda_id WITH =, tstzrange(starts_at, ends_at) WITH &&),
    CONSTRAINT allocations_one_place EXCLUDE USING gist (patient_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
        WHERE (patient_id IS NOT NULL)
);
CREATE UNIQUE INDEX allocations_hold_id_key ON allocations (hold_id);
CREATE UNIQUE INDEX allocations_appointment_id_key ON allocations (appointment_id);
CREATE INDEX allocations_by_agenda ON allocations (agenda_id, starts_at);
COMMENT ON TABLE allocations IS 'The only place where time is consumed: a row lives as long as its time is taken.';
COMMENT ON COLUMN allocations.expires_at IS 'Of a hold: from then on the time is free, whether or not the row is gone.';
