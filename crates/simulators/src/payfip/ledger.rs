//! Every operation and how long it lives. Nothing of it survives a restart.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use kernel::Zone;
use serde::{Deserialize, Serialize};

use super::rules::{Asked, Code};

/// The payment page opens within this time of the creation.
const OPENS: SignedDuration = SignedDuration::from_mins(15);
/// Who left the card page may come back to it.
const SECOND_THOUGHTS: SignedDuration = SignedDuration::from_mins(2);
/// What reached the bank can be asked about.
const KEPT: SignedDuration = SignedDuration::from_hours(365 * 24);
/// More than any demonstration or measurement needs; the oldest is forgotten.
const MOST: usize = 100_000;

/// How the person at the payment page ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    Pay,
    RefusedByBank,
    Debit,
    RefusedDebit,
    Abandon,
    /// The page is closed before the bank heard of anything.
    LeavePage,
    /// The bank's page is closed: no result will ever be known.
    LeaveBank,
    /// Back to the choice, after it was abandoned.
    Resume,
}

impl Choice {
    /// `resultrans`; none: there is no result.
    pub(super) const fn letter(self) -> Option<char> {
        match self {
            Self::Pay => Some('P'),
            Self::RefusedByBank => Some('R'),
            Self::Debit => Some('V'),
            Self::RefusedDebit => Some('Z'),
            Self::Abandon => Some('A'),
            Self::LeavePage | Self::LeaveBank | Self::Resume => None,
        }
    }
}

/// How a payment ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// `resultrans`.
    pub letter: char,
    pub at: Timestamp,
    /// Before this instant the service answers P5.
    pub known_at: Timestamp,
    /// The bank's number of the operation; none where no money moves.
    pub numauto: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Operation {
    pub id: String,
    pub asked: Asked,
    pub created_at: Timestamp,
    pub opened_at: Option<Timestamp>,
    /// Whether the bank heard of it; what it did not is forgotten the next night.
    pub reached_bank: bool,
    pub outcome: Option<Outcome>,
    /// What the portal answered to each notification.
    pub notified: Vec<String>,
    /// Known to the browser that opened the page, and to no other.
    #[serde(skip)]
    key: String,
}

impl Operation {
    pub(super) fn new(id: String, asked: Asked, created_at: Timestamp) -> Self {
        Self {
            id,
            asked,
            created_at,
            opened_at: None,
            reached_bank: false,
            outcome: None,
            notified: Vec::new(),
            key: String::new(),
        }
    }

    fn is_forgotten(&self, zone: &Zone, now: Timestamp) -> bool {
        let night = zone.date(self.created_at) < zone.date(now);
        if self.reached_bank { now.duration_since(self.created_at) > KEPT } else { night }
    }

    /// Whether the person at the page may still decide.
    fn is_open(&self, now: Timestamp) -> bool {
        match &self.outcome {
            None => !self.reached_bank,
            Some(outcome) => outcome.letter == 'A' && now.duration_since(outcome.at) <= SECOND_THOUGHTS,
        }
    }
}

/// What follows a choice.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Followed {
    Ended(Outcome),
    /// Nothing is known, nobody is told.
    Left,
    Again,
}

pub(super) struct Ledger {
    zone: Zone,
    rows: Mutex<Rows>,
}

#[derive(Default)]
struct Rows {
    by_id: HashMap<String, Operation>,
    /// Oldest first.
    order: VecDeque<String>,
}

