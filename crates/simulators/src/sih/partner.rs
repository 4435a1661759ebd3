//! The partner itself: what it keeps, and what it says to each message.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use kernel::{World, Zone};
use sih::{
    acknowledgement::{self, Answer, Code},
    hl7::{self, Header},
    mllp::{self, Frame, Handler},
};

use super::{Conduct, Entry, Portal, Settings, StartError, ledger::Ledger};

pub struct Partner {
    pub(super) world: World,
    slowness: Duration,
    pub(super) zone: Zone,
    portal: OnceLock<Portal>,
    state: Mutex<State>,
}

struct State {
    ledger: Ledger,
    /// The number of what was accepted, by its sender and MSH-10.
    accepted: HashMap<Sender, usize>,
    conduct: Conduct,
}

/// MSH-3, MSH-4, MSH-10.
type Sender = [String; 3];

impl Partner {
    pub(super) fn open(settings: &Settings, world: World) -> Result<Self, StartError> {
        let ledger = Ledger::open(&settings.folder)?;
        let accepted = ledger.entries().iter().filter_map(|entry| Some((accepted(entry)?, entry.number))).collect();
        let state = State { ledger, accepted, conduct: settings.conduct };
        Ok(Self {
            world,
            slowness: settings.slowness,
            zone: settings.zone.clone(),
            portal: settings.portal.clone().map(OnceLock::from).unwrap_or_default(),
            state: Mutex::new(state),
        })
    }

    /// Everything received and sent, oldest first.
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

    /// Where it speaks from now on, when it was not told before.
    pub fn reach(&self, portal: Portal) {
        self.portal.get_or_init(|| portal);
    }

    pub(super) fn portal(&self) -> Option<&Portal> {
        self.portal.get()
    }

    pub(super) fn keep_sent(&self, entry: Entry) -> std::io::Result<()> {
        self.state().ledger.add(entry)
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
        let number = header.as_ref().and_then(|header| state.accepted.get(&sender(header)).copied());
        let earlier = number.and_then(|number| state.ledger.entries().get(number.checked_sub(1)?));
        let (answer, code, repeats) = match (earlier, &header) {
            (Some(earlier), _) => (earlier.answer.clone(), Code::Accepted, Some(earlier.number)),
            (None, None) => {
                let refusal = acknowledgement::refusal(&self.world, &frame.bytes, "Message illisible");
                (refusal.encode_answer(hl7::Charset::Utf8), Code::Rejected, None)
            }
            (None, Some(header)) => {
                let said = said(state.conduct, header);
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
            sent: false,
        };
        // Kept before answered: what cannot be kept is not acknowledged, and comes again.
        if let Err(error) = state.ledger.add(entry.clone()) {
            tracing::error!(%error, "the SIH simulator cannot keep a message");
            return None;
        }
        if let Some(sender) = accepted(&entry) {
            let number = state.ledger.entries().len();
            state.accepted.insert(sender, number);
        }
        Some(entry)
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
                Conduct::Normal | Conduct::Down | Conduct::Rejecting | Conduct::RejectingDocuments => {}
            }
            mllp::Answer::Send(entry.answer.into())
        }
        .boxed()
    }
}

fn said(conduct: Conduct, header: &Header) -> Answer {
    let refused = || {
        let mut answer = Answer::refusing(Code::Error, 101, "Required field missing", "Champ obligatoire absent");
        answer.place = Some(("PID", 18));
        answer
    };
    match conduct {
        Conduct::Down => {
            Answer::refusing(Code::Rejected, 207, "Application internal error", "Service momentanément indisponible")
        }
        Conduct::Rejecting => refused(),
        Conduct::RejectingDocuments if header.kind == "MDM" => refused(),
        Conduct::Normal | Conduct::RejectingDocuments | Conduct::Slow | Conduct::Silent | Conduct::Foreign => {
            Answer::ACCEPTED
        }
    }
}

/// A message is the same when its sender and its MSH-10 are; one that was refused may come again.
fn accepted(entry: &Entry) -> Option<Sender> {
    let first = !entry.sent && entry.repeats.is_none() && entry.code == Code::Accepted.name();
    let message = first.then(|| hl7::read(&entry.message).ok()).flatten()?;
    Header::of(&message).as_ref().map(sender)
}

fn sender(header: &Header) -> Sender {
    [&header.sending_application, &header.sending_facility, &header.control_id].map(String::clone)
}

/// A well-formed acknowledgement of a message nobody sent.
fn foreign(world: &World) -> bytes::Bytes {
    let other = Header { control_id: acknowledgement::control_id(world), ..Header::default() };
    acknowledgement::answer(world, &other, &Answer::ACCEPTED).encode_answer(hl7::Charset::Utf8).into()
}
