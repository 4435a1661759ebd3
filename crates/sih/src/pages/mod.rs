//! The desk's screens of the interfaces.

pub(crate) mod deliveries;
pub(crate) mod delivery;
pub(crate) mod received;
pub(crate) mod telling;

use jiff::Timestamp;
use web::Ctx;

use crate::desk::Line;

/// The colour that goes with a state; the word is always there too.
pub(crate) fn tag(line: &Line) -> &'static str {
    match line.delivery.state {
        state if state.is_stuck() => "tag bad",
        storage::outbox::DeliveryState::Settled => "tag good",
        _ => "tag",
    }
}

/// A moment in the hospital's own time.
pub(crate) fn at(ctx: &Ctx, line: &Line, instant: &Timestamp) -> String {
    match &line.hospital.zone {
        Some(zone) => ctx.moment(*instant, zone),
        None => instant.to_string(),
    }
}

/// `unreachable connection refused` said in words when we have them, with what follows as it stands.
pub(crate) fn reason(ctx: &Ctx, text: &str) -> String {
    let (code, rest) = text.split_once(' ').unwrap_or((text, ""));
    let key = format!("sih-reason-{code}");
    if !ctx.front().i18n().has(ctx.lang(), &key) {
        return text.to_owned();
    }
    let words = ctx.t(&key);
    if rest.is_empty() { words } else { format!("{words} ({rest})") }
}
