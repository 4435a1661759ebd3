//! What happens to invoices and attempts, each in one transaction. Providers are asked outside of them.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use kernel::{EventKind, InvoiceId, Money, PatientId, PaymentAttemptId, VisitId};
use serde_json::json;
use storage::{Act, Conn, Event, StorageError, Tx};

use crate::{
    desk::deeds,
    domain::{
        Refusal,
        announce::{self, Announcement, Effect, Kind, Standing},
        attempt::{self, Change},
        compare::{Difference, Particulars, differences},
        creditor::Creditor,
        invoice::{self, Account},
        lookups::{Answer, Asked, Patience, Rhythm, Verdict},
        news,
        start::{self, decide_start},
        terms::Email,
    },
    failure::Failure,
    linking,
    port::Finding,
    providers::{can_be_asked, pays_titles},
    read, reports,
    store::{
        attempts::{self, After, Attempt, Share},
        clearings::About,
        creditor_alerts, doubts, erasure,
        invoices::{self, Invoice, Name},
        lookups::{self, AskedBy},
        refunds::{self, Refund},
    },
};

/// The kinds of act in the proof register.
pub(crate) const STARTED: &str = "payment.started";
pub(crate) const SETTLED: &str = "payment.settled";

/// Minutes after which an attempt that no provider answered for is given up: its payer never left.
const NEVER_SENT_MINUTES: i64 = 2;

/// What became of an announcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    Added(InvoiceId),
    Changed(InvoiceId),
    /// The same as before.
    Same(InvoiceId),
    /// A payer is at it: it counts from the end of the attempt.
    Held(InvoiceId),
}

impl Heard {
    /// The invoice it was about.
    pub const fn id(self) -> InvoiceId {
        match self {
            Self::Added(id) | Self::Changed(id) | Self::Same(id) | Self::Held(id) => id,
        }
    }
}

/// The hospital tells of an invoice, and which of its announcements this is: one that an older network path held back
/// does not undo what came after it.
pub(crate) fn hear_version(tx: &mut Tx<'_>, name: &Name, said: &Announcement, version: i64) -> Result<Heard, Failure> {
    let known = invoices::hold_named(tx, name)?;
    if let Some((invoice, last)) = known.as_ref().and_then(|invoice| Some((invoice, invoice.told_version?))) {
        match version.cmp(&last) {
            Ordering::Less => return Err(Refusal::VersionOlder.into()),
            Ordering::Equal if !invoice.says(said) => return Err(Refusal::VersionReused.into()),
            Ordering::Equal => return Ok(Heard::Same(invoice.id)),
            Ordering::Greater => {}
        }
    }
    let heard = hear(tx, name, said)?;
    invoices::heard(tx, heard.id(), version)?;
    Ok(heard)
}

/// The hospital tells of an invoice.
pub(crate) fn hear(tx: &mut Tx<'_>, name: &Name, said: &Announcement) -> Result<Heard, Failure> {
    let Some(invoice) = invoices::hold_named(tx, name)? else {
        if erasure::is_past(tx.conn(), name)? {
            return Err(Refusal::Erased.into());
        }
        let id = invoices::add(tx, name, said)?;
        linking::link(tx, id)?;
        return Ok(Heard::Added(id));
    };
    doubts::forget(tx, invoice.id)?;
    if invoice.says(said) {
        return Ok(Heard::Same(invoice.id));
    }
    take_over(tx, &invoice, said)
}

fn take_over(tx: &mut Tx<'_>, invoice: &Invoice, said: &Announcement) -> Result<Heard, Failure> {
    let next = match announce::effect(invoice.account, said.standing, said.amount) {
        Effect::Hold => {
            invoices::keep_for_later(tx, invoice.id, said)?;
            if said.confidential {
                invoices::keep_secret(tx, invoice.id)?;
            }
            return Ok(Heard::Held(invoice.id));
        }
        Effect::Become(next) => next,
        Effect::Review(next) => {
            tell(tx, EventKind::PaymentToReview, invoice)?;
            next
        }
    };
    invoices::change(tx, invoice, said, next)?;
    if invoice.person != said.person {
        linking::reconsider(tx, invoice.id)?;
    }
    if next == invoice::State::Overpaid {
        let account = Account { state: next, amount: said.amount, ..invoice.account };
        deeds::owe(tx, invoice, account.excess(said.standing))?;
    }
    Ok(Heard::Changed(invoice.id))
}

