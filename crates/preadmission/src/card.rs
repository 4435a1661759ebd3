//! What was read from the photo of a card, offered to whoever fills in; nothing is filled in by itself.

use kernel::{DocumentId, PatientId, PreadmissionId};
use storage::Tx;

use crate::{
    Preadmission,
    commands::{self, Typed, own},
    domain::{Refusal, card, catalogue},
    failure::Failure,
    read::{Document, PreadmissionFacts, Source},
};

/// A code read on one photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offered {
    pub(crate) document: DocumentId,
    pub(crate) code: String,
    /// What is understood of it, by field of the sections that can be written now.
    pub(crate) values: Vec<(&'static str, String)>,
}

impl Offered {
    fn of(facts: &PreadmissionFacts, document: &Document) -> Option<Self> {
        let code = document.card_code.clone().filter(|_| document.state.is_clean())?;
        let is_open = |field: &str| field.split_once('.').is_some_and(|(section, _)| may_write(facts, section));
        let values = card::understood(&code).into_iter().filter(|(field, _)| is_open(field)).collect();
        Some(Self { document: document.id, code, values })
    }

    /// Whether the file says all of it already.
    fn is_said(&self, facts: &PreadmissionFacts) -> bool {
        let says = |field: &str, value: &str| facts.answers.get(field).is_some_and(|answer| answer.value == value);
        says(card::CODE, &self.code) && self.values.iter().all(|(field, value)| says(field, value))
    }
}

fn may_write(facts: &PreadmissionFacts, section: &str) -> bool {
    let asked = catalogue::find(section).is_some_and(|one| one.asked.holds(&facts.stay_facts(), &facts.values()));
    asked && facts.may_write(section)
}

const SECTION: &str = "complementary-cover";

/// The first code that says something which the file does not say yet.
pub(crate) fn offered(facts: &PreadmissionFacts) -> Option<Offered> {
    let open = may_write(facts, SECTION);
    let mut read = facts.documents.iter().filter(|_| open).filter_map(|document| Offered::of(facts, document));
    read.find(|offer| !offer.is_said(facts))
}

/// Whoever fills in found right what was read: it is theirs from now on, with where it came from.
fn accept(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    patient: PatientId,
    document: DocumentId,
    room_cents: i64,
) -> Result<PreadmissionFacts, Failure> {
    let facts = own(tx, id, patient)?;
    let document = facts.documents.iter().find(|one| one.id == document).ok_or(Failure::Unknown)?;
    let offer = Offered::of(&facts, document).ok_or(Failure::Unknown)?;
    if !may_write(&facts, SECTION) || facts.stay.entry_at <= tx.now() {
        return Err(Refusal::FileClosed.into());
    }
    let all = || offer.values.iter().cloned().chain([(card::CODE, offer.code.clone())]);
    for section in [SECTION, "compulsory-cover"] {
        let is_of = |field: &str| field.split_once('.').is_some_and(|(of, _)| of == section);
        let fields: Vec<_> =
            all().filter(|(field, _)| is_of(field)).map(|(field, value)| (field.to_owned(), value)).collect();
        if !fields.is_empty() {
            let typed = Typed { section, fields: &fields, room_cents };
            commands::write(tx, &facts, (Source::Card, patient.as_object()), &typed)?;
        }
    }
    own(tx, id, patient)
}

impl Preadmission {
    pub(crate) async fn accept_card(
        &self,
        patient: PatientId,
        (id, document): (PreadmissionId, DocumentId),
    ) -> Result<PreadmissionFacts, Failure> {
        let room_cents = self.settings.private_room_cents;
        self.db.write(move |tx| accept(tx, id, patient, document, room_cents)).await
    }
}
