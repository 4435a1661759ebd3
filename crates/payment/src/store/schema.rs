//! The room's tables. No other room names them.

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use storage::sql::{Date as Day, Instant, Json, Uuid};

    invoices (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        source -> Text,
        number -> Text,
        version -> BigInt,
        told_version -> Nullable<BigInt>,
        patient_id -> Nullable<Uuid>,
        person -> Json,
        ipp -> Text,
        birth_date -> Text,
        visit_number -> Nullable<Text>,
        kind -> Text,
        creditor -> Text,
        exercice -> Text,
        refdet -> Text,
        label -> Text,
        amount_cents -> BigInt,
        received_cents -> BigInt,
        issued_on -> Day,
        due_on -> Nullable<Day>,
        document_id -> Nullable<Uuid>,
        state -> Text,
        standing -> Text,
        held -> Nullable<Json>,
        created_at -> Instant,
        changed_at -> Instant,
        confidential -> Bool,
        secret -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use storage::sql::{Date as Day, Instant, Json, Uuid};

    payment_attempts (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        creditor -> Text,
        provider -> Text,
        creditor_number -> Text,
        mode -> Text,
        amount_cents -> BigInt,
        refdet -> Text,
        exercice -> Text,
        email -> Text,
        patient_id -> Nullable<Uuid>,
        visit_id -> Uuid,
        state -> Text,
        reference -> Nullable<Text>,
        differences -> Json,
        authorisation -> Nullable<Text>,
        ended_at -> Nullable<Instant>,
        created_at -> Instant,
        changed_at -> Instant,
        day -> Day,
        rank -> Integer,
        look_at -> Nullable<Instant>,
        alerted_at -> Nullable<Instant>,
        alerted_for -> Nullable<Text>,
        cleared_at -> Nullable<Instant>,
        refusal -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool};
    use storage::sql::Uuid;

    payment_shares (attempt_id, invoice_id) {
        attempt_id -> Uuid,
        invoice_id -> Uuid,
        amount_cents -> BigInt,
        is_active -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::{Instant, Uuid};

    payment_lookups (id) {
        id -> Uuid,
        attempt_id -> Uuid,
        asked_by -> Text,
        answer -> Text,
        raw -> Text,
        asked_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    refund_tasks (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        invoice_id -> Uuid,
        attempt_id -> Uuid,
        amount_cents -> BigInt,
        created_at -> Instant,
        done_at -> Nullable<Instant>,
        done_by -> Nullable<Uuid>,
        counted -> Bool,
        note -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer};
    use storage::sql::Instant;

    payment_guesses (about) {
        about -> Binary,
        failures -> Integer,
        last_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use storage::sql::Instant;

    payment_assertions (digest) {
        digest -> Binary,
        expires_at -> Instant,
    }
}

diesel::table! {
    use storage::sql::{Instant, Uuid};

    payment_papers (visit_id, invoice_id) {
        visit_id -> Uuid,
        invoice_id -> Uuid,
        shown_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use storage::sql::Instant;

    payment_tokens (digest) {
        digest -> Binary,
        system -> Text,
        expires_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    payment_resolutions (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        attempt_id -> Nullable<Uuid>,
        invoice_id -> Nullable<Uuid>,
        decision -> Text,
        amount_cents -> BigInt,
        reason -> Text,
        staff_id -> Uuid,
        made_at -> Instant,
    }
}

diesel::table! {
    use storage::sql::{Instant, Uuid};

    payment_looks (id) {
        id -> Uuid,
        attempt_id -> Uuid,
        staff_id -> Uuid,
        looked_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use storage::sql::{Instant, Uuid};

    creditor_switches (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        creditor -> Text,
        turned -> Text,
        until -> Nullable<Instant>,
        reason -> Text,
        staff_id -> Uuid,
        turned_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Text};
    use storage::sql::{Date as Day, Instant, Uuid};

    payment_reports (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        creditor -> Text,
        profile -> Text,
        file_name -> Text,
        digest -> Binary,
        from_day -> Day,
        until_day -> Day,
        window_days -> Integer,
        staff_id -> Uuid,
        imported_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use storage::sql::{Date as Day, Instant, Uuid};

    payment_report_lines (report_id, number) {
        report_id -> Uuid,
        number -> Integer,
        refdet -> Text,
        amount_cents -> BigInt,
        day -> Day,
        authorisation -> Nullable<Text>,
        outcome -> Text,
        attempt_id -> Nullable<Uuid>,
        note -> Nullable<Text>,
        noted_by -> Nullable<Uuid>,
        noted_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use storage::sql::Uuid;

    payment_report_absences (report_id, attempt_id) {
        report_id -> Uuid,
        attempt_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::{Instant, Uuid};

    payment_clearings (id) {
        id -> Uuid,
        attempt_id -> Uuid,
        about -> Text,
        reason -> Text,
        staff_id -> Uuid,
        made_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use storage::sql::{Instant, Uuid};

    invoice_lists (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        source -> Text,
        file_name -> Text,
        taken_at -> Instant,
        heard -> BigInt,
        faulty -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Text};
    use storage::sql::Uuid;

    invoice_list_faults (list_id, rank) {
        list_id -> Uuid,
        rank -> Integer,
        line -> BigInt,
        what -> Text,
        fields -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::{Instant, Uuid};

    secret_stays (establishment_id, visit_number) {
        establishment_id -> Uuid,
        visit_number -> Text,
        ipp -> Text,
        noted_at -> Instant,
    }
}

diesel::table! {
    use storage::sql::Uuid;

    invoice_letters (id) {
        id -> Uuid,
        invoice_id -> Uuid,
        patient_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use storage::sql::{Instant, Uuid};

    invoice_doubts (invoice_id) {
        invoice_id -> Uuid,
        ipp -> Text,
        told_at -> Instant,
        cleared_at -> Nullable<Instant>,
        cleared_by -> Nullable<Uuid>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    creditor_alerts (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        creditor -> Text,
        cause -> Text,
        payments -> BigInt,
        first_at -> Instant,
        last_at -> Instant,
        cleared_at -> Nullable<Instant>,
        cleared_by -> Nullable<Uuid>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};
    use storage::sql::{Date as Day, Instant, Uuid};

    past_invoices (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        name_digest -> Binary,
        creditor -> Text,
        amount_cents -> BigInt,
        standing -> Text,
        issued_on -> Day,
        since -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool};
    use storage::sql::{Instant, Uuid};

    past_payments (id) {
        id -> Uuid,
        invoice_id -> Uuid,
        amount_cents -> BigInt,
        is_debit -> Bool,
        paid_at -> Instant,
    }
}

diesel::allow_tables_to_appear_in_same_query!(invoices, invoice_doubts);
diesel::allow_tables_to_appear_in_same_query!(payment_attempts, payment_lookups);
diesel::allow_tables_to_appear_in_same_query!(payment_reports, payment_report_lines);
diesel::allow_tables_to_appear_in_same_query!(
    invoices,
    payment_attempts,
    payment_shares,
    refund_tasks,
    payment_resolutions
);
