//! The admissions desk's screens. They work without JavaScript; shortcuts are the browser's own access keys.

mod add;
mod batch;
mod figures;
mod list;
mod looks;
mod reasons;
mod review;
mod rules;
mod stay;
mod views;

use std::collections::HashMap;

use ::web::{Class, Ctx, Routes};
use kernel::StaffId;

use crate::{
    api::{CLERKS, COUNTERS, GUARDS},
    desk::Standing,
    read::PreadmissionFacts,
};

pub(super) use reasons::words_of;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/preadmissions", CLERKS, list::show)
        .post("/desk/preadmissions/batch", CLERKS, batch::ask)
        .get("/desk/preadmissions/looks", GUARDS, looks::show)
        .post("/desk/preadmissions/views", CLERKS, views::save)
        .post("/desk/preadmissions/views/{view}/removal", CLERKS, views::remove)
        .get("/desk/preadmissions/reasons", CLERKS, reasons::show)
        .post("/desk/preadmissions/reasons", CLERKS, reasons::save)
        .get("/desk/preadmissions/rules", CLERKS, rules::show)
        .post("/desk/preadmissions/rules", CLERKS, rules::publish)
        .get("/desk/preadmissions/figures", COUNTERS, figures::show)
        .get("/desk/preadmissions/figures.csv", COUNTERS, figures::csv)
        .get("/desk/stays", CLERKS, stay::show)
        .post("/desk/stays", CLERKS, stay::open)
        .get("/desk/preadmissions/{id}", CLERKS, review::show)
        .get("/desk/preadmissions/{id}/documents", CLERKS, add::show)
        .post("/desk/preadmissions/{id}/documents", CLERKS, add::send)
        .limited(Class::Uploading)
        .post("/desk/preadmissions/{id}/documents/{document}/decision", CLERKS, review::decide)
        .post("/desk/preadmissions/{id}/acceptance", CLERKS, review::accept)
        .post("/desk/preadmissions/{id}/refusal", CLERKS, review::refuse)
        .post("/desk/preadmissions/{id}/assignment", CLERKS, review::assign)
        .post("/desk/preadmissions/{id}/notes", CLERKS, review::note)
        .post("/desk/preadmissions/{id}/notes/{note}/done", CLERKS, review::finish)
        .post("/desk/preadmissions/{id}/identity", CLERKS, review::compare)
        .post("/desk/preadmissions/{id}/identity-document", CLERKS, review::read_identity)
        .post("/desk/preadmissions/{id}/secrecy", CLERKS, review::secrecy)
        .post("/desk/preadmissions/{id}/representative", CLERKS, review::representative)
        .post("/desk/preadmissions/{id}/people/{name}", CLERKS, review::mark_party)
        .post("/desk/preadmissions/{id}/corrections", CLERKS, review::correct)
        .post("/desk/preadmissions/{id}/merge", CLERKS, review::settle_merge)
        .post("/desk/preadmissions/{id}/meeting", CLERKS, review::settle_meeting)
}

/// A form's fields; each name stands once.
struct Typed(Vec<(String, String)>);

impl Typed {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim()).unwrap_or_default()
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }
}

/// The person as the hospital writes them.
pub(super) fn person_of(ctx: &Ctx, facts: &PreadmissionFacts) -> String {
    match &facts.stay.person {
        Some(person) => format!("{} {}", person.birth_family, person.given),
        None => {
            let said = |field: &str| facts.answers.get(field).map(|answer| answer.value.as_str()).unwrap_or_default();
            let typed = format!("{} {}", said("identity.birth-family"), said("identity.given"));
            if typed.trim().is_empty() { ctx.t("preadmission-desk-unknown-person") } else { typed }
        }
    }
}

fn status_words(ctx: &Ctx, facts: &PreadmissionFacts) -> String {
    status_name(ctx, facts.status.name())
}

fn status_name(ctx: &Ctx, name: &str) -> String {
    ctx.t(&format!("preadmission-desk-status-{}", name.to_ascii_lowercase().replace('_', "-")))
}

fn standing_words(ctx: &Ctx, standing: &Standing) -> String {
    let words = ctx.t(&format!("preadmission-desk-standing-{}", standing.name()));
    match standing {
        Standing::Refused { code, .. } if !code.is_empty() => format!("{words} ({code})"),
        _ => words,
    }
}

const fn standing_tone(standing: &Standing) -> &'static str {
    match standing {
        Standing::Refused { .. } => " bad",
        Standing::Acknowledged => " good",
        _ => "",
    }
}

fn name_of(names: &HashMap<StaffId, String>, id: StaffId) -> String {
    names.get(&id).cloned().unwrap_or_default()
}

/// Those of a team, by name.
fn colleagues(names: &HashMap<StaffId, String>) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = names.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    all.sort_by(|one, other| one.1.cmp(&other.1));
    all
}
