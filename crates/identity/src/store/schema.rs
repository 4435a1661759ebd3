diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use storage::sql::{Instant, Json, Uuid};

    patients (id) {
        id -> Uuid,
        issuer -> Text,
        client_id -> Text,
        subject -> Text,
        family_name -> Text,
        given_names -> Text,
        given_name_array -> Json,
        preferred_username -> Nullable<Text>,
        gender -> Nullable<Text>,
        birthdate -> Nullable<Text>,
        idp_birthdate -> Nullable<Text>,
        birthplace -> Nullable<Text>,
        birthcountry -> Nullable<Text>,
        provider_email -> Nullable<Text>,
        contact_email -> Nullable<Text>,
        contact_phone -> Nullable<Text>,
        language -> Text,
        created_at -> Instant,
        last_login_at -> Instant,
    }
}

diesel::table! {
    use storage::sql::{Instant, Json, Uuid};

    former_traits (id) {
        id -> Uuid,
        patient_id -> Uuid,
        traits -> Json,
        replaced_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::{Instant, Json, Uuid};

    staff (id) {
        id -> Uuid,
        issuer -> Text,
        client_id -> Text,
        subject -> Text,
        name -> Text,
        roles -> Json,
        establishments -> Json,
        created_at -> Instant,
        last_login_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use storage::sql::{Instant, Uuid};

    pending_logins (state_hash) {
        state_hash -> Binary,
        visit -> Uuid,
        provider -> Text,
        nonce -> Text,
        pkce_verifier -> Nullable<Text>,
        return_to -> Text,
        begun_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use storage::sql::Instant;

    pending_logouts (state_hash) {
        state_hash -> Binary,
        begun_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::Uuid;

    establishments (id) {
        id -> Uuid,
        finess_ej -> Text,
        name -> Text,
        short_name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::{Json, Uuid};

    sites (id) {
        id -> Uuid,
        establishment_id -> Uuid,
        finess_et -> Text,
        name -> Text,
        address_lines -> Json,
        postcode -> Text,
        city -> Text,
        time_zone -> Text,
        help_phone -> Text,
        access_notes -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use storage::sql::{Instant, Uuid};

    access_traces (id) {
        id -> Uuid,
        patient_id -> Uuid,
        actor_kind -> Text,
        actor -> Uuid,
        action -> Text,
        what -> Text,
        at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use storage::sql::{Date as Day, Instant, Uuid};

    proxies (id) {
        id -> Uuid,
        patient_id -> Uuid,
        establishment_id -> Uuid,
        ipp -> Text,
        birth_family -> Text,
        given -> Text,
        birth_date -> Text,
        sex -> Text,
        quality -> Text,
        file -> Nullable<Uuid>,
        accepted_by -> Nullable<Uuid>,
        since -> Instant,
        until_on -> Day,
        ended_at -> Nullable<Instant>,
        ending -> Nullable<Text>,
        reason -> Text,
    }
}
