//! What a message about an accepted pre-admission file tells. The room that knows the answers translates them once.

use futures_util::future::BoxFuture;
use kernel::{DocumentId, Finess, PreadmissionId, Timestamp, Zone};
use storage::{Conn, StorageError};

use crate::outbound::{Coded, Person, Professional};

/// A file as it stands, read in one go.
#[derive(Debug, Clone)]
pub struct StayTold {
    pub file: PreadmissionId,
    /// Of the file's content: a higher one is a later one. From 1.
    pub version: i64,
    pub stands: Stands,
    /// The establishment whose interface hears of it.
    pub finess: Finess,
    pub person: Person,
    /// The patient's number at the hospital (IPP); without it the identity is told first.
    pub ipp: Option<String>,
    pub stay: Stay,
    pub answers: Answers,
}

/// Where a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// The hospital's agents accepted it.
    Accepted,
    /// The stay will not take place, as said here.
    Cancelled,
    /// The same, as the hospital's system said itself: there is nothing to tell it.
    CancelledByHospital,
    /// It is being filled in or corrected: nothing is told yet.
    Open,
}

/// A planned stay.
#[derive(Debug, Clone)]
pub struct Stay {
    pub visit: Number,
    /// The hospital's administrative folder (NDA); the visit's number stands for it when there is none (PAM §3).
    pub folder: Option<String>,
    /// ZBE-1 of the hospital's announcement, as `number^authority`; none for a stay it did not announce by a message.
    pub movement: Option<String>,
    pub class: StayClass,
    pub unit: Option<Coded>,
    /// FINESS of the site that receives.
    pub site: Option<Finess>,
    pub zone: Zone,
    pub planned_at: Timestamp,
    pub ends_at: Option<Timestamp>,
    /// When it was announced or asked for here.
    pub created_at: Timestamp,
    /// What for; shortened to the 50 characters of PV2-12.
    pub label: String,
}

/// Who gave a number: two domains never mix (PAM §4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Number {
    Hospital(String),
    Ours(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StayClass {
    Inpatient,
    /// Day hospital.
    Day,
    AmbulatorySurgery,
    External,
}

/// What the patient said; everything may be missing.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    pub address: Option<Address>,
    /// Table 0002: S, M, D, W, A, P…
    pub marital_status: Option<String>,
    /// ZFP-1 and ZFP-2, as the file's rule table codes them.
    pub activity: Option<String>,
    pub category: Option<String>,
    pub attending: Option<Attending>,
    pub relatives: Vec<Relative>,
    pub covers: Vec<Cover>,
    pub private_room: Option<bool>,
    /// Presence is not to be disclosed.
    pub confidential: bool,
    pub sms: Option<bool>,
    pub dmp: Dmp,
}

#[derive(Debug, Clone, Default)]
pub struct Address {
    pub lines: Vec<String>,
    pub postcode: String,
    pub city: String,
    /// ISO 3166-1 alpha-3.
    pub country: String,
}

/// The general practitioner the patient declares; known by number or by name alone.
#[derive(Debug, Clone)]
pub enum Attending {
    Known(Professional),
    Named { family: String, given: String },
}

/// Someone beside the patient.
#[derive(Debug, Clone)]
pub struct Relative {
    /// Ours, stable: NK1-33 requires one.
    pub id: String,
    pub role: Role,
    pub family: String,
    pub given: String,
    /// Table 0063: SPO, PAR, CHD, MTH, FTH…
    pub relationship: Option<String>,
    pub phone: Option<String>,
    pub address: Option<Address>,
}

/// NK1-7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// To be told in an emergency.
    ToNotify,
    /// *Personne de confiance* (CSP L1111-6): only in messages about the stay.
    Trusted,
    /// Parent of a minor, guardian, *mandataire*.
    Representative,
}

/// A cover, by the payer's number: one whose payer is not known cannot be told in IN1.
#[derive(Debug, Clone)]
pub struct Cover {
    pub kind: CoverKind,
    /// AMO: regime, fund and centre in 9 digits. AMC: the number of the insurer.
    pub payer: String,
    pub payer_name: String,
    pub from: Option<jiff::civil::Date>,
    pub until: Option<jiff::civil::Date>,
    pub insured_family: String,
    pub insured_given: String,
    /// IN1-17, quality of the beneficiary: 00 the insured person.
    pub quality: String,
    /// IN1-49: the insured person's NIR (AMO), or their member number (AMC).
    pub number: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoverKind {
    Amo,
    Amc,
}

/// What was said of the DMP, each with when (ZFA-9 to -12).
#[derive(Debug, Clone, Default)]
pub struct Dmp {
    /// `true`: not opposed to its being fed.
    pub feeding: Option<(bool, Timestamp)>,
    /// `true`: agrees to its being consulted.
    pub consultation: Option<(bool, Timestamp)>,
}

/// An accepted document of an accepted file.
#[derive(Debug, Clone)]
pub struct DocumentTold {
    pub stay: StayTold,
    pub id: DocumentId,
    /// Of the pre-admission guide, such as CN_RECTO, with its words.
    pub kind: Coded,
    pub received_at: Timestamp,
    pub accepted_at: Timestamp,
}

/// Why a document's bytes cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unavailable {
    /// Purged, or replaced.
    Gone,
    /// Larger than the limit asked for.
    TooLarge,
    /// Not now. A code, without personal data.
    Later(String),
}

/// Where documents come from.
pub trait Papers: Send + Sync {
    /// The kept PDF, of at most `limit` bytes: never read further than that.
    fn pdf(&self, document: DocumentId, limit: usize) -> BoxFuture<'_, Result<Vec<u8>, Unavailable>>;
}

/// How facts are asked for; `None` when the file is no more.
pub type StayFacts = fn(&mut Conn, PreadmissionId) -> Result<Option<StayTold>, StorageError>;
pub type DocumentFacts = fn(&mut Conn, DocumentId) -> Result<Option<DocumentTold>, StorageError>;
