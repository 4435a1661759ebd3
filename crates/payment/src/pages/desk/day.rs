//! `/desk/payments`: the payments of a day, with totals that add up.

use ::web::{Ctx, Problem, StaffCaller, page, when};
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::civil::Date;
use kernel::Money;
use serde::Deserialize;

use super::{Line, activations, choices, column_words, line, mode_words, unknown, whose_name};
use crate::{
    Payments,
    desk::{Cashier, look::Chosen},
    domain::totals::{Column, Sum, Totals, Whose},
};

/// As in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Question {
    day: String,
    creditor: String,
    page: String,
}

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
    /// As in the address: establishment and key.
    creditor: &'a str,
    creditors: Vec<(String, String)>,
    activations: Vec<(String, String)>,
    columns: Vec<String>,
    totals: Vec<Total>,
    total: Total,
    trials: Vec<Total>,
    /// What was given back on the day, by creditor.
    given_back: Vec<Total>,
    lines: Vec<Line>,
    next: Option<u32>,
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
    let at: u32 = if question.page.is_empty() { 1 } else { question.page.parse().map_err(|_| unknown("/page"))? };
    let chosen = Chosen::typed(&question.creditor).ok_or_else(|| unknown("/creditor"))?;
    let kept = room.kept_by(&cashier).await?;
    let day = room.day(&cashier, date, (&chosen, at)).await?;
    let neighbour = |day: Result<Date, jiff::Error>| day.map(|day| day.to_string()).unwrap_or_default();
    let time = |instant| when::time(ctx.lang(), zone.wall(instant));
    let alone = |whose: &Whose, sum: Sum| Total { name: whose_name(&kept, whose), sums: vec![(sum.count, sum.amount)] };
    page(&DayPage {
        ctx,
        title: when::long_day(ctx.lang(), date),
        day: date.to_string(),
        before: neighbour(date.yesterday()),
        after: neighbour(date.tomorrow()),
        creditor: &question.creditor,
        creditors: choices(&kept),
        activations: activations(ctx, &kept, &zone),
        columns: Column::ALL.into_iter().map(|column| column_words(ctx, column)).collect(),
        totals: day.counts.creditors.iter().map(|(whose, totals)| total(whose_name(&kept, whose), totals)).collect(),
        total: total(ctx.t("payment-desk-total"), &day.counts.total),
        trials: day
            .counts
            .trials
            .iter()
            .map(|((whose, mode), totals)| {
                total(format!("{} – {}", whose_name(&kept, whose), mode_words(ctx, *mode)), totals)
            })
            .collect(),
        given_back: day.given_back.iter().map(|(whose, sum)| alone(whose, *sum)).collect(),
        lines: day.payments.iter().map(|seen| line(ctx, seen, &kept, time(seen.at()))).collect(),
        next: day.has_more.then(|| at.saturating_add(1)),
    })
}

fn total(name: String, totals: &Totals) -> Total {
    let columns = totals.columns().map(|(_, sum)| sum).chain([totals.all]);
    Total { name, sums: columns.map(|sum| (sum.count, sum.amount)).collect() }
}
