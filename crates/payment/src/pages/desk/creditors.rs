//! `/desk/creditors`: what may be paid now, the switches, and whether the provider knows the creditor.

use ::web::{Ctx, Problem, StaffCaller, page, see_other};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::{StaffId, Zone};

use super::{Typed, activations, mode_words, unknown};
use crate::{
    Payments,
    desk::{
        Cashier,
        creditors::{Kept, Wanted},
    },
    domain::{
        creditor::Mode,
        switch::{LONGEST_HOURS, Turn},
    },
};

struct Shown {
    /// Of the form's fields: unlike any other on the page.
    mark: usize,
    establishment: String,
    hospital: String,
    key: String,
    name: String,
    number: String,
    provider: &'static str,
    mode: String,
    is_open: bool,
    has_activation: bool,
    /// Until when payments are activation payments; empty: they are not.
    activation: String,
    turns: Vec<String>,
}

#[derive(Template)]
#[template(path = "payment-desk-creditors.html")]
struct CreditorsPage<'a> {
    ctx: &'a Ctx,
    activations: Vec<(String, String)>,
    creditors: Vec<Shown>,
    longest: i64,
    /// What the provider said of a creditor: its name, the words, whether it knows it.
    told: Option<(String, String, bool)>,
}

pub(super) async fn show(room: web::Data<Payments>, caller: StaffCaller) -> Result<HttpResponse, Problem> {
    page(&of(&room, &caller, None).await?)
}

async fn of<'a>(
    room: &Payments,
    caller: &'a StaffCaller,
    told: Option<(String, String, bool)>,
) -> Result<CreditorsPage<'a>, Problem> {
    let (ctx, cashier) = (&caller.ctx, Cashier::from(caller));
    let (zone, kept) = (room.desk_zone(&cashier).await?, room.kept_by(&cashier).await?);
    let names = room.names_of(kept.iter().flat_map(|one| &one.turns).map(|turned| turned.by).collect()).await?;
    let name = |by: StaffId| names.get(&by).cloned().unwrap_or_default();
    Ok(CreditorsPage {
        ctx,
        activations: activations(ctx, &kept, &zone),
        creditors: kept.iter().enumerate().map(|(mark, one)| shown(ctx, (mark, one), &zone, &name)).collect(),
        longest: LONGEST_HOURS,
        told,
    })
}

fn shown(ctx: &Ctx, (mark, kept): (usize, &Kept), zone: &Zone, name: &impl Fn(StaffId) -> String) -> Shown {
    let turns = kept.turns.iter().take(20).map(|turned| {
        let words = match turned.turn {
            Turn::Open => ctx.t("payment-desk-turned-open"),
            Turn::Close => ctx.t("payment-desk-turned-closed"),
            Turn::Activate { until } => ctx.t1("payment-desk-turned-activation", "until", ctx.moment(until, zone)),
            Turn::EndActivation => ctx.t("payment-desk-turned-activation-over"),
        };
        format!("{}, {} – {words} : {}", ctx.moment(turned.at, zone), name(turned.by), turned.reason)
    });
    let until = kept.position.activation_until;
    Shown {
        mark,
        establishment: kept.establishment.to_string(),
        hospital: kept.hospital.clone(),
        key: kept.key.clone(),
        name: kept.name.clone(),
        number: kept.creditor.number.clone(),
        provider: kept.creditor.provider,
        mode: if kept.creditor.mode == Mode::Production { String::new() } else { mode_words(ctx, kept.creditor.mode) },
        is_open: kept.creditor.terms.is_open,
        has_activation: kept.has_activation,
        activation: until.map(|until| ctx.moment(until, zone)).unwrap_or_default(),
        turns: turns.collect(),
    }
}

pub(super) async fn turn(
    room: web::Data<Payments>,
    caller: StaffCaller,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let wanted = Wanted::named(typed.get("turn"), typed.get("hours")).ok_or_else(|| unknown("/turn"))?;
    room.turn(&Cashier::from(&caller), typed.creditor()?, wanted, typed.get("reason")).await?;
    Ok(see_other("/desk/creditors"))
}

/// Nothing is kept of the answer: it stands on this page only.
pub(super) async fn check(
    room: web::Data<Payments>,
    caller: StaffCaller,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let (establishment, key) = typed.creditor()?;
    let told = match room.ask_about(&Cashier::from(&caller), establishment, key).await? {
        Ok(words) => (key.to_owned(), words, true),
        Err(why) => (key.to_owned(), why.to_string(), false),
    };
    page(&of(&room, &caller, Some(told)).await?)
}
