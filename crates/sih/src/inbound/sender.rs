//! Who speaks, and for which establishment: only senders named in the settings have an effect.

use kernel::Finess;
use serde::Deserialize;

use super::Refusal;
use crate::hl7::{Component, Header, Message};

/// One application of a hospital, as it names itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// MSH-3.1.
    pub application: String,
    /// MSH-4.1.
    pub facility: String,
    /// FINESS of the legal entities it speaks for. With several, its identifiers must tell which
    /// (`name&FINESS&M`, appendix N §1).
    pub establishments: Vec<Finess>,
}

pub(crate) fn faults(senders: &[Sender]) -> Vec<String> {
    let mut faults = Vec::new();
    for (place, sender) in senders.iter().enumerate() {
        let names = |other: &Sender| other.application == sender.application && other.facility == sender.facility;
        if sender.application.is_empty() || sender.facility.is_empty() || sender.establishments.is_empty() {
            faults.push(format!("sih.senders[{place}] needs an application, a facility and an establishment"));
        }
        if senders.iter().take(place).any(names) {
            faults.push(format!("sih.senders[{place}] is declared twice"));
        }
    }
    faults
}

pub(super) fn of<'a>(senders: &'a [Sender], header: &Header) -> Option<&'a Sender> {
    senders.iter().find(|one| one.application == header.sending_application && one.facility == header.sending_facility)
}

impl Sender {
    /// The establishment the message speaks of: the one its identifiers name, which must be one of the sender's, else
    /// the sender's only one.
    pub(super) fn establishment(&self, message: &Message) -> Result<&Finess, Refusal> {
        let unknown = Refusal::unknown("PV1", 19, "establishment");
        match named(message) {
            Some(named) => self.establishments.iter().find(|one| one.as_str() == named).ok_or(unknown),
            None => match self.establishments.as_slice() {
                [only] => Ok(only),
                _ => Err(unknown),
            },
        }
    }
}

/// The FINESS of the legal entity (type M) behind the visit, the folder or the hospital's patient number.
fn named(message: &Message) -> Option<&str> {
    let places = [("PV1", 19), ("PID", 18), ("PID", 3)];
    places.into_iter().find_map(|(segment, field)| {
        let values = message.first(segment)?.field(field)?.repetitions().iter();
        values.filter_map(|value| value.component(4)).find_map(|authority| finess(authority, "M"))
    })
}

/// HD: `name&FINESS&M` for a legal entity, `name&FINESS&N` for a site.
pub(super) fn finess<'a>(authority: &'a Component, kind: &str) -> Option<&'a str> {
    (authority.text(3) == Some(kind)).then(|| authority.text(2)).flatten()
}
