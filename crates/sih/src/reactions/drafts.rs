//! From an event and the present facts to the messages it becomes, not yet in anybody's profile.

use std::collections::BTreeMap;

use kernel::{DocumentId, EventKind, Finess, Id, ObjectId};
use storage::{Conn, StorageError, outbox::Job};

use super::{Sources, Wishes, heard};
use crate::{
    hl7,
    outbound::{
        Announced, Decision, Envelope, Profile, Told, Trigger, booking, decide,
        payment::{self, Codes, PaymentTold},
        preadmission::{self, DOCUMENT, Deed, DocumentTold, StayTold},
    },
    store,
};

pub(super) enum Plan {
    Send(Vec<Draft>),
    /// Nothing to tell; why, as a key of the pages' words.
    Moot(&'static str),
}

/// One message before it is written for its destination.
pub(super) struct Draft {
    pub(super) finess: Finess,
    pub(super) object: ObjectId,
    pub(super) event: &'static str,
    pub(super) version: i64,
    content: Content,
}

enum Content {
    Visit(Trigger, Box<Told>),
    Stay(Deed, Box<StayTold>),
    Document(Box<DocumentTold>, Vec<u8>),
    /// Of whose invoices, by their place in the payment.
    Payment(Box<PaymentTold>, usize, Codes),
    PaymentLines(Box<PaymentTold>),
}

impl Draft {
    fn of_stay(told: &StayTold, deed: Deed) -> Self {
        let object = if deed == Deed::Identity { told.person.id.as_object() } else { told.file.as_object() };
        let content = Content::Stay(deed, Box::new(told.clone()));
        Self { finess: told.finess.clone(), object, event: deed.event(), version: told.version, content }
    }

    /// The document whose bytes it needs.
    pub(super) fn document(&self) -> Option<DocumentId> {
        match &self.content {
            Content::Document(told, _) => Some(told.id),
            _ => None,
        }
    }

    pub(super) fn with_pdf(mut self, bytes: Vec<u8>) -> Self {
        if let Content::Document(_, pdf) = &mut self.content {
            *pdf = bytes;
        }
        self
    }

    /// Whether the rules of the national extension hold for it.
    pub(super) fn is_national(&self) -> bool {
        matches!(self.content, Content::Stay(..) | Content::Document(..))
    }

    /// The text of a file; none: it is a message.
    pub(super) fn lines(&self) -> Option<String> {
        match &self.content {
            Content::PaymentLines(told) => Some(payment::lines(told)),
            _ => None,
        }
    }

    /// The message; none: it is a file.
    pub(super) fn build(&self, profile: &Profile, envelope: &Envelope) -> Option<hl7::Message> {
        Some(match &self.content {
            Content::Visit(Trigger::Booked, told) => booking::booked(profile, envelope, &told.visit, &told.person),
            Content::Visit(Trigger::Cancelled, told) => {
                booking::cancelled(profile, envelope, &told.visit, &told.person)
            }
            Content::Stay(deed, told) => preadmission::message(profile, envelope, told, *deed),
            Content::Document(told, pdf) => preadmission::document(profile, envelope, told, pdf),
            Content::Payment(told, of, codes) => {
                payment::message(profile, envelope, told, told.debtors.get(*of)?, codes)
            }
            Content::PaymentLines(_) => return None,
        })
    }
}

/// What a hospital with an interface wants told of files.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) documents: bool,
    pub(super) announced: Announced,
}

/// How a hospital wants to be told of payments.
#[derive(Debug, Clone)]
pub(super) enum PaymentsAs {
    Messages(Codes),
    Lines,
}

pub(super) fn plan(conn: &mut Conn, job: &Job, sources: &Sources, wishes: &Wishes) -> Result<Plan, StorageError> {
    let wanted = &wishes.stays;
    match (job.event, &sources.stays) {
        (EventKind::AppointmentBooked | EventKind::AppointmentCancelled, _) => visit(conn, job, sources),
        (EventKind::PaymentSettled, _) => {
            let told = (sources.payment)(conn, Id::from_uuid(job.object.uuid()))?;
            told.map_or(Ok(Plan::Moot("unknown-object")), |told| money(conn, told, &wishes.payments))
        }
        (EventKind::DocumentAccepted, Some(stays)) => {
            let told = (stays.document)(conn, Id::from_uuid(job.object.uuid()))?;
            told.map_or(Ok(Plan::Moot("unknown-object")), |told| document(conn, told, wanted))
        }
        (_, Some(stays)) => {
            let told = (stays.stay)(conn, Id::from_uuid(job.object.uuid()))?;
            told.map_or(Ok(Plan::Moot("unknown-object")), |told| stay(conn, job.event, &told, wanted))
        }
        (_, None) => Ok(Plan::Moot("not-for-the-sih")),
    }
}

