//! The payer's side of the room: whose invoice may be seen and paid, and what is told of a payment. A payer is a patient,
//! or a browser that showed the two secrets of a paper.

use ::web::{Caller, Ctx, IdempotencyKey};
use identity::{proxies::Quality, traces::Action};
use jiff::Timestamp;
use kernel::{EstablishmentId, Id, InvoiceId, Money, PatientId, PaymentAttemptId, VisitId, Zone, digest};
use storage::{StorageError, Tx, idempotency::Key, proof, proof::ActView};

use crate::{
    commands::{self, SETTLED},
    domain::{
        Refusal,
        creditor::{Creditor, Terms},
        guesses::{OF_A_NETWORK, OF_A_REFERENCE},
        invoice,
        news::{Heard, Known, News, Odd, Refund},
        start,
        terms::{Email, Refdet},
    },
    failure::Failure,
    providers::can_be_asked,
    proxies,
    room::{Begun, NotBegun, Payments, Wish},
    store::{
        attempts::{self, Attempt},
        invoices::Invoice,
        lookups::AskedBy,
        papers::{self, About},
        refunds,
        resolutions::{self, Decided},
    },
};

/// Who wants to see or to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payer {
    pub patient: Option<PatientId>,
    /// The browser; it stays the same through a login.
    pub visit: VisitId,
}

impl Payer {
    pub fn of(ctx: &Ctx) -> Self {
        let patient = match ctx.caller() {
            Caller::Patient(patient) => Some(patient),
            Caller::Anonymous | Caller::Staff(_) => None,
        };
        Self { patient, visit: ctx.visit() }
    }

    /// Theirs, by who they are.
    pub(crate) fn owns(self, invoice: &Invoice) -> bool {
        self.patient.is_some() && self.patient == invoice.patient
    }

    /// Who logs in after somebody else on the same browser sees nothing of theirs.
    pub(crate) fn began(self, attempt: &Attempt) -> bool {
        match (self.patient, attempt.patient) {
            (Some(one), Some(other)) => one == other,
            _ => attempt.visit == self.visit,
        }
    }
}

/// What somebody wants to pay, as they filled it in.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    /// With how much of each; none: all that is due.
    pub(crate) invoices: Vec<(InvoiceId, Option<Money>)>,
    pub(crate) email: String,
}

impl Chosen {
    /// What makes two requests the same: who pays what, and where the receipt goes.
    pub(crate) fn key(&self, payer: Payer, key: IdempotencyKey) -> Key {
        let share = |(id, money): &(InvoiceId, Option<Money>)| match money {
            Some(money) => format!("{id} {}", money.cents()),
            None => id.to_string(),
        };
        let parts = self.invoices.iter().map(share).chain([self.email.clone()]);
        let request = digest::sha256(&[b"payment", parts.collect::<Vec<_>>().join("\n").as_bytes()]);
        let scope = payer.patient.map_or_else(|| payer.visit.uuid(), Id::uuid);
        Key { scope, key: key.0, request }
    }
}

/// The hospital that asks for the money, as patients know it.
#[derive(Debug, Clone)]
pub(crate) struct Hospital {
    pub(crate) name: String,
    pub(crate) zone: Zone,
    /// E.164; none: it has no line of its own.
    pub(crate) telephone: Option<String>,
}

/// An invoice, and as what somebody else than its patient sees it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) invoice: Invoice,
    /// None: it is their own.
    pub(crate) quality: Option<Quality>,
}

/// What became of two secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    Right(Vec<InvoiceId>),
    /// The reference is unknown, or the amount is another: never told apart.
    Wrong,
    /// There were too many wrong tries.
    Wait(Timestamp),
}

/// A payment as its payer sees it.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    pub(crate) attempt: Attempt,
    /// With what each has of it.
    pub(crate) parts: Vec<(Invoice, Money)>,
    /// As patients read it.
    pub(crate) creditor: String,
    pub(crate) news: News,
    /// Whether the way to the provider is still open.
    pub(crate) may_go_on: bool,
}

impl Payments {
    /// One of the patient's own, or of somebody for whom they act; anybody else's does not exist. Its patient can read who
    /// looked.
    pub(crate) async fn seen_invoice(&self, patient: PatientId, id: InvoiceId) -> Result<Seen, Failure> {
        let seen = self.look_for(Some(patient), id).await?.ok_or(Failure::Unknown)?;
        if seen.quality.is_some() {
            let invoice = seen.invoice.clone();
            self.db.write(move |tx| proxies::told_to_patient(tx, &invoice, patient, Action::Read)).await?;
        }
        Ok(seen)
    }

