//! What a cashier decides, each in one transaction and in the proof register.

use identity::traces::{self, Action, Actor, Trace};
use kernel::{Id, InvoiceId, Money, ObjectId, PatientId, PaymentAttemptId, RefundTaskId};
use serde_json::{Value, json};
use storage::{Act, StorageError, Tx};

use super::Cashier;
use crate::{
    Payments,
    commands::{announce_settled, credit},
    domain::{
        Refusal,
        invoice::{Account, Change, State},
    },
    failure::Failure,
    store::{
        attempts::{self, Attempt, Share},
        clearings::{self, Clearing},
        creditor_alerts::{self, CreditorAlertId},
        doubts,
        invoices::{self, Invoice},
        refunds::{self, Refund, Task},
        resolutions::{self, Decided, Matter, Resolution},
    },
};

/// The kinds of act in the proof register.
const RULED: &str = "payment.ruled";
const REFUNDED: &str = "payment.refunded";
const CLEARED: &str = "payment.cleared";
const CREDITOR_CLEARED: &str = "payment.creditor-cleared";
const DOUBT_CLEARED: &str = "payment.doubt-cleared";

/// Characters of a reason or a note.
const LONGEST_WORDS: usize = 500;

/// What a cashier says of money that differs from what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ruling {
    /// It counts: this much when the payment was for one invoice, else as it was asked.
    Accept(Option<Money>),
    /// It does not count and is to be given back.
    Refuse,
}

impl Ruling {
    const fn decided(self) -> Decided {
        match self {
            Self::Accept(_) => Decided::Accepted,
            Self::Refuse => Decided::Refused,
        }
    }
}

pub(crate) fn words(text: &str) -> Result<&str, Refusal> {
    let text = text.trim();
    let fits = (1..=LONGEST_WORDS).contains(&text.chars().count());
    if fits { Ok(text) } else { Err(Refusal::WordsNotFit) }
}

/// Money that differs from what was asked counts, or is to be given back.
pub(crate) fn rule(
    tx: &mut Tx<'_>,
    cashier: &Cashier,
    id: PaymentAttemptId,
    ruling: Ruling,
    reason: &str,
) -> Result<(), Failure> {
    let attempt = attempts::hold(tx, id)?.filter(|attempt| cashier.of.contains(&attempt.establishment));
    let attempt = attempt.ok_or(Failure::Unknown)?;
    let reason = words(reason)?;
    if !attempt.is_odd() || resolutions::of_attempt(tx.conn(), id)?.is_some() {
        return Err(Refusal::NothingToDecide.into());
    }
    let parts = parts(tx, id, ruling)?;
    let held = invoices::hold(tx, &parts.iter().map(|part| part.invoice).collect::<Vec<_>>())?;
    let total = parts.iter().map(|part| part.amount.cents()).fold(0, i64::saturating_add);
    let counted = Money::from_cents(if ruling == Ruling::Refuse { 0 } else { total });
    let (by, at) = (cashier.staff, tx.now());
    let resolution = Resolution { decided: ruling.decided(), amount: counted, reason: reason.to_owned(), by, at };
    resolutions::add(tx, attempt.establishment, Matter::Attempt(id), &resolution)?;
    for (invoice, part) in held.iter().zip(&parts) {
        match ruling {
            Ruling::Accept(_) => accept(tx, &attempt, invoice, part.amount)?,
            Ruling::Refuse => refuse(tx, invoice, part)?,
        }
    }
    if ruling != Ruling::Refuse {
        announce_settled(tx, &attempt, &held, counted)?;
    }
    let content = json!({ "decided": resolution.decided.as_str(), "cents": counted, "reason": reason });
    note(tx, (cashier, RULED), attempt.patient, id.as_object(), &content)
}

