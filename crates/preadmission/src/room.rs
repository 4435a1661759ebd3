//! The room as its pages and its interface use it: one way to do each thing, whoever asks.

use std::sync::Arc;

use kernel::{EstablishmentId, InvitationId, PatientId, PreadmissionId, StaffId};
use storage::{
    Db, Tx,
    files::Files,
    idempotency::{self, Key},
    proof::Keyring,
};

use crate::{
    Links, Settings,
    acting::{self, Acting},
    answering::Protecting,
    antivirus::Antivirus,
    commands::{self, Typed, UnknownStay},
    desk::Partner,
    documents::AtOnce,
    domain::{
        relatives::Answer,
        situation::{Situation, SituationFacts, situation},
    },
    failure::Failure,
    inviting,
    press::Press,
    read::{Invitation, PreadmissionFacts, Relative},
    relatives::{self, NewRelative},
    store::{
        files::{self, Asked},
        invitations, relatives as store_relatives,
    },
};

/// What pre-admission needs to work; one for the whole program.
pub struct Preadmission {
    pub(crate) db: Db,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) links: Links,
    pub(crate) settings: Settings,
    pub(crate) partner: Partner,
    pub(crate) files: Files,
    pub(crate) press: Press,
    pub(crate) antivirus: Antivirus,
    pub(crate) at_once: AtOnce,
}

impl Preadmission {
    pub fn new(db: Db, keyring: Arc<Keyring>, links: Links, files: Files, settings: Settings) -> Self {
        let press = Press::new(settings.press.clone());
        let antivirus = Antivirus::new(settings.antivirus.clone(), db.world().clone());
        let (partner, at_once) = (Partner::NONE, AtOnce::default());
        Self { db, keyring, links, settings, partner, files, press, antivirus, at_once }
    }

    /// How the telling of files stands at the hospital's system is known above this room.
    #[must_use]
    pub fn told_by(self, partner: Partner) -> Self {
        Self { partner, ..self }
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
        let all: Result<Vec<PreadmissionFacts>, Failure> =
            self.db.read(move |conn| Ok(files::filled_in_by(conn, patient)?)).await;
        Ok(all?.into_iter().filter(|facts| facts.is_of(patient)).collect())
    }

    /// One of the patient's own; anybody else's does not exist.
    pub(crate) async fn file_of(&self, patient: PatientId, id: PreadmissionId) -> Result<PreadmissionFacts, Failure> {
        let found: Result<_, Failure> = self.db.read(move |conn| Ok(files::find(conn, id)?)).await;
        found?.filter(|facts| facts.is_of(patient)).ok_or(Failure::Unknown)
    }

