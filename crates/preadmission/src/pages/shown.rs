//! A stay and its file as pages show them: the date and the place largest, the status as one sentence.

use ::web::{Ctx, Phone};
use kernel::PreadmissionId;

use crate::{
    domain::situation::Situation,
    read::{Consent, Party, PreadmissionFacts, Progress, Signature},
};

/// When, where and in which unit.
pub(super) struct StayShown {
    pub(super) id: PreadmissionId,
    pub(super) when: String,
    pub(super) hospital: String,
    pub(super) place: String,
    pub(super) address: Vec<String>,
    pub(super) access_notes: String,
    pub(super) unit: String,
    pub(super) label: String,
    pub(super) telephone: Phone,
}

impl StayShown {
    pub(super) fn of(ctx: &Ctx, facts: &PreadmissionFacts) -> Self {
        let site = &facts.site;
        let mut address = site.address_lines.clone();
        address.push(format!("{} {}", site.postcode, site.city));
        let own = Some(&site.help_phone).filter(|phone| !phone.is_empty());
        Self {
            id: facts.id,
            when: ctx.moment(facts.stay.entry_at, &site.zone),
            hospital: facts.establishment.name.clone(),
            place: site.name.clone(),
            address,
            access_notes: site.access_notes.clone(),
            unit: facts.stay.unit.as_ref().map(|unit| unit.label.clone()).unwrap_or_default(),
            label: facts.stay.label.clone(),
            telephone: Phone::of(own.unwrap_or(&ctx.settings().help_telephone)),
        }
    }
}

/// The key of the sentence that every page says of the file.
pub(super) const fn sentence(situation: Situation) -> &'static str {
    match situation {
        Situation::TooEarly(_) => "preadmission-is-too-early",
        Situation::Open => "preadmission-is-open",
        Situation::ToCorrect => "preadmission-is-to-correct",
        Situation::Sent => "preadmission-is-sent",
        Situation::Accepted => "preadmission-is-accepted",
        Situation::Over => "preadmission-is-over",
        Situation::Cancelled => "preadmission-is-cancelled",
    }
}

/// The tag of a task: its words and its colour.
pub(super) struct Tag {
    pub(super) words: String,
    pub(super) tone: &'static str,
}

impl Tag {
    pub(super) fn of(ctx: &Ctx, progress: Progress) -> Self {
        let tone = match progress {
            Progress::Done => " good",
            Progress::ToCorrect => " bad",
            _ => "",
        };
        Self { words: ctx.t(&format!("preadmission-progress-{}", progress.name())), tone }
    }
}

impl Tag {
    pub(super) fn of_consent(ctx: &Ctx, consent: Consent) -> Self {
        let tone = match consent {
            Consent::Given => " good",
            consent if consent.stops() => " bad",
            _ => "",
        };
        Self { words: ctx.t(&format!("preadmission-people-consent-{}", consent.name())), tone }
    }
}

impl Tag {
    /// How somebody stands who was asked.
    pub(super) fn of_party(ctx: &Ctx, one: &Party) -> Self {
        let tone = match one.state {
            state if state.stands() => " good",
            Signature::Refused => " bad",
            _ => "",
        };
        // Who represents the patient does not co-sign: they act.
        let state = if one.capacity.represents() && one.state.stands() { "represents" } else { one.state.name() };
        let purpose = one.capacity.purpose().name();
        Self { words: ctx.t(&format!("preadmission-answered-{purpose}-{state}")), tone }
    }
}

pub(super) fn section_title(ctx: &Ctx, name: &str) -> String {
    ctx.t(&format!("preadmission-section-{name}"))
}

/// A code such as `CN_RECTO` in words.
pub(super) fn document_title(ctx: &Ctx, kind: &str) -> String {
    ctx.t(&format!("preadmission-document-{}", kind.to_ascii_lowercase().replace('_', "-")))
}
