diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    notices (object, kind, turn, channel) {
        object -> Uuid,
        kind -> Text,
        turn -> Integer,
        channel -> Text,
        establishment -> Uuid,
        person -> Uuid,
        delivery -> Uuid,
        not_after -> Instant,
        tried_at -> Instant,
        sent_at -> Nullable<Instant>,
    }
}