/// What each invoice has of the money. A sum of its own can only be said of one invoice.
fn parts(tx: &mut Tx<'_>, id: PaymentAttemptId, ruling: Ruling) -> Result<Vec<Share>, Failure> {
    let parts = attempts::shares_of(tx.conn(), id)?;
    match (ruling, parts.as_slice()) {
        (Ruling::Accept(Some(amount)), _) if amount <= Money::ZERO => Err(Refusal::SumNotFit.into()),
        (Ruling::Accept(Some(amount)), [only]) => Ok(vec![Share { amount, ..*only }]),
        (Ruling::Accept(Some(_)), _) => Err(Refusal::SumNotFit.into()),
        _ => Ok(parts),
    }
}

fn accept(tx: &mut Tx<'_>, attempt: &Attempt, invoice: &Invoice, money: Money) -> Result<(), Failure> {
    if invoice.account.state != State::Disputed {
        return credit(tx, attempt, invoice, money);
    }
    let received = invoice.account.received.checked_add(money).ok_or(Refusal::SumNotFit)?;
    lift(tx, invoice, received)
}

/// The money never was the invoice's: whoever gives it back changes nothing of its account.
fn refuse(tx: &mut Tx<'_>, invoice: &Invoice, part: &Share) -> Result<(), Failure> {
    refunds::add(tx, &Refund { is_counted: false, ..Refund::of(invoice, part.attempt, part.amount) })?;
    if invoice.account.state == State::Disputed { lift(tx, invoice, invoice.account.received) } else { Ok(()) }
}

/// The invoice is no longer disputed, unless other money of it still is.
fn lift(tx: &mut Tx<'_>, invoice: &Invoice, received: Money) -> Result<(), Failure> {
    let is_odd_still = !attempts::odd_of(tx.conn(), &[invoice.id])?.is_empty();
    let account = if is_odd_still { Account { received, ..invoice.account } } else { settled(invoice, received)? };
    become_so(tx, invoice, account)
}

fn settled(invoice: &Invoice, received: Money) -> Result<Account, Refusal> {
    invoice.account.settled(received, invoice.standing).ok_or(Refusal::NothingToDecide)
}

fn become_so(tx: &mut Tx<'_>, invoice: &Invoice, account: Account) -> Result<(), Failure> {
    invoices::account(tx, invoice.id, account)?;
    if account.state != State::Overpaid {
        return Ok(());
    }
    owe(tx, invoice, account.excess(invoice.standing))
}

/// An invoice that books and payments contradict (a title for what was paid) stays paid, or its money is given back.
pub(crate) fn rule_invoice(
    tx: &mut Tx<'_>,
    cashier: &Cashier,
    id: InvoiceId,
    ruling: Ruling,
    reason: &str,
) -> Result<(), Failure> {
    let invoice = invoices::hold(tx, &[id])?.into_iter().find(|one| cashier.of.contains(&one.establishment));
    let invoice = invoice.ok_or(Failure::Unknown)?;
    let reason = words(reason)?;
    let is_odd = !attempts::odd_of(tx.conn(), &[id])?.is_empty();
    if invoice.account.state != State::Disputed || is_odd {
        return Err(Refusal::NothingToDecide.into());
    }
    let received = invoice.account.received;
    if ruling == Ruling::Refuse && received > Money::ZERO {
        let state = invoice.account.state.after(Change::ReceiveTooMuch).ok_or(Refusal::NothingToDecide)?;
        invoices::account(tx, id, Account { state, ..invoice.account })?;
        owe(tx, &invoice, received)?;
    } else {
        become_so(tx, &invoice, settled(&invoice, received)?)?;
    }
    let amount = if ruling == Ruling::Refuse { Money::ZERO } else { received };
    let (by, at) = (cashier.staff, tx.now());
    let resolution = Resolution { decided: ruling.decided(), amount, reason: reason.to_owned(), by, at };
    resolutions::add(tx, invoice.establishment, Matter::Invoice(id), &resolution)?;
    let content = json!({ "decided": resolution.decided.as_str(), "cents": amount, "reason": reason });
    note(tx, (cashier, RULED), invoice.patient, id.as_object(), &content)
}

