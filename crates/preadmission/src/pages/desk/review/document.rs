//! One document on the review screen, beside the data that it proves.

use ::web::Ctx;
use kernel::{DocumentId, StaffId};

use super::super::{name_of, words_of};
use crate::{
    desk::Review,
    domain::{card, catalogue, value::Kind},
    pages::{
        fields::said,
        shown::{document_title, sentences},
    },
    read::{Document, DocumentState, Source, Status},
    store::decisions::Correction,
};

pub(super) struct ShownDocument {
    pub(super) id: DocumentId,
    pub(super) title: String,
    pub(super) state: String,
    pub(super) tone: &'static str,
    /// Who gave it for the patient; empty: the patient did.
    pub(super) from: String,
    pub(super) why: String,
    /// Addresses of its pages; empty while nobody may read it.
    pub(super) pages: Vec<String>,
    pub(super) is_checking: bool,
    pub(super) may_be_decided: bool,
    pub(super) may_be_reconsidered: bool,
    /// The first to be decided: the browser's access keys are its own.
    pub(super) is_first: bool,
    pub(super) proves: Vec<Proved>,
    /// What the code on the card says.
    pub(super) code: Option<String>,
    pub(super) reasons: Vec<(String, String)>,
}

/// What the patient wrote, and what a clerk read.
pub(super) struct Proved {
    pub(super) field: &'static str,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) corrected: String,
    /// Whether the code on the card says the same; none: there is no code, or it cannot tell.
    pub(super) in_code: Option<bool>,
    pub(super) may_be_corrected: bool,
}

/// Sections whose data a kind of document proves.
fn proves(kind: &str) -> &'static [&'static str] {
    match kind {
        "CN_RECTO" | "CN_VERSO" | "JUSTIFICATIF_ID" | "LIVRET_FAMILLE" => &["identity"],
        "ATTEST_VITALE" | "FEUILLE_AT" => &["compulsory-cover"],
        "MUTUELLE" | "MUTUELLE_RECTO" | "MUTUELLE_VERSO" => &["complementary-cover"],
        "JUSTIFICATIF_DOM" => &["contact"],
        "PERS_CONFIANCE" => &["trusted-person"],
        "PERS_PREVENIR" => &["person-to-notify"],
        "MESURE_PROTECTION" | "ARRET_TRAVAIL" => &["situation"],
        "DIRECTIVES" => &["advance-directives"],
        _ => &[],
    }
}

impl ShownDocument {
    pub(super) fn of(ctx: &Ctx, review: &Review, document: &Document, first: Option<DocumentId>) -> Self {
        use DocumentState::{Accepted, Checking, Infected, NotAvailable, Received, Refused, ToReview, Undecided};
        let facts = &review.facts;
        let is_ready = facts.status == Status::Ready;
        let pages = document.pages.filter(|_| document.state.is_clean()).unwrap_or_default();
        let address = |page| format!("/desk/preadmissions/{}/documents/{}/pages/{page}", facts.id, document.id);
        let code = document.card_code.as_deref().filter(|_| document.state.is_clean());
        let offered = review.reasons.get(&document.kind).map(Vec::as_slice).unwrap_or_default();
        let words = |code: &str| reason_words(ctx, review, &document.kind, code);
        let why = match (document.state, document.reason.as_deref()) {
            (NotAvailable, Some(reason)) => ctx.t(&format!("preadmission-absence-{reason}")),
            (_, Some(reason)) => words(reason),
            _ => String::new(),
        };
        Self {
            id: document.id,
            title: document_title(ctx, &document.kind),
            state: ctx.t(&format!("preadmission-desk-state-{}", document.state.name())),
            tone: match document.state {
                Accepted => " good",
                Refused | Infected => " bad",
                _ => "",
            },
            from: from(ctx, review, document),
            why: sentences(&[&why, &document.reason_text]),
            pages: (1..=pages).map(address).collect(),
            is_checking: matches!(document.state, Received | Checking | Undecided),
            may_be_decided: is_ready && matches!(document.state, ToReview | NotAvailable),
            may_be_reconsidered: is_ready && document.state == Accepted,
            is_first: first == Some(document.id),
            proves: proves(&document.kind).iter().flat_map(|section| proved(ctx, review, section, code)).collect(),
            code: code.map(card::visible),
            reasons: offered
                .iter()
                .filter(|reason| reason.active)
                .map(|reason| (reason.code.clone(), words(&reason.code)))
                .collect(),
        }
    }
}

fn from(ctx: &Ctx, review: &Review, document: &Document) -> String {
    let who = match (document.source, document.received_by) {
        (Source::Clerk, Some(staff)) => name_of(&review.names, StaffId::from_uuid(staff.uuid())),
        (Source::Relative, _) => ctx.t("preadmission-desk-channel-relative"),
        _ => return String::new(),
    };
    ctx.t1("preadmission-desk-given-by", "who", who.as_str())
}

/// The hospital's own words for a reason, else the shipped ones, else its code.
pub(super) fn reason_words(ctx: &Ctx, review: &Review, kind: &str, code: &str) -> String {
    words_of(ctx, review.reasons.get(kind).map(Vec::as_slice).unwrap_or_default(), code)
}

fn proved(ctx: &Ctx, review: &Review, section: &str, code: Option<&str>) -> Vec<Proved> {
    let Some(section) = catalogue::find(section) else { return Vec::new() };
    let facts = &review.facts;
    let is_cover = section.name.ends_with("-cover");
    let read = |one: &Correction| {
        let when = ctx.moment(one.at, &facts.site.zone);
        format!("{} ({}, {when})", one.value, name_of(&review.names, one.by))
    };
    let answers = facts.values();
    let line = |field: &'static catalogue::Field| {
        let corrected = review.corrections.iter().find(|one| one.field == field.name);
        Proved {
            field: field.name,
            label: ctx.t(&field.key()),
            value: said(ctx, field, &answers),
            in_code: (field.kind == Kind::Number).then(|| card::holds(code?, answers.get(field.name)?)).flatten(),
            corrected: corrected.map(read).unwrap_or_default(),
            may_be_corrected: is_cover && field.kind != Kind::Code,
        }
    };
    crate::commands::shown_fields(facts, section).into_iter().map(line).collect()
}
