//! The room's tables. No other room names them.

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    outbound_messages (delivery_id, step) {
        delivery_id -> Uuid,
        step -> Integer,
        finess -> Text,
        object -> Uuid,
        event -> Text,
        version -> BigInt,
        control_id -> Text,
        bytes -> Binary,
        rendered_at -> Instant,
        answer -> Nullable<Binary>,
        answered_at -> Nullable<Instant>,
        verdict -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    inbound_messages (sending_application, sending_facility, control_id) {
        sending_application -> Text,
        sending_facility -> Text,
        control_id -> Text,
        id -> Uuid,
        finess -> Nullable<Text>,
        event -> Text,
        outcome -> Text,
        error -> Nullable<Integer>,
        place -> Nullable<Text>,
        reason -> Nullable<Text>,
        bytes -> Binary,
        received_at -> Instant,
        answer -> Binary,
        processed_at -> Nullable<Instant>,
        processed_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    unreadable_frames (id) {
        id -> Uuid,
        reason -> Text,
        bytes -> Binary,
        received_at -> Instant,
        answer -> Binary,
        finess -> Nullable<Text>,
    }
}
