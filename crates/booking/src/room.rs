//! The room as its pages and its interface use it: one way to search, keep, book and cancel, whoever asks.

use std::{sync::Arc, time::Duration};

use ::web::{Caller, Ctx};
use jiff::Timestamp;
use kernel::{AgendaId, AppointmentId, HoldId, PatientId, SiteId, VisitId, VisitReasonId};
use serde::Deserialize;
use storage::{
    Db, StorageError, Tx,
    idempotency::{Answer, Key},
    proof::Keyring,
};

use crate::{
    availability::{Availability, Offer, Wanted},
    domain::{Refusal, Wish},
    failure::Failure,
    place::Places,
    read::AppointmentFacts,
    store::{
        appointments::{self, BookAppointment, Booked, CancelAppointment, What},
        facts,
        holds::{self, Hold, HoldSlot},
    },
};

/// How many other times a refusal shows.
const ALTERNATIVES: usize = 3;

/// The `[booking]` section.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Milliseconds for which a search without login trusts what the node was told of the agendas; 0 asks every time.
    pub agendas_trusted_ms: u64,
}

impl Settings {
    /// What is wrong with it, in words for the operator.
    pub fn faults(&self) -> Vec<String> {
        let fault = self.agendas_trusted_ms > 10_000;
        fault.then(|| "booking.agendas_trusted_ms must be from 0 to 10000".to_owned()).into_iter().collect()
    }
}

/// What booking needs to work; one for the whole program.
pub struct Booking {
    pub(crate) db: Db,
    pub(crate) keyring: Arc<Keyring>,
    availability: Arc<Availability>,
}

/// A command that did not succeed, and other times that may do.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) failure: Failure,
    pub(crate) reason: Option<VisitReasonId>,
    pub(crate) alternatives: Vec<Offer>,
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self { failure, reason: None, alternatives: Vec::new() }
    }
}
impl From<StorageError> for Refused {
    fn from(error: StorageError) -> Self {
        Failure::from(error).into()
    }
}

/// Whose time is wished.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose {
    Agenda(AgendaId),
    /// Anybody who is free then, on this site if one is named.
    Anyone(Option<SiteId>),
}

impl Booking {
    pub fn new(db: Db, keyring: Arc<Keyring>, settings: &Settings) -> Self {
        let trust = Duration::from_millis(settings.agendas_trusted_ms);
        let availability = Arc::new(Availability::new(crate::place::from_directory, db.world().clone(), trust));
        Self { db, keyring, availability }
    }

    pub(crate) fn places(&self) -> Places {
        self.availability.places()
    }

    /// The first free times for whoever asks. Who is not logged in looks around: what was true a moment ago will do.
    pub(crate) async fn search(
        &self,
        ctx: &Ctx,
        reason: VisitReasonId,
        wanted: Wanted,
    ) -> Result<Vec<Offer>, StorageError> {
        let recent = match ctx.caller() {
            Caller::Anonymous => self.availability.recent(reason, &wanted, ctx.visit(), self.db.now()),
            Caller::Patient(_) | Caller::Staff(_) => None,
        };
        match recent {
            Some(offers) => Ok(offers),
            None => self.offers(ctx.visit(), reason, wanted).await,
        }
    }

    /// The first free times now; what the visitor keeps already is among them.
    pub(crate) async fn offers(
        &self,
        visit: VisitId,
        reason: VisitReasonId,
        wanted: Wanted,
    ) -> Result<Vec<Offer>, StorageError> {
        let (availability, now) = (self.availability.clone(), self.db.now());
        self.db.read(move |conn| availability.search(conn, reason, &wanted, visit, now)).await
    }

    /// Keeps a time. Among several who are free, those that are taken meanwhile are passed over.
    pub(crate) async fn keep(&self, owner: VisitId, whose: Whose, wish: Wish) -> Result<Hold, Refused> {
        let agendas = match whose {
            Whose::Agenda(agenda) => vec![agenda],
            Whose::Anyone(site) => self.free_at(site, wish).await?,
        };
        let mut last: Failure = Refusal::SlotTaken.into();
        for agenda in agendas {
            match self.keep_one(HoldSlot { owner, agenda, wish }).await {
                Err(Failure::Refused(Refusal::SlotTaken)) => last = Refusal::SlotTaken.into(),
                Ok(hold) => return Ok(hold),
                Err(failure) => {
                    last = failure;
                    break;
                }
            }
        }
        Err(self.with_alternatives(last, owner, wish).await)
    }

