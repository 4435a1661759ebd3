//! `/desk/payments/figures`: the evidence of the service, with the statements that read its facts.

use ::web::{Ctx, Problem, StaffCaller, page};
use actix_web::{HttpResponse, http::header, web};
use askama::Template;
use kernel::Money;

use crate::{
    Payments,
    desk::{
        Cashier,
        count::{Counted, Period},
    },
    domain::figures::{COUNTS, Figures},
    store::figures::ALL,
};

#[derive(Template)]
#[template(path = "payment-desk-figures.html")]
struct FiguresPage<'a> {
    ctx: &'a Ctx,
    activations: Vec<(String, String)>,
    counted: &'a Counted,
    /// A name and its definition.
    definitions: Vec<(String, String)>,
    statements: [&'static str; 6],
}

impl FiguresPage<'_> {
    /// Counts as they are read: sums in euros.
    fn cells(&self, figures: &Figures) -> Vec<String> {
        let cell = |(name, value): (&str, i64)| match name {
            "issued-cents" | "received-cents" => Money::from_cents(value).to_string(),
            _ => value.to_string(),
        };
        let share = figures.share().map(|tenths| format!("{},{} %", tenths / 10, tenths % 10)).unwrap_or_default();
        let days = figures.days_to_pay.map(|days| days.to_string()).unwrap_or_default();
        figures.counts().into_iter().map(cell).chain([share, days]).collect()
    }
}

pub(super) async fn show(
    room: web::Data<Payments>,
    caller: StaffCaller,
    period: web::Query<Period>,
) -> Result<HttpResponse, Problem> {
    let ctx = &caller.ctx;
    let counted = room.figures(&Cashier::from(&caller), &period).await?;
    let words = |name: &str| {
        (ctx.t(&format!("payment-figure-name-{name}")), ctx.t(&format!("payment-figure-definition-{name}")))
    };
    let definitions = COUNTS.into_iter().chain(["share", "days-to-pay"]).map(words).collect();
    page(&FiguresPage { ctx, activations: Vec::new(), counted: &counted, definitions, statements: ALL })
}

pub(super) async fn csv(
    room: web::Data<Payments>,
    caller: StaffCaller,
    period: web::Query<Period>,
) -> Result<HttpResponse, Problem> {
    let counted = room.figures(&Cashier::from(&caller), &period).await?;
    let attachment = (header::CONTENT_DISPOSITION, "attachment; filename=\"payment-figures.csv\"");
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header(attachment).body(table(&counted)))
}

/// RFC 4180, one line for each month, establishment and figure.
fn table(counted: &Counted) -> String {
    let mut lines = vec!["month,finess,establishment,figure,value".to_owned()];
    for (month, finess, name, figures) in &counted.rows {
        let name = name.replace('"', "\"\"");
        let days = ("median-days-to-pay", figures.days_to_pay.map(|days| days.to_string()).unwrap_or_default());
        let counts = figures.counts().into_iter().map(|(figure, count)| (figure, count.to_string()));
        lines.extend(
            counts.chain([days]).map(|(figure, value)| format!("{month},{finess},\"{name}\",{figure},{value}")),
        );
    }
    lines.join("\r\n") + "\r\n"
}
