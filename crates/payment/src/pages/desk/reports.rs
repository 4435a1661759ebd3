//! `/desk/payment-reports`: reports of money, and what they found.

use ::web::{Ctx, Problem, StaffCaller, page, page_with_status, see_other, when};
use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{HttpRequest, HttpResponse, error::PayloadError, http::StatusCode, web};
use askama::Template;
use futures_util::{StreamExt, TryStreamExt};
use kernel::Zone;
use serde::Deserialize;

use super::{Typed, activations, choices, state_words, unknown, whose_name};
use crate::{
    Payments,
    desk::{
        Cashier,
        creditors::Kept as Creditor,
        reports::{self, Absent, Imported, LARGEST, Listed, Offered, PAGE},
    },
    domain::report::Fault,
    store::reports::{Found, Report, ReportId, Row},
};

struct Shown {
    id: String,
    at: String,
    creditor: String,
    days: String,
    file: String,
}

#[derive(Template)]
#[template(path = "payment-desk-reports.html")]
struct ReportsPage<'a> {
    ctx: &'a Ctx,
    activations: Vec<(String, String)>,
    /// Establishment and key, then the name.
    creditors: Vec<(String, String)>,
    profiles: Vec<(String, String)>,
    reports: Vec<Shown>,
    faults: Vec<String>,
}

struct Line {
    number: i32,
    refdet: String,
    amount: String,
    day: String,
    authorisation: String,
    /// Empty when nobody here knows of it.
    attempt: String,
    note: String,
}

struct Missing {
    id: String,
    refdet: String,
    amount: String,
    state: String,
    note: String,
}

#[derive(Template)]
#[template(path = "payment-desk-report.html")]
struct ReportPage<'a> {
    ctx: &'a Ctx,
    activations: Vec<(String, String)>,
    id: ReportId,
    report: Shown,
    /// Which list is read; empty: the beginning of each.
    alone: &'static str,
    counts: Vec<(String, i64, String)>,
    matched: Vec<Line>,
    waiting: Vec<Line>,
    unknown: Vec<Line>,
    absent: Vec<Missing>,
    /// Where the next page of a list begins: its name, and after how many of it.
    next: Vec<(&'static str, u32)>,
}

impl ReportPage<'_> {
    fn has(&self, list: &str) -> bool {
        self.alone.is_empty() || self.alone == list
    }

    fn next_of(&self, list: &str) -> Option<u32> {
        self.next.iter().find(|(name, _)| *name == list).map(|(_, after)| *after)
    }
}

fn shown(ctx: &Ctx, report: &Report, (kept, zone): (&[Creditor], &Zone)) -> Shown {
    Shown {
        id: report.id.to_string(),
        at: ctx.moment(report.at, zone),
        creditor: whose_name(kept, &(report.establishment, report.creditor.clone())),
        days: days(ctx, report),
        file: report.file_name.clone(),
    }
}

/// The days that a report speaks of.
fn days(ctx: &Ctx, report: &Report) -> String {
    let day = |day| when::plain_day(ctx.lang(), day);
    if report.from == report.until {
        day(report.from)
    } else {
        format!("{} – {}", day(report.from), day(report.until))
    }
}

async fn list<'a>(room: &Payments, caller: &'a StaffCaller, faults: Vec<String>) -> Result<ReportsPage<'a>, Problem> {
    let (ctx, cashier) = (&caller.ctx, Cashier::from(caller));
    let (zone, kept) = (room.desk_zone(&cashier).await?, room.kept_by(&cashier).await?);
    let reports = room.reports(&cashier).await?;
    Ok(ReportsPage {
        ctx,
        activations: activations(ctx, &kept, &zone),
        creditors: choices(&kept),
        profiles: room.settings.reports.iter().map(|(key, one)| (key.clone(), one.name.clone())).collect(),
        reports: reports.iter().map(|report| shown(ctx, report, (&kept, &zone))).collect(),
        faults,
    })
}

pub(super) async fn show(room: web::Data<Payments>, caller: StaffCaller) -> Result<HttpResponse, Problem> {
    page(&list(&room, &caller, Vec::new()).await?)
}

pub(super) async fn import(
    room: web::Data<Payments>,
    caller: StaffCaller,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let (typed, file_name, bytes) = form(&request, payload).await?;
    let (establishment, creditor) = typed.get("creditor").split_once(' ').ok_or_else(|| unknown("/creditor"))?;
    let offered = Offered {
        establishment: establishment.parse().map_err(|_| unknown("/creditor"))?,
        creditor: creditor.to_owned(),
        profile: typed.get("profile").to_owned(),
        file_name,
        bytes,
    };
    match room.import(&Cashier::from(&caller), offered).await? {
        Imported::New(id) | Imported::Same(id) => Ok(see_other(&format!("/desk/payment-reports/{id}"))),
        Imported::Unreadable(faults) => {
            let words = faults.iter().map(|fault| fault_words(&caller.ctx, fault)).collect();
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &list(&room, &caller, words).await?)
        }
    }
}

fn fault_words(ctx: &Ctx, fault: &Fault) -> String {
    let words = ctx.t(&format!("payment-report-fault-{}", fault.what));
    if fault.number == 0 { words } else { format!("{} {} : {words}", ctx.t("payment-report-line"), fault.number) }
}

