//! What the SIH said: messages with what became of them, and frames in quarantine, of the person's own establishments.
//! What belongs to none is shown to those who see every establishment of the installation, and to nobody else: it may
//! be any hospital's.

use jiff::Timestamp;
use kernel::{Finess, Zone};
use serde::Deserialize;
use storage::{Act, Conn, Db, StorageError};
use utoipa::IntoParams;
use web::{Problem, StaffCaller};

use super::{
    Hospital, hospitals,
    view::{outlined, readable},
};
use crate::{
    hl7::Outline,
    inbound::Inbox,
    problems::NOT_REFUSED,
    store::{self, Frame, Kept, Received, ReceivedId, Sight},
};

const PAGE: usize = 50;

/// In quarantine: beside the outcomes of messages.
pub(crate) const UNREADABLE: &str = "unreadable";

/// As in the address: an empty text is "all".
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReceivedQuestion {
    /// ignored, opened, changed, unchanged, cancelled, refused, or unreadable.
    pub(crate) outcome: String,
    /// Only those older than this one: the next page.
    pub(crate) before: String,
}

/// One line of the list.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) id: ReceivedId,
    pub(crate) received_at: Timestamp,
    pub(crate) hospital: Option<Hospital>,
    /// Whose clocks tell when it came: of nobody's, any hospital's that its reader sees.
    pub(crate) zone: Option<Zone>,
    /// Empty for a frame.
    pub(crate) event: String,
    /// Empty for a frame.
    pub(crate) sender: String,
    /// Empty for a frame.
    pub(crate) control_id: String,
    /// A message's outcome, or `unreadable`.
    pub(crate) outcome: &'static str,
    /// Of a refused one: table 0357 and where, such as `101 PV1-19`.
    pub(crate) error: String,
    /// Of a refused one, a key of words; of a frame, its own words.
    pub(crate) reason: String,
    pub(crate) processed_at: Option<Timestamp>,
}

/// One in full.
#[derive(Debug, Clone)]
pub(crate) struct ReceivedDetail {
    pub(crate) item: Item,
    pub(crate) message: Vec<Outline>,
    pub(crate) raw: String,
    pub(crate) answer: Vec<Outline>,
}

impl Item {
    pub(crate) fn is_refused(&self) -> bool {
        self.outcome == Received::Refused.as_str()
    }
}

enum Came {
    Message(Kept),
    Frame(Frame),
}

impl Came {
    fn id(&self) -> ReceivedId {
        match self {
            Self::Message(kept) => kept.id,
            Self::Frame(frame) => frame.id,
        }
    }

    fn finess(&self) -> Option<&str> {
        match self {
            Self::Message(kept) => kept.finess.as_deref(),
            Self::Frame(frame) => frame.finess.as_deref(),
        }
    }

    fn bytes(&self) -> (&[u8], &[u8]) {
        match self {
            Self::Message(kept) => (&kept.bytes, &kept.answer),
            Self::Frame(frame) => (&frame.bytes, &frame.answer),
        }
    }

    fn item(&self, hospitals: &[Hospital]) -> Item {
        let hospital = hospitals.iter().find(|one| self.finess() == Some(one.finess.as_str())).cloned();
        let zone = hospital.as_ref().or(hospitals.first()).and_then(|one| one.zone.clone());
        match self {
            Self::Message(kept) => Item {
                id: kept.id,
                received_at: kept.received_at,
                hospital,
                zone,
                event: kept.event.clone(),
                sender: format!("{} {}", kept.sending_application, kept.sending_facility).trim().to_owned(),
                control_id: kept.control_id.clone(),
                outcome: kept.outcome.as_str(),
                error: match (kept.error, &kept.place) {
                    (Some(error), Some(place)) => format!("{error} {place}"),
                    _ => String::new(),
                },
                reason: kept.reason.clone().unwrap_or_default(),
                processed_at: kept.processed_at,
            },
            Self::Frame(frame) => Item {
                id: frame.id,
                received_at: frame.received_at,
                hospital,
                zone,
                event: String::new(),
                sender: String::new(),
                control_id: String::new(),
                outcome: UNREADABLE,
                error: String::new(),
                reason: frame.reason.clone(),
                processed_at: None,
            },
        }
    }
}

/// Which kinds, and from where on.
struct Wanted {
    messages: bool,
    frames: bool,
    outcome: Option<Received>,
    before: Option<ReceivedId>,
}

