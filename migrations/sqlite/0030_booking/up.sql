-- Booking: what can be booked, when, and by whom it is taken. See crates/booking/README.md.

CREATE TABLE services (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 40),
    name TEXT NOT NULL,
    speciality TEXT NOT NULL,
    description TEXT NOT NULL,
    telephone TEXT,
    search TEXT NOT NULL,
    max_active INTEGER NOT NULL CHECK (max_active BETWEEN 1 AND 9),
    open INTEGER NOT NULL CHECK (open IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX services_establishment_id_code_key ON services (establishment_id, code);

CREATE TABLE practitioners (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    rpps TEXT NOT NULL CHECK (length(rpps) = 11),
    title TEXT NOT NULL,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX practitioners_rpps_key ON practitioners (rpps);

CREATE TABLE visit_reasons (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    service_id BLOB NOT NULL REFERENCES services (id) CHECK (length(service_id) = 16),
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 40),
    label TEXT NOT NULL,
    position INTEGER NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes BETWEEN 5 AND 480),
    min_notice_minutes INTEGER NOT NULL CHECK (min_notice_minutes BETWEEN 0 AND 525600),
    max_horizon_days INTEGER NOT NULL CHECK (max_horizon_days BETWEEN 1 AND 366),
    cancel_deadline_minutes INTEGER NOT NULL CHECK (cancel_deadline_minutes BETWEEN 0 AND 43200),
    instructions TEXT NOT NULL,
    open INTEGER NOT NULL CHECK (open IN (0, 1)),
    sensitive INTEGER NOT NULL CHECK (sensitive IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX visit_reasons_service_id_code_key ON visit_reasons (service_id, code);

CREATE TABLE agendas (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    service_id BLOB NOT NULL REFERENCES services (id) CHECK (length(service_id) = 16),
    practitioner_id BLOB NOT NULL REFERENCES practitioners (id) CHECK (length(practitioner_id) = 16),
    site_id BLOB NOT NULL CHECK (length(site_id) = 16),
    open INTEGER NOT NULL CHECK (open IN (0, 1)),
    version INTEGER NOT NULL,
    plan_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX agendas_service_id_practitioner_id_site_id_key ON agendas (service_id, practitioner_id, site_id);

CREATE TABLE openings (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    agenda_id BLOB NOT NULL REFERENCES agendas (id) CHECK (length(agenda_id) = 16),
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    start_minute INTEGER NOT NULL CHECK (start_minute BETWEEN 0 AND 1438),
    end_minute INTEGER NOT NULL CHECK (end_minute BETWEEN 1 AND 1439),
    step_minutes INTEGER NOT NULL CHECK (step_minutes BETWEEN 1 AND 480),
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,
    reasons TEXT NOT NULL CHECK (json_valid(reasons)),
    on_holidays INTEGER NOT NULL CHECK (on_holidays IN (0, 1)),
    CONSTRAINT openings_start_before_end CHECK (start_minute < end_minute)
) STRICT, WITHOUT ROWID;
CREATE INDEX openings_by_agenda ON openings (agenda_id);

CREATE TABLE absences (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    agenda_id BLOB NOT NULL REFERENCES agendas (id) CHECK (length(agenda_id) = 16),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    CONSTRAINT absences_start_before_end CHECK (starts_at < ends_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX absences_by_agenda ON absences (agenda_id, ends_at);

CREATE TABLE holds (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    owner BLOB NOT NULL CHECK (length(owner) = 16),
    reason_id BLOB NOT NULL CHECK (length(reason_id) = 16),
    agenda_id BLOB NOT NULL REFERENCES agendas (id) CHECK (length(agenda_id) = 16),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('kept', 'used', 'released')),
    rank INTEGER CHECK (rank BETWEEN 1 AND 3),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT holds_only_kept_are_counted CHECK (state = 'kept' OR rank IS NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX holds_owner_rank_key ON holds (owner, rank);
CREATE UNIQUE INDEX holds_owner_reason_id_key ON holds (owner, reason_id) WHERE rank IS NOT NULL;
CREATE INDEX holds_by_age ON holds (expires_at);

CREATE TABLE appointments (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    establishment_id BLOB NOT NULL CHECK (length(establishment_id) = 16),
    patient_id BLOB NOT NULL CHECK (length(patient_id) = 16),
    service_id BLOB NOT NULL CHECK (length(service_id) = 16),
    reason_id BLOB NOT NULL REFERENCES visit_reasons (id) CHECK (length(reason_id) = 16),
    agenda_id BLOB NOT NULL REFERENCES agendas (id) CHECK (length(agenda_id) = 16),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('booked', 'cancelled')),
    rank INTEGER CHECK (rank BETWEEN 1 AND 9),
    sequence INTEGER NOT NULL CHECK (sequence >= 0),
    reference TEXT NOT NULL,
    cancel_deadline_minutes INTEGER NOT NULL,
    booked_at INTEGER NOT NULL,
    cancelled_at INTEGER,
    CONSTRAINT appointments_only_booked_are_counted CHECK (state = 'booked' OR rank IS NULL),
    CONSTRAINT appointments_cancelled_at_a_moment CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX appointments_patient_id_service_id_rank_key ON appointments (patient_id, service_id, rank);
CREATE UNIQUE INDEX appointments_reference_key ON appointments (reference);
CREATE INDEX appointments_by_patient ON appointments (patient_id, starts_at);
CREATE INDEX appointments_by_agenda ON appointments (agenda_id, starts_at);

CREATE TABLE allocations (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    agenda_id BLOB NOT NULL REFERENCES agendas (id) CHECK (length(agenda_id) = 16),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    hold_id BLOB REFERENCES holds (id) ON DELETE CASCADE CHECK (hold_id IS NULL OR length(hold_id) = 16),
    appointment_id BLOB REFERENCES appointments (id) CHECK (appointment_id IS NULL OR length(appointment_id) = 16),
    patient_id BLOB CHECK (patient_id IS NULL OR length(patient_id) = 16),
    expires_at INTEGER,
    CONSTRAINT allocations_last_a_while CHECK (starts_at < ends_at AND ends_at - starts_at <= 43200000000),
    CONSTRAINT allocations_have_one_owner CHECK ((hold_id IS NULL) <> (appointment_id IS NULL)),
    CONSTRAINT allocations_of_holds_expire CHECK ((hold_id IS NULL) = (expires_at IS NULL)),
    CONSTRAINT allocations_of_appointments_have_a_patient CHECK ((appointment_id IS NULL) = (patient_id IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX allocations_hold_id_key ON allocations (hold_id);
CREATE UNIQUE INDEX allocations_appointment_id_key ON allocations (appointment_id);
CREATE INDEX allocations_by_agenda ON allocations (agenda_id, starts_at);
CREATE INDEX allocations_by_patient ON allocations (patient_id, starts_at) WHERE patient_id IS NOT NULL;

-- Two times of one agenda, or of one patient, never overlap. No time lasts over 12 hours, so the look back is short.
CREATE TRIGGER allocations_no_overlap_new BEFORE INSERT ON allocations
WHEN EXISTS (SELECT 1 FROM allocations AS other WHERE other.agenda_id = NEW.agenda_id
    AND other.starts_at > NEW.starts_at - 43200000000 AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at)
BEGIN SELECT RAISE(ABORT, 'allocations_no_overlap'); END;
CREATE TRIGGER allocations_one_place_new BEFORE INSERT ON allocations
WHEN NEW.patient_id IS NOT NULL AND EXISTS (SELECT 1 FROM allocations AS other WHERE other.patient_id = NEW.patient_id
    AND other.starts_at > NEW.starts_at - 43200000000 AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at)
BEGIN SELECT RAISE(ABORT, 'allocations_one_place'); END;
CREATE TRIGGER allocations_no_overlap_changed BEFORE UPDATE OF agenda_id, starts_at, ends_at ON allocations
WHEN EXISTS (SELECT 1 FROM allocations AS other WHERE other.agenda_id = NEW.agenda_id AND other.id <> NEW.id
    AND other.starts_at > NEW.starts_at - 43200000000 AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at)
BEGIN SELECT RAISE(ABORT, 'allocations_no_overlap'); END;
CREATE TRIGGER allocations_one_place_changed BEFORE UPDATE OF patient_id, starts_at, ends_at ON allocations
WHEN NEW.patient_id IS NOT NULL AND EXISTS (SELECT 1 FROM allocations AS other WHERE other.patient_id = NEW.patient_id
    AND other.id <> NEW.id
    AND other.starts_at > NEW.starts_at - 43200000000 AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at)
BEGIN SELECT RAISE(ABORT, 'allocations_one_place'); END;
