diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::{Instant, Uuid};

    events (id) {
        id -> Uuid,
        kind -> Text,
        establishment_id -> Uuid,
        subject -> Uuid,
        object -> Uuid,
        occurred_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, SmallInt, Text};
    use crate::sql::{Instant, Uuid};

    deliveries (id) {
        id -> Uuid,
        event_id -> Uuid,
        consumer -> Text,
        lane -> SmallInt,
        establishment_id -> Uuid,
        subject -> Uuid,
        state -> Text,
        open -> Bool,
        stuck -> Bool,
        message_id -> Text,
        attempts -> Integer,
        run_after -> Instant,
        patience_from -> Instant,
        last_error -> Nullable<Text>,
        acknowledgement -> Nullable<Text>,
        created_at -> Instant,
        ended_at -> Nullable<Instant>,
        dropped_by -> Nullable<Uuid>,
        dropped_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, SmallInt, Text};
    use crate::sql::{Instant, Uuid};

    lanes (consumer, lane) {
        consumer -> Text,
        lane -> SmallInt,
        owner -> Nullable<Uuid>,
        fence -> BigInt,
        lease_until -> Instant,
    }
}

diesel::joinable!(deliveries -> events (event_id));
diesel::allow_tables_to_appear_in_same_query!(events, deliveries);
