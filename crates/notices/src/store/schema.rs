diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use storage::sql::{Instant, Uuid};

    notices (appointment, kind, channel) {
        appointment -> Uuid,
        kind -> Text,
        channel -> Text,
        establishment -> Uuid,
        patient -> Uuid,
        delivery -> Uuid,
        not_after -> Instant,
        tried_at -> Instant,
        sent_at -> Nullable<Instant>,
    }
}
