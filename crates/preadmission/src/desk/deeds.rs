//! What the desk does. Each deed is judged on the facts of its own transaction.

use kernel::{DocumentId, EstablishmentId, PreadmissionId, StaffId};
use serde_json::json;
use storage::{
    Tx,
    idempotency::{Answer, Key},
};

use super::{Clerk, reasons_of};
use crate::{
    Preadmission,
    announce::announce,
    announcement::{Announcement, Notice, Outcome},
    answering,
    commands::{at_desk, decided, is_as_seen},
    domain::{
        Refusal, catalogue,
        compare::birth_date,
        document::Change,
        reasons::is_code,
        rules::{KINDS, Rules},
        value::Kind,
    },
    failure::Failure,
    meeting,
    read::{Origin, PreadmissionFacts, Status},
    store::{
        clerks::{self, NoteId},
        decisions::{self, Decided, Decision},
        documents, files,
        identities::{self, Choice, Read},
        merges::{self, Merge},
        reasons::{self, Own},
        rules, stays,
    },
};

/// The kinds of act in the proof register.
const DECIDED: &str = "preadmission.document-decided";
const READ: &str = "preadmission.identity-read";
const COMPARED: &str = "preadmission.identity-compared";
const CORRECTED: &str = "preadmission.cover-corrected";
const MERGED: &str = "preadmission.merge-decided";
const MET: &str = "preadmission.meeting-decided";

/// What a clerk says of one document.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    Accept,
    /// The code of a reason of the hospital, and free words, at most 500 characters.
    Refuse {
        reason: String,
        comment: String,
    },
    /// An acceptance is taken back.
    Reconsider,
}

pub(crate) fn decide(
    tx: &mut Tx<'_>,
    clerk: &Clerk,
    (id, document): (PreadmissionId, DocumentId),
    seen: &str,
    verdict: &Verdict,
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, &clerk.of)?;
    let document = facts.documents.iter().find(|one| one.id == document).ok_or(Failure::Unknown)?;
    is_as_seen(&facts, Some(seen))?;
    if facts.status != Status::Ready {
        return Err(Refusal::NotInThisStatus.into());
    }
    let (decided_as, reason, comment) = match verdict {
        Verdict::Accept => {
            documents::change(tx, document.id, Change::Accept, None)?;
            documents::note_decider(tx, document.id, clerk.staff)?;
            (Decided::Accepted, None, String::new())
        }
        Verdict::Reconsider => {
            documents::change(tx, document.id, Change::Reconsider, None)?;
            documents::note_decider(tx, document.id, clerk.staff)?;
            (Decided::Reconsidered, None, String::new())
        }
        Verdict::Refuse { reason, comment } => {
            let comment = comment.trim();
            refuse_for(tx, &facts, &document.kind, reason)?;
            if comment.chars().count() > 500 {
                return Err(Refusal::WordsNotFit.into());
            }
            let why = documents::Reason { code: reason, text: comment, by: Some(clerk.staff) };
            documents::change(tx, document.id, Change::Refuse, Some(why))?;
            (Decided::Refused, Some(reason.clone()), comment.to_owned())
        }
    };
    let content =
        json!({ "document": document.id, "decision": decided_as.as_str(), "reason": reason, "text": comment });
    let decision = Decision {
        document: document.id,
        kind: document.kind.clone(),
        decided: decided_as,
        reason,
        comment,
        by: clerk.staff,
        at: tx.now(),
    };
    decisions::note(tx, id, &decision)?;
    answering::decided_on_form(tx, &facts, (&document.kind, matches!(verdict, Verdict::Accept)), clerk.staff)?;
    files::record(tx, DECIDED, clerk.staff.as_object(), id, &content)?;
    acted(tx, clerk, &facts)?;
    at_desk(tx, id, &clerk.of)
}

/// The reason must be one that the hospital has for this kind now.
fn refuse_for(tx: &mut Tx<'_>, facts: &PreadmissionFacts, kind: &str, reason: &str) -> Result<(), Failure> {
    let known = reasons_of(tx.conn(), facts.establishment.id, kind)?;
    let is_one = known.iter().any(|known| known.active && known.code == reason);
    if is_one { Ok(()) } else { Err(Refusal::NotAReason.into()) }
}

