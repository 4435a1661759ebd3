//! A browser arrives. As strict as FranceConnect's own entrance: one parameter too many and it is refused.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    Audience, Desk, answers,
    memory::Request,
    people::{CITIZENS, Citizen, STAFF, StaffMember},
};

const FOR_ALL: &[&str] = &["client_id", "response_type", "redirect_uri", "scope", "state", "nonce", "prompt"];
const FOR_PATIENTS: &[&str] = &["acr_values", "claims", "idp_hint", "ui_locales"];
const FOR_STAFF: &[&str] = &["code_challenge", "code_challenge_method", "login_hint", "max_age", "acr_values"];
/// FranceConnect's documentation; its code is content with 22.
const SHORTEST: usize = 32;

#[derive(Template)]
#[template(path = "identity/choice.html")]
struct Choice<'a> {
    desk: &'a Desk,
    interaction: &'a str,
    citizens: &'static [Citizen],
    staff: &'static [StaffMember],
}

type Parameters = BTreeMap<String, String>;

pub(super) async fn by_get(request: HttpRequest, desk: web::Data<Desk>) -> HttpResponse {
    arrive(&desk, request.query_string())
}

pub(super) async fn by_post(body: String, desk: web::Data<Desk>) -> HttpResponse {
    arrive(&desk, &body)
}

fn arrive(desk: &Desk, query: &str) -> HttpResponse {
    match read(desk, query) {
        Ok(request) => {
            let interaction = desk.world.secret();
            desk.memory.begin(interaction.clone(), request, desk.world.now());
            let (citizens, staff): (&[_], &[_]) = match desk.audience {
                Audience::Patients => (CITIZENS, &[]),
                Audience::Staff => (&[], STAFF),
            };
            answers::page(StatusCode::OK, &Choice { desk, interaction: &interaction, citizens, staff })
        }
        Err((code, why)) => answers::refusal(desk, code, &why),
    }
}

/// FranceConnect's codes: Y030007 for shape, Y04EA6EF for an unknown client, Y04C013C for an undeclared address.
fn read(desk: &Desk, query: &str) -> Result<Request, (&'static str, String)> {
    let malformed = |why: String| ("Y030007", why);
    let parameters = unique(query).ok_or_else(|| malformed("paramètre illisible ou répété".to_owned()))?;
    let own = match desk.audience {
        Audience::Patients => FOR_PATIENTS,
        Audience::Staff => FOR_STAFF,
    };
    if let Some(name) =
        parameters.keys().find(|name| !FOR_ALL.contains(&name.as_str()) && !own.contains(&name.as_str()))
    {
        return Err(malformed(format!("paramètre inattendu : {name}")));
    }
    let get = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    let client = desk.client();
    if get("client_id") != client.id {
        return Err(("Y04EA6EF", "client inconnu".to_owned()));
    }
    if !client.redirect_uris.iter().any(|declared| declared == get("redirect_uri")) {
        return Err(("Y04C013C", "redirect_uri non déclarée".to_owned()));
    }
    let wrong = faulty(desk.audience, get);
    if let Some(name) = wrong {
        return Err(malformed(format!("paramètre absent ou incorrect : {name}")));
    }
    let owned = |name: &str| get(name).to_owned();
    Ok(Request {
        redirect_uri: owned("redirect_uri"),
        scope: owned("scope"),
        state: owned("state"),
        nonce: owned("nonce"),
        challenge: parameters.get("code_challenge").cloned(),
    })
}

/// The first parameter whose value cannot be accepted.
fn faulty<'a>(audience: Audience, get: impl Fn(&str) -> &'a str) -> Option<&'static str> {
    let patients = audience == Audience::Patients;
    let prompt_known = get("prompt").split(' ').all(|word| matches!(word, "" | "login" | "consent"));
    [
        ("response_type", get("response_type") == "code"),
        ("scope", get("scope").split(' ').any(|scope| scope == "openid")),
        ("state", get("state").len() >= SHORTEST),
        ("nonce", get("nonce").len() >= SHORTEST),
        ("acr_values", !patients || !get("acr_values").is_empty()),
        ("prompt", !patients || prompt_known),
        ("code_challenge", patients || get("code_challenge").len() == 43),
        ("code_challenge_method", patients || get("code_challenge_method") == "S256"),
    ]
    .into_iter()
    .find_map(|(name, fine)| (!fine).then_some(name))
}

/// The parameters, unless one comes twice.
pub(super) fn unique(query: &str) -> Option<Parameters> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let count = pairs.len();
    let map: Parameters = pairs.into_iter().collect();
    (map.len() == count).then_some(map)
}