    /// One that is there for somebody by who they are; none: it is not.
    pub(crate) async fn look_for(
        &self,
        patient: Option<PatientId>,
        id: InvoiceId,
    ) -> Result<Option<Seen>, StorageError> {
        let (Some(patient), Some(invoice)) = (patient, self.invoice(id).await?) else { return Ok(None) };
        let is_own = invoice.patient == Some(patient);
        let quality = if is_own { None } else { self.acts_for(patient, invoice.clone()).await? };
        if !is_own && quality.is_none() {
            return Ok(None);
        }
        Ok(Some(Seen { invoice: self.as_payers_see(invoice).await?, quality }))
    }

    /// Where this payer sees and pays it.
    pub(crate) async fn page_of(&self, payer: Payer, invoice: &Invoice) -> Result<String, StorageError> {
        let of_whom = if self.look_for(payer.patient, invoice.id).await?.is_some() { "invoices" } else { "pay" };
        Ok(format!("/{of_whom}/{}", invoice.id))
    }

    /// A title is open where titles are paid.
    pub(crate) async fn as_payers_see(&self, invoice: Invoice) -> Result<Invoice, StorageError> {
        if invoice.account.state != invoice::State::Titled {
            return Ok(invoice);
        }
        Ok(match self.creditor_of(&invoice).await? {
            Some((_, creditor)) => commands::opened(invoice, creditor.provider),
            None => invoice,
        })
    }

    /// All of these, in their order.
    pub(crate) async fn all_as_payers_see(&self, invoices: Vec<Invoice>) -> Result<Vec<Invoice>, StorageError> {
        let mut seen = Vec::new();
        for invoice in invoices {
            seen.push(self.as_payers_see(invoice).await?);
        }
        Ok(seen)
    }

    /// One whose paper this browser showed.
    pub(crate) async fn shown_invoice(&self, visit: VisitId, id: InvoiceId) -> Result<Invoice, Failure> {
        let now = self.db.now();
        let shown = self.db.read(move |conn| papers::is_shown(conn, visit, id, now)).await?;
        let invoice = self.invoice(id).await?.filter(|_| shown).ok_or(Failure::Unknown)?;
        Ok(self.as_payers_see(invoice).await?)
    }

    /// One that this payer may pay.
    pub(crate) async fn payable_by(&self, payer: Payer, id: InvoiceId) -> Result<Invoice, Failure> {
        match self.look_for(payer.patient, id).await? {
            Some(seen) => Ok(seen.invoice),
            None => self.shown_invoice(payer.visit, id).await,
        }
    }

    /// Who is owed by an invoice; none: nobody that takes payments here.
    pub(crate) async fn creditor_of(&self, invoice: &Invoice) -> Result<Option<(String, Creditor)>, StorageError> {
        self.creditor(invoice.establishment, &invoice.creditor).await
    }

    /// As patients read it; empty: nobody takes payments for it here.
    pub(crate) async fn name_of_creditor(&self, invoice: &Invoice) -> Result<String, StorageError> {
        Ok(self.creditor_of(invoice).await?.map(|(name, _)| name).unwrap_or_default())
    }

    pub(crate) async fn hospital(&self, id: EstablishmentId) -> Result<Hospital, Failure> {
        let found = self.db.read(move |conn| {
            let sites = identity::read::sites(conn, Some(id))?;
            Ok::<_, StorageError>((identity::read::establishment(conn, id)?, sites.into_iter().next()))
        });
        let (Some(establishment), Some(site)) = found.await? else { return Err(Failure::Unknown) };
        let telephone = Some(site.help_phone).filter(|number| !number.is_empty());
        Ok(Hospital { name: establishment.name, zone: site.zone, telephone })
    }

    /// Whether the payment of an invoice could begin now, in full; what could be paid in parts may begin.
    pub(crate) async fn could_begin(&self, invoice: &Invoice) -> Result<Result<Terms, Refusal>, StorageError> {
        let Some((_, Creditor { terms, .. })) = self.creditor_of(invoice).await? else {
            return Ok(Err(Refusal::CreditorClosed));
        };
        let state = if self.may_be_freed(invoice).await? { invoice::State::Payable } else { invoice.account.state };
        let whole = start::Share { account: invoice::Account { state, ..invoice.account }, wished: None };
        Ok(match start::decide_start(&terms, &[whole]) {
            Err(Refusal::TooMuch { .. }) if terms.partial_payment => Ok(terms),
            decision => decision.map(|_| terms),
        })
    }

