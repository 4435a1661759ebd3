//! What a hospital's system says of a planned stay, in the words of the house: the door for ADT fills it in, the desk
//! and the seed too, and one decision answers to all three.

use std::fmt;

use jiff::Timestamp;
use kernel::{Finess, PatientId};

/// A stay as the hospital knows it now. The same visit number again is the same stay, corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// FINESS of the legal entity whose system speaks.
    pub establishment: Finess,
    /// FINESS of the site, when the message tells; else the establishment's only or first site.
    pub site: Option<Finess>,
    /// PV1-19, type VN: never given twice (IHE PAM France §5.4.1). 1 to 40 characters.
    pub visit_number: String,
    /// PID-18, the administrative folder (NDA).
    pub folder_number: Option<String>,
    /// ZBE-1, the movement, as `number^authority` was given; what Z99 and A38 name.
    pub movement: Option<String>,
    pub person: HospitalPerson,
    pub class: StayClass,
    /// PV1-3: the unit that receives, its code (UF) and words.
    pub unit: Option<Unit>,
    /// PV2-8.
    pub entry_at: Timestamp,
    /// PV2-9.
    pub exit_at: Option<Timestamp>,
    /// PV2-12: the act as the hospital wants it shown; may be empty.
    pub label: String,
    /// Who operates or receives, as written on a door.
    pub practitioner: Option<String>,
    /// Anaesthesia or surgery: a minor needs both holders of parental authority (CSP L1111-4, Code civil 372-2).
    pub surgery: bool,
}

/// The person as the hospital knows them: shown beside what the patient says, never replaced by it.
#[derive(Clone, PartialEq, Eq)]
pub struct HospitalPerson {
    /// PID-3, type PI, without its authority (IPP).
    pub ipp: String,
    /// PID-5, type L.
    pub birth_family: String,
    /// PID-5, type D, when it is another.
    pub used_family: Option<String>,
    /// The first given name.
    pub given: String,
    /// PID-7 as text: `1962`, `1962-11` or `1962-11-05`.
    pub birth_date: String,
    /// `F`, `M` or `U` (PID-8).
    pub sex: String,
    /// PID-11 BDL, XAD-9: INSEE code of the commune or country.
    pub birth_place: Option<String>,
    /// E.164, from PID-13.
    pub phone: Option<String>,
    pub email: Option<String>,
    /// PID-32, the first value: PROV, VALI, VIDE…
    pub identity_status: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    pub code: String,
    pub label: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum StayClass {
    /// PV1-2 I, nights in hospital.
    #[default]
    Inpatient,
    /// PV1-21 04 or 23: day hospital, ambulatory surgery.
    Day,
    /// PV1-2 O: a planned outpatient visit.
    External,
}

impl StayClass {
    pub const ALL: [Self; 3] = [Self::Inpatient, Self::Day, Self::External];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Inpatient => "inpatient",
            Self::Day => "day",
            Self::External => "external",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// What is said of the stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A05, A14: planned. Z99: corrected. One decision: a stay unknown so far is opened, a known one changed.
    Planned(Box<Announcement>),
    /// A38, A27: it will not take place. An unknown one is remembered as cancelled, so that a late A05 opens nothing.
    Cancelled { establishment: Finess, visit_number: String },
    /// A40: two identities are one from now on. A47: one has another number, or its status changed.
    Merged(Box<Merged>),
}

/// An identity that took the place of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// FINESS of the legal entity whose system speaks.
    pub establishment: Finess,
    /// What is given up (MRG-1).
    pub former: Vec<Former>,
    /// Who stays, with the number that stays (PID).
    pub person: HospitalPerson,
}

/// An identity that is given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Former {
    /// A number of the hospital (IPP), without its authority; the one that stays when only its status changed.
    Hospital(String),
    /// The person as we declared them (A28): the hospital found out who they are.
    Ours(PatientId),
}

/// What came of it; the door writes it beside the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Opened,
    /// A known stay, or one of which its patient told before.
    Changed,
    /// It said what was known already.
    Unchanged,
    Cancelled,
    /// Nothing here answers to it: no such establishment, or a stay that is over.
    Ignored,
    /// It would give a file that somebody opened to somebody else, or may be the stay of which its patient told before:
    /// the desk must say.
    Conflict,
}

/// Prints the number and nothing personal.
impl fmt::Debug for HospitalPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HospitalPerson")
    }
}
