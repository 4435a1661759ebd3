//! What we know of the patient, and how they want to be reached.

use actix_web::{HttpResponse, http::StatusCode, web as actix};
use askama::Template;
use serde::Deserialize;
use web::{Ctx, Lang, PatientCaller, Problem, page_with_status, see_other};

use crate::{
    Identity,
    contact::{self, Change},
    domain::contact::ContactFault,
    read::{self, PatientFacts},
};

#[derive(Deserialize)]
pub(super) struct Shown {
    #[serde(default)]
    saved: Option<u8>,
}

#[derive(Deserialize)]
pub(super) struct ContactForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    language: String,
}

/// One line of the list.
struct Fact {
    label: String,
    value: String,
}

#[derive(Template)]
#[template(path = "me.html")]
struct MePage<'a> {
    ctx: &'a Ctx,
    facts: Vec<Fact>,
    form: ContactForm,
    faults: &'a [ContactFault],
    saved: bool,
}

impl MePage<'_> {
    fn is_bad(&self, field: &str) -> bool {
        self.faults.iter().any(|fault| name_of(*fault) == field)
    }
}

fn name_of(fault: ContactFault) -> &'static str {
    match fault {
        ContactFault::Email => "email",
        ContactFault::Phone => "phone",
    }
}

pub(super) async fn show(
    caller: PatientCaller,
    shown: actix::Query<Shown>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let facts = known(&caller, &room).await?;
    let (email, phone) = (facts.email.clone().unwrap_or_default(), facts.phone.clone().unwrap_or_default());
    let form = ContactForm { email, phone, language: facts.language.clone() };
    write(&caller.ctx, &facts, form, &[], shown.saved.is_some())
}

pub(super) async fn change(
    caller: PatientCaller,
    form: actix::Form<ContactForm>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    let language = Lang::from_code(&form.language).unwrap_or(caller.ctx.lang());
    match Change::read(&form.email, &form.phone, language) {
        Ok(change) => {
            contact::change(&room, caller.patient, change).await?;
            Ok(see_other("/me?saved=1"))
        }
        Err(faults) => write(&caller.ctx, &known(&caller, &room).await?, form, &faults, false),
    }
}

async fn known(caller: &PatientCaller, room: &Identity) -> Result<PatientFacts, Problem> {
    let id = caller.patient;
    room.db.read(move |conn| read::patient(conn, id)).await?.ok_or_else(Problem::not_found)
}

fn write(
    ctx: &Ctx,
    facts: &PatientFacts,
    form: ContactForm,
    faults: &[ContactFault],
    saved: bool,
) -> Result<HttpResponse, Problem> {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with_status(status, &MePage { ctx, facts: lines(ctx, facts), form, faults, saved })
}

/// The traits as given; what was not told has no line.
fn lines(ctx: &Ctx, facts: &PatientFacts) -> Vec<Fact> {
    let gender = facts.gender.as_deref().map(|gender| match gender {
        "female" | "male" => ctx.t(&format!("identity-gender-{gender}")),
        _ => ctx.t("identity-gender-unspecified"),
    });
    let place = [&facts.birthplace, &facts.birthcountry].into_iter().flatten().find(|code| !code.is_empty()).cloned();
    let birth = facts.idp_birthdate.as_deref().or(facts.birthdate.as_deref());
    [
        ("identity-me-given-names", Some(facts.given_names.clone())),
        ("identity-me-family-name", Some(facts.family_name.clone())),
        ("identity-me-used-name", facts.preferred_username.clone()),
        ("identity-me-birthdate", birth.map(|date| date_words(ctx.lang(), date))),
        ("identity-me-gender", gender),
        ("identity-me-birthplace", place),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some(Fact { label: ctx.t(key), value: value.filter(|value| !value.is_empty())? }))
    .collect()
}

/// `1962-11-00` is November 1962: an unknown day or month is left out, never invented.
pub(super) fn date_words(lang: Lang, date: &str) -> String {
    let parts: Vec<&str> = date.split('-').filter(|part| *part != "00").collect();
    match lang {
        Lang::Fr => parts.into_iter().rev().collect::<Vec<_>>().join("/"),
        Lang::En => parts.join("-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t53_partial_dates_are_shown_as_far_as_they_go() {
        for (date, fr, en) in [
            ("1984-03-12", "12/03/1984", "1984-03-12"),
            ("1962-11-00", "11/1962", "1962-11"),
            ("1948-00-00", "1948", "1948"),
            ("inconnue", "inconnue", "inconnue"),
        ] {
            assert_eq!((date_words(Lang::Fr, date).as_str(), date_words(Lang::En, date).as_str()), (fr, en));
        }
    }
}