impl Ledger {
    pub(super) fn new(zone: Zone) -> Self {
        Self { zone, rows: Mutex::default() }
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The newest first.
    pub(super) fn latest(&self, most: usize) -> Vec<Operation> {
        let rows = self.rows();
        rows.order.iter().rev().take(most).filter_map(|id| rows.by_id.get(id)).cloned().collect()
    }

    pub(super) fn create(&self, operation: Operation) {
        let mut rows = self.rows();
        if rows.order.len() >= MOST
            && let Some(oldest) = rows.order.pop_front()
        {
            rows.by_id.remove(&oldest);
        }
        rows.order.push_back(operation.id.clone());
        rows.by_id.insert(operation.id.clone(), operation);
    }

    /// An operation with its result.
    pub(super) fn detail(&self, id: &str, now: Timestamp) -> Result<(Operation, Outcome), Code> {
        let rows = self.rows();
        let known = rows.by_id.get(id).filter(|known| !known.is_forgotten(&self.zone, now)).ok_or(Code::P1)?;
        let outcome = known.outcome.clone().filter(|outcome| outcome.known_at <= now).ok_or(Code::P5)?;
        Ok((known.clone(), outcome))
    }

    /// Opens the payment page, once, for whoever holds `key` from now on.
    pub(super) fn open(&self, id: &str, key: String, now: Timestamp) -> Result<Operation, Code> {
        let mut rows = self.rows();
        let known = rows.by_id.get_mut(id).filter(|known| !known.is_forgotten(&self.zone, now)).ok_or(Code::P1)?;
        if known.opened_at.is_some() {
            return Err(Code::P3);
        }
        if now.duration_since(known.created_at) > OPENS {
            return Err(Code::P4);
        }
        known.opened_at = Some(now);
        known.key = key;
        Ok(known.clone())
    }

    /// What the person at the page decided; `numauto` is the bank's number if money moves.
    pub(super) fn choose(
        &self,
        (id, key): (&str, &str),
        choice: Choice,
        (numauto, known_at): (String, Timestamp),
        now: Timestamp,
    ) -> Result<(Operation, Followed), Code> {
        let mut rows = self.rows();
        let opened = |known: &&mut Operation| known.opened_at.is_some() && known.key == key;
        let known = rows.by_id.get_mut(id).filter(opened).ok_or(Code::P1)?;
        if !known.is_open(now) {
            return Err(Code::P3);
        }
        let followed = match (choice, choice.letter()) {
            (_, Some(letter)) => {
                let numauto = matches!(letter, 'P' | 'V').then_some(numauto);
                let outcome = Outcome { letter, at: now, known_at, numauto };
                known.outcome = Some(outcome.clone());
                Followed::Ended(outcome)
            }
            (Choice::Resume, None) => Followed::Again,
            (_, None) => Followed::Left,
        };
        known.reached_bank |= !matches!(choice, Choice::LeavePage | Choice::Resume);
        Ok((known.clone(), followed))
    }

    pub(super) fn heard(&self, id: &str, answer: String) {
        if let Some(known) = self.rows().by_id.get_mut(id) {
            known.notified.push(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger() -> (Ledger, Timestamp) {
        let at: Timestamp = "2026-12-01T13:32:00Z".parse().unwrap();
        let ledger = Ledger::new("Europe/Paris".parse().unwrap());
        let text = str::to_owned;
        let asked = Asked {
            numcli: text("090909"),
            exer: text("2026"),
            refdet: text("FACT2026000123"),
            objet: None,
            montant: 2400,
            mel: text("camille@exemple.test"),
            saisie: text("W"),
            urlnotif: text("https://rdv.exemple.test/n"),
            urlredirect: text("https://rdv.exemple.test/r"),
        };
        ledger.create(Operation::new(text("one"), asked, at));
        (ledger, at)
    }

    fn after(at: Timestamp, minutes: i64) -> Timestamp {
        at + SignedDuration::from_mins(minutes)
    }

    fn choose(ledger: &Ledger, key: &str, choice: Choice, now: Timestamp) -> Result<Followed, Code> {
        ledger.choose(("one", key), choice, ("482913".to_owned(), now), now).map(|(_, followed)| followed)
    }

    #[test]
    fn the_page_opens_once_and_in_time() {
        let (ledger, at) = ledger();
        assert_eq!(ledger.open("two", String::new(), at).unwrap_err(), Code::P1);
        assert_eq!(ledger.open("one", String::new(), after(at, 16)).unwrap_err(), Code::P4);
        assert!(ledger.open("one", "k".to_owned(), after(at, 15)).is_ok());
        assert_eq!(ledger.open("one", "l".to_owned(), after(at, 15)).unwrap_err(), Code::P3);
        assert_eq!(choose(&ledger, "l", Choice::Pay, at).unwrap_err(), Code::P1, "another browser's");
        assert!(matches!(choose(&ledger, "k", Choice::Pay, at), Ok(Followed::Ended(_))));
        assert_eq!(choose(&ledger, "k", Choice::Pay, at).unwrap_err(), Code::P3, "paid once");
    }

    #[test]
    fn nobody_decides_on_a_page_that_was_not_opened() {
        let (ledger, at) = ledger();
        assert_eq!(choose(&ledger, "", Choice::Pay, at).unwrap_err(), Code::P1);
    }

    #[test]
    fn what_did_not_reach_the_bank_is_forgotten_at_night() {
        let (midnight, next_year) = ("2026-12-01T23:00:00Z".parse().unwrap(), "2027-12-02T00:00:00Z".parse().unwrap());
        for (choice, that_night, a_year_later) in [
            (None, Code::P1, Code::P1),
            (Some(Choice::LeavePage), Code::P1, Code::P1),
            (Some(Choice::LeaveBank), Code::P5, Code::P1),
        ] {
            let (ledger, at) = ledger();
            if let Some(choice) = choice {
                ledger.open("one", "k".to_owned(), at).unwrap();
                assert_eq!(choose(&ledger, "k", choice, at), Ok(Followed::Left));
            }
            let detail = |now| ledger.detail("one", now).map(|_| ());
            assert_eq!(detail(after(at, 9 * 60)), Err(Code::P5), "{choice:?}, before midnight in Paris");
            assert_eq!(detail(midnight), Err(that_night), "{choice:?}");
            assert_eq!(detail(next_year), Err(a_year_later), "{choice:?}");
        }
    }

    #[test]
    fn an_abandoned_payment_may_still_be_paid() {
        let (ledger, at) = ledger();
        ledger.open("one", "k".to_owned(), at).unwrap();
        choose(&ledger, "k", Choice::Abandon, at).unwrap();
        assert_eq!(ledger.detail("one", at).unwrap().1.letter, 'A');
        assert_eq!(choose(&ledger, "k", Choice::Resume, after(at, 1)), Ok(Followed::Again));
        choose(&ledger, "k", Choice::Pay, after(at, 2)).unwrap();
        let (_, outcome) = ledger.detail("one", after(at, 2)).unwrap();
        assert_eq!((outcome.letter, outcome.numauto.as_deref()), ('P', Some("482913")));
    }

    #[test]
    fn second_thoughts_come_to_an_end() {
        let (ledger, at) = ledger();
        ledger.open("one", "k".to_owned(), at).unwrap();
        choose(&ledger, "k", Choice::Abandon, at).unwrap();
        assert_eq!(choose(&ledger, "k", Choice::Pay, after(at, 3)).unwrap_err(), Code::P3);
    }

    #[test]
    fn a_result_may_come_late() {
        let (ledger, at) = ledger();
        ledger.open("one", "k".to_owned(), at).unwrap();
        ledger.choose(("one", "k"), Choice::Debit, (String::new(), after(at, 5)), at).unwrap();
        assert_eq!(ledger.detail("one", after(at, 4)).unwrap_err(), Code::P5);
        assert_eq!(ledger.detail("one", after(at, 5)).unwrap().1.letter, 'V');
    }
}
