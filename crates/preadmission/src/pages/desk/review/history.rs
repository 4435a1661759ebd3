//! What happened to a file, the newest first.

use ::web::{Ctx, when::long_day};
use jiff::Timestamp;
use kernel::StaffId;

use super::{
    super::{name_of, standing_words, status_name},
    document::reason_words,
};
use crate::{
    desk::{Review, Telling},
    domain::catalogue,
    pages::shown::{document_title, sentences},
    read::PreadmissionFacts,
    store::{decisions::Decision, identities::Chosen, meetings::Meeting, merges::Met, steps::Channel, steps::Past},
};

type Happened = (Timestamp, String);

/// Each status, each decision, each comparison of identities, and each telling to the hospital's system.
pub(super) fn history(ctx: &Ctx, review: &Review) -> Vec<(String, String)> {
    let all = review
        .steps
        .iter()
        .map(|step| (step.at, stepped(ctx, review, step)))
        .chain(review.decisions.iter().map(|one| (one.at, decided(ctx, review, one))))
        .chain(review.chosen.iter().map(|one| (one.at, chosen(ctx, review, one))))
        .chain(review.merges.iter().map(|met| (met.at, merged(ctx, met))))
        .chain(review.meetings.iter().map(|one| met(ctx, review, one)))
        .chain(review.tellings.iter().map(|one| (one.at, told(ctx, one))));
    told_backwards(ctx, &review.facts, all.collect())
}

fn stepped(ctx: &Ctx, review: &Review, step: &Past) -> String {
    let staff = step.actor.filter(|_| step.channel == Channel::Clerk);
    let who = match staff {
        Some(actor) => name_of(&review.names, StaffId::from_uuid(actor.uuid())),
        None => ctx.t(&format!("preadmission-desk-channel-{}", step.channel.as_str())),
    };
    let version = ctx.t1("preadmission-desk-version", "version", step.version);
    format!("{} ({version}), {who}", status_name(ctx, step.status.name()))
}

fn decided(ctx: &Ctx, review: &Review, one: &Decision) -> String {
    let what = ctx.t(&format!("preadmission-desk-decided-{}", one.decided.as_str()));
    let why = one.reason.as_deref().map(|code| reason_words(ctx, review, &one.kind, code)).unwrap_or_default();
    let what = format!("{} – {what}", document_title(ctx, &one.kind));
    format!("{} ({})", sentences(&[&what, &why, &one.comment]), name_of(&review.names, one.by))
}

fn chosen(ctx: &Ctx, review: &Review, one: &Chosen) -> String {
    let choice = ctx.t(&format!("preadmission-desk-choice-{}", one.choice.as_str()));
    format!("{} – {choice} ({})", ctx.t("preadmission-desk-identity"), name_of(&review.names, one.by))
}

fn merged(ctx: &Ctx, met: &Met) -> String {
    let what = ctx.t(&format!("preadmission-desk-merge-{}", met.outcome.as_str()));
    format!("{what} ({} → {})", met.old_number, met.person.ipp)
}

/// What came of it last, and the entry that the patient had told.
fn met(ctx: &Ctx, review: &Review, one: &Meeting) -> Happened {
    let what = ctx.t(&format!("preadmission-desk-meeting-{}", one.outcome.as_str()));
    let told = long_day(ctx.lang(), review.facts.site.zone.date(one.told_entry_at));
    let told = ctx.t1("preadmission-desk-meeting-told", "when", told.as_str());
    match one.decided {
        Some((by, at)) => (at, format!("{what}. {told} ({})", name_of(&review.names, by))),
        None => (one.at, format!("{what}. {told}")),
    }
}

fn told(ctx: &Ctx, one: &Telling) -> String {
    let what = ctx.t(&format!("preadmission-desk-told-{}", one.event.replace('.', "-")));
    format!("{what} – {} {}", standing_words(ctx, &one.standing), one.answer).trim().to_owned()
}

/// Who opened which picture.
pub(super) fn looks(ctx: &Ctx, review: &Review) -> Vec<(String, String)> {
    let look = |one: &crate::store::pages::Look| {
        let page = ctx.t1("preadmission-desk-page", "page", one.page);
        let what = format!("{}, {page} ({})", document_title(ctx, &one.kind), name_of(&review.names, one.by));
        (ctx.moment(one.at, &review.facts.site.zone), what)
    };
    review.looks.iter().map(look).collect()
}

/// What was saved, sent or decided since an instant.
pub(super) fn changes(ctx: &Ctx, facts: &PreadmissionFacts, since: Timestamp) -> Vec<(String, String)> {
    let documents = facts.documents.iter().filter(|one| one.changed_at >= since).map(|one| {
        let state = ctx.t(&format!("preadmission-desk-state-{}", one.state.name()));
        (one.changed_at, format!("{}: {state}", document_title(ctx, &one.kind)))
    });
    let answers = facts.answers.iter().filter(|(_, answer)| answer.saved_at >= since).map(|(field, answer)| {
        let words = catalogue::field(field).map(|field| ctx.t(&field.key())).unwrap_or_default();
        (answer.saved_at, words)
    });
    told_backwards(ctx, facts, documents.chain(answers).collect())
}

fn told_backwards(ctx: &Ctx, facts: &PreadmissionFacts, mut all: Vec<Happened>) -> Vec<(String, String)> {
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().map(|(at, words)| (ctx.moment(at, &facts.site.zone), words)).collect()
}
