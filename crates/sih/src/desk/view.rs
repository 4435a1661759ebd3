//! Deliveries as they are shown.

use std::collections::HashMap;

use jiff::Timestamp;
use kernel::{DeliveryId, EstablishmentId, Zone};
use storage::{
    Conn, Db, StorageError,
    outbox::{self, DeliveryView},
};
use web::{Problem, StaffCaller};

use super::{Question, Wanted};
use crate::{
    hl7::{self, Outline},
    store,
};

/// One of the person's establishments.
#[derive(Debug, Clone)]
pub(crate) struct Hospital {
    pub(crate) id: EstablishmentId,
    pub(crate) name: String,
    /// In which its people read times.
    pub(crate) zone: Zone,
}

/// A delivery with its hospital.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) delivery: DeliveryView,
    pub(crate) hospital: Hospital,
}

/// One delivery in full.
#[derive(Debug, Clone)]
pub(crate) struct Detail {
    pub(crate) line: Line,
    /// Empty when no HL7 message was made.
    pub(crate) message: Vec<Outline>,
    pub(crate) raw: String,
    pub(crate) rendered_at: Option<Timestamp>,
    pub(crate) answer: Vec<Outline>,
    pub(crate) answered_at: Option<Timestamp>,
}

impl Line {
    /// When it is tried next, while it is.
    pub(crate) fn next_try(&self) -> Option<Timestamp> {
        self.delivery.state.is_open().then_some(self.delivery.run_after)
    }
}

/// Newest first.
pub(crate) async fn lines(db: &Db, caller: &StaffCaller, wanted: &Wanted) -> Result<Vec<Line>, Problem> {
    let (mine, filter) = (caller.establishments.clone(), wanted.filter.clone());
    let read = move |conn: &mut Conn| Ok((hospitals(conn, &mine)?, outbox::list(conn, &filter)?));
    let (hospitals, found) = db.read::<_, StorageError, _>(read).await?;
    let by_id: HashMap<EstablishmentId, Hospital> = hospitals.into_iter().map(|one| (one.id, one)).collect();
    let line = |delivery: DeliveryView| {
        by_id.get(&delivery.establishment).cloned().map(|hospital| Line { delivery, hospital })
    };
    Ok(found.into_iter().filter_map(line).collect())
}

/// One of theirs; another establishment's is like none.
pub(crate) async fn detail(db: &Db, caller: &StaffCaller, id: DeliveryId) -> Result<Detail, Problem> {
    let mine = caller.establishments.clone();
    let read = move |conn: &mut Conn| {
        let Some(delivery) = outbox::delivery(conn, &mine, id)? else { return Ok(None) };
        let hospital = hospitals(conn, &[delivery.establishment])?.into_iter().next();
        Ok(hospital.map(|hospital| (Line { delivery, hospital }, store::message(conn, id)))
            .map(|(line, message)| message.map(|message| (line, message)))
            .transpose()?)
    };
    let (line, message) = db.read::<_, StorageError, _>(read).await?.ok_or_else(Problem::not_found)?;
    Ok(match message {
        None => Detail { line, message: Vec::new(), raw: String::new(), rendered_at: None, answer: Vec::new(), answered_at: None },
        Some(message) => Detail {
            line,
            message: outlined(&message.bytes),
            raw: readable(&message.bytes),
            rendered_at: Some(message.rendered_at),
            answer: message.answer.as_deref().map(outlined).unwrap_or_default(),
            answered_at: message.answered_at,
        },
    })
}

fn outlined(bytes: &[u8]) -> Vec<Outline> {
    hl7::read(bytes).map(|message| hl7::outline(&message)).unwrap_or_default()
}

/// The message as text, one segment a line.
fn readable(bytes: &[u8]) -> String {
    let charset = hl7::read(bytes).ok().as_ref().and_then(hl7::Header::of).map(|header| header.charset);
    charset.unwrap_or_default().decode(bytes).unwrap_or_default().replace('\r', "\n")
}
