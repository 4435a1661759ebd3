//! The house's own SQL types: one Rust type, one marker, each with a native form on either database.
//!
//! | marker | Rust | PostgreSQL | SQLite (STRICT) |
//! | --- | --- | --- | --- |
//! | [`Uuid`] | `kernel::Id<K>`, `uuid::Uuid` | `uuid` | `BLOB`, 16 bytes |
//! | [`Instant`] | `jiff::Timestamp` | `timestamptz` | `INTEGER`, µs since 1970 |
//! | [`Date`] | `jiff::civil::Date` | `date` | `INTEGER`, days since 1970 |
//! | [`Json`] | `serde_json::Value` | `jsonb` | `TEXT` |
//!
//! A nullable column takes `Some(value)`: the orphan rule leaves no room for a bare value there.

use std::io::Write;

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, Queryable},
    expression::AsExpression,
    internal::derives::as_expression::Bound,
    pg::Pg,
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{self, HasSqlType, Nullable, SqlOrd, SqlType},
    sqlite::Sqlite,
};
use jiff::{Timestamp, civil};
use kernel::Id;

use crate::conn::{MultiBackend, MultiRawValue};

#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct Uuid;

#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Long"))]
pub struct Instant;

#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1082, array_oid = 1182))]
#[diesel(sqlite_type(name = "Integer"))]
pub struct Date;

#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Json;

impl SqlOrd for Instant {}
impl SqlOrd for Date {}
impl SqlOrd for Uuid {}

/// A value of the house on its way into a statement: `row::at.eq(now.sql())`. Reading needs nothing: the types of
/// the table above come out as they are. (Rust lets no crate implement Diesel's `AsExpression` for another crate's type.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sql<T>(pub T);

impl<ST, DB: Backend, T: ToSql<ST, DB>> ToSql<ST, DB> for Sql<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

/// Gives every value its way into a statement.
pub trait AsSql: Sized {
    fn sql(self) -> Sql<Self> {
        Sql(self)
    }
}

macro_rules! column {
    ($marker:ident, [$($generic:ident)?], $type:ty) => {
        impl<$($generic)?> AsSql for $type {}
        impl<$($generic)?> AsSql for Option<$type> {}
        impl<$($generic)?> AsExpression<$marker> for Sql<$type> {
            type Expression = Bound<$marker, $type>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self.0)
            }
        }
        impl<$($generic)?> AsExpression<Nullable<$marker>> for Sql<$type> {
            type Expression = Bound<Nullable<$marker>, Option<$type>>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(Some(self.0))
            }
        }
        impl<$($generic)?> AsExpression<Nullable<$marker>> for Sql<Option<$type>> {
            type Expression = Bound<Nullable<$marker>, Option<$type>>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self.0)
            }
        }
        impl<$($generic,)? DB: Backend> Queryable<$marker, DB> for $type
        where
            Self: FromSql<$marker, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
        impl<$($generic: 'static)?> FromSql<$marker, MultiBackend> for $type {
            fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<Self, $marker>()
            }
        }
        impl<$($generic: 'static)?> ToSql<$marker, MultiBackend> for $type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value(($marker, self));
                Ok(IsNull::No)
            }
        }
    };
}

macro_rules! marker {
    ($($marker:ident)+) => {$(
        impl HasSqlType<$marker> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                MultiBackend::lookup_sql_type::<$marker>(lookup)
            }
        }
    )+};
}

marker!(Uuid Instant Date Json);
column!(Uuid, [K], Id<K>);
column!(Uuid, [], uuid::Uuid);
column!(Instant, [], Timestamp);
column!(Date, [], civil::Date);
column!(Json, [], serde_json::Value);

// Ids ------------------------------------------------------------------------------------------------------------

impl ToSql<Uuid, Pg> for uuid::Uuid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.as_bytes())?;
        Ok(IsNull::No)
    }
}
impl FromSql<Uuid, Pg> for uuid::Uuid {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_slice(value.as_bytes())?)
    }
}
impl ToSql<Uuid, Sqlite> for uuid::Uuid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}
impl FromSql<Uuid, Sqlite> for uuid::Uuid {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<sql_types::Binary, Sqlite>>::from_sql(value)?;
        Ok(Self::from_slice(&bytes)?)
    }
}