    /// Whether the payment that keeps an invoice is old enough for another to begin: the provider is asked about it first.
    pub(crate) async fn may_be_freed(&self, invoice: &Invoice) -> Result<bool, StorageError> {
        if invoice.account.state != invoice::State::Paying {
            return Ok(false);
        }
        let Some(active) = self.active(invoice.id).await?.filter(|attempt| self.reopens_at(attempt) <= self.db.now())
        else {
            return Ok(false);
        };
        // After a silence the provider may answer now: who tries finds out.
        Ok(matches!(self.heard_of(&active).await?, Heard::Nothing | Heard::Silence | Heard::SaidUnpaid))
    }

    /// Whether a payer's browser said that it was paid, and a report is awaited.
    pub(crate) async fn is_announced(&self, invoice: &Invoice) -> Result<bool, StorageError> {
        Ok(self.active(invoice.id).await?.is_some_and(|attempt| attempt.awaits_report()))
    }

    /// The payment that keeps an invoice.
    async fn active(&self, id: InvoiceId) -> Result<Option<Attempt>, StorageError> {
        self.db.read(move |conn| attempts::active_of(conn, id)).await
    }

    /// The same person's other invoices that this payer can pay together with this one.
    pub(crate) async fn together_with(&self, payer: Payer, invoice: &Invoice) -> Result<Vec<Invoice>, StorageError> {
        let terms = self.creditor_of(invoice).await?.map(|(_, one)| one.terms).filter(|terms| terms.several_invoices);
        let (Some(patient), Some(terms)) = (payer.patient.filter(|_| invoice.is_payable()), terms) else {
            return Ok(Vec::new());
        };
        let mut others = match payer.owns(invoice) {
            true => self.invoices_of(patient).await?,
            false => {
                let seen = self.invoices_for_others(patient).await?.into_iter().map(|(other, _)| other);
                seen.filter(|other| other.person.ipp == invoice.person.ipp).collect()
            }
        };
        let is_alike = |other: &Invoice| {
            (other.establishment, &other.creditor) == (invoice.establishment, &invoice.creditor)
                && other.id != invoice.id
                && other.is_payable()
                && other.account.due() <= terms.most
        };
        others.retain(is_alike);
        Ok(others)
    }

    /// What keeps an invoice from being paid, where this payer began it.
    pub(crate) async fn under_way(
        &self,
        payer: Payer,
        id: InvoiceId,
    ) -> Result<Option<PaymentAttemptId>, StorageError> {
        let active = self.active(id).await?;
        Ok(active.filter(|attempt| payer.began(attempt)).map(|attempt| attempt.id))
    }

    /// The two secrets of a paper. Right or wrong, the same is read and something is written.
    pub(crate) async fn show_paper(
        &self,
        visit: VisitId,
        network: &str,
        (refdet, amount): (Refdet, Money),
    ) -> Result<Shown, StorageError> {
        let abouts = [About::network(network), About::reference(&refdet)];
        self.db.write(move |tx| show_paper(tx, visit, &abouts, (&refdet, amount))).await
    }

    /// Pays what somebody chose: theirs by login or by paper, everything about it from the database.
    pub(crate) async fn pay(&self, payer: Payer, key: Key, chosen: Chosen) -> Result<Begun, NotBegun> {
        let email: Email = chosen.email.trim().parse().map_err(|_| Failure::from(Refusal::Email))?;
        let mut first = None;
        for (id, _) in &chosen.invoices {
            let invoice = self.payable_by(payer, *id).await?;
            first.get_or_insert(invoice);
        }
        let first = first.ok_or(Failure::Unknown)?;
        let creditor = self.creditor_of(&first).await?;
        let (_, creditor) = creditor.ok_or(Failure::from(Refusal::CreditorClosed))?;
        let Payer { patient, visit } = payer;
        self.start(key, Wish { invoices: chosen.invoices, creditor, email, patient, visit }).await
    }

    /// A payment for whoever began it, after the provider was asked if it is time to.
    pub(crate) async fn progress(&self, payer: Payer, id: PaymentAttemptId) -> Result<Progress, Failure> {
        self.attempt(id).await?.filter(|attempt| payer.began(attempt)).ok_or(Failure::Unknown)?;
        let attempt = self.refresh(id, AskedBy::Patient).await?;
        self.standing(attempt).await
    }

