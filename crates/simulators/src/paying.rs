//! What both payment services share: how their pages are sent, and the forms they send to a portal.

use std::time::Duration;

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

use crate::faults::{Amount, Switch};

/// What a portal has answered to a notification, or why nobody heard it.
pub(crate) type Heard = String;

/// A page; nothing in it may run a script or be framed.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> HttpResponse {
    let Ok(body) = template.render() else { return HttpResponse::InternalServerError().finish() };
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header(("Cache-Control", "no-store"))
        .insert_header(("Referrer-Policy", "no-referrer"))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        // No form-action: the way back is a form to another site.
        .insert_header((
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        ))
        .body(body)
}

pub(crate) async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(include_str!("../templates/paying/style.css"))
}

#[derive(Template)]
#[template(path = "paying/faults.html")]
struct FaultsPage {
    switches: Vec<Switch>,
    amounts: Vec<Amount>,
}

pub(crate) fn faults_page(switches: Vec<Switch>, amounts: Vec<Amount>) -> HttpResponse {
    page(StatusCode::OK, &FaultsPage { switches, amounts })
}

/// Sends notifications: in its own time, and not always once.
#[derive(Clone)]
pub(crate) struct Notifier {
    pub(crate) http: reqwest::Client,
}

/// One notification to be sent.
pub(crate) struct Notice {
    pub(crate) url: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) form: Vec<(String, String)>,
    pub(crate) after: Duration,
}

impl Notifier {
    /// Posts each when its time has come, one after the other; `heard` is told how each ended.
    pub(crate) fn send(&self, notices: Vec<Notice>, heard: impl Fn(Heard) + Send + Sync + 'static) {
        let notifier = self.clone();
        tokio::spawn(async move {
            for notice in notices {
                tokio::time::sleep(notice.after).await;
                heard(notifier.post(&notice).await);
            }
        });
    }

    async fn post(&self, notice: &Notice) -> Heard {
        let Ok(mut url) = url::Url::parse(&notice.url) else { return "adresse illisible".to_owned() };
        if !notice.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&notice.query);
        }
        match self.http.post(url).form(&notice.form).send().await {
            Ok(answer) => format!("HTTP {}", answer.status().as_u16()),
            Err(error) => format!("sans réponse ({})", error.without_url()),
        }
    }
}
