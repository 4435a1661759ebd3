//! A name was clicked, or "revenir au service".

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::{Audience, Desk, answers, memory::Granted, people};

#[derive(Deserialize)]
pub(super) struct Click {
    /// Absent when the person turns back.
    person: Option<String>,
}

pub(super) async fn choose(id: web::Path<String>, click: web::Form<Click>, desk: web::Data<Desk>) -> HttpResponse {
    let Some(request) = desk.memory.choose(&id, desk.world.now()) else {
        return answers::refusal(
            &desk,
            "Y190001",
            "connexion expirée ou déjà utilisée : recommencez depuis le service",
        );
    };
    let faults = desk.faults();
    let issuer = if faults.wrong_callback_issuer { "https://another.example" } else { &desk.issuer };
    let person = click.person.as_deref().and_then(|key| known(desk.audience, key));
    let Some(person) = person else {
        let refused = [
            ("error", "access_denied"),
            ("error_description", "user authentication aborted"),
            ("state", &request.state),
            ("iss", issuer),
        ];
        return answers::redirect(&request.redirect_uri, &refused);
    };
    let code = desk.world.secret();
    let (address, state) = (request.redirect_uri.clone(), request.state.clone());
    desk.memory.grant(code.clone(), Granted { request, person, at: desk.world.now(), access: None });
    answers::redirect(&address, &[("code", &code), ("state", &state), ("iss", issuer)])
}

/// The person's key, unless the civil register says they cannot log in.
fn known(audience: Audience, key: &str) -> Option<&'static str> {
    match audience {
        Audience::Patients => people::citizen(key).filter(|citizen| !citizen.refused).map(|citizen| citizen.key),
        Audience::Staff => people::staff_member(key).map(|member| member.key),
    }
}