impl<K: 'static> ToSql<Uuid, Pg> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.uuid().as_bytes())?;
        Ok(IsNull::No)
    }
}
impl<K: 'static> FromSql<Uuid, Pg> for Id<K> {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <uuid::Uuid as FromSql<Uuid, Pg>>::from_sql(value).map(Self::from_uuid)
    }
}
impl<K: 'static> ToSql<Uuid, Sqlite> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.uuid().as_bytes().to_vec());
        Ok(IsNull::No)
    }
}
impl<K: 'static> FromSql<Uuid, Sqlite> for Id<K> {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <uuid::Uuid as FromSql<Uuid, Sqlite>>::from_sql(value).map(Self::from_uuid)
    }
}

// Instants: PostgreSQL counts microseconds from 2000-01-01 UTC, SQLite here from 1970-01-01 UTC ---------------------

const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;

impl ToSql<Instant, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&(self.as_microsecond() - PG_EPOCH_MICROS).to_be_bytes())?;
        Ok(IsNull::No)
    }
}
impl FromSql<Instant, Pg> for Timestamp {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let micros = i64::from_be_bytes(value.as_bytes().try_into()?);
        Ok(Self::from_microsecond(micros.checked_add(PG_EPOCH_MICROS).ok_or("an instant out of range")?)?)
    }
}
impl ToSql<Instant, Sqlite> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.as_microsecond());
        Ok(IsNull::No)
    }
}
impl FromSql<Instant, Sqlite> for Timestamp {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_microsecond(<i64 as FromSql<sql_types::BigInt, Sqlite>>::from_sql(value)?)?)
    }
}

// Dates ------------------------------------------------------------------------------------------------------------

const EPOCH: civil::Date = civil::date(1970, 1, 1);
const PG_EPOCH_DAYS: i32 = 10_957;

fn days(date: civil::Date) -> i32 {
    (date - EPOCH).get_days()
}
fn date(days: i32) -> deserialize::Result<civil::Date> {
    Ok(EPOCH.checked_add(jiff::Span::new().try_days(days)?)?)
}

impl ToSql<Date, Pg> for civil::Date {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&(days(*self) - PG_EPOCH_DAYS).to_be_bytes())?;
        Ok(IsNull::No)
    }
}
impl FromSql<Date, Pg> for civil::Date {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let count = i32::from_be_bytes(value.as_bytes().try_into()?);
        date(count.checked_add(PG_EPOCH_DAYS).ok_or("a date out of range")?)
    }
}
impl ToSql<Date, Sqlite> for civil::Date {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(days(*self));
        Ok(IsNull::No)
    }
}
impl FromSql<Date, Sqlite> for civil::Date {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        date(<i32 as FromSql<sql_types::Integer, Sqlite>>::from_sql(value)?)
    }
}

// JSON: jsonb's binary form is a version byte and the text ------------------------------------------------------------

impl ToSql<Json, Pg> for serde_json::Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[1])?;
        serde_json::to_writer(out, self)?;
        Ok(IsNull::No)
    }
}
impl FromSql<Json, Pg> for serde_json::Value {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [1, text @ ..] => Ok(serde_json::from_slice(text)?),
            _ => Err("an unknown version of jsonb".into()),
        }
    }
}
impl ToSql<Json, Sqlite> for serde_json::Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(self)?);
        Ok(IsNull::No)
    }
}
impl FromSql<Json, Sqlite> for serde_json::Value {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(serde_json::from_str(&<String as FromSql<sql_types::Text, Sqlite>>::from_sql(value)?)?)
    }
}

/// An enum kept as text on both databases. The migration lists the same words in a CHECK.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $visibility:vis enum $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, $crate::diesel::expression::AsExpression, $crate::diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = $crate::diesel::sql_types::Text)]
        $visibility enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
            pub fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl<DB: $crate::diesel::backend::Backend> $crate::diesel::serialize::ToSql<$crate::diesel::sql_types::Text, DB> for $name
        where
            str: $crate::diesel::serialize::ToSql<$crate::diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut $crate::diesel::serialize::Output<'b, '_, DB>) -> $crate::diesel::serialize::Result {
                self.as_str().to_sql(out)
            }
        }

        impl<DB: $crate::diesel::backend::Backend> $crate::diesel::deserialize::FromSql<$crate::diesel::sql_types::Text, DB> for $name
        where
            String: $crate::diesel::deserialize::FromSql<$crate::diesel::sql_types::Text, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> $crate::diesel::deserialize::Result<Self> {
                let text = String::from_sql(value)?;
                Self::from_text(&text).ok_or_else(|| format!("{} has no word {text:?}", stringify!($name)).into())
            }
        }
    };
}