    async fn standing(&self, attempt: Attempt) -> Result<Progress, Failure> {
        let id = attempt.id;
        let found = self.db.read(move |conn| {
            let ruled = resolutions::of_attempt(conn, id)?.map(|resolution| resolution.decided);
            Ok::<_, StorageError>((ruled, refunds::of_attempt(conn, id)?, attempts::parts_of(conn, id)?))
        });
        let (ruled, tasks, mut parts) = found.await?;
        let odd = match ruled {
            Some(Decided::Refused) => Odd::Refused,
            None if attempt.is_odd() => Odd::Waits,
            Some(Decided::Accepted) | None => Odd::No,
        };
        let refund = match tasks.as_slice() {
            [] => Refund::None,
            tasks if tasks.iter().all(|task| task.done.is_some()) => Refund::Done,
            _ => Refund::Arranged,
        };
        let news = News::of(Known {
            state: attempt.state,
            heard: self.heard_of(&attempt).await?,
            mode: attempt.mode,
            odd,
            refund,
        });
        let creditor = self.creditor(attempt.establishment, &attempt.creditor).await?;
        let creditor = creditor.map(|(name, _)| name).unwrap_or_default();
        let may_go_on = news.may_be_left() && self.way_on(&attempt).await?.is_some();
        for (invoice, _) in &mut parts {
            *invoice = self.as_payers_see(invoice.clone()).await?;
        }
        Ok(Progress { attempt, parts, creditor, news, may_go_on })
    }

    /// The money that came in for an invoice, the latest first.
    pub(crate) async fn money_of(&self, invoice: &Invoice) -> Result<Vec<Progress>, Failure> {
        let id = invoice.id;
        let known = self.db.read(move |conn| {
            let ids: Vec<_> = attempts::money_of(conn, id)?.iter().map(|share| share.attempt).collect();
            attempts::of_ids(conn, &ids)
        });
        let mut money = Vec::new();
        for attempt in known.await?.into_iter().rev() {
            money.push(self.standing(attempt).await?);
        }
        Ok(money)
    }

    /// Where this payer can try again what did not end with money; none: there is nothing to pay any more.
    pub(crate) async fn where_again(&self, payer: Payer, payment: &Progress) -> Result<Option<String>, StorageError> {
        match self.to_try_again(payment).await? {
            Some(invoice) => Ok(Some(self.open_page_of(payer, invoice).await?)),
            None => Ok(None),
        }
    }

    /// Where this payer gets to an invoice, whose paper they may have shown too long ago: then its two secrets are asked again.
    pub(crate) async fn open_page_of(&self, payer: Payer, invoice: &Invoice) -> Result<String, StorageError> {
        let (id, visit, now) = (invoice.id, payer.visit, self.db.now());
        let shown = self.db.read(move |conn| papers::is_shown(conn, visit, id, now)).await?;
        let is_theirs = self.look_for(payer.patient, id).await?.is_some();
        if is_theirs || shown { self.page_of(payer, invoice).await } else { Ok("/pay".to_owned()) }
    }

    /// The first invoice of a payment that another one may be for.
    async fn to_try_again<'p>(&self, payment: &'p Progress) -> Result<Option<&'p Invoice>, StorageError> {
        for (invoice, _) in &payment.parts {
            let is_over = invoice.is_payable() && payment.news.may_be_tried_again();
            if is_over || self.may_be_freed(invoice).await? {
                return Ok(Some(invoice));
            }
        }
        Ok(None)
    }

    /// When a payment that nobody finished stops keeping its invoices from being paid: once its provider was asked or,
    /// where it cannot be, had the time to tell by itself.
    pub(crate) fn reopens_at(&self, attempt: &Attempt) -> Timestamp {
        attempt.created_at + self.judging.patience.reopens(can_be_asked(&attempt.provider))
    }

    /// What the register holds of a payment that went well.
    pub(crate) async fn settled_act(&self, id: PaymentAttemptId) -> Result<Option<ActView>, StorageError> {
        self.db.read(move |conn| proof::act_of(conn, SETTLED, id.as_object())).await
    }
}

fn show_paper(
    tx: &mut Tx<'_>,
    visit: VisitId,
    [network, reference]: &[About; 2],
    (refdet, amount): (&Refdet, Money),
) -> Result<Shown, StorageError> {
    let now = tx.now();
    // Networks before references, always: two tries cannot wait for each other.
    let (of_network, of_reference) = (papers::hold(tx, network)?, papers::hold(tx, reference)?);
    let waits = [OF_A_NETWORK.waits_until(of_network, now), OF_A_REFERENCE.waits_until(of_reference, now)];
    if let Some(until) = waits.into_iter().flatten().max() {
        return Ok(Shown::Wait(until));
    }
    let found = papers::of_secrets(tx.conn(), refdet, amount)?;
    if found.is_empty() {
        papers::count(tx, network, OF_A_NETWORK.after_failure(of_network, now))?;
        papers::count(tx, reference, OF_A_REFERENCE.after_failure(of_reference, now))?;
        return Ok(Shown::Wrong);
    }
    papers::show(tx, visit, &found)?;
    Ok(Shown::Right(found))
}