/// A payer wants to pay.
#[derive(Debug, Clone)]
pub(crate) struct Begin {
    pub(crate) invoices: Vec<(InvoiceId, Option<Money>)>,
    pub(crate) creditor: Creditor,
    pub(crate) email: Email,
    pub(crate) patient: Option<PatientId>,
    pub(crate) visit: VisitId,
}

/// Writes the attempt down before the provider is asked: from here on its invoices belong to nobody else.
pub(crate) fn begin(tx: &mut Tx<'_>, wish: &Begin) -> Result<Attempt, Failure> {
    let ids: Vec<InvoiceId> = wish.invoices.iter().map(|(id, _)| *id).collect();
    let provider = wish.creditor.provider;
    let held: Vec<Invoice> = invoices::hold(tx, &ids)?.into_iter().map(|one| opened(one, provider)).collect();
    let [first, others @ ..] = held.as_slice() else { return Err(Failure::Unknown) };
    if held.len() != ids.len() {
        return Err(Failure::Unknown);
    }
    if others.iter().any(|other| (other.establishment, &other.creditor) != (first.establishment, &first.creditor)) {
        return Err(Refusal::NotTogether.into());
    }
    // Who collects titles knows no other debt.
    if pays_titles(provider) && held.iter().any(|one| !is_title(one)) {
        return Err(Refusal::CreditorClosed.into());
    }
    let wished = |id| wish.invoices.iter().find(|(known, _)| *known == id).and_then(|(_, money)| *money);
    let wishes: Vec<start::Share> =
        held.iter().map(|one| start::Share { account: one.account, wished: wished(one.id) }).collect();
    let decision = decide_start(&wish.creditor.terms, &wishes)?;
    let (id, now) = (tx.id(), tx.now());
    let attempt = Attempt {
        id,
        establishment: first.establishment,
        creditor: first.creditor.clone(),
        provider: wish.creditor.provider.to_owned(),
        creditor_number: wish.creditor.number.clone(),
        mode: wish.creditor.mode,
        amount: decision.total,
        refdet: first.refdet.clone(),
        exercice: first.exercice.clone(),
        email: wish.email.clone(),
        patient: wish.patient,
        visit: wish.visit,
        state: attempt::State::Created,
        reference: None,
        differences: Vec::new(),
        authorisation: None,
        ended_at: None,
        created_at: now,
        rank: attempts::rank_of(id),
        look_at: Some(now + SignedDuration::from_mins(NEVER_SENT_MINUTES)),
    };
    let share = |(one, amount): (&Invoice, &Money)| Share { attempt: attempt.id, invoice: one.id, amount: *amount };
    let parts: Vec<Share> = held.iter().zip(&decision.shares).map(share).collect();
    attempts::add(tx, &attempt, &parts)?;
    for one in &held {
        step(tx, one, invoice::Change::Start)?;
    }
    let content = json!({ "refdet": attempt.refdet, "cents": attempt.amount, "mode": attempt.mode });
    let actor = attempt.payer();
    tx.record(Act { kind: STARTED, actor, object: attempt.id.as_object(), content: &content })?;
    Ok(attempt)
}

/// Whether an attempt that no provider answered for is over.
pub(crate) fn is_given_up(attempt: &Attempt, now: Timestamp) -> bool {
    now.duration_since(attempt.created_at) >= SignedDuration::from_mins(NEVER_SENT_MINUTES)
}

/// The provider took it.
pub(crate) fn sent(tx: &mut Tx<'_>, attempt: &Attempt, reference: &str, rhythm: &Rhythm) -> Result<(), Failure> {
    let next = rhythm.next(attempt.created_at, tx.now());
    // Given up meanwhile: the payer is not sent to where a second payment could happen unseen.
    if attempts::sent(tx, attempt.id, reference, next)? { Ok(()) } else { Err(Refusal::PaymentUnderWay.into()) }
}

/// The provider did not take it: the invoices may be paid again. With words when it refused what no payer can put right:
/// a person of the hospital hears of it, once for each creditor and cause.
pub(crate) fn not_sent(tx: &mut Tx<'_>, id: PaymentAttemptId, refusal: Option<&str>) -> Result<(), Failure> {
    let attempt = attempts::hold(tx, id)?.ok_or(Failure::Unknown)?;
    end(tx, &attempt, Change::Fail)?;
    if let Some(words) = refusal {
        attempts::refused(tx, id, words)?;
        if creditor_alerts::count(tx, &attempt, words)? {
            tell_of(tx, &attempt)?;
        }
    }
    Ok(())
}

