//! The room as its pages and its interface use it: one way to do each thing, whoever asks.

use std::sync::Arc;

use kernel::{EstablishmentId, PatientId, PreadmissionId, StaffId};
use storage::{
    Db,
    idempotency::{Answer, Key},
    proof::Keyring,
};

use crate::{
    Links, Settings,
    commands::{self, UnknownStay},
    desk::{self, Standings},
    domain::situation::{Situation, SituationFacts, situation},
    failure::Failure,
    read::PreadmissionFacts,
    store::files::{self, Asked},
};

/// What pre-admission needs to work; one for the whole program.
pub struct Preadmission {
    pub(crate) db: Db,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) links: Links,
    pub(crate) settings: Settings,
    pub(crate) standings: Standings,
}

impl Preadmission {
    pub fn new(db: Db, keyring: Arc<Keyring>, links: Links, settings: Settings) -> Self {
        Self { db, keyring, links, settings, standings: desk::untold }
    }

    /// How the telling of files stands at the hospital's system is known above this room.
    #[must_use]
    pub fn told_by(self, standings: Standings) -> Self {
        Self { standings, ..self }
    }

    /// What makes the links of letters.
    pub fn links(&self) -> Links {
        self.links.clone()
    }

    pub(crate) fn situation(&self, facts: &PreadmissionFacts) -> Situation {
        let opens_days_before = self.settings.opens_days_before;
        let entry_at = facts.stay.entry_at;
        situation(SituationFacts { status: facts.status, entry_at, opens_days_before }, self.db.now())
    }

    pub(crate) async fn files_of(&self, patient: PatientId) -> Result<Vec<PreadmissionFacts>, Failure> {
        self.db.read(move |conn| Ok(files::of_patient(conn, patient)?)).await
    }

    /// One of the patient's own; anybody else's does not exist.
    pub(crate) async fn file_of(&self, patient: PatientId, id: PreadmissionId) -> Result<PreadmissionFacts, Failure> {
        let found: Result<_, Failure> = self.db.read(move |conn| Ok(files::find(conn, id)?)).await;
        found?.filter(|facts| facts.patient == Some(patient)).ok_or(Failure::Unknown)
    }

    /// The file that a link opens; a link that does not fit opens nothing.
    pub(crate) async fn file_behind(&self, id: PreadmissionId, secret: &str) -> Result<PreadmissionFacts, Failure> {
        let found: Result<_, Failure> = self.db.read(move |conn| Ok(files::find(conn, id)?)).await;
        found?.filter(|facts| self.links.fits(facts, secret)).ok_or(Failure::Unknown)
    }

    pub(crate) async fn claim(&self, id: PreadmissionId, secret: &str, patient: PatientId) -> Result<(), Failure> {
        self.file_behind(id, secret).await?;
        let days = self.settings.opens_days_before;
        self.db.write(move |tx| commands::claim(tx, id, patient, days)).await
    }

    pub(crate) async fn open_unknown(
        &self,
        key: Key,
        patient: PatientId,
        wish: UnknownStay,
        answer: impl Fn(PreadmissionId) -> Answer + Send + 'static,
    ) -> Result<Answer, Failure> {
        self.db.write_once(key, move |tx| Ok(answer(commands::open_unknown(tx, patient, &wish)?))).await
    }

    pub(crate) async fn save(
        &self,
        id: PreadmissionId,
        patient: PatientId,
        section: &'static str,
        typed: Vec<(String, String)>,
    ) -> Result<PreadmissionFacts, Failure> {
        self.db.write(move |tx| commands::save(tx, id, patient, section, &typed)).await
    }

    pub(crate) async fn declare_missing(
        &self,
        id: PreadmissionId,
        patient: PatientId,
        kind: String,
        (reason, text): (String, String),
    ) -> Result<(), Failure> {
        self.db.write(move |tx| commands::declare_missing(tx, id, patient, &kind, (&reason, &text))).await
    }

    pub(crate) async fn submit(
        &self,
        key: Key,
        id: PreadmissionId,
        patient: PatientId,
        answer: impl Fn() -> Answer + Send + 'static,
    ) -> Result<Answer, Failure> {
        self.db.write_once(key, move |tx| commands::submit(tx, id, patient).map(|()| answer())).await
    }

    pub(crate) async fn accept(
        &self,
        id: PreadmissionId,
        by: StaffId,
        of: Vec<EstablishmentId>,
        seen: Option<String>,
    ) -> Result<PreadmissionFacts, Failure> {
        self.db.write(move |tx| commands::accept(tx, id, by, &of, seen.as_deref())).await
    }

    pub(crate) async fn refuse(
        &self,
        id: PreadmissionId,
        asked: Asked,
        by: StaffId,
        of: Vec<EstablishmentId>,
        seen: Option<String>,
    ) -> Result<PreadmissionFacts, Failure> {
        self.db.write(move |tx| commands::refuse(tx, id, &asked, by, &of, seen.as_deref())).await
    }

    pub(crate) async fn cancel(
        &self,
        id: PreadmissionId,
        by: StaffId,
        of: Vec<EstablishmentId>,
    ) -> Result<PreadmissionFacts, Failure> {
        self.db.write(move |tx| commands::cancel(tx, id, by, &of)).await
    }
}
