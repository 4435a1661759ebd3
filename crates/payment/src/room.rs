//! The room as its pages, its doors and its worker use it: one way to hear of an invoice, to start a payment and to learn
//! how it ended, whoever asks.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::{StreamExt, stream};
use identity::proxies::Quality;
use jiff::{SignedDuration, civil::Date, tz::TimeZone};
use kernel::{EstablishmentId, Finess, InvoiceId, Money, PatientId, PaymentAttemptId, VisitId};
use storage::{
    Db, StorageError, Tx,
    idempotency::{Answer, Key},
    proof::Keyring,
};

use crate::{
    Settings,
    commands::{self, Begin, Judging},
    desk::told::{self, Tellings},
    domain::{
        announce::Announcement,
        attempt::State,
        compare::Particulars,
        creditor::Creditor,
        lookups::Answer as Told,
        news::Heard,
        switch::{Position, Turn},
        terms::Email,
    },
    drops::settings::DropSettings,
    failure::Failure,
    linking,
    people::{Nobody, People},
    port::{Finding, NotStarted, Notification, Order, Provider, Section, Started},
    proxies,
    store::{
        attempts::{self, Attempt},
        invoices::{self, Invoice, Name},
        lookups::{self, AskedBy, Lookup},
        switches,
    },
    systems::{self, System},
};

/// Attempts that one round of look-ups takes at once.
const ROUND: i64 = 50;

/// Between two look-ups that payers, or two that notifications bring about.
const REST: SignedDuration = SignedDuration::from_secs(5);

/// How long an attempt is left to who looks at it; longer than a provider may take to answer.
const LEASE: SignedDuration = SignedDuration::from_secs(120);

/// Questions at a time: a round of questions that all take their 15 s is over within the lease.
const AT_ONCE: usize = 8;

/// What payment needs to work; one for the whole program.
pub struct Payments {
    pub(crate) db: Db,
    providers: BTreeMap<&'static str, Arc<dyn Provider>>,
    pub(crate) judging: Judging,
    pub(crate) settings: Settings,
    /// Signs acknowledgements.
    pub(crate) keyring: Arc<Keyring>,
    /// Of this site: what providers are given to come back to.
    pub(crate) base_url: String,
    pub(crate) systems: BTreeMap<String, System>,
    pub(crate) people: Arc<dyn People>,
    pub(crate) tellings: Tellings,
}

/// What makes it impossible to open the room.
#[derive(Debug, thiserror::Error)]
pub enum SettingsFault {
    #[error("payment.providers.{name}: {why}")]
    Provider { name: &'static str, why: String },
    #[error("payment.systems.{system}: {file} cannot be used: {why}")]
    PublicKey { system: String, file: String, why: String },
    #[error("the time zone {ZONE} is not known here")]
    Zone,
}

/// Whose nights are those in which PayFiP forgets.
const ZONE: &str = "Europe/Paris";

/// Who wants to pay, and what.
#[derive(Debug, Clone)]
pub struct Wish {
    /// With how much of each; none: all that is due.
    pub invoices: Vec<(InvoiceId, Option<Money>)>,
    pub creditor: Creditor,
    pub email: Email,
    pub patient: Option<PatientId>,
    pub visit: VisitId,
}

/// A payment that began, now or when the same was asked before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    pub id: PaymentAttemptId,
    /// The way to the provider; none: the payer is there, or on the way.
    pub started: Option<Started>,
}

