//! Which deliveries a person wants to see.

use kernel::{DeliveryId, EstablishmentId};
use serde::Deserialize;
use storage::outbox::{DeliveryFilter, DeliveryState};
use utoipa::IntoParams;
use web::Problem;

/// Who is told of events; the words are `sih-consumer-…`.
pub(crate) const CONSUMERS: [&str; 3] = ["sih", "mail", "sms"];

const PAGE: i64 = 50;

/// As in the address: an empty text is "all".
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Question {
    /// waiting, claimed, sent, settled, moot, refused, dead or dropped.
    pub(crate) state: String,
    /// One of the caller's establishments.
    pub(crate) establishment: String,
    /// Who is told: sih, mail or sms.
    pub(crate) consumer: String,
    /// Only those older than this delivery: the next page.
    pub(crate) before: String,
}

/// The same, understood.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) filter: DeliveryFilter,
}

impl Question {
    /// An establishment that is not theirs is like one that is not: there is nothing of it to see.
    pub(crate) fn wanted(&self, theirs: &[EstablishmentId]) -> Result<Wanted, Problem> {
        let establishment: Option<EstablishmentId> =
            one(&self.establishment, "/establishment", |text| text.parse().ok())?;
        let establishments =
            theirs.iter().copied().filter(|id| establishment.is_none_or(|wanted| wanted == *id)).collect();
        let filter = DeliveryFilter {
            establishments,
            consumer: one(&self.consumer, "/consumer", |text| CONSUMERS.contains(&text).then(|| text.to_owned()))?,
            state: one(&self.state, "/state", DeliveryState::from_text)?,
            before: one(&self.before, "/before", |text| text.parse::<DeliveryId>().ok())?,
            limit: PAGE,
        };
        Ok(Wanted { filter })
    }

    /// The address of the page after this one.
    pub(crate) fn older_than(&self, last: DeliveryId) -> String {
        let Self { state, establishment, consumer, .. } = self;
        format!("/desk/deliveries?state={state}&establishment={establishment}&consumer={consumer}&before={last}")
    }
}

impl Wanted {
    /// Whether there may be more than what was found.
    pub(crate) fn is_full(&self, found: usize) -> bool {
        i64::try_from(found).is_ok_and(|found| found >= PAGE)
    }
}

fn one<T>(text: &str, pointer: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    read(text).map(Some).ok_or_else(|| Problem::invalid(pointer, "sih-filter-unknown"))
}

#[cfg(test)]
mod tests {
    use kernel::World;

    use super::*;

    #[test]
    fn nothing_of_other_establishments_is_asked() {
        let world = World::system();
        let theirs: Vec<EstablishmentId> = vec![world.id(), world.id()];
        let of = |establishment: String| Question { establishment, ..Question::default() }.wanted(&theirs);
        assert_eq!(of(String::new()).unwrap().filter.establishments, theirs);
        assert_eq!(of(theirs[1].to_string()).unwrap().filter.establishments, [theirs[1]]);
        let foreign: EstablishmentId = world.id();
        assert_eq!(of(foreign.to_string()).unwrap().filter.establishments, []);
        assert!(of("CH".to_owned()).is_err());
    }

    #[test]
    fn unknown_words_are_refused() {
        for question in [
            Question { state: "lost".to_owned(), ..Question::default() },
            Question { consumer: "fax".to_owned(), ..Question::default() },
            Question { before: "1".to_owned(), ..Question::default() },
        ] {
            assert!(question.wanted(&[]).is_err(), "{question:?}");
        }
        let good = Question { state: "dead".to_owned(), consumer: "sih".to_owned(), ..Question::default() };
        assert_eq!(good.wanted(&[]).unwrap().filter.state, Some(DeliveryState::Dead));
    }
}
