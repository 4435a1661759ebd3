//! Who acts for whom, for those whom it concerns and for the desk.

pub(super) mod end;
pub(super) mod end_at_desk;
pub(super) mod list;
pub(super) mod list_at_desk;

use jiff::{Timestamp, civil::Date};
use kernel::EstablishmentId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::proxies::{Ended, Person, ProxyId, Shown};

/// For whom somebody acts, as the hospital names them.
#[derive(Serialize, ToSchema)]
struct PersonView {
    given: String,
    birth_family: String,
    /// `1962-11-05`; `1962-11` and `1962` where no more is known.
    birth_date: String,
}

/// It was ended before its day.
#[derive(Serialize, ToSchema)]
struct EndedView {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `proxy`, `person`, `desk`; `in-charge` (the desk wrote in a file that the measure is over), `merge` (the hospital
    /// merged the patient with somebody else), `expired` (found right anew after its day).
    how: &'static str,
}

/// Somebody acts for somebody else.
#[derive(Serialize, ToSchema)]
struct ProxyView {
    #[schema(value_type = String, format = Uuid)]
    id: ProxyId,
    #[schema(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    /// Who acts.
    proxy: String,
    person: PersonView,
    /// `parental-authority` or `representative`.
    quality: &'static str,
    /// When the admissions desk first accepted a file that they opened in that quality.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// The first day on which it holds no more: the 18th birthday; of a representative, five years after the last such file.
    #[schema(value_type = String, format = Date)]
    until: Date,
    ended: Option<EndedView>,
}

impl From<Shown> for ProxyView {
    fn from(shown: Shown) -> Self {
        let Shown { proxy: one, by, .. } = shown;
        let Person { given, birth_family, birth_date, .. } = one.person;
        Self {
            id: one.id,
            establishment: one.establishment,
            proxy: by,
            person: PersonView { given, birth_family, birth_date },
            quality: one.quality.as_str(),
            since: one.since,
            until: one.until_on,
            ended: one.ended.map(|Ended { at, ending, .. }| EndedView { at, how: ending.as_str() }),
        }
    }
}
