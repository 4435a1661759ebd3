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
        search -> Text,
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

diesel::table! {
    use storage::sql::{Instant, Uuid};

    preadmission_assignments (preadmission_id) {
        preadmission_id -> Uuid,
        staff_id -> Uuid,
        assigned_by -> Uuid,
        assigned_at -> Instant,
    }
}

diesel::table! {
    use storage::sql::Uuid;

    preadmission_clerks (establishment_id, staff_id) {
        establishment_id -> Uuid,
        staff_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    preadmission_notes (id) {
        id -> Uuid,
        preadmission_id -> Uuid,
        text -> Text,
        to_do -> Bool,
        staff_id -> Uuid,
        made_at -> Instant,
        done_at -> Nullable<Instant>,
        done_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    preadmission_steps (id) {
        id -> Uuid,
        preadmission_id -> Uuid,
        status -> Text,
        version -> Integer,
        channel -> Text,
        actor -> Nullable<Uuid>,
        made_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use storage::sql::{Instant, Uuid};

    preadmission_decisions (id) {
        id -> Uuid,
        preadmission_id -> Uuid,
        document_id -> Uuid,
        kind -> Text,
        decision -> Text,
        reason -> Nullable<Text>,
        comment -> Text,
        staff_id -> Uuid,
        made_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::{Instant, Uuid};

    preadmission_identities (id) {
        id -> Uuid,
        preadmission_id -> Uuid,
        choice -> Text,
        staff_id -> Uuid,
        made_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::{Instant, Uuid};

    preadmission_corrections (preadmission_id, field) {
        preadmission_id -> Uuid,
        field -> Text,
        value -> Text,
        staff_id -> Uuid,
        made_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Text};
    use storage::sql::{Instant, Uuid};

    preadmission_reasons (establishment_id, kind, code) {
        establishment_id -> Uuid,
        kind -> Text,
        code -> Text,
        fr -> Text,
        en -> Text,
        active -> Bool,
        changed_by -> Uuid,
        changed_at -> Instant,
    }
}

diesel::joinable!(preadmissions -> stays (stay_id));
diesel::joinable!(preadmission_assignments -> preadmissions (preadmission_id));
diesel::joinable!(preadmission_documents -> preadmissions (preadmission_id));
diesel::joinable!(preadmission_decisions -> preadmissions (preadmission_id));
diesel::joinable!(preadmission_steps -> preadmissions (preadmission_id));
diesel::allow_tables_to_appear_in_same_query!(
    stays,
    preadmissions,
    preadmission_assignments,
    preadmission_documents,
    preadmission_decisions,
    preadmission_steps,
);
