//! The room's tables. No other room names them.

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    outbound_messages (delivery_id) {
        delivery_id -> Uuid,
        finess -> Text,
        object -> Uuid,
        event -> Text,
        control_id -> Text,
        bytes -> Binary,
        rendered_at -> Instant,
        answer -> Nullable<Binary>,
        answered_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use storage::sql::Instant;

    inbound_messages (sending_application, sending_facility, control_id) {
        sending_application -> Text,
        sending_facility -> Text,
        control_id -> Text,
        event -> Text,
        outcome -> Text,
        bytes -> Binary,
        received_at -> Instant,
        answer -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use storage::sql::{Instant, Uuid};

    unreadable_frames (id) {
        id -> Uuid,
        reason -> Text,
        bytes -> Binary,
        received_at -> Instant,
        answer -> Binary,
    }
}