    /// A file of an establishment where the clerk works; no other exists.
    pub(crate) async fn file_at_desk(
        &self,
        id: PreadmissionId,
        of: Vec<EstablishmentId>,
    ) -> Result<PreadmissionFacts, Failure> {
        let found: Result<_, Failure> = self.db.read(move |conn| Ok(files::find(conn, id)?)).await;
        found?.filter(|facts| of.contains(&facts.establishment.id)).ok_or(Failure::Unknown)
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

    /// Opens the file for somebody else.
    pub(crate) async fn claim_for(
        &self,
        id: PreadmissionId,
        secret: &str,
        patient: PatientId,
        acting: Acting,
    ) -> Result<(), Failure> {
        self.file_behind(id, secret).await?;
        let days = self.settings.opens_days_before;
        let kept = self.db.write(move |tx| acting::claim_for(tx, id, patient, &acting, days)).await;
        Ok(kept??)
    }

    pub(crate) async fn invitations_of(&self, id: PreadmissionId) -> Result<Vec<Invitation>, Failure> {
        self.db.read(move |conn| Ok(invitations::of_file(conn, id)?)).await
    }

    /// The invitation that a link belongs to, with its file, whether it still leads somewhere or not; a link that does
    /// not fit belongs to nothing.
    pub(crate) async fn invitation_behind(
        &self,
        id: InvitationId,
        secret: &str,
    ) -> Result<(PreadmissionFacts, Invitation), Failure> {
        let found: Result<_, Failure> = self.db.read(move |conn| Ok(crate::read::invitation(conn, id)?)).await;
        found?.filter(|(facts, _)| self.links.invitation_fits(facts, id, secret)).ok_or(Failure::Unknown)
    }

    pub(crate) async fn relatives_of(&self, id: PreadmissionId) -> Result<Vec<Relative>, Failure> {
        self.db.read(move |conn| Ok(store_relatives::of_file(conn, id)?)).await
    }

    pub(crate) async fn add_relative(
        &self,
        id: PreadmissionId,
        patient: PatientId,
        new: NewRelative,
    ) -> Result<i32, Failure> {
        let days = self.settings.answer_days;
        self.db.write(move |tx| relatives::add(tx, id, patient, &new, days)).await
    }

    pub(crate) async fn remove_relative(
        &self,
        relative: (PreadmissionId, i32),
        patient: PatientId,
    ) -> Result<(), Failure> {
        self.db.write(move |tx| relatives::remove(tx, relative, patient)).await
    }

    /// The relative to whom a link belongs, with the file and the invitation.
    pub(crate) async fn relative_behind(
        &self,
        id: InvitationId,
        secret: &str,
    ) -> Result<(PreadmissionFacts, Invitation, Relative), Failure> {
        let found: Result<_, Failure> = self.db.read(move |conn| Ok(crate::read::relative(conn, id)?)).await;
        found?.filter(|(facts, ..)| self.links.invitation_fits(facts, id, secret)).ok_or(Failure::Unknown)
    }

    pub(crate) async fn answer_as_relative(&self, id: InvitationId, secret: &str, said: Answer) -> Result<(), Failure> {
        self.relative_behind(id, secret).await?;
        self.db.write(move |tx| relatives::answer(tx, id, said)).await
    }

    /// Whoever holds the link of an invitation shows that they know the patient.
    pub(crate) async fn identify(
        &self,
        id: InvitationId,
        secret: &str,
        patient: PatientId,
        (birth_date, protecting): (String, Option<Protecting>),
    ) -> Result<(), Failure> {
        self.invitation_behind(id, secret).await?;
        let days = self.settings.opens_days_before;
        let identify = move |tx: &mut Tx<'_>| inviting::identify(tx, id, patient, (&birth_date, protecting), days);
        Ok(self.db.write(identify).await??)
    }

    pub(crate) async fn ask_secrecy(
        &self,
        id: PreadmissionId,
        patient: PatientId,
        secret: bool,
    ) -> Result<(), Failure> {
        self.db.write(move |tx| acting::ask_secrecy(tx, id, patient, secret)).await
    }

    pub(crate) async fn mark_secret(
        &self,
        id: PreadmissionId,
        (by, of): (StaffId, Vec<EstablishmentId>),
        secret: bool,
    ) -> Result<PreadmissionFacts, Failure> {
        self.db.write(move |tx| acting::mark_secret(tx, id, (by, &of), secret)).await
    }

    pub(crate) async fn open_unknown(
        &self,
        key: Key,
        patient: PatientId,
        wish: UnknownStay,
        answer: impl Fn(PreadmissionId) -> idempotency::Answer + Send + 'static,
    ) -> Result<idempotency::Answer, Failure> {
        self.db.write_once(key, move |tx| Ok(answer(commands::open_unknown(tx, patient, &wish)?))).await
    }

    pub(crate) async fn save(
        &self,
        id: PreadmissionId,
        patient: PatientId,
        section: &'static str,
        typed: Vec<(String, String)>,
    ) -> Result<PreadmissionFacts, Failure> {
        let room_cents = self.settings.private_room_cents;
        self.db.write(move |tx| commands::save(tx, id, patient, &Typed { section, fields: &typed, room_cents })).await
    }

    pub(crate) async fn look_at(
        &self,
        id: PreadmissionId,
        by: StaffId,
        of: Vec<EstablishmentId>,
    ) -> Result<PreadmissionFacts, Failure> {
        self.db.write(move |tx| commands::look_at(tx, id, by, &of)).await
    }

    pub(crate) async fn save_at_desk(
        &self,
        id: PreadmissionId,
        (by, of): (StaffId, Vec<EstablishmentId>),
        section: &'static str,
        typed: Vec<(String, String)>,
    ) -> Result<PreadmissionFacts, Failure> {
        let room_cents = self.settings.private_room_cents;
        self.db
            .write(move |tx| commands::save_at_desk(tx, id, (by, &of), &Typed { section, fields: &typed, room_cents }))
            .await
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
        (patient, stated): (PatientId, bool),
        answer: impl Fn() -> idempotency::Answer + Send + 'static,
    ) -> Result<idempotency::Answer, Failure> {
        self.db.write_once(key, move |tx| commands::submit(tx, id, (patient, stated)).map(|()| answer())).await
    }

    pub(crate) async fn declare_missing_at_desk(
        &self,
        id: PreadmissionId,
        (by, of): (StaffId, Vec<EstablishmentId>),
        kind: String,
        (reason, text): (String, String),
    ) -> Result<(), Failure> {
        let declare =
            move |tx: &mut Tx<'_>| commands::declare_missing_at_desk(tx, id, (by, &of), &kind, (&reason, &text));
        self.db.write(declare).await
    }

    pub(crate) async fn submit_at_desk(
        &self,
        key: Key,
        id: PreadmissionId,
        (by, of): (StaffId, Vec<EstablishmentId>),
        agreed: bool,
        answer: impl Fn() -> idempotency::Answer + Send + 'static,
    ) -> Result<idempotency::Answer, Failure> {
        let submit = move |tx: &mut Tx<'_>| commands::submit_at_desk(tx, id, (by, &of), agreed).map(|()| answer());
        self.db.write_once(key, submit).await
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
