//! The room's tables. No other room names them.

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
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
        moves -> Integer,
        file_status -> Nullable<Text>,
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
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
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
        opened_as -> Text,
        secret -> Bool,
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
        received_file -> Nullable<Uuid>,
        kept_file -> Nullable<Uuid>,
        card_code -> Nullable<Text>,
        source -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer};
    use storage::sql::Uuid;

    document_pages (document_id, page) {
        document_id -> Uuid,
        page -> Integer,
        file_id -> Uuid,
        width -> Integer,
        height -> Integer,
        nearly_blank -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use storage::sql::{Instant, Uuid};

    document_views (id) {
        id -> Uuid,
        document_id -> Uuid,
        page -> Integer,
        staff_id -> Uuid,
        at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    uploads (id) {
        id -> Uuid,
        preadmission_id -> Uuid,
        patient_id -> Uuid,
        kind -> Text,
        label -> Text,
        size -> BigInt,
        received -> BigInt,
        document_id -> Nullable<Uuid>,
        sent_at -> Instant,
        expires_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;
    use storage::sql::Uuid;

    upload_parts (upload_id, start) {
        upload_id -> Uuid,
        start -> BigInt,
        file_id -> Uuid,
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
    use diesel::sql_types::{Nullable, Text};
    use storage::sql::{Instant, Uuid};

    preadmission_identities (id) {
        id -> Uuid,
        preadmission_id -> Uuid,
        choice -> Text,
        staff_id -> Uuid,
        made_at -> Instant,
        reading_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::{Instant, Uuid};

    preadmission_identity_readings (id) {
        id -> Uuid,
        preadmission_id -> Uuid,
        document -> Text,
        birth_family -> Text,
        given -> Text,
        birth_date -> Text,
        sex -> Text,
        staff_id -> Uuid,
        made_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable};
    use storage::sql::{Instant, Uuid};

    preadmission_reminders (preadmission_id, number) {
        preadmission_id -> Uuid,
        number -> Integer,
        staff_id -> Nullable<Uuid>,
        made_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use storage::sql::{Instant, Json, Uuid};

    preadmission_views (id) {
        id -> Uuid,
        staff_id -> Uuid,
        establishment_id -> Nullable<Uuid>,
        name -> Text,
        question -> Json,
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

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    preadmission_people (preadmission_id, purpose, number) {
        preadmission_id -> Uuid,
        purpose -> Text,
        number -> Integer,
        capacity -> Nullable<Text>,
        name -> Text,
        patient_id -> Nullable<Uuid>,
        identified_as -> Nullable<Text>,
        state -> Text,
        received_by -> Nullable<Uuid>,
        changed_at -> Instant,
    }
}

diesel::table! {
    use storage::sql::{Instant, Uuid};

    wrong_births (id) {
        id -> Uuid,
        preadmission_id -> Uuid,
        patient_id -> Uuid,
        tried_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable};
    use storage::sql::{Instant, Uuid};

    medical_questionnaires (preadmission_id) {
        preadmission_id -> Uuid,
        version -> Integer,
        submitted_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::{Instant, Uuid};

    medical_answers (preadmission_id, field) {
        preadmission_id -> Uuid,
        field -> Text,
        value -> Text,
        saved_by -> Uuid,
        saved_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use storage::sql::{Instant, Uuid};

    invitations (id) {
        id -> Uuid,
        preadmission_id -> Uuid,
        purpose -> Text,
        number -> Integer,
        round -> Integer,
        name -> Text,
        contact -> Text,
        asked_by -> Uuid,
        asked_at -> Instant,
        expires_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Text};
    use storage::sql::{Instant, Uuid};

    relatives (preadmission_id, number) {
        preadmission_id -> Uuid,
        number -> Integer,
        name -> Text,
        called -> Text,
        ready -> Bool,
        cancelled -> Bool,
        state -> Text,
        changed_at -> Instant,
    }
}

diesel::joinable!(preadmissions -> stays (stay_id));
diesel::joinable!(preadmission_assignments -> preadmissions (preadmission_id));
diesel::joinable!(medical_questionnaires -> preadmissions (preadmission_id));
diesel::joinable!(preadmission_documents -> preadmissions (preadmission_id));
diesel::joinable!(preadmission_decisions -> preadmissions (preadmission_id));
diesel::joinable!(preadmission_steps -> preadmissions (preadmission_id));
diesel::joinable!(preadmission_merges -> preadmissions (preadmission_id));
diesel::joinable!(preadmission_meetings -> preadmissions (preadmission_id));
diesel::joinable!(document_views -> preadmission_documents (document_id));
diesel::allow_tables_to_appear_in_same_query!(
    stays,
    preadmissions,
    preadmission_assignments,
    preadmission_documents,
    preadmission_decisions,
    preadmission_steps,
    document_views,
    preadmission_merges,
    preadmission_meetings,
    medical_questionnaires,
);

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::{Instant, Uuid};

    merged_identities (establishment_id, old_number) {
        establishment_id -> Uuid,
        old_number -> Text,
        new_number -> Text,
        merged_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use storage::sql::{Instant, Json, Uuid};

    preadmission_merges (id) {
        id -> Uuid,
        preadmission_id -> Uuid,
        outcome -> Text,
        old_number -> Text,
        person -> Json,
        made_at -> Instant,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use storage::sql::{Instant, Uuid};

    preadmission_meetings (id) {
        id -> Uuid,
        preadmission_id -> Uuid,
        announced_id -> Nullable<Uuid>,
        outcome -> Text,
        told_entry_at -> Instant,
        made_at -> Instant,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Instant>,
    }
}