/// Why a payment did not begin.
#[derive(Debug, thiserror::Error)]
pub enum NotBegun {
    #[error(transparent)]
    Failed(#[from] Failure),
    #[error(transparent)]
    Provider(#[from] NotStarted),
}

impl From<StorageError> for NotBegun {
    fn from(error: StorageError) -> Self {
        Failure::from(error).into()
    }
}

impl Payments {
    /// Opens the room with the providers of the settings. Asks nothing of any of them.
    pub fn open(
        settings: Settings,
        base_url: &str,
        db: Db,
        keyring: Arc<Keyring>,
        http: reqwest::Client,
    ) -> Result<Self, SettingsFault> {
        let zone = TimeZone::get(ZONE).map_err(|_| SettingsFault::Zone)?;
        let judging = Judging { patience: settings.patience, rhythm: settings.rhythm.clone(), zone };
        let open = |(name, section): (&'static str, &dyn Section)| {
            let opened = section.open(&http).map_err(|why| SettingsFault::Provider { name, why })?;
            Ok((name, opened))
        };
        let providers = settings.providers.used().map(open).collect::<Result<_, SettingsFault>>()?;
        let systems = systems::open(&settings.systems)?;
        Ok(Self {
            db,
            providers,
            judging,
            settings,
            keyring,
            base_url: base_url.to_owned(),
            systems,
            people: Arc::new(Nobody),
            tellings: told::nothing,
        })
    }

    /// With somebody who knows who acts for whom; without, nobody does.
    pub fn asking(self, people: Arc<dyn People>) -> Self {
        Self { people, ..self }
    }

    /// With somebody who knows how the hospital's billing system was told; without, it never was.
    pub fn told_by(self, tellings: Tellings) -> Self {
        Self { tellings, ..self }
    }

    /// A creditor of an establishment, by the key that its invoices name.
    pub async fn creditor(&self, of: EstablishmentId, key: &str) -> Result<Option<(String, Creditor)>, StorageError> {
        let wanted = key.to_owned();
        let known = self.db.read::<_, StorageError, _>(move |conn| {
            let turns = switches::of(conn, of)?.into_iter().filter(|turned| turned.creditor == wanted);
            let turns: Vec<Turn> = turns.map(|turned| turned.turn).collect();
            Ok(identity::read::establishment(conn, of)?.map(|establishment| (establishment, turns)))
        });
        let Some((establishment, turns)) = known.await? else { return Ok(None) };
        let creditors = self.settings.creditors.get(&establishment.finess);
        let found = creditors.and_then(|creditors| creditors.get(key));
        let position = Position::after(turns, self.db.now());
        Ok(found.map(|creditor| (creditor.name.clone(), position.set(creditor.creditor()))))
    }

    /// The folders of lists, by their sources.
    pub(crate) fn drops(&self) -> impl Iterator<Item = (&String, &DropSettings)> {
        self.settings.drops.iter()
    }

    /// Bytes of the largest paper of an invoice.
    pub(crate) fn most_of_a_paper(&self) -> u64 {
        u64::from(self.settings.document_mib) << 20
    }

    /// Whether an invoice of this establishment may name this creditor.
    pub(crate) fn has_creditor(&self, finess: &Finess, key: &str) -> bool {
        self.settings.creditors.get(finess).is_some_and(|creditors| creditors.contains_key(key))
    }

    /// The hospital tells of an invoice, and which of its announcements this is.
    pub async fn hear_version(&self, name: Name, said: Announcement, version: i64) -> Result<commands::Heard, Failure> {
        self.heard(name, said, move |tx, name, said| commands::hear_version(tx, name, said, version)).await
    }

    /// The invoice of this name at its hospital.
    pub async fn invoice_named(&self, name: Name) -> Result<Option<Invoice>, StorageError> {
        self.db.read(move |conn| invoices::named(conn, &name)).await
    }

    /// The hospital tells of an invoice.
    pub async fn hear(&self, name: Name, said: Announcement) -> Result<commands::Heard, Failure> {
        self.heard(name, said, commands::hear).await
    }

    /// Under the patient's living number; secret when its stay is. Who may see a new one is told of it.
    async fn heard(
        &self,
        name: Name,
        said: Announcement,
        hear: impl Fn(&mut Tx<'_>, &Name, &Announcement) -> Result<commands::Heard, Failure> + Send + 'static,
    ) -> Result<commands::Heard, Failure> {
        let (people, today) = (self.people.clone(), self.today());
        self.db
            .write(move |tx| {
                let said = proxies::under_living_number(tx.conn(), &*people, &name, said.clone())?;
                let heard = hear(tx, &name, &said)?;
                let is_new = matches!(heard, commands::Heard::Added(_));
                proxies::guard(tx, &*people, heard.id(), is_new)?;
                if is_new {
                    proxies::tell(tx, heard.id(), today)?;
                }
                Ok(heard)
            })
            .await
    }

    /// Those of one patient, the latest first; those that wait for somebody who is surely this patient become theirs.
    pub async fn invoices_of(&self, patient: PatientId) -> Result<Vec<Invoice>, StorageError> {
        let waiting = self.db.read(move |conn| linking::waiting_for(conn, patient)).await?;
        if !waiting.is_empty() {
            self.db.write(move |tx| linking::link_all(tx, &waiting)).await?;
        }
        let mine = self.db.read(move |conn| invoices::of_patient(conn, patient)).await?;
        self.all_as_payers_see(mine).await
    }

    /// Those that this patient sees for somebody else, the latest first, and as what.
    pub async fn invoices_for_others(&self, patient: PatientId) -> Result<Vec<(Invoice, Quality)>, StorageError> {
        let (people, today) = (self.people.clone(), self.today());
        let mut seen = self.db.read(move |conn| proxies::seen_by(conn, &*people, (patient, today))).await?;
        for (invoice, _) in &mut seen {
            *invoice = self.as_payers_see(invoice.clone()).await?;
        }
        Ok(seen)
    }

    /// As what this patient sees an invoice that is not their own; none: they do not.
    pub(crate) async fn acts_for(&self, patient: PatientId, invoice: Invoice) -> Result<Option<Quality>, StorageError> {
        let (people, today) = (self.people.clone(), self.today());
        self.db.read(move |conn| proxies::sees(conn, &*people, (patient, today), &invoice)).await
    }

    /// The day in France.
    fn today(&self) -> Date {
        self.db.now().to_zoned(self.judging.zone.clone()).date()
    }

    /// One invoice, whoever it belongs to.
    pub async fn invoice(&self, id: InvoiceId) -> Result<Option<Invoice>, StorageError> {
        self.db.read(move |conn| invoices::find(conn, id)).await
    }

    pub async fn attempt(&self, id: PaymentAttemptId) -> Result<Option<Attempt>, StorageError> {
        self.db.read(move |conn| attempts::find(conn, id)).await
    }

    /// Every attempt of an invoice, the latest first.
    pub async fn attempts_of(&self, invoice: InvoiceId) -> Result<Vec<Attempt>, StorageError> {
        self.db.read(move |conn| attempts::of_invoice(conn, invoice)).await
    }

    /// Those of these invoices that an order to debit paid.
    pub(crate) async fn debited_of(&self, these: Vec<InvoiceId>) -> Result<Vec<InvoiceId>, StorageError> {
        self.db.read(move |conn| attempts::debited_of(conn, &these)).await
    }

    /// Every question about an attempt, the latest first.
    pub async fn lookups_of(&self, attempt: PaymentAttemptId) -> Result<Vec<Lookup>, StorageError> {
        self.db.read(move |conn| lookups::of_attempt(conn, attempt)).await
    }

    /// Starts a payment, once for each key: written down, then asked of the provider, then written down that the provider
    /// took it, and only then is the payer sent there.
    pub async fn start(&self, key: Key, wish: Wish) -> Result<Begun, NotBegun> {
        self.provider(wish.creditor.provider)?;
        self.free_stale(&wish).await?;
        let begin = Begin {
            invoices: wish.invoices,
            creditor: wish.creditor,
            email: wish.email,
            patient: wish.patient,
            visit: wish.visit,
        };
        // The kept answer tells whose request it was that wrote the attempt down: that one asks the provider.
        let mine = self.db.world().secret();
        let by = mine.clone();
        let answer = self.db.write_once(key, move |tx| {
            let attempt = commands::begin(tx, &begin)?;
            Ok::<_, Failure>(Answer { status: 201, location: Some(attempt.id.to_string()), body: by.clone() })
        });
        let answer = answer.await?;
        let id = answer.location.and_then(|id| id.parse().ok()).ok_or(Failure::KeyReused)?;
        let attempt = self.attempt(id).await?.ok_or(Failure::Unknown)?;
        let started = match answer.body == mine {
            true => Some(self.send(attempt).await?),
            false => self.way_on(&attempt).await?,
        };
        Ok(Begun { id, started })
    }

    /// Asks the provider to take it.
    async fn send(&self, attempt: Attempt) -> Result<Started, NotBegun> {
        let order = self.order(&attempt).await?;
        let id = attempt.id;
        match self.provider(&attempt.provider)?.start(&order).await {
            Ok(started) => {
                let (rhythm, reference) = (self.judging.rhythm.clone(), started.reference().to_owned());
                self.db.write(move |tx| commands::sent(tx, &attempt, &reference, &rhythm)).await?;
                Ok(started)
            }
            Err(why) => {
                let refusal = why.refusal().map(str::to_owned);
                self.db.write(move |tx| commands::not_sent(tx, id, refusal.as_deref())).await?;
                Err(why.into())
            }
        }
    }

    /// The way to the provider for a payer who did not get there, as long as it is open.
    pub async fn way_on(&self, attempt: &Attempt) -> Result<Option<Started>, Failure> {
        let is_open = attempt.state == State::Redirected && !attempt.awaits_report();
        let Some(reference) = attempt.reference.as_deref().filter(|_| is_open) else {
            return Ok(None);
        };
        if self.heard_of(attempt).await? == Heard::BankChecks {
            return Ok(None);
        }
        let order = self.order(attempt).await?;
        Ok(self.provider(&attempt.provider)?.again(&order, reference, self.db.now()))
    }

    /// What keeps an invoice may be long over: it is asked about before a new payer is turned away. Only an answer frees it:
    /// where nobody can tell whether it was paid, a second payment could be one too many.
    async fn free_stale(&self, wish: &Wish) -> Result<(), NotBegun> {
        for (invoice, _) in &wish.invoices {
            let invoice = *invoice;
            let active = self.db.read(move |conn| attempts::active_of(conn, invoice)).await?;
            let Some(active) = active.filter(|attempt| self.reopens_at(attempt) <= self.db.now()) else { continue };
            let looked = self.look(active.id, AskedBy::Patient).await?;
            let heard = self.heard_of(&looked).await?;
            if looked.state == State::Redirected && heard != Heard::SaidPaid && !heard.is_unclear() {
                self.db.write(move |tx| commands::give_up(tx, active.id)).await?;
            }
        }
        Ok(())
    }

    /// What was heard last of an attempt.
    pub(crate) async fn heard_of(&self, attempt: &Attempt) -> Result<Heard, StorageError> {
        let attempt = attempt.clone();
        self.db.read(move |conn| commands::heard_of(conn, &attempt)).await
    }

    /// Asks the provider how an attempt stands, and draws the consequences.
    pub async fn look(&self, id: PaymentAttemptId, asked_by: AskedBy) -> Result<Attempt, Failure> {
        let attempt = self.attempt(id).await?.ok_or(Failure::Unknown)?;
        let Some(reference) = attempt.reference.clone() else {
            return self.never_sent(attempt).await;
        };
        let provider = self.provider(&attempt.provider)?;
        match provider.poll(&reference).await {
            Some(finding) => self.settle(attempt, asked_by, finding).await,
            None => self.silent(attempt).await,
        }
    }

    /// A notification, or what a browser brought back. Nothing that is not signed is believed: it only says where to look.
    pub async fn notified(
        &self,
        provider: &str,
        fields: &[(String, String)],
        asked_by: AskedBy,
    ) -> Result<Attempt, Failure> {
        let provider = self.provider(provider)?;
        let (reference, finding) = match provider.on_notification(fields) {
            Notification::PleasePoll(reference) => (reference, None),
            Notification::Verified(reference, finding) => (reference, Some(finding)),
            Notification::Claimed(_) | Notification::Unusable => {
                tracing::warn!(provider = provider.kind().name, "a notification that proves or names nothing");
                return Err(Failure::Unknown);
            }
        };
        let name = provider.kind().name;
        let id = self.db.read(move |conn| attempts::of_reference(conn, name, &reference)).await?;
        let id = id.ok_or(Failure::Unknown)?;
        match finding {
            Some(finding) => {
                let attempt = self.attempt(id).await?.ok_or(Failure::Unknown)?;
                self.settle(attempt, asked_by, finding).await
            }
            None => self.hinted(id, asked_by).await,
        }
    }

    /// A hint, which whoever knows the reference may repeat: one that comes too soon after another is looked into later.
    async fn hinted(&self, id: PaymentAttemptId, asked_by: AskedBy) -> Result<Attempt, Failure> {
        let last = self.lookups_of(id).await?.into_iter().find(|lookup| lookup.asked_by == asked_by);
        let Some(rested) = last.map(|lookup| lookup.asked_at + REST).filter(|at| *at > self.db.now()) else {
            return self.look(id, asked_by).await;
        };
        let attempt = self.attempt(id).await?.ok_or(Failure::Unknown)?;
        if !attempt.state.is_settled() {
            self.db.write(move |tx| attempts::look_again(tx, id, Some(rested))).await?;
        }
        Ok(attempt)
    }

    /// A payer comes back: a signed return is an answer, any other a reason to ask.
    pub async fn came_back(&self, id: PaymentAttemptId, fields: &[(String, String)]) -> Result<(), Failure> {
        let attempt = self.attempt(id).await?.ok_or(Failure::Unknown)?;
        let provider = self.provider(&attempt.provider)?;
        match provider.on_notification(fields) {
            Notification::Verified(reference, finding) if attempt.reference.as_deref() == Some(&*reference) => {
                self.settle(attempt, AskedBy::Return, finding).await?;
            }
            Notification::Claimed(claim) => self.claim(attempt, claim).await?,
            _ => drop(self.refresh(id, AskedBy::Return).await?),
        }
        Ok(())
    }

    /// Looks again, unless that was just done: whoever reloads a page does not wear the provider out.
    pub async fn refresh(&self, id: PaymentAttemptId, asked_by: AskedBy) -> Result<Attempt, Failure> {
        let attempt = self.attempt(id).await?.ok_or(Failure::Unknown)?;
        let last = self.lookups_of(id).await?.first().map(|lookup| lookup.asked_at);
        let was_just_asked = last.is_some_and(|at| self.db.now().duration_since(at) < REST);
        if was_just_asked || attempt.state.is_settled() { Ok(attempt) } else { self.look(id, asked_by).await }
    }

    /// Asks about every attempt whose time has come; how many there were. One that cannot be judged now comes again.
    pub async fn round(&self) -> Result<usize, StorageError> {
        let until = self.db.now() + LEASE;
        let due = self.db.write(move |tx| attempts::take_due(tx, ROUND, until)).await?;
        // Several at once, or a provider that is slow to answer would outlast the lease.
        stream::iter(&due)
            .for_each_concurrent(AT_ONCE, |id| async move {
                if let Err(error) = self.look(*id, AskedBy::Schedule).await {
                    tracing::warn!(attempt = %id, %error, "a look-up was not finished");
                }
            })
            .await;
        Ok(due.len())
    }

    pub(crate) async fn settle(
        &self,
        attempt: Attempt,
        asked_by: AskedBy,
        finding: Finding,
    ) -> Result<Attempt, Failure> {
        let (id, asked) = (attempt.id, self.asked(&attempt)?);
        if finding.answer == Told::NotUnderstood {
            tracing::warn!(attempt = %id, "a provider answered what this program does not understand");
        }
        let judging = self.judging.clone();
        self.db.write(move |tx| commands::settle(tx, id, (asked_by, &finding, &asked), &judging)).await
    }

    /// The payer never left: the answer of the provider, if there was one, reached nobody.
    async fn never_sent(&self, attempt: Attempt) -> Result<Attempt, Failure> {
        if commands::is_given_up(&attempt, self.db.now()) {
            let id = attempt.id;
            self.db.write(move |tx| commands::not_sent(tx, id, None)).await?;
            return self.attempt(id).await?.ok_or(Failure::Unknown);
        }
        Ok(attempt)
    }

    /// A provider that cannot be asked: only time ends the attempt, and its own notification may still overturn that.
    async fn silent(&self, attempt: Attempt) -> Result<Attempt, Failure> {
        let id = attempt.id;
        let (judging, report) = (self.judging.clone(), self.provider(&attempt.provider)?.reports_within());
        self.db.write(move |tx| commands::wait(tx, id, report, &judging)).await
    }

    /// Names of the providers whose payments only reports of money confirm.
    pub(crate) fn confirmed_by_reports(&self) -> Vec<&'static str> {
        let silent = self.providers.values().filter(|provider| provider.reports_within().is_some());
        silent.map(|provider| provider.kind().name).collect()
    }

    pub(crate) fn provider(&self, name: &str) -> Result<&Arc<dyn Provider>, Failure> {
        self.providers.get(name).ok_or(Failure::Unknown)
    }

    pub(crate) fn asked(&self, attempt: &Attempt) -> Result<Particulars, Failure> {
        let provider = self.provider(&attempt.provider)?;
        Ok(Particulars {
            reference: attempt.reference.clone(),
            creditor: Some(attempt.creditor_number.clone()),
            refdet: Some(attempt.refdet.to_string()),
            amount: Some(attempt.amount),
            mode: provider.mode_name(attempt.mode).map(str::to_owned),
        })
    }

    async fn order(&self, attempt: &Attempt) -> Result<Order, Failure> {
        let (base, id) = (&self.base_url, attempt.id);
        let first = self.db.read(move |conn| attempts::first_invoice(conn, id)).await?;
        Ok(Order {
            creditor: attempt.creditor_number.clone(),
            mode: attempt.mode,
            amount: attempt.amount,
            refdet: attempt.refdet.clone(),
            exercice: attempt.exercice.clone(),
            label: first.ok_or(Failure::Unknown)?.label,
            email: attempt.email.clone(),
            notify: format!("{base}/payments/notifications/{}", attempt.provider),
            back: format!("{base}/payments/{}/back", attempt.id),
            at: attempt.created_at,
            rank: attempt.rank.unsigned_abs(),
        })
    }
}