/// Nobody can be asked: after its time an attempt is over, until somebody says otherwise.
///
/// `report` is how long a report may take, where one is waited for.
pub(crate) fn wait(
    tx: &mut Tx<'_>,
    id: PaymentAttemptId,
    report: Option<SignedDuration>,
    judging: &Judging,
) -> Result<Attempt, Failure> {
    let attempt = attempts::hold(tx, id)?.ok_or(Failure::Unknown)?;
    let now = tx.now();
    let age = now.duration_since(attempt.created_at);
    let next = judging.next(&attempt, attempt.state, now);
    match report.filter(|_| attempt.awaits_report()) {
        // Only its own word can change it now.
        _ if !attempt.state.is_active() => attempts::look_again(tx, id, None)?,
        Some(report) if age >= report => reports::give_up(tx, &attempt)?,
        Some(report) => attempts::look_again(tx, id, attempt.created_at.checked_add(report).ok())?,
        None if age < judging.patience.reopens(false) => attempts::look_again(tx, id, next)?,
        None => {
            attempts::look_again(tx, id, next)?;
            overdue(tx, &attempt, report.is_some())?;
        }
    }
    attempts::find(tx.conn(), id)?.ok_or(Failure::Unknown)
}

/// Its time is over and the provider, which cannot be asked, gave no result. What it said is unclear keeps the invoice until a
/// cashier saw to it; where it said nothing at all the invoice is free, and a person asks the bank.
fn overdue(tx: &mut Tx<'_>, attempt: &Attempt, is_reported: bool) -> Result<(), Failure> {
    let last = lookups::last_answer(tx.conn(), attempt.id)?;
    let heard = heard_of(tx.conn(), attempt)?;
    if heard.is_unclear() {
        let about = if heard == news::Heard::BankChecks { About::Examined } else { About::NotUnderstood };
        return Ok(alert(tx, attempt, about)?);
    }
    expire(tx, attempt)?;
    if last.is_none() && !is_reported {
        alert(tx, attempt, About::Untold)?;
    }
    Ok(())
}

/// What was heard last of an attempt.
pub(crate) fn heard_of(conn: &mut Conn, attempt: &Attempt) -> Result<news::Heard, StorageError> {
    if attempt.awaits_report() {
        return Ok(news::Heard::SaidPaid);
    }
    let is_seen_to = attempts::alert_of(conn, attempt.id)?.is_some_and(|(_, is_cleared)| is_cleared);
    Ok(match lookups::last_answer(conn, attempt.id)? {
        Some(Answer::NoAnswer) => news::Heard::Silence,
        Some(Answer::NotUnderstood) if !is_seen_to => news::Heard::Riddle,
        Some(Answer::Examined) if !is_seen_to => news::Heard::BankChecks,
        // Of a provider that cannot be asked, only the payer's browser says that nothing ended.
        Some(Answer::Pending) if !can_be_asked(&attempt.provider) => news::Heard::SaidUnpaid,
        _ => news::Heard::Nothing,
    })
}

/// Another payer may start: the provider was just asked and knows of no money. It goes on being asked.
pub(crate) fn give_up(tx: &mut Tx<'_>, id: PaymentAttemptId) -> Result<(), Failure> {
    let attempt = attempts::hold(tx, id)?.ok_or(Failure::Unknown)?;
    let look_at = attempt.look_at;
    end(tx, &attempt, Change::Expire)?;
    Ok(attempts::look_again(tx, id, look_at)?)
}

