//! Deliveries as they are shown.

use std::collections::HashMap;

use identity::traces::{self, Action, Actor, Trace};
use jiff::Timestamp;
use kernel::{DeliveryId, EstablishmentId, PatientId, Zone};
use storage::{
    Conn, Db, StorageError,
    outbox::{self, DeliveryView},
};
use web::{Problem, StaffCaller};

use super::Wanted;
use crate::{
    hl7::{self, Outline},
    store,
};

/// One of the person's establishments.
#[derive(Debug, Clone)]
pub(crate) struct Hospital {
    pub(crate) id: EstablishmentId,
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

/// Those of these establishments, by name.
pub(crate) fn hospitals(conn: &mut Conn, ids: &[EstablishmentId]) -> Result<Vec<Hospital>, StorageError> {
    let sites = identity::read::sites(conn, None)?;
    let all = identity::read::establishments(conn)?.into_iter().filter(|one| ids.contains(&one.id));
    let zone_of = |id| sites.iter().find(|site| site.establishment == id).map(|site| site.zone.clone());
    // One without a site has no appointments; it is listed all the same.
    Ok(all.map(|one| Hospital { id: one.id, name: one.name, zone: zone_of(one.id) }).collect())
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
        Ok(Some((Line { delivery, hospital }, store::message(conn, id)?)))
    };
    let (line, message) = db.read::<_, StorageError, _>(read).await?.ok_or_else(Problem::not_found)?;
    if message.is_some() {
        note_reading(db, caller, &line).await?;
    }
    Ok(match message {
        None => Detail {
            line,
            message: Vec::new(),
            raw: String::new(),
            rendered_at: None,
            answer: Vec::new(),
            answered_at: None,
        },
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

/// A message names the patient: who looks at it is written down, or sees nothing.
async fn note_reading(db: &Db, caller: &StaffCaller, line: &Line) -> Result<(), StorageError> {
    // Deliveries are kept in order by patient: that is their subject.
    let patient: PatientId = kernel::Id::from_uuid(line.delivery.subject.uuid());
    let actor = Actor::Staff(caller.staff);
    db.write(move |tx| traces::record(tx, Trace { patient, actor, action: Action::Read, what: "appointment" })).await
}

fn outlined(bytes: &[u8]) -> Vec<Outline> {
    hl7::read(bytes).map(|message| hl7::outline(&message)).unwrap_or_default()
}

/// The message as text, one segment a line.
fn readable(bytes: &[u8]) -> String {
    let charset = hl7::read(bytes).ok().as_ref().and_then(hl7::Header::of).map(|header| header.charset);
    charset.unwrap_or_default().decode(bytes).unwrap_or_default().replace('\r', "\n")
}