impl ReceivedQuestion {
    fn wanted(&self) -> Result<Wanted, Problem> {
        let unknown = |pointer: &str| Problem::invalid(pointer, "sih-filter-unknown");
        let before = match self.before.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| unknown("/before"))?),
        };
        Ok(match self.outcome.as_str() {
            "" => Wanted { messages: true, frames: true, outcome: None, before },
            UNREADABLE => Wanted { messages: false, frames: true, outcome: None, before },
            text => {
                let outcome = Some(Received::from_text(text).ok_or_else(|| unknown("/outcome"))?);
                Wanted { messages: true, frames: false, outcome, before }
            }
        })
    }

    /// The address of the page after this one.
    pub(crate) fn older_than(&self, last: ReceivedId) -> String {
        format!("/desk/received?outcome={}&before={last}", self.outcome)
    }
}

/// Newest first, and where the next page begins when there is one.
pub(crate) async fn received(
    db: &Db,
    caller: &StaffCaller,
    question: &ReceivedQuestion,
) -> Result<(Vec<Item>, Option<ReceivedId>), Problem> {
    let wanted = question.wanted()?;
    let mine = caller.establishments.clone();
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let read = move |conn: &mut Conn| {
        let (hospitals, sight) = sight(conn, &mine)?;
        let mut came = Vec::new();
        if wanted.messages {
            let found = store::received_messages(conn, &sight, wanted.outcome, wanted.before, limit)?;
            came.extend(found.into_iter().map(Came::Message));
        }
        if wanted.frames {
            came.extend(store::frames(conn, &sight, wanted.before, limit)?.into_iter().map(Came::Frame));
        }
        came.sort_by_key(|one| std::cmp::Reverse(one.id()));
        came.truncate(PAGE);
        Ok(came.iter().map(|one| one.item(&hospitals)).collect::<Vec<_>>())
    };
    let items = db.read::<_, StorageError, _>(read).await?;
    let next = items.last().filter(|_| items.len() == PAGE).map(|item| item.id);
    Ok((items, next))
}

/// One of theirs; another establishment's is like none. Who reads it is written down, or sees nothing.
pub(crate) async fn received_detail(db: &Db, caller: &StaffCaller, id: ReceivedId) -> Result<ReceivedDetail, Problem> {
    let (mine, staff) = (caller.establishments.clone(), caller.staff);
    let found = db.write(move |tx| {
        let (hospitals, sight) = sight(tx.conn(), &mine)?;
        let Some(came) = find(tx.conn(), &sight, id)? else { return Ok(None) };
        let content = serde_json::json!({});
        let (actor, object) = (staff.as_object(), id.as_object());
        tx.record(Act { kind: "received.read", actor, object, content: &content })?;
        Ok::<_, StorageError>(Some((came.item(&hospitals), came)))
    });
    let (item, came) = found.await?.ok_or_else(Problem::not_found)?;
    let (bytes, answer) = came.bytes();
    Ok(ReceivedDetail { item, message: outlined(bytes), raw: readable(bytes), answer: outlined(answer) })
}

/// Applies a refused one again, now that settings or the directory say more.
pub(crate) async fn process_again(inbox: &Inbox, caller: &StaffCaller, id: ReceivedId) -> Result<(), Problem> {
    let mine = caller.establishments.clone();
    let read = move |conn: &mut Conn| {
        let (_, sight) = sight(conn, &mine)?;
        find(conn, &sight, id)
    };
    match inbox.db().read::<_, StorageError, _>(read).await? {
        None => Err(Problem::not_found()),
        Some(Came::Message(kept)) if kept.outcome == Received::Refused => {
            Ok(inbox.process_again(id, caller.staff).await?)
        }
        Some(_) => Err(Problem::new(&NOT_REFUSED)),
    }
}

fn find(conn: &mut Conn, sight: &Sight, id: ReceivedId) -> Result<Option<Came>, StorageError> {
    let came = match store::received_by_id(conn, id)? {
        Some(kept) => Some(Came::Message(kept)),
        None => store::frame_by_id(conn, id)?.map(Came::Frame),
    };
    let is_theirs = |came: &Came| match came.finess() {
        Some(finess) => sight.finess.iter().any(|own| own == finess),
        None => sight.unassigned,
    };
    Ok(came.filter(is_theirs))
}

fn sight(conn: &mut Conn, mine: &[kernel::EstablishmentId]) -> Result<(Vec<Hospital>, Sight), StorageError> {
    let hospitals = hospitals(conn, mine)?;
    let all = identity::read::establishments(conn)?.len();
    let finess: Vec<Finess> = hospitals.iter().map(|one| one.finess.clone()).collect();
    let unassigned = all > 0 && hospitals.len() == all;
    Ok((hospitals, Sight { finess: finess.into_iter().map(String::from).collect(), unassigned }))
}
