//! The creditors of a desk, and what cashiers switch.

use jiff::Timestamp;
use kernel::{EstablishmentId, ProofRecordId};
use serde_json::json;
use storage::{Act, StorageError};

use super::{Cashier, deeds::words};
use crate::{
    Payments,
    domain::{
        Refusal,
        creditor::{Creditor, Mode},
        switch::{LONGEST_HOURS, Position, Turn},
    },
    failure::Failure,
    port::NotStarted,
    store::switches::{self, Turned},
};

/// The kind of act in the proof register.
const SWITCHED: &str = "payment.creditor-switched";

/// One creditor as the desk sees it.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) establishment: EstablishmentId,
    pub(crate) hospital: String,
    /// The key that its invoices name.
    pub(crate) key: String,
    pub(crate) name: String,
    /// As it takes payments now.
    pub(crate) creditor: Creditor,
    pub(crate) position: Position,
    /// Whether its provider asks for activation payments.
    pub(crate) has_activation: bool,
    /// The latest first.
    pub(crate) turns: Vec<Turned>,
}

impl Payments {
    /// Every creditor of a desk, by establishment and key.
    pub(crate) async fn kept_by(&self, cashier: &Cashier) -> Result<Vec<Kept>, StorageError> {
        let (of, now) = (cashier.of.clone(), self.db.now());
        let hospitals = self.db.read::<_, StorageError, _>(move |conn| {
            let all = identity::read::establishments(conn)?.into_iter().filter(|one| of.contains(&one.id));
            all.map(|one| Ok((switches::of(conn, one.id)?, one))).collect::<Result<Vec<_>, _>>()
        });
        let mut kept = Vec::new();
        for (turns, hospital) in hospitals.await? {
            for (key, settings) in self.settings.creditors.get(&hospital.finess).into_iter().flatten() {
                let turns: Vec<Turned> = turns.iter().filter(|turned| turned.creditor == *key).cloned().collect();
                let position = Position::after(turns.iter().map(|turned| turned.turn), now);
                let creditor = position.set(settings.creditor());
                let provider = self.provider(creditor.provider).ok();
                kept.push(Kept {
                    has_activation: provider.is_some_and(|one| one.mode_name(Mode::Activation).is_some()),
                    establishment: hospital.id,
                    hospital: hospital.name.clone(),
                    key: key.clone(),
                    name: settings.name.clone(),
                    creditor,
                    position,
                    turns: turns.into_iter().rev().collect(),
                });
            }
        }
        Ok(kept)
    }

    async fn kept(&self, cashier: &Cashier, of: EstablishmentId, key: &str) -> Result<Kept, Failure> {
        let mut all = self.kept_by(cashier).await?.into_iter();
        all.find(|kept| kept.establishment == of && kept.key == key).ok_or(Failure::Unknown)
    }

    /// Opens or closes a creditor, or begins and ends its activation payments.
    pub(crate) async fn turn(
        &self,
        cashier: &Cashier,
        (of, key): (EstablishmentId, &str),
        wanted: Wanted,
        reason: &str,
    ) -> Result<(), Failure> {
        let kept = self.kept(cashier, of, key).await?;
        let reason = words(reason)?.to_owned();
        if matches!(wanted, Wanted::Activate { .. }) && !kept.has_activation {
            return Err(Refusal::NoActivation.into());
        }
        let (key, by) = (key.to_owned(), cashier.staff);
        let work = self.db.write::<ProofRecordId, Failure, _>(move |tx| {
            let turn = wanted.turn(tx.now())?;
            // Pressed twice, or by two cashiers: once is enough.
            let turns = switches::of(tx.conn(), of)?.into_iter().filter(|turned| turned.creditor == key);
            if !Position::after(turns.map(|turned| turned.turn), tx.now()).changes_by(turn) {
                return Err(Refusal::NothingToDecide.into());
            }
            let turned = Turned { creditor: key.clone(), turn, reason: reason.clone(), by, at: tx.now() };
            switches::add(tx, of, &turned)?;
            let content = json!({ "creditor": key, "turned": wanted.name(), "reason": reason });
            let act = Act { kind: SWITCHED, actor: by.as_object(), object: of.as_object(), content: &content };
            Ok(tx.record(act)?)
        });
        work.await.map(|_| ())
    }

    /// Asks the provider whether it knows the creditor: in its words.
    pub(crate) async fn ask_about(
        &self,
        cashier: &Cashier,
        of: EstablishmentId,
        key: &str,
    ) -> Result<Result<String, NotStarted>, Failure> {
        let kept = self.kept(cashier, of, key).await?;
        Ok(self.provider(kept.creditor.provider)?.check(&kept.creditor.number).await)
    }
}

/// What a cashier wants of a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Open,
    Close,
    Activate { hours: i64 },
    EndActivation,
}

impl Wanted {
    pub(crate) fn named(name: &str, hours: &str) -> Option<Self> {
        match name {
            "open" => Some(Self::Open),
            "closed" => Some(Self::Close),
            "activation" => Some(Self::Activate { hours: hours.parse().ok()? }),
            "activation-over" => Some(Self::EndActivation),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Close => "closed",
            Self::Activate { .. } => "activation",
            Self::EndActivation => "activation-over",
        }
    }

    fn turn(self, now: Timestamp) -> Result<Turn, Refusal> {
        match self {
            Self::Open => Ok(Turn::Open),
            Self::Close => Ok(Turn::Close),
            Self::Activate { hours } => Turn::activation(hours, now).ok_or(Refusal::TooLong { hours: LONGEST_HOURS }),
            Self::EndActivation => Ok(Turn::EndActivation),
        }
    }
}
