//! A stay and its file as pages show them: the date and the place largest, the status as one sentence.

use ::web::{Ctx, Phone, when::long_day};
use kernel::PreadmissionId;

use crate::{
    domain::situation::Situation,
    read::{Consent, OpenedAs, Party, PreadmissionFacts, Progress, Signature, Status},
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
    /// The stay begins today, by the clocks of the place.
    pub(super) is_today: bool,
    /// Today, or once the file is accepted, what counts is how to get there and what to bring.
    pub(super) arriving: bool,
    /// The patient's name, for whoever answers in their place; else empty.
    pub(super) in_place_of: String,
}

impl StayShown {
    pub(super) fn of(ctx: &Ctx, facts: &PreadmissionFacts) -> Self {
        let site = &facts.site;
        let mut address = site.address_lines.clone();
        address.push(format!("{} {}", site.postcode, site.city));
        let own = Some(&site.help_phone).filter(|phone| !phone.is_empty());
        let (now, entry_at) = (ctx.now(), facts.stay.entry_at);
        let is_today = site.zone.date(now) == site.zone.date(entry_at);
        let is_awaited = facts.status == Status::Completed && now < entry_at;
        let others = facts.stay.person.as_ref().filter(|_| facts.opened_as != OpenedAs::Myself);
        Self {
            id: facts.id,
            when: entry(ctx, facts),
            hospital: facts.establishment.name.clone(),
            place: site.name.clone(),
            address,
            access_notes: site.access_notes.clone(),
            unit: facts.stay.unit.as_ref().map(|unit| unit.label.clone()).unwrap_or_default(),
            label: facts.stay.label.clone(),
            telephone: Phone::of(own.unwrap_or(&ctx.settings().help_telephone)),
            is_today,
            arriving: facts.status != Status::Cancelled && (is_today || is_awaited),
            in_place_of: others.map(|person| format!("{} {}", person.given, person.birth_family)).unwrap_or_default(),
        }
    }
}

/// When it begins: the day, and the hour once the hospital told it.
pub(super) fn entry(ctx: &Ctx, facts: &PreadmissionFacts) -> String {
    let (at, zone) = (facts.stay.entry_at, &facts.site.zone);
    if facts.stay.is_hour_known() { ctx.moment(at, zone) } else { long_day(ctx.lang(), zone.date(at)) }
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

/// Sentences one after the other, each with its end.
pub(super) fn sentences(said: &[&str]) -> String {
    let ended = |one: &str| if one.ends_with(['.', '!', '?', '…']) { one.to_owned() } else { format!("{one}.") };
    let said = said.iter().map(|one| one.trim()).filter(|one| !one.is_empty());
    said.map(ended).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sentence_has_its_end() {
        assert_eq!(
            sentences(&["L’image est floue", "On ne lit pas la date"]),
            "L’image est floue. On ne lit pas la date."
        );
        assert_eq!(sentences(&["", " Et la date ? ", ""]), "Et la date ?");
        assert_eq!(sentences(&["", ""]), "");
    }
}
