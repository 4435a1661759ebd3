//! Deliveries as they are shown.

use std::collections::HashMap;

use identity::traces::{self, Action, Actor, Trace};
use jiff::Timestamp;
use kernel::{DeliveryId, EstablishmentId, Finess, PatientId, Zone};
use storage::{
    Conn, Db, StorageError,
    outbox::{self, DeliveryView},
};
use web::{Problem, StaffCaller};

use super::Wanted;
use crate::{
    hl7::{self, Limits, Outline},
    store,
};

/// Messages with documents are larger than what the door takes.
const LIMITS: Limits = Limits { bytes: 64 << 20, segments: 1_000, fields: 256, parts: 2_000 };
/// Characters of one value, and of one segment.
const LONGEST_SHOWN: usize = 4_000;

/// One of the person's establishments.
#[derive(Debug, Clone)]
pub(crate) struct Hospital {
    pub(crate) id: EstablishmentId,
    pub(crate) finess: Finess,
    pub(crate) name: String,
    /// In which its people read times: that of its first site.
    pub(crate) zone: Option<Zone>,
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
    /// In the order in which they leave; empty when no HL7 message was made.
    pub(crate) messages: Vec<Shown>,
}

/// One HL7 message of a delivery.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) event: String,
    pub(crate) control_id: String,
    pub(crate) message: Vec<Outline>,
    pub(crate) raw: String,
    pub(crate) rendered_at: Timestamp,
    pub(crate) answer: Vec<Outline>,
    pub(crate) answered_at: Option<Timestamp>,
}

impl From<store::Message> for Shown {
    fn from(message: store::Message) -> Self {
        Self {
            message: outlined(&message.bytes),
            raw: readable(&message.bytes),
            answer: message.answer.as_deref().map(outlined).unwrap_or_default(),
            event: message.event,
            control_id: message.control_id,
            rendered_at: message.rendered_at,
            answered_at: message.answered_at,
        }
    }
}

impl Line {
    /// When it is tried next, while it is.
    pub(crate) fn next_try(&self) -> Option<Timestamp> {
        self.delivery.state.is_open().then_some(self.delivery.run_after)
    }
}

/// Those of these establishments, by name.
pub(crate) fn hospitals(conn: &mut Conn, ids: &[EstablishmentId]) -> Result<Vec<Hospital>, StorageError> {
    let sites = identity::read::sites(conn, None)?;
    let all = identity::read::establishments(conn)?.into_iter().filter(|one| ids.contains(&one.id));
    let zone_of = |id| sites.iter().find(|site| site.establishment == id).map(|site| site.zone.clone());
    // One without a site has no appointments; it is listed all the same.
    Ok(all.map(|one| Hospital { id: one.id, finess: one.finess, name: one.name, zone: zone_of(one.id) }).collect())
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
        let Some(hospital) = hospitals(conn, &[delivery.establishment])?.into_iter().next() else { return Ok(None) };
        Ok(Some((Line { delivery, hospital }, store::messages(conn, id)?)))
    };
    let (line, messages) = db.read::<_, StorageError, _>(read).await?.ok_or_else(Problem::not_found)?;
    if !messages.is_empty() {
        note_reading(db, caller, &line).await?;
    }
    Ok(Detail { line, messages: messages.into_iter().map(Shown::from).collect() })
}

/// A message names the patient: who looks at it is written down, or sees nothing.
async fn note_reading(db: &Db, caller: &StaffCaller, line: &Line) -> Result<(), StorageError> {
    // Deliveries are kept in order by patient: that is their subject.
    let patient: PatientId = kernel::Id::from_uuid(line.delivery.subject.uuid());
    let actor = Actor::Staff(caller.staff);
    let what = match line.delivery.event.split_once('.') {
        Some(("appointment", _)) => "appointment",
        Some(("payment", _)) => "payment",
        _ => "preadmission",
    };
    db.write(move |tx| traces::record(tx, Trace { patient, actor, action: Action::Read, what })).await
}

/// Each segment with its filled fields.
pub(super) fn outlined(bytes: &[u8]) -> Vec<Outline> {
    hl7::read_within(bytes, &LIMITS).map(|message| shortened(hl7::outline(&message))).unwrap_or_default()
}

/// A document is not read in Base64.
fn shortened(mut outlines: Vec<Outline>) -> Vec<Outline> {
    let values = outlines.iter_mut().flat_map(|outline| outline.fields.iter_mut()).map(|(_, value)| value);
    for value in values.filter(|value| value.len() > LONGEST_SHOWN) {
        *value = cut(value);
    }
    outlines
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_SHOWN).chain(['…']).collect()
}

/// The message as text, one segment a line.
pub(super) fn readable(bytes: &[u8]) -> String {
    let message = hl7::read_within(bytes, &LIMITS).ok();
    let charset = message.as_ref().and_then(hl7::Header::of).map(|header| header.charset);
    // What no charset can read is shown as far as it goes.
    let text = charset.unwrap_or_default().decode(bytes);
    let text = text.unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned());
    let shown = |line: &str| if line.len() > LONGEST_SHOWN { cut(line) } else { line.to_owned() };
    text.split('\r').map(shown).collect::<Vec<_>>().join("\n")
}
