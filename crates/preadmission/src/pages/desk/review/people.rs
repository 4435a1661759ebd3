//! Who is behind a file: the patient, who acts for them, who signs, and what the clerk must know before speaking of it.

use std::collections::BTreeMap;

use ::web::Ctx;

use super::super::name_of;
use crate::{
    desk::Review,
    domain::answering::Signature,
    pages::{
        asked::state_of,
        shown::Tag,
        signatories::{how_asked, quality_of},
    },
    read::{Consent, OpenedAs, Party, PreadmissionFacts, Purpose, Source, Status},
    store::identities::{Proof, Reading},
};

/// Somebody who was asked, and what the desk may write down of them.
pub(super) struct ShownParty {
    pub(super) name: String,
    /// The name under which they logged in, when it is not the declared one.
    pub(super) identified: String,
    /// The quality or the measure, as far as it is known.
    pub(super) quality: String,
    pub(super) state: Tag,
    /// Since when; empty: wished only.
    pub(super) when: String,
    /// How their link went, while an answer is awaited.
    pub(super) asked: String,
    pub(super) may_receive: bool,
    pub(super) may_revoke: bool,
}

/// What stands above everything else.
pub(super) struct People {
    /// As whom the file was opened; empty: nobody opened it yet.
    pub(super) opened: String,
    /// How many answers came from whom.
    pub(super) sources: Vec<(String, usize)>,
    pub(super) alerts: Vec<String>,
    pub(super) is_minor: bool,
    pub(super) secret: bool,
    /// How the signatures fit together; none: nobody has to sign.
    pub(super) consent: Option<Tag>,
    pub(super) signatories: Vec<ShownParty>,
    /// Whether a clerk may write in it now.
    pub(super) may_fill: bool,
    pub(super) trusted: Option<ShownParty>,
    /// Who represents or assists a protected adult.
    pub(super) in_charge: Option<ShownParty>,
    /// Whether the person in charge of a protected adult may be asked to come.
    pub(super) may_ask_in_charge: bool,
}

impl ShownParty {
    /// Of an adult, the last who was asked for this purpose, or is wished.
    fn last(ctx: &Ctx, review: &Review, purpose: Purpose) -> Option<Self> {
        let facts = &review.facts;
        let state = state_of(ctx, facts, purpose).filter(|_| !facts.is_minor())?;
        let (known, living, named) = (facts.last(purpose), facts.living(purpose), facts.wished(purpose));
        let is_over = facts.status == Status::Cancelled;
        let received = living.is_none_or(|one| one.state.may_become(Signature::Paper, purpose));
        let may_receive = purpose == Purpose::TrustedPerson && named.is_some() && received && !is_over;
        let may_revoke = living.is_some() && !is_over;
        let Some(known) = known else {
            let name = named.unwrap_or_default().to_owned();
            return Some(Self { name, state, may_receive, ..Self::nobody() });
        };
        // A designation shows whom the patient names now; who is in charge may be another than the file says.
        let name = named.filter(|_| purpose == Purpose::TrustedPerson).unwrap_or(&known.name).to_owned();
        Some(Self { name, may_receive, may_revoke, ..Self::of(ctx, review, known) })
    }

    fn of(ctx: &Ctx, review: &Review, one: &Party) -> Self {
        let facts = &review.facts;
        let purpose = one.capacity.purpose();
        let link = review.invitations.iter().rfind(|link| link.purpose == purpose && link.number == one.number);
        let link = link.filter(|_| one.state == Signature::Awaited && one.patient.is_none());
        Self {
            name: one.name.clone(),
            identified: one.identified_as.clone().filter(|name| *name != one.name).unwrap_or_default(),
            quality: quality_of(ctx, one),
            state: Tag::of_party(ctx, one),
            when: ctx.moment(one.changed_at, &facts.site.zone),
            asked: link.map(|link| how_asked(ctx, facts, link)).unwrap_or_default(),
            ..Self::nobody()
        }
    }

    fn nobody() -> Self {
        Self {
            name: String::new(),
            identified: String::new(),
            quality: String::new(),
            state: Tag { words: String::new(), tone: "" },
            when: String::new(),
            asked: String::new(),
            may_receive: false,
            may_revoke: false,
        }
    }
}

