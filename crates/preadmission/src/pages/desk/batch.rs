//! `/desk/preadmissions/batch`: one deed for many files, after a page that says how many.

use ::web::{Ctx, IdempotencyKey, Problem, StaffCaller, page};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::PreadmissionId;

use super::Typed;
use crate::{
    Preadmission,
    desk::{
        Clerk,
        remind::{MOST, Reminded},
    },
    failure::Failure,
};

const DEEDS: [&str; 5] = ["take", "release", "give", "accept", "remind"];

#[derive(Template)]
#[template(path = "preadmission-desk-batch.html")]
struct Batch<'a> {
    ctx: &'a Ctx,
    deed: String,
    to: String,
    ids: Vec<PreadmissionId>,
    key: String,
    /// What reminding would do.
    before: Option<Reminded>,
    /// How many went through and how many did not; none: still to be confirmed.
    done: Option<(usize, usize)>,
}

/// Asks first, and acts when the form says so.
pub(super) async fn ask(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let (deed, to) = (typed.get("deed").to_owned(), typed.get("to").to_owned());
    if !deed.is_empty() && !DEEDS.contains(&deed.as_str()) {
        return Err(Problem::invalid("/deed", "preadmission-desk-filter-unknown"));
    }
    let named = typed.0.iter().filter_map(|(name, _)| name.strip_prefix("file-")?.parse().ok());
    let ids: Vec<PreadmissionId> = named.take(MOST).collect();
    let key = caller.ctx.fresh_key();
    let mut batch = Batch { ctx: &caller.ctx, deed, to, ids, key, before: None, done: None };
    match (typed.get("confirmed"), batch.deed.as_str()) {
        ("yes", "remind") => batch.done = Some(remind(&room, &caller, &typed, &batch).await?),
        ("yes", _) => batch.done = Some(act(&room, &caller, &batch).await?),
        (_, "remind") => batch.before = Some(room.would_remind((&caller).into(), batch.ids.clone()).await?),
        _ => {}
    }
    page(&batch)
}

async fn remind(
    room: &Preadmission,
    caller: &StaffCaller,
    typed: &Typed,
    batch: &Batch<'_>,
) -> Result<(usize, usize), Problem> {
    let key = IdempotencyKey::parse(typed.get("idempotency_key"))?.0;
    let reminded = room.remind(key, caller.into(), batch.ids.clone()).await?;
    Ok((reminded.told, batch.ids.len().saturating_sub(reminded.told)))
}

/// Each file by itself: one that cannot be does not hold the others back.
async fn act(room: &Preadmission, caller: &StaffCaller, batch: &Batch<'_>) -> Result<(usize, usize), Problem> {
    let (mut done, mut not) = (0, 0);
    for id in &batch.ids {
        let clerk = Clerk::from(caller);
        let result = match batch.deed.as_str() {
            "take" => room.assign(clerk, *id, Some(caller.staff)).await,
            "release" => room.assign(clerk, *id, None).await,
            "give" => {
                let to = batch.to.parse().map_err(|_| Problem::invalid("/to", "preadmission-desk-filter-unknown"))?;
                room.assign(clerk, *id, Some(to)).await
            }
            "accept" => room.accept(*id, clerk.staff, clerk.of, None).await.map(drop),
            _ => return Err(Problem::invalid("/deed", "preadmission-desk-filter-unknown")),
        };
        match result {
            Ok(()) => done += 1,
            Err(Failure::Refused(_) | Failure::Unknown) => not += 1,
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok((done, not))
}