fn acted(tx: &mut Tx<'_>, clerk: &Clerk, facts: &PreadmissionFacts) -> Result<(), Failure> {
    clerks::meet(tx, facts.establishment.id, clerk.staff)?;
    decided(tx, facts, clerk.staff)
}

/// Takes a file, gives it to a colleague, or lets it go.
pub(crate) fn assign(tx: &mut Tx<'_>, clerk: &Clerk, id: PreadmissionId, to: Option<StaffId>) -> Result<(), Failure> {
    let facts = at_desk(tx, id, &clerk.of)?;
    clerks::meet(tx, facts.establishment.id, clerk.staff)?;
    let colleagues = clerks::known(tx.conn(), &[facts.establishment.id])?;
    if to.is_some_and(|to| !colleagues.contains(&to)) {
        return Err(Refusal::NotAColleague.into());
    }
    Ok(clerks::assign(tx, id, to, clerk.staff)?)
}

pub(crate) fn note(
    tx: &mut Tx<'_>,
    clerk: &Clerk,
    id: PreadmissionId,
    (text, to_do): (&str, bool),
) -> Result<NoteId, Failure> {
    let facts = at_desk(tx, id, &clerk.of)?;
    let text = text.trim();
    if !(1..=2000).contains(&text.chars().count()) {
        return Err(Refusal::WordsNotFit.into());
    }
    clerks::meet(tx, facts.establishment.id, clerk.staff)?;
    Ok(clerks::note(tx, id, (text, to_do), clerk.staff)?)
}

pub(crate) fn finish(tx: &mut Tx<'_>, clerk: &Clerk, id: PreadmissionId, note: NoteId) -> Result<(), Failure> {
    at_desk(tx, id, &clerk.of)?;
    if clerks::finish(tx, id, note, clerk.staff)? { Ok(()) } else { Err(Failure::Unknown) }
}

/// What stands on the identity document. It comes beside what the hospital, FranceConnect and the patient say, and
/// changes none of it.
pub(crate) fn read_identity(tx: &mut Tx<'_>, clerk: &Clerk, id: PreadmissionId, typed: &Read) -> Result<(), Failure> {
    let facts = at_desk(tx, id, &clerk.of)?;
    let name = |text: &str| Kind::Text.read(text).ok().filter(|name| (1..=200).contains(&name.chars().count()));
    let sex = Some(typed.sex.clone()).filter(|sex| ["F", "M", "U"].contains(&sex.as_str()));
    let read = (name(&typed.birth_family), name(&typed.given), birth_date(&typed.birth_date), sex);
    let (Some(birth_family), Some(given), Some(birth_date), Some(sex)) = read else {
        return Err(Refusal::TraitsNotFit.into());
    };
    let read = Read { proof: typed.proof, birth_family, given, birth_date, sex };
    identities::read(tx, id, &read, clerk.staff)?;
    let content = json!({
        "document": read.proof.as_str(), "birth-family": read.birth_family, "given": read.given,
        "birth-date": read.birth_date, "sex": read.sex,
    });
    files::record(tx, READ, clerk.staff.as_object(), id, &content)?;
    acted(tx, clerk, &facts)
}

/// What comparing the identities came to. The hospital's traits stay what they are.
pub(crate) fn compare(tx: &mut Tx<'_>, clerk: &Clerk, id: PreadmissionId, choice: Choice) -> Result<(), Failure> {
    let facts = at_desk(tx, id, &clerk.of)?;
    let reading = identities::reading(tx.conn(), id)?.map(|reading| reading.id);
    identities::choose(tx, id, (choice, reading), clerk.staff)?;
    let content = json!({ "choice": choice.as_str(), "reading": reading });
    files::record(tx, COMPARED, clerk.staff.as_object(), id, &content)?;
    acted(tx, clerk, &facts)
}

