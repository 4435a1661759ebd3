//! Every transaction. Nothing of it survives a restart.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::form::Fields;

/// More than any demonstration or measurement needs; the oldest is forgotten.
const MOST: usize = 10_000;

/// How the person at the payment page ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    Pay,
    RefusedByBank,
    Abandon,
    /// The bank wants to look at it first.
    Review,
    /// The page is closed: nobody is told.
    Leave,
    /// Another card.
    Retry,
}

impl Choice {
    /// Nothing follows it.
    const fn is_last(self) -> bool {
        matches!(self, Self::Pay | Self::Abandon | Self::Leave)
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct Transaction {
    /// The form.
    pub fields: Fields,
    /// The tries, the first first.
    pub choices: Vec<Choice>,
    /// What the shop answered to each notification.
    pub notified: Vec<String>,
    /// Known to the browser that sent the form, and to no other.
    #[serde(skip)]
    key: String,
}

impl Transaction {
    /// What makes it one: the shop, the day, the number of the day.
    fn name(fields: &Fields) -> [&str; 3] {
        let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let day = text("vads_trans_date").get(..8).unwrap_or_default();
        [text("vads_site_id"), day, text("vads_trans_id")]
    }

    fn is_over(&self) -> bool {
        self.choices.iter().any(|choice| choice.is_last())
    }
}

/// It was decided already, or is another form under a number that is taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Taken;

#[derive(Default)]
pub(super) struct Ledger(Mutex<VecDeque<Transaction>>);

impl Ledger {
    fn rows(&self) -> MutexGuard<'_, VecDeque<Transaction>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest first.
    pub(super) fn latest(&self, most: usize) -> Vec<Transaction> {
        self.rows().iter().take(most).cloned().collect()
    }

    /// The same form may come again (a page loaded anew) until it is decided; the last browser decides.
    pub(super) fn open(&self, fields: Fields, key: String) -> Result<Transaction, Taken> {
        let mut rows = self.rows();
        let name = Transaction::name(&fields);
        if let Some(known) = rows.iter_mut().find(|known| Transaction::name(&known.fields) == name) {
            if known.fields != fields || known.is_over() {
                return Err(Taken);
            }
            known.key = key;
            return Ok(known.clone());
        }
        rows.truncate(MOST - 1);
        let transaction = Transaction { fields, choices: Vec::new(), notified: Vec::new(), key };
        rows.push_front(transaction.clone());
        Ok(transaction)
    }

    pub(super) fn choose(&self, key: &str, choice: Choice) -> Result<Transaction, Taken> {
        let mut rows = self.rows();
        let known = rows.iter_mut().find(|known| known.key == key && !known.is_over()).ok_or(Taken)?;
        if choice != Choice::Retry {
            known.choices.push(choice);
        }
        Ok(known.clone())
    }

    pub(super) fn heard(&self, fields: &Fields, answer: String) {
        if let Some(known) = self.rows().iter_mut().find(|known| known.fields == *fields) {
            known.notified.push(answer);
        }
    }
}