impl People {
    pub(super) fn of(ctx: &Ctx, review: &Review) -> Self {
        let facts = &review.facts;
        let consent = facts.completeness().consent;
        let opened = match facts.opened_as {
            _ if facts.patient.is_none() && facts.status == Status::Created => String::new(),
            _ if facts.patient.is_none() => ctx.t("preadmission-desk-opened-desk"),
            OpenedAs::Myself => ctx.t("preadmission-desk-opened-self"),
            other => ctx.t(&format!("preadmission-people-as-{}", other.name())),
        };
        Self {
            opened,
            sources: sources(ctx, facts),
            alerts: alerts(ctx, facts, consent),
            is_minor: facts.is_minor(),
            secret: facts.secret,
            consent: Some(consent).filter(|one| *one != Consent::NotNeeded).map(|one| Tag::of_consent(ctx, one)),
            trusted: ShownParty::last(ctx, review, Purpose::TrustedPerson),
            in_charge: ShownParty::last(ctx, review, Purpose::Representative),
            may_ask_in_charge: !facts.is_minor()
                && facts.living(Purpose::Representative).is_none_or(|one| !one.state.stands())
                && facts.status != Status::Cancelled
                && facts.stay.entry_at > ctx.now(),
            signatories: facts.signatories().map(|one| ShownParty::of(ctx, review, one)).collect(),
            may_fill: facts
                .completeness()
                .sections
                .iter()
                .any(|(section, _)| crate::commands::clerk_may_write(facts, section.name)),
        }
    }
}

fn sources(ctx: &Ctx, facts: &PreadmissionFacts) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for answer in facts.answers.values().filter(|answer| !answer.value.is_empty()) {
        *counts.entry(answer.source.name()).or_default() += 1;
    }
    let all = [
        Source::Patient,
        Source::Relative,
        Source::Clerk,
        Source::Card,
        Source::Hospital,
        Source::Franceconnect,
        Source::Previous,
    ];
    let line = |source: Source| {
        let count = counts.get(source.name())?;
        Some((ctx.t(&format!("preadmission-desk-source-{}", source.name())), *count))
    };
    all.into_iter().filter_map(line).collect()
}

fn declined(facts: &PreadmissionFacts, purpose: Purpose) -> bool {
    facts.last(purpose).is_some_and(|one| one.state == Signature::Refused)
}

/// What must not be overlooked, in the order of how much it could hurt.
fn alerts(ctx: &Ctx, facts: &PreadmissionFacts, consent: Consent) -> Vec<String> {
    let said = |field: &str| facts.answers.get(field).map(|answer| answer.value.as_str()).unwrap_or_default();
    let known = [
        (facts.secret, "preadmission-desk-alert-secret"),
        (consent == Consent::Conflict, "preadmission-desk-alert-conflict"),
        (consent == Consent::Refused, "preadmission-desk-alert-refused"),
        (consent == Consent::Undecided, "preadmission-desk-alert-undecided"),
        (said("situation.adult-agrees") == "no", "preadmission-desk-alert-disagrees"),
        (said("situation.protection") == "represented", "preadmission-desk-alert-represented"),
        (declined(facts, Purpose::Representative), "preadmission-desk-alert-curator"),
        (said("presence.secret") == "yes", "preadmission-desk-alert-presence"),
    ];
    known.into_iter().filter(|(holds, _)| *holds).map(|(_, key)| ctx.t(key)).collect()
}

/// The identity document as a clerk read it, and what comparing came to.
pub(super) struct Reread {
    /// Code, words, and whether it is the one that was read.
    pub(super) proofs: Vec<(&'static str, String, bool)>,
    pub(super) birth_family: String,
    pub(super) given: String,
    pub(super) birth_date: String,
    pub(super) sex: String,
    /// On which document, by whom and when; empty: nobody read one yet.
    pub(super) who: String,
    /// The choice, by whom and when.
    pub(super) chosen: Option<(String, String)>,
    /// Another document was read since the choice was made.
    pub(super) is_old: bool,
}

impl Reread {
    pub(super) fn of(ctx: &Ctx, review: &Review) -> Self {
        let zone = &review.facts.site.zone;
        let signed = |by, at| format!("{}, {}", name_of(&review.names, by), ctx.moment(at, zone));
        let proof = |proof: Proof| ctx.t(&format!("preadmission-desk-proof-{}", proof.as_str()));
        let reading: Option<&Reading> = review.reading.as_ref();
        let of = |part: fn(&Reading) -> &String| reading.map(part).cloned().unwrap_or_default();
        let last = review.chosen.last();
        Self {
            proofs: Proof::ALL
                .iter()
                .map(|one| (one.as_str(), proof(*one), reading.is_some_and(|reading| reading.read.proof == *one)))
                .collect(),
            birth_family: of(|reading| &reading.read.birth_family),
            given: of(|reading| &reading.read.given),
            birth_date: of(|reading| &reading.read.birth_date),
            sex: of(|reading| &reading.read.sex),
            who: reading
                .map(|one| format!("{} – {}", proof(one.read.proof), signed(one.by, one.at)))
                .unwrap_or_default(),
            chosen: last.map(|one| {
                (ctx.t(&format!("preadmission-desk-choice-{}", one.choice.as_str())), signed(one.by, one.at))
            }),
            is_old: review.choice_is_old(),
        }
    }
}