/// A number of a cover as the clerk reads it; what the patient wrote stays beside it. In an accepted file it makes a new
/// version, so that the hospital's system hears of it.
pub(crate) fn correct(
    tx: &mut Tx<'_>,
    clerk: &Clerk,
    id: PreadmissionId,
    (name, value): (&str, &str),
) -> Result<(), Failure> {
    let facts = at_desk(tx, id, &clerk.of)?;
    let is_cover = name.starts_with("compulsory-cover.") || name.starts_with("complementary-cover.");
    let field = catalogue::field(name).filter(|field| is_cover && field.kind != Kind::Code).ok_or(Refusal::NotAsked)?;
    let value = field.kind.read(value).map_err(|_| Refusal::NotAsked)?;
    let known = decisions::corrections(tx.conn(), id)?;
    if known.iter().any(|one| one.field == name && one.value == value) {
        return Ok(());
    }
    decisions::correct(tx, id, (name, &value), clerk.staff)?;
    if facts.status == Status::Completed {
        files::amend(tx, &facts)?;
    }
    files::record(tx, CORRECTED, clerk.staff.as_object(), id, &json!({ "field": name, "value": value }))?;
    acted(tx, clerk, &facts)
}

/// What the desk says of a person whom the hospital took for another: the same, and the file follows; or not, and it stays.
pub(crate) fn settle_merge(tx: &mut Tx<'_>, clerk: &Clerk, id: PreadmissionId, same: bool) -> Result<(), Failure> {
    let facts = at_desk(tx, id, &clerk.of)?;
    let asked = merges::of_file(tx.conn(), id)?.into_iter().find(|met| met.outcome == Merge::Conflict);
    let asked = asked.ok_or(Refusal::NotInThisStatus)?;
    merges::decide(tx, id, if same { Merge::Agreed } else { Merge::Left }, clerk.staff)?;
    if same {
        stays::rename(tx, &facts.stay, &asked.person)?;
    }
    files::record(tx, MERGED, clerk.staff.as_object(), id, &json!({ "same": same }))?;
    acted(tx, clerk, &facts)
}

/// What the desk says of a stay that the hospital announced and one of which the patient told before: one stay, or two.
pub(crate) fn settle_meeting(
    tx: &mut Tx<'_>,
    clerk: &Clerk,
    (opened, announced): (PreadmissionId, PreadmissionId),
    same: bool,
) -> Result<(), Failure> {
    let (opened, announced) = (at_desk(tx, opened, &clerk.of)?, at_desk(tx, announced, &clerk.of)?);
    meeting::settle(tx, (&opened, &announced), same, clerk.staff)?;
    let content = json!({ "same": same, "announced": announced.id, "visit": announced.stay.visit_number });
    files::record(tx, MET, clerk.staff.as_object(), opened.id, &content)?;
    acted(tx, clerk, &opened)
}

/// An establishment's own words for a reason, or a reason of its own.
pub(crate) fn save_reason(
    tx: &mut Tx<'_>,
    clerk: &Clerk,
    establishment: EstablishmentId,
    reason: &Own,
) -> Result<(), Failure> {
    if !clerk.of.contains(&establishment) {
        return Err(Failure::Unknown);
    }
    let fits = |words: &str| (1..=200).contains(&words.chars().count());
    if !KINDS.contains(&reason.kind.as_str()) || !is_code(&reason.code) {
        return Err(Refusal::NotAReason.into());
    }
    if !fits(&reason.fr) || !fits(&reason.en) {
        return Err(Refusal::WordsNotFit.into());
    }
    Ok(reasons::save(tx, establishment, reason, clerk.staff)?)
}

/// A new version, made from the one that the clerk saw: what a colleague published meanwhile is not lost.
pub(crate) fn publish(
    tx: &mut Tx<'_>,
    clerk: &Clerk,
    establishment: EstablishmentId,
    table: &Rules,
    seen: i32,
) -> Result<i32, Failure> {
    if !clerk.of.contains(&establishment) {
        return Err(Failure::Unknown);
    }
    if rules::current(tx.conn(), establishment)? != seen {
        return Err(Refusal::Changed.into());
    }
    Ok(rules::publish(tx, establishment, table, clerk.staff)?)
}