/// A provider's odd answer was seen to: nobody is told of it again, and it no longer keeps the invoice from another payer.
/// The provider is asked at once, and goes on being asked.
pub(crate) fn clear(tx: &mut Tx<'_>, cashier: &Cashier, id: PaymentAttemptId, reason: &str) -> Result<(), Failure> {
    let attempt = attempts::hold(tx, id)?.filter(|attempt| cashier.of.contains(&attempt.establishment));
    let attempt = attempt.ok_or(Failure::Unknown)?;
    let reason = words(reason)?;
    let Some((about, false)) = attempts::alert_of(tx.conn(), id)? else {
        return Err(Refusal::NothingToDecide.into());
    };
    let (by, at) = (cashier.staff, tx.now());
    clearings::add(tx, id, &Clearing { about, reason: reason.to_owned(), by, at })?;
    attempts::clear(tx, id)?;
    if attempt.state.is_active() {
        attempts::ask_at_once(tx, &[id])?;
    }
    let content = json!({ "about": about.as_str(), "reason": reason });
    note(tx, (cashier, CLEARED), attempt.patient, id.as_object(), &content)
}

/// A creditor of which the provider began no payment was seen to: what is refused from here on is told anew.
pub(crate) fn clear_creditor(
    tx: &mut Tx<'_>,
    cashier: &Cashier,
    id: CreditorAlertId,
    reason: &str,
) -> Result<(), Failure> {
    let held = creditor_alerts::hold(tx, id)?.filter(|(alert, _)| cashier.of.contains(&alert.establishment));
    let (alert, is_open) = held.ok_or(Failure::Unknown)?;
    let reason = words(reason)?;
    if !is_open {
        return Err(Refusal::NothingToDecide.into());
    }
    creditor_alerts::clear(tx, id, (cashier.staff, reason))?;
    let content = json!({ "creditor": alert.creditor, "cause": alert.cause, "reason": reason });
    note(tx, (cashier, CREDITOR_CLEARED), None, id.as_object(), &content)
}

/// The merge of an invoice's patient with somebody of other traits was seen to: the invoice stays whose it was.
pub(crate) fn clear_doubt(tx: &mut Tx<'_>, cashier: &Cashier, id: InvoiceId, reason: &str) -> Result<(), Failure> {
    let invoice = invoices::hold(tx, &[id])?.into_iter().find(|one| cashier.of.contains(&one.establishment));
    let invoice = invoice.ok_or(Failure::Unknown)?;
    let reason = words(reason)?;
    if !doubts::clear(tx, id, (cashier.staff, reason))? {
        return Err(Refusal::NothingToDecide.into());
    }
    note(tx, (cashier, DOUBT_CLEARED), invoice.patient, id.as_object(), &json!({ "reason": reason }))
}

/// Puts on the list what of an invoice's money has to be given back and is not on it yet; the latest money first.
pub(crate) fn owe(tx: &mut Tx<'_>, invoice: &Invoice, excess: Money) -> Result<(), Failure> {
    let owed = refunds::owed(tx.conn(), invoice.id)?;
    let mut missing = excess.cents().saturating_sub(owed.cents());
    let odd = attempts::odd_of(tx.conn(), &[invoice.id])?;
    let is_counted = |share: &Share| odd.iter().all(|(_, attempt)| attempt.id != share.attempt);
    for share in attempts::money_of(tx.conn(), invoice.id)?.into_iter().filter(is_counted) {
        let part = missing.min(share.amount.cents());
        if part > 0 && refunds::add(tx, &Refund::of(invoice, share.attempt, Money::from_cents(part)))? {
            missing -= part;
        }
    }
    Ok(())
}

/// A cashier gave the money back, and says how.
pub(crate) fn refund(tx: &mut Tx<'_>, cashier: &Cashier, id: RefundTaskId, text: &str) -> Result<(), Failure> {
    let task = refunds::hold(tx, id)?.filter(|task| cashier.of.contains(&task.refund.establishment));
    let task = task.ok_or(Failure::Unknown)?;
    let text = words(text)?;
    if task.done.is_some() {
        return Err(Refusal::NothingToDecide.into());
    }
    refunds::finish(tx, id, (cashier.staff, text))?;
    let patient = give_back(tx, &task)?;
    let content = json!({ "cents": task.refund.amount, "note": text });
    note(tx, (cashier, REFUNDED), patient, id.as_object(), &content)
}

