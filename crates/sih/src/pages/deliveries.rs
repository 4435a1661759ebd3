//! `/desk/deliveries`: what is told to other systems, and how it goes.

use actix_web::{
    HttpResponse,
    web::{Data, Query},
};
use askama::Template;
use storage::{
    Conn, Db, StorageError,
    outbox::{self, DeliveryState},
};
use web::{Ctx, Problem, StaffCaller, page};

use crate::desk::{CONSUMERS, Hospital, Line, Question, hospitals, lines};

#[derive(Template)]
#[template(path = "deliveries.html")]
struct Deliveries<'a> {
    ctx: &'a Ctx,
    question: &'a Question,
    hospitals: Vec<Hospital>,
    lines: Vec<Line>,
    /// Of the whole SIH, not only of this page.
    stuck: i64,
    waiting: i64,
    older: Option<String>,
}

pub(crate) async fn show(
    caller: StaffCaller,
    question: Query<Question>,
    db: Data<Db>,
) -> Result<HttpResponse, Problem> {
    let wanted = question.wanted(&caller.establishments)?;
    let lines = lines(&db, &caller, &wanted).await?;
    let mine = caller.establishments.clone();
    let read = move |conn: &mut Conn| Ok((hospitals(conn, &mine)?, counts(conn, &mine)?));
    let (hospitals, (stuck, waiting)) = db.read::<_, StorageError, _>(read).await?;
    let last = lines.last().filter(|_| wanted.is_full(lines.len())).map(|line| line.delivery.id);
    let older = last.map(|last| question.older_than(last));
    page(&Deliveries { ctx: &caller.ctx, question: &question, hospitals, lines, stuck, waiting, older })
}

/// How many wait for a person, and how many for their turn.
fn counts(conn: &mut Conn, mine: &[kernel::EstablishmentId]) -> Result<(i64, i64), StorageError> {
    let (mut stuck, mut waiting) = (0, 0);
    for consumer in CONSUMERS {
        for (state, count) in outbox::counts(conn, mine, consumer)? {
            stuck += if state.is_stuck() { count } else { 0 };
            waiting += if state.is_open() { count } else { 0 };
        }
    }
    Ok((stuck, waiting))
}