/// A stay that a clerk opens: the same decision as for the hospital's messages.
pub(crate) fn open_stay(
    tx: &mut Tx<'_>,
    clerk: &Clerk,
    said: &Announcement,
    same_stay_days: i64,
) -> Result<PreadmissionId, Failure> {
    let all = identity::read::establishments(tx.conn())?;
    let hospital = all.iter().find(|one| one.finess == said.establishment && clerk.of.contains(&one.id));
    let hospital = hospital.ok_or(Failure::Unknown)?;
    if said.entry_at <= tx.now() {
        return Err(Refusal::EntryNotToCome.into());
    }
    match announce(tx, &Notice::Planned(Box::new(said.clone())), (Origin::Desk, same_stay_days))? {
        Outcome::Ignored => return Err(Refusal::StayNotFit.into()),
        Outcome::Opened | Outcome::Changed | Outcome::Unchanged | Outcome::Cancelled | Outcome::Conflict => {}
    }
    clerks::meet(tx, hospital.id, clerk.staff)?;
    let file = files::of_visit(tx.conn(), hospital.id, &said.visit_number)?;
    file.ok_or(Failure::Unknown)
}

impl Preadmission {
    pub(crate) async fn decide(
        &self,
        clerk: Clerk,
        of: (PreadmissionId, DocumentId),
        seen: String,
        verdict: Verdict,
    ) -> Result<PreadmissionFacts, Failure> {
        self.db.write(move |tx| decide(tx, &clerk, of, &seen, &verdict)).await
    }

    pub(crate) async fn assign(&self, clerk: Clerk, id: PreadmissionId, to: Option<StaffId>) -> Result<(), Failure> {
        self.db.write(move |tx| assign(tx, &clerk, id, to)).await
    }

    pub(crate) async fn note(
        &self,
        key: Key,
        clerk: Clerk,
        id: PreadmissionId,
        (text, to_do): (String, bool),
        answer: impl Fn(NoteId) -> Answer + Send + 'static,
    ) -> Result<Answer, Failure> {
        self.db.write_once(key, move |tx| Ok(answer(note(tx, &clerk, id, (&text, to_do))?))).await
    }

    pub(crate) async fn finish(&self, clerk: Clerk, id: PreadmissionId, note: NoteId) -> Result<(), Failure> {
        self.db.write(move |tx| finish(tx, &clerk, id, note)).await
    }

    pub(crate) async fn read_identity(&self, clerk: Clerk, id: PreadmissionId, typed: Read) -> Result<(), Failure> {
        self.db.write(move |tx| read_identity(tx, &clerk, id, &typed)).await
    }

    pub(crate) async fn compare(&self, clerk: Clerk, id: PreadmissionId, choice: Choice) -> Result<(), Failure> {
        self.db.write(move |tx| compare(tx, &clerk, id, choice)).await
    }

    pub(crate) async fn settle_merge(&self, clerk: Clerk, id: PreadmissionId, same: bool) -> Result<(), Failure> {
        self.db.write(move |tx| settle_merge(tx, &clerk, id, same)).await
    }

    pub(crate) async fn settle_meeting(
        &self,
        clerk: Clerk,
        of: (PreadmissionId, PreadmissionId),
        same: bool,
    ) -> Result<(), Failure> {
        self.db.write(move |tx| settle_meeting(tx, &clerk, of, same)).await
    }

    pub(crate) async fn correct(
        &self,
        clerk: Clerk,
        id: PreadmissionId,
        (name, value): (String, String),
    ) -> Result<(), Failure> {
        self.db.write(move |tx| correct(tx, &clerk, id, (&name, &value))).await
    }

    pub(crate) async fn save_reason(
        &self,
        clerk: Clerk,
        establishment: EstablishmentId,
        reason: Own,
    ) -> Result<(), Failure> {
        self.db.write(move |tx| save_reason(tx, &clerk, establishment, &reason)).await
    }

    pub(crate) async fn publish_rules(
        &self,
        clerk: Clerk,
        establishment: EstablishmentId,
        table: Rules,
        seen: i32,
    ) -> Result<i32, Failure> {
        self.db.write(move |tx| publish(tx, &clerk, establishment, &table, seen)).await
    }

    pub(crate) async fn open_stay(
        &self,
        key: Key,
        clerk: Clerk,
        said: Announcement,
        answer: impl Fn(PreadmissionId) -> Answer + Send + 'static,
    ) -> Result<Answer, Failure> {
        let days = self.settings.same_stay_days;
        self.db.write_once(key, move |tx| Ok(answer(open_stay(tx, &clerk, &said, days)?))).await
    }
}
