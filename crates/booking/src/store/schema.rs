//! The room's tables. No other room names them.

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, SmallInt, Text};
    use storage::sql::Uuid;

    services (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        code -> Text,
        name -> Text,
        speciality -> Text,
        description -> Text,
        telephone -> Nullable<Text>,
        search -> Text,
        max_active -> SmallInt,
        open -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::Uuid;

    practitioners (id) {
        id -> Uuid,
        rpps -> Text,
        title -> Text,
        given_name -> Text,
        family_name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, SmallInt, Text};
    use storage::sql::Uuid;

    visit_reasons (id) {
        id -> Uuid,
        service_id -> Uuid,
        code -> Text,
        label -> Text,
        position -> SmallInt,
        minutes -> Integer,
        min_notice_minutes -> Integer,
        max_horizon_days -> Integer,
        cancel_deadline_minutes -> Integer,
        instructions -> Text,
        open -> Bool,
        sensitive -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool};
    use storage::sql::Uuid;

    agendas (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        service_id -> Uuid,
        practitioner_id -> Uuid,
        site_id -> Uuid,
        open -> Bool,
        version -> BigInt,
        plan_version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, SmallInt};
    // `table!` takes the name `Date` for Diesel's own, which can be added to.
    use storage::sql::{Date as Day, Json, Uuid};

    openings (id) {
        id -> Uuid,
        agenda_id -> Uuid,
        weekday -> SmallInt,
        start_minute -> Integer,
        end_minute -> Integer,
        step_minutes -> Integer,
        valid_from -> Day,
        valid_to -> Nullable<Day>,
        reasons -> Json,
        on_holidays -> Bool,
    }
}

diesel::table! {
    use storage::sql::{Instant, Uuid};

    absences (id) {
        id -> Uuid,
        agenda_id -> Uuid,
        starts_at -> Instant,
        ends_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, SmallInt, Text};
    use storage::sql::{Instant, Uuid};

    holds (id) {
        id -> Uuid,
        owner -> Uuid,
        reason_id -> Uuid,
        agenda_id -> Uuid,
        starts_at -> Instant,
        ends_at -> Instant,
        state -> Text,
        rank -> Nullable<SmallInt>,
        created_at -> Instant,
        expires_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, SmallInt, Text};
    use storage::sql::{Instant, Uuid};

    appointments (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        patient_id -> Uuid,
        service_id -> Uuid,
        reason_id -> Uuid,
        agenda_id -> Uuid,
        starts_at -> Instant,
        ends_at -> Instant,
        state -> Text,
        rank -> Nullable<SmallInt>,
        sequence -> Integer,
        reference -> Text,
        cancel_deadline_minutes -> Integer,
        booked_at -> Instant,
        cancelled_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use storage::sql::{Instant, Uuid};

    allocations (id) {
        id -> Uuid,
        agenda_id -> Uuid,
        starts_at -> Instant,
        ends_at -> Instant,
        hold_id -> Nullable<Uuid>,
        appointment_id -> Nullable<Uuid>,
        patient_id -> Nullable<Uuid>,
        expires_at -> Nullable<Instant>,
    }
}

diesel::joinable!(visit_reasons -> services (service_id));
diesel::joinable!(agendas -> services (service_id));
diesel::joinable!(agendas -> practitioners (practitioner_id));
diesel::joinable!(appointments -> visit_reasons (reason_id));
diesel::joinable!(appointments -> agendas (agenda_id));
diesel::allow_tables_to_appear_in_same_query!(
    services,
    practitioners,
    visit_reasons,
    agendas,
    openings,
    absences,
    holds,
    appointments,
    allocations,
);