pub(crate) fn expire(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<(), Failure> {
    end(tx, attempt, Change::Expire)
}

/// A provider said what should not be: a person of the hospital hears of it, once until it is cleared up.
pub(crate) fn alert(tx: &mut Tx<'_>, attempt: &Attempt, about: About) -> Result<(), StorageError> {
    if attempts::alert(tx, attempt.id, about)? { tell_of(tx, attempt) } else { Ok(()) }
}

fn tell_of(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<(), StorageError> {
    for part in attempts::shares_of(tx.conn(), attempt.id)? {
        if let Some(invoice) = invoices::find(tx.conn(), part.invoice)? {
            tell(tx, EventKind::PaymentToReview, &invoice)?;
        }
    }
    Ok(())
}

fn end(tx: &mut Tx<'_>, attempt: &Attempt, change: Change) -> Result<(), Failure> {
    let Some(state) = attempt.state.after(change) else { return Ok(()) };
    let after = After { state, differences: &[], authorisation: None, ended_at: None, look_at: None };
    attempts::change(tx, attempt.id, &after)?;
    leave(tx, attempt)
}

/// How answers are judged and when the next question is due.
#[derive(Debug, Clone)]
pub struct Judging {
    pub patience: Patience,
    pub rhythm: Rhythm,
    /// Where the provider is: its nights are those in which it forgets.
    pub zone: TimeZone,
}

/// One answer of the provider, whoever asked: the only way in which an attempt ends.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    id: PaymentAttemptId,
    (asked_by, finding, asked): (AskedBy, &Finding, &Particulars),
    judging: &Judging,
) -> Result<Attempt, Failure> {
    let attempt = attempts::hold(tx, id)?.ok_or(Failure::Unknown)?;
    lookups::add(tx, id, asked_by, (finding.answer, &finding.raw))?;
    let now = tx.now();
    let verdict = judging.patience.judge(finding.answer, judging.asked(&attempt, finding, now));
    if verdict == Verdict::WaitAndAlert {
        let about = match finding.answer {
            Answer::Unknown => About::Unknown,
            Answer::Examined => About::Examined,
            _ => About::NotUnderstood,
        };
        alert(tx, &attempt, about)?;
    }
    let change = match verdict {
        Verdict::Change(change) => attempt.state.after(change),
        Verdict::Wait | Verdict::WaitAndAlert => None,
    };
    let differ = if finding.answer.is_money() { differences(asked, &finding.told) } else { Vec::new() };
    let Some(state) = change else {
        let next = judging.next(&attempt, attempt.state, now);
        attempts::look_again(tx, id, next)?;
        return Ok(attempt);
    };
    let after = After {
        state,
        differences: &differ,
        authorisation: finding.authorisation.as_deref(),
        ended_at: finding.ended_at,
        look_at: judging.next(&attempt, state, now),
    };
    attempts::change(tx, id, &after)?;
    match state.is_settled() {
        true => receive(tx, &attempt, &differ)?,
        false if attempt.state.is_active() => leave(tx, &attempt)?,
        false => {}
    }
    attempts::find(tx.conn(), id)?.ok_or(Failure::Unknown)
}

impl Judging {
    fn asked(&self, attempt: &Attempt, finding: &Finding, now: Timestamp) -> Asked {
        let day = |at: Timestamp| at.to_zoned(self.zone.clone()).date();
        Asked {
            age: now.duration_since(attempt.created_at),
            ended_since: finding.ended_at.map(|ended| now.duration_since(ended)),
            a_night_passed: day(attempt.created_at) < day(now),
            again: can_be_asked(&attempt.provider),
        }
    }

    /// Money is final; anything else may still turn out to be paid.
    fn next(&self, attempt: &Attempt, state: attempt::State, now: Timestamp) -> Option<Timestamp> {
        let is_over = state.is_settled() || state == attempt::State::Failed;
        if is_over { None } else { self.rhythm.next(attempt.created_at, now) }
    }
}

/// Money came in: each invoice gets its share, unless the provider speaks of something else or no money moved.
pub(crate) fn receive(tx: &mut Tx<'_>, attempt: &Attempt, differ: &[Difference]) -> Result<(), Failure> {
    if !attempt.mode.is_real() {
        return leave(tx, attempt);
    }
    let parts = attempts::shares_of(tx.conn(), attempt.id)?;
    let ids: Vec<InvoiceId> = parts.iter().map(|part| part.invoice).collect();
    let held = invoices::hold(tx, &ids)?;
    attempts::let_go(tx, attempt.id)?;
    for (invoice, part) in held.iter().zip(&parts) {
        match differ {
            [] => credit(tx, attempt, invoice, part.amount)?,
            _ => dispute(tx, invoice)?,
        }
    }
    if differ.is_empty() {
        announce_settled(tx, attempt, &held, attempt.amount)?;
    }
    Ok(())
}

pub(crate) fn credit(tx: &mut Tx<'_>, attempt: &Attempt, invoice: &Invoice, money: Money) -> Result<(), Failure> {
    let invoice = &opened(invoice.clone(), &attempt.provider);
    let account = invoice.account;
    let change = account.receives(money);
    let too_large = || Failure::Storage(StorageError::Unavailable("a sum is too large".into()));
    let received = account.received.checked_add(money).ok_or_else(too_large)?;
    let state = account.state.after(change).unwrap_or(invoice::State::Disputed);
    if change == invoice::Change::ReceiveTooMuch {
        let amount = money.checked_sub(account.due()).ok_or_else(too_large)?;
        refunds::add(tx, &Refund::of(invoice, attempt.id, amount))?;
        tell(tx, EventKind::PaymentToReview, invoice)?;
    }
    become_and_hear(tx, invoice, Account { state, received, ..account })
}

fn dispute(tx: &mut Tx<'_>, invoice: &Invoice) -> Result<(), Failure> {
    tell(tx, EventKind::PaymentToReview, invoice)?;
    let state = invoice.account.state.after(invoice::Change::Dispute).unwrap_or(invoice.account.state);
    become_and_hear(tx, invoice, Account { state, ..invoice.account })
}

/// The attempt ended without money: its invoices are free, and hear what the hospital said meanwhile.
fn leave(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<(), Failure> {
    let parts = attempts::shares_of(tx.conn(), attempt.id)?;
    let ids: Vec<InvoiceId> = parts.iter().map(|part| part.invoice).collect();
    attempts::let_go(tx, attempt.id)?;
    for invoice in invoices::hold(tx, &ids)? {
        let Some(state) = invoice.account.state.after(invoice::Change::Leave) else { continue };
        // A title that nobody paid is a title again.
        let again = state.after(invoice::Change::Title).filter(|_| invoice.standing == Standing::Titled);
        let state = again.unwrap_or(state);
        become_and_hear(tx, &invoice, Account { state, ..invoice.account })?;
    }
    Ok(())
}

fn is_title(invoice: &Invoice) -> bool {
    invoice.kind == Kind::Titre || invoice.standing == Standing::Titled
}

/// Taken over by the accountant: closed for the *régie*, and open to whoever collects titles.
pub(crate) fn opened(invoice: Invoice, provider: &str) -> Invoice {
    let is_theirs = invoice.account.state == invoice::State::Titled && pays_titles(provider);
    let open = invoice.account.state.after(invoice::Change::Open).filter(|_| is_theirs);
    let account = Account { state: open.unwrap_or(invoice.account.state), ..invoice.account };
    Invoice { account, ..invoice }
}

fn step(tx: &mut Tx<'_>, invoice: &Invoice, change: invoice::Change) -> Result<(), Failure> {
    let state = invoice.account.state.after(change).ok_or(Refusal::PaymentUnderWay)?;
    Ok(invoices::account(tx, invoice.id, Account { state, ..invoice.account })?)
}

/// The attempt is paid: it is told once, and kept in the proof register.
pub(crate) fn announce_settled(
    tx: &mut Tx<'_>,
    attempt: &Attempt,
    invoices: &[Invoice],
    counted: Money,
) -> Result<(), StorageError> {
    let content = json!({ "refdet": attempt.refdet, "cents": counted });
    tx.record(Act { kind: SETTLED, actor: attempt.payer(), object: attempt.id.as_object(), content: &content })?;
    // Told in the order of the patient whose invoices they are, whoever paid.
    let subject = invoices.first().map_or_else(|| attempt.payer(), read::subject);
    let (establishment, object) = (attempt.establishment, attempt.id.as_object());
    tx.emit(Event { kind: EventKind::PaymentSettled, establishment, subject, object })
}

/// The new account, and after it what the hospital said while a payer was at it.
fn become_and_hear(tx: &mut Tx<'_>, invoice: &Invoice, account: Account) -> Result<(), Failure> {
    invoices::account(tx, invoice.id, account)?;
    let Some(said) = &invoice.held else { return Ok(()) };
    let invoice = Invoice { account, held: None, ..invoice.clone() };
    take_over(tx, &invoice, said).map(|_| ())
}

fn tell(tx: &mut Tx<'_>, kind: EventKind, invoice: &Invoice) -> Result<(), StorageError> {
    let (establishment, subject) = (invoice.establishment, read::subject(invoice));
    tx.emit(Event { kind, establishment, subject, object: invoice.id.as_object() })
}
