//! `/desk/payments`: the payments of a day, with totals that add up.

use ::web::{Ctx, Problem, StaffCaller, page, when};
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::civil::Date;
use kernel::Money;
use serde::Deserialize;

use super::{Line, activations, column_words, line, mode_words, name_of, unknown};
use crate::{
    Payments,
    desk::Cashier,
    domain::totals::{Column, Totals},
};

/// As in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Question {
    day: String,
    creditor: String,
    page: String,
}

/// Payments on one page.
const PAGE: usize = 100;

/// A line of totals: who, each column, all of it.
struct Total {
    name: String,
    sums: Vec<(u64, Money)>,
}

#[derive(Template)]
#[template(path = "payment-desk-day.html")]
struct DayPage<'a> {
    ctx: &'a Ctx,
    day: String,
    title: String,
    before: String,
    after: String,
    creditor: &'a str,
    creditors: Vec<(String, String)>,
    activations: Vec<(String, String)>,
    columns: Vec<String>,
    totals: Vec<Total>,
    total: Total,
    trials: Vec<Total>,
    lines: Vec<Line>,
    next: Option<usize>,
}

pub(super) async fn show(
    room: web::Data<Payments>,
    caller: StaffCaller,
    question: web::Query<Question>,
) -> Result<HttpResponse, Problem> {
    let (ctx, cashier) = (&caller.ctx, Cashier::from(&caller));
    let zone = room.desk_zone(&cashier).await?;
    let date = match question.day.as_str() {
        "" => zone.date(ctx.now()),
        text => text.parse::<Date>().map_err(|_| unknown("/day"))?,
    };
    let at: usize = if question.page.is_empty() { 1 } else { question.page.parse().map_err(|_| unknown("/page"))? };
    let kept = room.kept_by(&cashier).await?;
    let day = room.day(&cashier, date, &question.creditor).await?;
    let neighbour = |day: Result<Date, jiff::Error>| day.map(|day| day.to_string()).unwrap_or_default();
    let shown = day.payments.iter().skip(at.saturating_sub(1).saturating_mul(PAGE));
    let time = |instant| when::time(ctx.lang(), zone.wall(instant));
    let more = day.payments.len() > at.saturating_mul(PAGE);
    page(&DayPage {
        ctx,
        title: when::long_day(ctx.lang(), date),
        day: date.to_string(),
        before: neighbour(date.yesterday()),
        after: neighbour(date.tomorrow()),
        creditor: &question.creditor,
        creditors: kept.iter().map(|one| (one.key.clone(), one.name.clone())).collect(),
        activations: activations(ctx, &kept, &zone),
        columns: Column::ALL.into_iter().map(|column| column_words(ctx, column)).collect(),
        totals: day
            .counts
            .creditors
            .iter()
            .map(|(key, totals)| total(name_of(&kept, key).to_owned(), totals))
            .collect(),
        total: total(ctx.t("payment-desk-total"), &day.counts.total),
        trials: day
            .counts
            .trials
            .iter()
            .map(|((key, mode), totals)| total(format!("{} – {}", name_of(&kept, key), mode_words(ctx, *mode)), totals))
            .collect(),
        lines: shown
            .take(PAGE)
            .map(|seen| line(ctx, &seen.attempt, &kept, (time(seen.attempt.created_at), seen.column())))
            .collect(),
        next: more.then(|| at.saturating_add(1)),
    })
}

fn total(name: String, totals: &Totals) -> Total {
    let columns = totals.columns().map(|(_, sum)| sum).chain([totals.all]);
    Total { name, sums: columns.map(|sum| (sum.count, sum.amount)).collect() }
}