    async fn keep_one(&self, command: HoldSlot) -> Result<Hold, Failure> {
        let availability = self.availability.clone();
        self.db.write(move |tx| holds::keep(tx, &availability, command)).await
    }

    async fn free_at(&self, site: Option<SiteId>, wish: Wish) -> Result<Vec<AgendaId>, StorageError> {
        let (availability, now) = (self.availability.clone(), self.db.now());
        self.db.read(move |conn| availability.free_at(conn, wish.reason, site, wish.starts_at, now)).await
    }

    pub(crate) async fn hold(&self, owner: VisitId, id: HoldId) -> Result<Option<Hold>, StorageError> {
        self.db.read(move |conn| holds::find(conn, owner, id)).await
    }

    pub(crate) async fn release(&self, owner: VisitId, id: HoldId) -> Result<(), Failure> {
        let availability = self.availability.clone();
        self.db.write(move |tx| holds::release(tx, &availability, owner, id)).await
    }

    /// Books, once for each key. `also` runs in the same transaction, `answer` says what the caller is told.
    pub(crate) async fn book(
        &self,
        key: Key,
        command: BookAppointment,
        also: impl Fn(&mut Tx<'_>) -> Result<(), Failure> + Send + 'static,
        answer: impl Fn(&Booked) -> Answer + Send + 'static,
    ) -> Result<Answer, Refused> {
        let availability = self.availability.clone();
        let booking = self.db.write_once(key, move |tx| {
            also(tx)?;
            Ok(answer(&appointments::book(tx, &availability, command)?))
        });
        match booking.await {
            Ok(answer) => Ok(answer),
            Err(failure) => match self.wish_of(&command).await? {
                Some(wish) => Err(self.with_alternatives(failure, command.owner, wish).await),
                None => Err(failure.into()),
            },
        }
    }

    async fn wish_of(&self, command: &BookAppointment) -> Result<Option<Wish>, StorageError> {
        match command.what {
            What::Slot { wish, .. } => Ok(Some(wish)),
            What::Hold(id) => {
                let hold = self.hold(command.owner, id).await?;
                Ok(hold.map(|hold| hold.wish()))
            }
        }
    }

    pub(crate) async fn cancel(&self, command: CancelAppointment) -> Result<(), Failure> {
        let availability = self.availability.clone();
        self.db.write(move |tx| appointments::cancel(tx, &availability, command)).await
    }

    pub(crate) async fn appointments_of(&self, patient: PatientId) -> Result<Vec<AppointmentFacts>, StorageError> {
        let places = self.places();
        self.db.read(move |conn| facts::of_patient(conn, places, patient)).await
    }

    /// One of the patient's own; anybody else's does not exist.
    pub(crate) async fn appointment_of(
        &self,
        patient: PatientId,
        id: AppointmentId,
    ) -> Result<AppointmentFacts, Failure> {
        let places = self.places();
        let found = self.db.read(move |conn| facts::one(conn, places, id)).await?;
        found.filter(|facts| facts.patient == patient).ok_or(Failure::Unknown)
    }

    /// What a visitor is told who comes back too late.
    pub(crate) async fn expired(&self, visit: VisitId, hold: &Hold) -> Refused {
        self.with_alternatives(Refusal::HoldExpired.into(), visit, hold.wish()).await
    }

    /// The next times after the one that could not be had.
    pub(crate) async fn with_alternatives(&self, failure: Failure, visit: VisitId, wish: Wish) -> Refused {
        let helps = matches!(&failure, Failure::Refused(refusal) if refusal.another_time_helps());
        if !helps {
            return Refused { reason: Some(wish.reason), ..failure.into() };
        }
        let wanted =
            Wanted { from: wish.starts_at.min(latest_start(self.db.now())), limit: ALTERNATIVES, ..Wanted::default() };
        match self.offers(visit, wish.reason, wanted).await {
            Ok(alternatives) => Refused { failure, reason: Some(wish.reason), alternatives },
            Err(error) => error.into(),
        }
    }
}

/// After a wish beyond every horizon, times of the year to come are still worth showing.
fn latest_start(now: Timestamp) -> Timestamp {
    now.saturating_add(jiff::SignedDuration::from_hours(24 * 30)).unwrap_or(now)
}