/// The invoice's account follows; whose invoice it is.
fn give_back(tx: &mut Tx<'_>, task: &Task) -> Result<Option<PatientId>, Failure> {
    let invoice = invoices::hold(tx, &[task.refund.invoice])?.into_iter().next().ok_or(Failure::Unknown)?;
    if !task.refund.is_counted {
        return Ok(invoice.patient);
    }
    let received = invoice.account.received.checked_sub(task.refund.amount).unwrap_or(Money::ZERO).max(Money::ZERO);
    let is_owed_more = refunds::owed(tx.conn(), invoice.id)? > Money::ZERO;
    match invoice.account.state {
        State::Overpaid if !is_owed_more => become_so(tx, &invoice, settled(&invoice, received)?)?,
        State::Overpaid | State::Disputed => {
            invoices::account(tx, invoice.id, Account { received, ..invoice.account })?;
        }
        _ => {}
    }
    Ok(invoice.patient)
}

impl Payments {
    pub(crate) async fn rule(
        &self,
        cashier: &Cashier,
        id: PaymentAttemptId,
        ruling: Ruling,
        reason: &str,
    ) -> Result<(), Failure> {
        let (cashier, reason) = (cashier.clone(), reason.to_owned());
        self.db.write(move |tx| rule(tx, &cashier, id, ruling, &reason)).await
    }

    pub(crate) async fn rule_invoice(
        &self,
        cashier: &Cashier,
        id: InvoiceId,
        ruling: Ruling,
        reason: &str,
    ) -> Result<(), Failure> {
        let (cashier, reason) = (cashier.clone(), reason.to_owned());
        self.db.write(move |tx| rule_invoice(tx, &cashier, id, ruling, &reason)).await
    }

    pub(crate) async fn clear(&self, cashier: &Cashier, id: PaymentAttemptId, reason: &str) -> Result<(), Failure> {
        let (cashier, reason) = (cashier.clone(), reason.to_owned());
        self.db.write(move |tx| clear(tx, &cashier, id, &reason)).await
    }

    pub(crate) async fn clear_creditor(
        &self,
        cashier: &Cashier,
        id: CreditorAlertId,
        reason: &str,
    ) -> Result<(), Failure> {
        let (cashier, reason) = (cashier.clone(), reason.to_owned());
        self.db.write(move |tx| clear_creditor(tx, &cashier, id, &reason)).await
    }

    pub(crate) async fn clear_doubt(&self, cashier: &Cashier, id: InvoiceId, reason: &str) -> Result<(), Failure> {
        let (cashier, reason) = (cashier.clone(), reason.to_owned());
        self.db.write(move |tx| clear_doubt(tx, &cashier, id, &reason)).await
    }

    pub(crate) async fn refund(&self, cashier: &Cashier, id: RefundTaskId, note: &str) -> Result<(), Failure> {
        let (cashier, note) = (cashier.clone(), note.to_owned());
        self.db.write(move |tx| refund(tx, &cashier, id, &note)).await
    }
}

fn note(
    tx: &mut Tx<'_>,
    (cashier, kind): (&Cashier, &str),
    patient: Option<PatientId>,
    object: ObjectId,
    content: &Value,
) -> Result<(), Failure> {
    tx.record(Act { kind, actor: Id::as_object(cashier.staff), object, content })?;
    trace(tx, cashier, patient, Action::Changed)?;
    Ok(())
}

pub(crate) fn trace(
    tx: &mut Tx<'_>,
    cashier: &Cashier,
    patient: Option<PatientId>,
    action: Action,
) -> Result<(), StorageError> {
    let Some(patient) = patient else { return Ok(()) };
    traces::record(tx, Trace { patient, actor: Actor::Staff(cashier.staff), action, what: "payment" })
}
