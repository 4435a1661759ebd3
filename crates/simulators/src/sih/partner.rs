//! The partner itself: what it keeps, and what it says to each message.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use kernel::{World, Zone};
use sih::{
    acknowledgement::{self, Answer, Code},
    hl7::{self, Header},
    mllp::{self, Frame, Handler},
};

use super::{Conduct, Entry, Settings, StartError, ledger::Ledger};

pub struct Partner {
    world: World,
    slowness: Duration,
    pub(super) zone: Zone,
    state: Mutex<State>,
}

struct State {
    ledger: Ledger,
    conduct: Conduct,
}

impl Partner {
    pub(super) fn open(settings: &Settings, world: World) -> Result<Self, StartError> {
        let state = State { ledger: Ledger::open(&settings.folder)?, conduct: settings.conduct };
        Ok(Self { world, slowness: settings.slowness, zone: settings.zone.clone(), state: Mutex::new(state) })
    }

    /// Everything received, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        self.state().ledger.entries().to_vec()
    }

    pub fn conduct(&self) -> Conduct {
        self.state().conduct
    }

    /// From the next message on.
    pub fn behave(&self, conduct: Conduct) {
        self.state().conduct = conduct;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves the list as it was: entries are added whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the frame and prepares its answer.
    fn receive(&self, frame: &Frame) -> Option<Entry> {
        let message = frame.fault.is_none().then(|| hl7::read(&frame.bytes).ok()).flatten();
        let header = message.as_ref().and_then(Header::of);
        let mut state = self.state();
        let earlier = header.as_ref().and_then(|header| accepted_before(state.ledger.entries(), header));
        let (answer, code, repeats) = match (earlier, &header) {
            (Some(earlier), _) => (earlier.answer.clone(), Code::Accepted, Some(earlier.number)),
            (None, None) => {
                let refusal = acknowledgement::refusal(&self.world, &frame.bytes, "Message illisible");
                (refusal.encode_answer(hl7::Charset::Utf8), Code::Rejected, None)
            }
            (None, Some(header)) => {
                let said = said(state.conduct);
                let bytes = acknowledgement::answer(&self.world, header, &said).encode_answer(header.charset);
                (bytes, said.code, None)
            }
        };
        let entry = Entry {
            number: 0,
            received_at: self.world.now(),
            message: frame.bytes.to_vec(),
            answer,
            code: code.name().to_owned(),
            conduct: state.conduct,
            repeats,
        };
        // Kept before answered: what cannot be kept is not acknowledged, and comes again.
        let kept = state.ledger.add(entry.clone());
        kept.map_err(|error| tracing::error!(%error, "the SIH simulator cannot keep a message")).ok().map(|()| entry)
    }
}

impl Handler for Partner {
    fn handle<'a>(&'a self, frame: Frame) -> BoxFuture<'a, mllp::Answer> {
        async move {
            let Some(entry) = self.receive(&frame) else { return mllp::Answer::Close };
            match entry.conduct {
                Conduct::Silent => return mllp::Answer::Nothing,
                Conduct::Foreign => return mllp::Answer::Send(foreign(&self.world)),
                Conduct::Slow => tokio::time::sleep(self.slowness).await,
                Conduct::Normal | Conduct::Down | Conduct::Rejecting => {}
            }
            mllp::Answer::Send(entry.answer.into())
        }
        .boxed()
    }
}

fn said(conduct: Conduct) -> Answer {
    match conduct {
        Conduct::Down => {
            Answer::refusing(Code::Rejected, 207, "Application internal error", "Service momentanément indisponible")
        }
        Conduct::Rejecting => {
            let mut answer = Answer::refusing(Code::Error, 101, "Required field missing", "Champ obligatoire absent");
            answer.place = Some(("PID", 18));
            answer
        }
        Conduct::Normal | Conduct::Slow | Conduct::Silent | Conduct::Foreign => Answer::ACCEPTED,
    }
}

/// A message is the same when its sender and its MSH-10 are; one that was refused may come again.
fn accepted_before<'a>(entries: &'a [Entry], header: &Header) -> Option<&'a Entry> {
    let same = |entry: &&Entry| {
        let earlier = hl7::read(&entry.message).ok().as_ref().and_then(Header::of);
        entry.repeats.is_none()
            && entry.code == Code::Accepted.name()
            && earlier.is_some_and(|earlier| sender(&earlier) == sender(header))
    };
    entries.iter().rev().find(same)
}

fn sender(header: &Header) -> [&str; 3] {
    [&header.sending_application, &header.sending_facility, &header.control_id].map(String::as_str)
}

/// A well-formed acknowledgement of a message nobody sent.
fn foreign(world: &World) -> bytes::Bytes {
    let other = Header { control_id: acknowledgement::control_id(world), ..Header::default() };
    acknowledgement::answer(world, &other, &Answer::ACCEPTED).encode_answer(hl7::Charset::Utf8).into()
}