/// The fields of the form and its file, no longer than a report may be.
async fn form(request: &HttpRequest, payload: web::Payload) -> Result<(Typed, String, Vec<u8>), Problem> {
    let mut seen = 0;
    let bounded = payload.map(move |piece| {
        let piece = piece?;
        seen += piece.len();
        if seen > LARGEST { Err(PayloadError::Overflow) } else { Ok(piece) }
    });
    let mut form = Multipart::new(request.headers(), bounded);
    let (mut fields, mut name, mut bytes) = (Vec::new(), String::new(), Vec::new());
    while let Some(field) = form.try_next().await.map_err(|error| unreadable(&error))? {
        let key = field.name().unwrap_or_default().to_owned();
        if key == "file" {
            let disposition = field.content_disposition();
            let given = disposition.and_then(|disposition| disposition.get_filename()).unwrap_or_default();
            name = given.chars().filter(|c| !c.is_control()).take(200).collect();
            bytes = whole(field).await?;
        } else {
            let value = String::from_utf8(whole(field).await?);
            fields.push((key, value.map_err(|_| Problem::new(&::web::problem::MALFORMED))?));
        }
    }
    Ok((Typed(fields), name, bytes))
}

async fn whole(mut field: Field) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.try_next().await.map_err(|error| unreadable(&error))? {
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

fn unreadable(error: &MultipartError) -> Problem {
    Problem::new(match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible => &::web::problem::UNSUPPORTED_MEDIA,
        MultipartError::Payload(PayloadError::Overflow) => &::web::problem::TOO_LARGE,
        _ => &::web::problem::MALFORMED,
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Place {
    list: String,
    after: u32,
}

pub(super) async fn one(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<ReportId>,
    place: web::Query<Place>,
) -> Result<HttpResponse, Problem> {
    let (ctx, cashier) = (&caller.ctx, Cashier::from(&caller));
    let list = match place.list.as_str() {
        "" => None,
        name => Some(Listed::named(name).ok_or_else(|| unknown("/list"))?),
    };
    let report = room.report(&cashier, *id, reports::Place { list, after: place.after }).await?;
    let (zone, kept) = (room.desk_zone(&cashier).await?, room.kept_by(&cashier).await?);
    let lengths = [
        (Listed::Unknown, report.unknown.len()),
        (Listed::Waiting, report.waiting.len()),
        (Listed::Absent, report.absent.len()),
        (Listed::Matched, report.matched.len()),
    ];
    // A full page may be the last one: then the next is empty, and says so.
    let full = lengths.into_iter().filter(|(_, len)| i64::try_from(*len).is_ok_and(|len| len == PAGE));
    let after = |len: usize| place.after.saturating_add(u32::try_from(len).unwrap_or_default());
    let line = |row: &Row| line(ctx, row);
    let (missed, sum) = report.missed;
    let missed = (missed > 0).then(|| (ctx.t("payment-report-found-absent"), missed, sum.to_string()));
    page(&ReportPage {
        ctx,
        activations: activations(ctx, &kept, &zone),
        id: *id,
        report: shown(ctx, &report.report, (&kept, &zone)),
        counts: report
            .counts
            .iter()
            .map(|(found, lines, sum)| (found_words(ctx, *found), *lines, sum.to_string()))
            .chain(missed)
            .collect(),
        alone: list.map(Listed::name).unwrap_or_default(),
        matched: report.matched.iter().map(line).collect(),
        waiting: report.waiting.iter().map(line).collect(),
        unknown: report.unknown.iter().map(line).collect(),
        absent: report.absent.iter().map(|one| missing(ctx, one)).collect(),
        next: full.map(|(list, len)| (list.name(), after(len))).collect(),
    })
}

fn found_words(ctx: &Ctx, found: Found) -> String {
    ctx.t(&format!("payment-report-found-{}", found.as_str()))
}

fn line(ctx: &Ctx, row: &Row) -> Line {
    Line {
        number: row.number,
        refdet: row.refdet.clone(),
        amount: row.amount.to_string(),
        day: when::plain_day(ctx.lang(), row.day),
        authorisation: row.authorisation.clone().unwrap_or_default(),
        attempt: row.attempt.map(|id| id.to_string()).unwrap_or_default(),
        note: row.note.clone().unwrap_or_default(),
    }
}

fn missing(ctx: &Ctx, absent: &Absent) -> Missing {
    let note = match absent {
        Absent { is_found: true, .. } => ctx.t("payment-report-since"),
        Absent { may_come: true, .. } => ctx.t("payment-report-young"),
        _ => ctx.t("payment-report-missing"),
    };
    Missing {
        id: absent.attempt.id.to_string(),
        refdet: absent.attempt.refdet.to_string(),
        amount: absent.attempt.amount.to_string(),
        state: state_words(ctx, absent.attempt.state.name()),
        note,
    }
}

pub(super) async fn note(
    room: web::Data<Payments>,
    caller: StaffCaller,
    path: web::Path<(ReportId, i32)>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let (id, number) = path.into_inner();
    room.note_line(&Cashier::from(&caller), (id, number), Typed(form.into_inner()).get("note")).await?;
    Ok(see_other(&format!("/desk/payment-reports/{id}#line-{number}")))
}
