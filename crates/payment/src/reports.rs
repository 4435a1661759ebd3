//! Payments that nobody can be asked about: what a browser says of them, and what the accountant's report says.

use jiff::Timestamp;
use kernel::PaymentAttemptId;
use serde_json::json;
use storage::Tx;

use crate::{
    Payments, commands,
    domain::{
        attempt::{Change, State},
        compare::{Difference, Particulars, differences},
        lookups::Answer,
        report::Line,
    },
    failure::Failure,
    port::Finding,
    store::{
        attempts::{self, After, Attempt},
        clearings::About,
        lookups::{self, AskedBy},
    },
};

impl Attempt {
    /// The payer's browser said that it was paid, and nothing else did yet: nobody else may pay, and nothing is closed.
    pub fn awaits_report(&self) -> bool {
        self.state == State::Redirected && self.ended_at.is_some()
    }
}

impl Payments {
    /// What a browser brought back about an attempt. If it speaks of that payment and says that it was made, the attempt
    /// waits for the report.
    pub(crate) async fn claim(&self, attempt: Attempt, claim: Finding) -> Result<(), Failure> {
        let (id, asked) = (attempt.id, self.asked(&attempt)?);
        let within = self.provider(&attempt.provider)?.reports_within();
        let until = within.and_then(|within| attempt.created_at.checked_add(within).ok());
        self.db.write(move |tx| claimed(tx, id, (&claim, &asked), until)).await
    }
}

/// A report of money has this payment, and its provider cannot be asked: the line is the answer. It is compared and kept
/// like any other, and is the only way in which such a payment ends with money.
pub(crate) fn confirm(tx: &mut Tx<'_>, id: PaymentAttemptId, line: &Line) -> Result<(), Failure> {
    let attempt = attempts::hold(tx, id)?.ok_or(Failure::Unknown)?;
    let raw = json!({ "refdet": line.refdet, "cents": line.amount, "day": line.day, "line": line.number });
    lookups::add(tx, id, AskedBy::Report, (Answer::Paid, &raw.to_string()))?;
    let Some(state) = attempt.state.after(Change::Pay) else { return Ok(()) };
    let mut differ = Vec::new();
    if line.refdet != attempt.refdet.as_str() {
        differ.push(Difference::Refdet);
    }
    if line.amount != attempt.amount {
        differ.push(Difference::Amount);
    }
    // A line knows the day at most: when the payer came back is nearer.
    let (ended_at, authorisation) = (attempt.ended_at, line.authorisation.as_deref());
    let after = After { state, differences: &differ, authorisation, ended_at, look_at: None };
    attempts::change(tx, id, &after)?;
    commands::receive(tx, &attempt, &differ)
}

fn claimed(
    tx: &mut Tx<'_>,
    id: PaymentAttemptId,
    (claim, asked): (&Finding, &Particulars),
    until: Option<Timestamp>,
) -> Result<(), Failure> {
    let attempt = attempts::hold(tx, id)?.ok_or(Failure::Unknown)?;
    // Said before, or over: repeating it fills no table.
    if attempt.state != State::Redirected || attempt.awaits_report() {
        return Ok(());
    }
    // Whatever it says, it is no answer.
    lookups::add(tx, id, AskedBy::Return, (Answer::Pending, &claim.raw))?;
    let speaks_of_it = differences(asked, &claim.told).iter().all(|differs| *differs == Difference::Reference);
    if claim.answer.is_money() && speaks_of_it {
        let now = tx.now();
        attempts::await_report(tx, id, now, until)?;
    }
    Ok(())
}

/// No report confirmed in time what a browser said: the invoices are free, and a person looks. One that comes later is
/// believed all the same.
pub(crate) fn give_up(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<(), Failure> {
    commands::expire(tx, attempt)?;
    Ok(commands::alert(tx, attempt, About::NoReport)?)
}
