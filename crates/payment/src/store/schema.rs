//! The room's tables. No other room names them.

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
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
    use diesel::sql_types::{BigInt, Nullable, Text};
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
        note -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(invoices, payment_attempts, payment_shares);

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
