//! Named views of the worklist: a question kept under a name, for oneself or for the team of an establishment.

use ::web::{Problem, StaffCaller};
use jiff::Timestamp;
use kernel::{EstablishmentId, StaffId, Zone};
use serde_json::json;
use storage::Tx;

use super::{Clerk, question::Question};
use crate::{
    Preadmission,
    domain::Refusal,
    failure::Failure,
    store::{
        views::{self, Saved, ViewId},
        worklist::{self, Wanted},
    },
};

/// Views of one clerk.
const MOST: i64 = 20;

/// A view, and how many files of the team are in it now.
pub(crate) struct View {
    pub(crate) id: ViewId,
    pub(crate) name: String,
    pub(crate) question: Question,
    pub(crate) count: i64,
    /// Who shares it; none: one's own.
    pub(crate) from: Option<StaffId>,
    pub(crate) is_shared: bool,
}

/// What a view asks, as it was kept; a question that this program does not know any more is not offered.
fn asked(saved: &Saved, clerk: &Clerk, zone: &Zone, now: Timestamp) -> Option<(Question, Wanted)> {
    let question: Question = serde_json::from_value(saved.question.clone()).ok()?;
    let mut wanted = question.wanted(clerk.staff, zone, now).ok()?;
    wanted.establishments.clone_from(&clerk.of);
    Some((question, wanted))
}

fn save(
    tx: &mut Tx<'_>,
    clerk: &Clerk,
    (name, team): (&str, Option<EstablishmentId>),
    question: &Question,
) -> Result<(), Failure> {
    let name = name.trim();
    if !(1..=60).contains(&name.chars().count()) {
        return Err(Refusal::WordsNotFit.into());
    }
    if team.is_some_and(|team| !clerk.of.contains(&team)) {
        return Err(Failure::Unknown);
    }
    if views::how_many(tx.conn(), clerk.staff)? >= MOST {
        return Err(Refusal::TooManyViews.into());
    }
    // What was searched for may be somebody's name, and a list outlives every file.
    let kept = Question { after: String::new(), text: String::new(), ..question.clone() };
    Ok(views::save(tx, clerk.staff, (name, team), json!(kept))?)
}

impl Preadmission {
    /// Those that this clerk sees, by name.
    pub(crate) async fn views(&self, clerk: Clerk, zone: Zone) -> Result<Vec<View>, Failure> {
        let now = self.db.now();
        self.db
            .read(move |conn| {
                let mut all = Vec::new();
                for saved in views::seen_by(conn, clerk.staff, &clerk.of)? {
                    let Some((question, wanted)) = asked(&saved, &clerk, &zone, now) else { continue };
                    all.push(View {
                        id: saved.id,
                        name: saved.name,
                        question,
                        count: worklist::count(conn, &wanted)?,
                        from: Some(saved.by).filter(|by| *by != clerk.staff),
                        is_shared: saved.team.is_some(),
                    });
                }
                Ok(all)
            })
            .await
    }

    /// Keeps a question under a name; of the same name it takes the place of the former one. What cannot be asked is not
    /// kept.
    pub(crate) async fn save_view(
        &self,
        caller: &StaffCaller,
        (name, team): (String, Option<EstablishmentId>),
        question: Question,
    ) -> Result<(), Problem> {
        let clerk = Clerk::from(caller);
        let zone = self.desk_zone(clerk.clone()).await?;
        question.wanted(clerk.staff, &zone, self.db.now())?;
        Ok(self.db.write(move |tx| save(tx, &clerk, (&name, team), &question)).await?)
    }

    /// One's own alone.
    pub(crate) async fn remove_view(&self, clerk: Clerk, id: ViewId) -> Result<(), Failure> {
        self.db.write(move |tx| if views::remove(tx, clerk.staff, id)? { Ok(()) } else { Err(Failure::Unknown) }).await
    }
}
