//! Many patients reminded of files that they did not send yet: each once, and nobody who was reminded lately.

use jiff::{SignedDuration, Timestamp};
use kernel::{EventKind, PreadmissionId, digest};
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::{
    Conn, StorageError, Tx,
    idempotency::{Answer, Key},
};
use utoipa::ToSchema;

use super::Clerk;
use crate::{
    Preadmission,
    domain::situation::{Situation, SituationFacts, situation},
    failure::Failure,
    read::PreadmissionFacts,
    store::{clerks, files, reminders},
};

/// The kind of act in the proof register.
const REMINDED: &str = "preadmission.reminded";

/// Files of one batch.
pub(crate) const MOST: usize = 200;

/// How many files are, or were, what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Reminded {
    /// Whose patients are told.
    pub(crate) told: usize,
    /// Reminded lately: not told again.
    pub(crate) recently: usize,
    /// Neither a telephone nor an address is known.
    pub(crate) unreachable: usize,
    /// Sent, over, not open yet, or not there.
    pub(crate) closed: usize,
}

/// What the rules are made of.
#[derive(Debug, Clone, Copy)]
struct Rules {
    opens_days_before: i64,
    again: SignedDuration,
    now: Timestamp,
}

/// Whether a reminder at `last` is so near that another would be one too many.
pub(crate) fn is_recent(last: Option<reminders::Last>, again: SignedDuration, now: Timestamp) -> bool {
    last.is_some_and(|(_, at)| at.saturating_add(again).is_ok_and(|next| next > now))
}

/// Whom to tell, and how many of the others there are.
fn sorted(
    conn: &mut Conn,
    clerk: &Clerk,
    ids: &[PreadmissionId],
    rules: Rules,
) -> Result<(Vec<PreadmissionFacts>, Reminded), StorageError> {
    let (last, mut of) = (reminders::last(conn, ids)?, Reminded::default());
    let mut to_tell = Vec::new();
    for facts in files::of_ids(conn, ids)?.into_iter().filter(|facts| clerk.of.contains(&facts.establishment.id)) {
        let Rules { opens_days_before, again, now } = rules;
        let known = SituationFacts { status: facts.status, entry_at: facts.stay.entry_at, opens_days_before };
        if !matches!(situation(known, now), Situation::Open | Situation::ToCorrect) {
            continue;
        }
        if is_recent(last.get(&facts.id).copied(), again, now) {
            of.recently += 1;
        } else if !is_reachable(conn, &facts)? {
            of.unreachable += 1;
        } else {
            to_tell.push(facts);
        }
    }
    of.told = to_tell.len();
    of.closed = ids.len().saturating_sub(of.told + of.recently + of.unreachable);
    Ok((to_tell, of))
}

/// The patient's own telephone and address; before anybody opened the file, those that the hospital knows.
fn is_reachable(conn: &mut Conn, facts: &PreadmissionFacts) -> Result<bool, StorageError> {
    let known = |phone: &Option<String>, email: &Option<String>| {
        [phone, email].into_iter().flatten().any(|text| !text.trim().is_empty())
    };
    Ok(match facts.patient {
        Some(patient) => identity::read::patient(conn, patient)?.is_some_and(|me| known(&me.phone, &me.email)),
        None => facts.stay.person.as_ref().is_some_and(|person| known(&person.phone, &person.email)),
    })
}

fn remind(tx: &mut Tx<'_>, clerk: &Clerk, ids: &[PreadmissionId], rules: Rules) -> Result<Reminded, Failure> {
    let now = tx.now();
    let (to_tell, of) = sorted(tx.conn(), clerk, ids, Rules { now, ..rules })?;
    for facts in &to_tell {
        reminders::add(tx, facts.id, Some(clerk.staff))?;
        files::tell(tx, EventKind::PreadmissionReminderDue, facts)?;
        files::record(
            tx,
            REMINDED,
            clerk.staff.as_object(),
            facts.id,
            &json!({ "entry": facts.stay.entry_at.to_string() }),
        )?;
        clerks::meet(tx, facts.establishment.id, clerk.staff)?;
    }
    Ok(of)
}

impl Preadmission {
    fn rules_of_reminding(&self) -> Rules {
        let again = SignedDuration::from_hours(self.settings.reminder_again_days.saturating_mul(24));
        Rules { opens_days_before: self.settings.opens_days_before, again, now: self.db.now() }
    }

    /// What reminding these would do now.
    pub(crate) async fn would_remind(&self, clerk: Clerk, ids: Vec<PreadmissionId>) -> Result<Reminded, Failure> {
        let rules = self.rules_of_reminding();
        self.db.read(move |conn| Ok(sorted(conn, &clerk, &ids, rules)?.1)).await
    }

    /// All of them in one transaction: sent again under the same key, nobody is told again and the counts are the same.
    pub(crate) async fn remind(
        &self,
        key: String,
        clerk: Clerk,
        ids: Vec<PreadmissionId>,
    ) -> Result<Reminded, Failure> {
        let rules = self.rules_of_reminding();
        let named: String = ids.iter().map(|id| format!("{id}\n")).collect();
        let request = digest::sha256(&[b"desk reminders", named.as_bytes()]);
        let key = Key { scope: clerk.staff.uuid(), key, request };
        let work = move |tx: &mut Tx<'_>| {
            let body = json!(remind(tx, &clerk, &ids, rules)?).to_string();
            Ok::<_, Failure>(Answer { status: 200, location: None, body })
        };
        let answer = self.db.write_once(key, work).await?;
        serde_json::from_str(&answer.body).map_err(|_| Failure::KeyReused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_is_recent_until_its_days_are_over() {
        let (at, again) = (Timestamp::UNIX_EPOCH, SignedDuration::from_hours(72));
        assert!(!is_recent(None, again, at));
        assert!(is_recent(Some((1, at)), again, at + SignedDuration::from_hours(71)));
        assert!(!is_recent(Some((1, at)), again, at + again));
    }
}
