//! The hospital speaks: a planned stay announced, corrected or cancelled at the portal's door, as its GAM would.

use kernel::Timestamp;
use serde::Deserialize;
use sih::{
    acknowledgement::{Acknowledgement, control_id},
    hl7::{Charset, Component, Message, Repetition, Segment, components},
    mllp::{Client, ClientSettings},
};

use super::{Entry, Partner};

/// Where the portal listens, and the hospitals in whose name this system may speak there.
#[derive(Debug, Clone)]
pub struct Portal {
    /// `address:port` of its MLLP door.
    pub address: String,
    pub hospitals: Vec<Hospital>,
}

#[derive(Debug, Clone)]
pub struct Hospital {
    /// FINESS of the legal entity.
    pub finess: String,
    /// MSH-4; MSH-3 is GAM.
    pub facility: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    Announced,
    Corrected,
    Cancelled,
}

/// What the form of its page says.
#[derive(Debug, Clone, Deserialize)]
pub struct Stay {
    pub word: Word,
    pub finess: String,
    pub visit: String,
    pub ipp: String,
    pub family: String,
    pub given: String,
    /// `1958-02-14`
    pub born: String,
    pub sex: String,
    pub phone: String,
    /// `2026-12-10T07:30`, in the hospital's time.
    pub entry: String,
    pub label: String,
}

#[derive(Debug, thiserror::Error)]
pub enum Untold {
    #[error("ce simulateur ne connaît pas de portail")]
    NoPortal,
    #[error("cet hôpital n'est pas le sien")]
    NoHospital,
    #[error("le message ne peut pas être écrit : {0}")]
    Unwritable(#[from] sih::hl7::WriteError),
    #[error("le portail n'a pas répondu : {0}")]
    Unanswered(#[from] sih::mllp::ExchangeError),
    #[error("le message n'a pas pu être gardé : {0}")]
    Unkept(#[from] std::io::Error),
}

impl Partner {
    /// Sends it, keeps it beside what was received, and tells what the portal answered: `AA`, `AE`…
    pub async fn tell(&self, stay: &Stay) -> Result<String, Untold> {
        let portal = self.portal().ok_or(Untold::NoPortal)?;
        let hospital = portal.hospitals.iter().find(|one| one.finess == stay.finess).ok_or(Untold::NoHospital)?;
        let (id, now) = (control_id(&self.world), self.world.now());
        let at = self.zone.zoned(now).strftime("%Y%m%d%H%M%S").to_string();
        let message = message(stay, hospital, &id, &at).encode(Charset::Utf8)?;
        let client = Client::new(portal.address.clone(), ClientSettings::default());
        let (answer, raw) = client.exchange(&message, &id, async {}).await?;
        let code = Acknowledgement::of(&answer).map_or_else(String::new, |read| read.code.name().to_owned());
        self.keep_sent(entry(now, message, raw, &code))?;
        Ok(code)
    }
}

fn entry(now: Timestamp, message: Vec<u8>, answer: Vec<u8>, code: &str) -> Entry {
    Entry {
        number: 0,
        received_at: now,
        message,
        answer,
        code: code.to_owned(),
        conduct: super::Conduct::Normal,
        repeats: None,
        sent: true,
    }
}

fn message(stay: &Stay, hospital: &Hospital, id: &str, at: &str) -> Message {
    let ([trigger, structure], action) = match stay.word {
        Word::Announced => (["A05", "ADT_A05"], "INSERT"),
        Word::Corrected => (["Z99", "ADT_A01"], "UPDATE"),
        Word::Cancelled => (["A38", "ADT_A38"], "CANCEL"),
    };
    let authority = Component::subcomponents([&hospital.facility, &hospital.finess, "M"]);
    let number =
        |value: &str, kind: &str| Repetition::default().with(1, value).with(4, authority.clone()).with(5, kind);
    let entry = compact(&stay.entry);
    let phone = components(["", "PRN", "CP"]).with(12, stay.phone.as_str());
    Message::new(vec![
        Segment::new("MSH")
            .with(3, "GAM")
            .with(4, hospital.facility.as_str())
            .with(5, "PARVIS")
            .with(6, hospital.facility.as_str())
            .with(7, at)
            .with(9, components(["ADT", trigger, structure]))
            .with(10, id)
            .with(11, "T")
            .with(12, components(["2.5", "FRA", "2.11"]))
            .with(17, "FRA"),
        Segment::new("EVN").with(2, at).with(3, entry.as_str()),
        Segment::new("PID")
            .with(1, "1")
            .with(3, number(&stay.ipp, "PI"))
            .with(5, components([&stay.family, &stay.given, "", "", "", "", "L"]))
            .with(7, compact(&stay.born))
            .with(8, stay.sex.as_str())
            .with(13, phone)
            .with(18, number(&stay.visit, "AN"))
            .with(32, "PROV"),
        Segment::new("PV1").with(1, "1").with(2, "I").with(19, number(&stay.visit, "VN")).with(21, "03"),
        Segment::new("PV2").with(8, entry).with(12, stay.label.as_str()),
        Segment::new("ZBE")
            .with(1, components([&format!("M-{}", stay.visit), "GAM"]))
            .with(2, at)
            .with(4, action)
            .with(5, "N")
            .with(6, if stay.word == Word::Announced { "" } else { "A05" })
            .with(9, "HMS"),
    ])
}

/// `2026-12-10T07:30` is `202612100730`.
fn compact(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
