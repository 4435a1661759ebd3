//! The room's tables. No other room names them.

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use storage::sql::{Instant, Json, Uuid};

    stays (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        site_id -> Uuid,
        visit_number -> Nullable<Text>,
        folder_number -> Nullable<Text>,
        movement -> Nullable<Text>,
        person -> Nullable<Json>,
        class -> Text,
        unit_code -> Text,
        unit_label -> Text,
        entry_at -> Instant,
        exit_at -> Nullable<Instant>,
        label -> Text,
        practitioner -> Nullable<Text>,
        surgery -> Bool,
        origin -> Text,
        cancelled_at -> Nullable<Instant>,
        cancelled_from -> Nullable<Text>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::{Instant, Uuid};

    cancelled_visits (establishment_id, visit_number) {
        establishment_id -> Uuid,
        visit_number -> Text,
        cancelled_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use storage::sql::{Instant, Json, Uuid};

    document_rules (establishment_id, version) {
        establishment_id -> Uuid,
        version -> Integer,
        rules -> Json,
        made_by -> Uuid,
        made_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use storage::sql::{Instant, Json, Uuid};

    preadmissions (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        stay_id -> Uuid,
        patient_id -> Nullable<Uuid>,
        status -> Text,
        version -> Integer,
        rules_version -> Integer,
        link_generation -> Integer,
        created_at -> Instant,
        opened_at -> Nullable<Instant>,
        submitted_at -> Nullable<Instant>,
        decided_at -> Nullable<Instant>,
        decided_by -> Nullable<Uuid>,
        to_correct -> Json,
        refusal_text -> Text,
        deadline -> Nullable<Instant>,
        purged_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use storage::sql::{Instant, Uuid};

    preadmission_answers (preadmission_id, field) {
        preadmission_id -> Uuid,
        field -> Text,
        value -> Text,
        source -> Text,
        saved_by -> Nullable<Uuid>,
        saved_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    preadmission_documents (id) {
        id -> Uuid,
        preadmission_id -> Uuid,
        kind -> Text,
        state -> Text,
        reason -> Nullable<Text>,
        reason_text -> Text,
        label -> Text,
        sha256 -> Nullable<Binary>,
        received_bytes -> Nullable<BigInt>,
        kept_bytes -> Nullable<BigInt>,
        pages -> Nullable<Integer>,
        received_by -> Nullable<Uuid>,
        created_at -> Instant,
        changed_at -> Instant,
        decided_by -> Nullable<Uuid>,
        told_at -> Nullable<Instant>,
    }
}

diesel::joinable!(preadmissions -> stays (stay_id));
diesel::allow_tables_to_appear_in_same_query!(stays, preadmissions);
