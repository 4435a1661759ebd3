//! Payments that nobody can be asked about: what a browser says of them, and what the accountant's report says.

use jiff::Timestamp;
use kernel::{Money, PaymentAttemptId};
use storage::Tx;

use crate::{
    Payments, commands,
    domain::{
        attempt::State,
        compare::{Difference, Particulars, differences},
        lookups::Answer,
    },
    failure::Failure,
    port::Finding,
    store::{
        attempts::{self, Attempt},
        lookups::{self, AskedBy},
    },
};

/// What a report says of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    pub refdet: String,
    pub amount: Money,
    /// When it was paid, where the report says.
    pub paid_at: Option<Timestamp>,
    /// The line, word for word.
    pub raw: String,
}

impl Attempt {
    /// The payer's browser said that it was paid, and nothing else did yet: nobody else may pay, and nothing is closed.
    pub fn awaits_report(&self) -> bool {
        self.state == State::Redirected && self.ended_at.is_some()
    }
}

impl Payments {
    /// A report of who took the money says that an attempt was paid: the answer of a provider that cannot be asked. One
    /// that can be is asked, whatever a report says.
    pub async fn confirm_by_report(&self, id: PaymentAttemptId, reported: Reported) -> Result<Attempt, Failure> {
        let attempt = self.attempt(id).await?.ok_or(Failure::Unknown)?;
        if attempt.state.is_settled() {
            return Ok(attempt);
        }
        if self.provider(&attempt.provider)?.limits().can_be_asked {
            return self.look(id, AskedBy::Desk).await;
        }
        let asked = self.asked(&attempt)?;
        // A report is one creditor's, of real money, and knows no reference but the debt's.
        let told = Particulars { refdet: Some(reported.refdet), amount: Some(reported.amount), ..asked };
        let finding =
            Finding { answer: Answer::Paid, told, ended_at: reported.paid_at, authorisation: None, raw: reported.raw };
        self.settle(attempt, AskedBy::Desk, finding).await
    }

    /// What a browser brought back about an attempt. If it speaks of that payment and says that it was made, the attempt
    /// waits for the report.
    pub(crate) async fn claim(&self, attempt: Attempt, claim: Finding) -> Result<(), Failure> {
        let (id, asked) = (attempt.id, self.asked(&attempt)?);
        let within = self.provider(&attempt.provider)?.reports_within();
        let until = within.and_then(|within| attempt.created_at.checked_add(within).ok());
        self.db.write(move |tx| claimed(tx, id, (&claim, &asked), until)).await
    }
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
    Ok(commands::alert(tx, attempt)?)
}
