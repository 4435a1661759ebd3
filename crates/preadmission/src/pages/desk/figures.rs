//! `/desk/preadmissions/figures`: the evidence of the service, with the statements that read its facts.

use ::web::{Ctx, Problem, StaffCaller, page};
use actix_web::{HttpResponse, http::header, web};
use askama::Template;

use crate::{
    Preadmission,
    desk::count::{Counted, Period},
    domain::figures::{COUNTS, Figures},
    pages::shown::document_title,
    store::figures::ALL,
};

#[derive(Template)]
#[template(path = "preadmission-desk-figures.html")]
struct FiguresPage<'a> {
    ctx: &'a Ctx,
    counted: &'a Counted,
    /// A name and its definition.
    definitions: Vec<(String, String)>,
    statements: [&'static str; 4],
}

impl FiguresPage<'_> {
    fn hours(&self, seconds: &Option<i64>) -> String {
        seconds.map(|seconds| (seconds / 3600).to_string()).unwrap_or_default()
    }

    fn channels(&self, figures: &Figures) -> Vec<(String, usize)> {
        let words = |channel: &String| self.ctx.t(&format!("preadmission-desk-channel-{channel}"));
        figures.channels.iter().map(|(channel, count)| (words(channel), *count)).collect()
    }

    fn documents(&self, figures: &Figures) -> Vec<(String, usize)> {
        figures.documents.iter().map(|(kind, count)| (document_title(self.ctx, kind), *count)).collect()
    }

    fn reasons(&self, figures: &Figures) -> Vec<(String, usize)> {
        let words = |code: &String| super::reasons::shipped_words(self.ctx, code);
        figures.reasons.iter().map(|(code, count)| (words(code), *count)).collect()
    }
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    period: web::Query<Period>,
) -> Result<HttpResponse, Problem> {
    let ctx = &caller.ctx;
    let counted = room.figures((&caller).into(), &period, ctx.now()).await?;
    let words =
        |name: &str, what: &str| ctx.t1(&format!("preadmission-desk-{what}-{name}"), "days", counted.days_ahead);
    let definitions = COUNTS.iter().map(|name| (words(name, "figure"), words(name, "definition"))).collect();
    page(&FiguresPage { ctx, counted: &counted, definitions, statements: ALL })
}

pub(super) async fn csv(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    period: web::Query<Period>,
) -> Result<HttpResponse, Problem> {
    let counted = room.figures((&caller).into(), &period, caller.ctx.now()).await?;
    let attachment = (header::CONTENT_DISPOSITION, "attachment; filename=\"preadmission-figures.csv\"");
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header(attachment).body(table(&counted)))
}

/// RFC 4180, one line for each month, establishment and figure.
fn table(counted: &Counted) -> String {
    let mut lines = vec!["month,finess,establishment,figure,value".to_owned()];
    for (month, finess, name, figures) in &counted.rows {
        let mut line = |figure: String, value: String| {
            let name = name.replace('"', "\"\"");
            lines.push(format!("{month},{finess},\"{name}\",{figure},{value}"));
        };
        for (figure, count) in figures.counts() {
            line(figure.to_owned(), count.to_string());
        }
        let maps = [("channel", &figures.channels), ("document", &figures.documents), ("refusal", &figures.reasons)];
        for (what, map) in maps {
            for (key, count) in map {
                line(format!("{what}-{key}"), count.to_string());
            }
        }
        for (figure, seconds) in
            [("median-seconds-to-send", figures.to_send), ("median-seconds-to-answer", figures.to_answer)]
        {
            line(figure.to_owned(), seconds.map(|seconds| seconds.to_string()).unwrap_or_default());
        }
    }
    lines.join("\r\n") + "\r\n"
}