/// Whether what this delivery tells has changed since that version.
pub(super) fn is_newer(conn: &mut Conn, job: &Job, sources: &Sources, version: i64) -> Result<bool, StorageError> {
    let Some(stays) = &sources.stays else { return Ok(false) };
    let told = match job.event {
        EventKind::PreadmissionCompleted
        | EventKind::PreadmissionCorrected
        | EventKind::PreadmissionAmended
        | EventKind::PreadmissionCancelled => (stays.stay)(conn, Id::from_uuid(job.object.uuid()))?,
        EventKind::DocumentAccepted => {
            (stays.document)(conn, Id::from_uuid(job.object.uuid()))?.map(|document| document.stay)
        }
        _ => None,
    };
    Ok(told.is_some_and(|told| told.version > version))
}

fn visit(conn: &mut Conn, job: &Job, sources: &Sources) -> Result<Plan, StorageError> {
    let told = (sources.appointment)(conn, Id::from_uuid(job.object.uuid()))?;
    let known = store::was_rendered(conn, job.object, Trigger::Booked.event())?;
    let (Decision::Send(trigger), Some(told)) = (decide(job.event, told.as_ref(), known), told.clone()) else {
        let why = match decide(job.event, told.as_ref(), known) {
            Decision::Moot(why) => why,
            Decision::Send(_) => "unknown-object",
        };
        return Ok(Plan::Moot(why));
    };
    let finess = told.finess.clone();
    let content = Content::Visit(trigger, Box::new(told));
    Ok(Plan::Send(vec![Draft { finess, object: job.object, event: trigger.event(), version: 0, content }]))
}

fn stay(
    conn: &mut Conn,
    event: EventKind,
    told: &StayTold,
    wanted: &BTreeMap<Finess, Wanted>,
) -> Result<Plan, StorageError> {
    let Some(wanted) = wanted.get(&told.finess) else { return Ok(Plan::Moot("no-destination")) };
    let heard = heard::of_file(conn, told)?;
    Ok(match preadmission::plan(event, told, heard, wanted.announced) {
        Ok(deeds) => Plan::Send(deeds.into_iter().map(|deed| Draft::of_stay(told, deed)).collect()),
        Err(why) => Plan::Moot(why),
    })
}

/// A document follows the stay it belongs to, once.
fn document(conn: &mut Conn, told: DocumentTold, wanted: &BTreeMap<Finess, Wanted>) -> Result<Plan, StorageError> {
    let object = told.id.as_object();
    let finess = told.stay.finess.clone();
    let heard = heard::of_file(conn, &told.stay)?;
    Ok(match wanted.get(&finess).map(|wanted| wanted.documents) {
        None => Plan::Moot("no-destination"),
        Some(false) => Plan::Moot("documents-not-wanted"),
        Some(true) if heard.cancelled => Plan::Moot("stay-cancelled"),
        Some(true) if heard.version.is_none() => Plan::Moot("stay-not-told"),
        Some(true) if heard::was_settled(conn, object, &finess, DOCUMENT)? => Plan::Moot("already-told"),
        Some(true) => {
            let version = told.stay.version;
            let content = Content::Document(Box::new(told), Vec::new());
            Plan::Send(vec![Draft { finess, object, event: DOCUMENT, version, content }])
        }
    })
}

/// Once for each hospital that wants it; invoices of several people in several messages, since a DFT is of one person.
fn money(conn: &mut Conn, told: PaymentTold, wanted: &BTreeMap<Finess, PaymentsAs>) -> Result<Plan, StorageError> {
    let (object, finess) = (told.id.as_object(), told.finess.clone());
    let draft = |event, content| Draft { finess: finess.clone(), object, event, version: 0, content };
    let (event, drafts) = match wanted.get(&finess) {
        None => return Ok(Plan::Moot("payments-not-wanted")),
        Some(PaymentsAs::Lines) => (payment::FILE, vec![draft(payment::FILE, Content::PaymentLines(Box::new(told)))]),
        Some(PaymentsAs::Messages(codes)) => {
            let of = |of| draft(payment::MESSAGE, Content::Payment(Box::new(told.clone()), of, codes.clone()));
            (payment::MESSAGE, (0..told.debtors.len()).map(of).collect())
        }
    };
    let was_told = heard::was_settled(conn, object, &finess, event)?;
    Ok(if was_told { Plan::Moot("already-told") } else { Plan::Send(drafts) })
}
