//! The listener: frames in, acknowledgements out.

use std::{future::Future, io, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
use storage::{Db, StorageError};
use tokio::net::TcpListener;

use super::Inbox;
use crate::{
    acknowledgement::{self, Answer, Code},
    hl7::{self, Charset, Header, Limits, Message},
    mllp::{self, Fault, Frame, Handler, ServerSettings},
    settings::Settings,
    store::{self, Unreadable},
};

/// The listener, open but not yet answering.
pub struct Door {
    listener: TcpListener,
    settings: ServerSettings,
    receiver: Arc<Receiver>,
}

impl Door {
    /// `None` when the settings want no door. A taken port is the error.
    pub async fn open(settings: &Settings, inbox: Arc<Inbox>) -> io::Result<Option<Self>> {
        let Some(address) = &settings.listen else { return Ok(None) };
        let listener = TcpListener::bind(address).await?;
        let limits = Limits { bytes: settings.server.max_frame, ..Limits::default() };
        let receiver = Arc::new(Receiver { inbox, limits });
        Ok(Some(Self { listener, settings: settings.server.clone(), receiver }))
    }

    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` is ready.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        mllp::serve(self.listener, self.settings, self.receiver, stop).await;
    }
}

struct Receiver {
    inbox: Arc<Inbox>,
    limits: Limits,
}

impl Handler for Receiver {
    fn handle<'a>(&'a self, frame: Frame) -> BoxFuture<'a, mllp::Answer> {
        self.receive(frame).boxed()
    }
}

impl Receiver {
    async fn receive(&self, frame: Frame) -> mllp::Answer {
        let (header, message) = match self.read(&frame) {
            Ok(read) => read,
            Err(reason) => return self.refuse(frame.bytes, reason).await,
        };
        // Answering an acknowledgement would never end.
        if header.kind == "ACK" {
            tracing::warn!("an acknowledgement came to the door for messages");
            return mllp::Answer::Close;
        }
        match self.inbox.take(&header, message, frame.bytes).await {
            Ok(answer) => mllp::Answer::Send(answer.into()),
            Err(error) => {
                tracing::error!(%error, "a message of the SIH cannot be kept");
                mllp::Answer::Send(unable(&self.inbox.db, &header))
            }
        }
    }

    /// A message that can be kept and found again, or why it is not one.
    fn read(&self, frame: &Frame) -> Result<(Header, Message), String> {
        if let Some(fault) = frame.fault {
            return Err(told(fault).to_owned());
        }
        let message = hl7::read_within(&frame.bytes, &self.limits).map_err(|error| error.to_string())?;
        let header = Header::of(&message).unwrap_or_default();
        if header.control_id.is_empty() || header.control_id.len() > 200 {
            return Err("MSH-10 is missing or too long".to_owned());
        }
        if header.kind.is_empty() {
            return Err("MSH-9 is missing".to_owned());
        }
        Ok((header, message))
    }

    async fn refuse(&self, bytes: Bytes, reason: String) -> mllp::Answer {
        tracing::warn!(reason, bytes = bytes.len(), "a frame of the SIH cannot be read");
        let answer = acknowledgement::refusal(self.inbox.db.world(), &bytes, &reason).encode_answer(Charset::Utf8);
        let sent = answer.clone();
        let keep = move |tx: &mut storage::Tx<'_>| {
            store::keep_unreadable(tx, &Unreadable { reason: &reason, bytes: &bytes, answer: &answer, finess: None })
        };
        match self.inbox.db.write::<_, StorageError, _>(keep).await {
            Ok(()) => mllp::Answer::Send(sent.into()),
            Err(error) => {
                tracing::error!(%error, "a frame of the SIH cannot be kept");
                mllp::Answer::Close
            }
        }
    }
}

/// Nothing was kept, so the sender must keep it: AR 207, to be sent again later.
fn unable(db: &Db, header: &Header) -> Bytes {
    let answer = Answer::refusing(Code::Rejected, 207, "Application internal error", "The message could not be kept");
    acknowledgement::answer(db.world(), header, &answer).encode_answer(header.charset).into()
}

fn told(fault: Fault) -> &'static str {
    match fault {
        Fault::Interrupted => "another frame began before this one ended",
        Fault::Unterminated => "the frame did not end",
        Fault::TooLarge => "the frame is larger than allowed",
        Fault::Unframed => "bytes outside any frame",
    }
}

#[cfg(test)]
mod tests;
