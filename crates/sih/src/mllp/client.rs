//! One destination, one connection, one message in flight. A late acknowledgement must never be taken for that of
//! the next message: any doubt closes the socket.

use std::{future::Future, time::Duration};

use futures_util::{FutureExt, SinkExt, StreamExt};
use serde::Deserialize;
use tokio::{
    net::TcpStream,
    sync::Mutex,
    time::{Instant, timeout},
};
use tokio_util::codec::Framed;

use super::codec::{Codec, Frame, FrameError};
use crate::hl7::{self, Message};

/// Time limits and size of one destination's connection.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientSettings {
    /// Seconds.
    pub connect_seconds: u64,
    /// Seconds until the message has left.
    pub send_seconds: u64,
    /// Seconds until the acknowledgement is there.
    pub acknowledge_seconds: u64,
    /// Seconds during which nothing is tried after the partner was silent or away, so that those who wait for
    /// their turn do not each wait for the same silence.
    pub rest_seconds: u64,
    /// Bytes of an acknowledgement.
    pub max_frame: usize,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self { connect_seconds: 5, send_seconds: 5, acknowledge_seconds: 20, rest_seconds: 5, max_frame: 64 * 1024 }
    }
}

/// Why no acknowledgement of ours came. None of these tells whether the message was processed.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    #[error("no connection: {0}")]
    Unreachable(std::io::Error),
    #[error("no connection in time")]
    ConnectTimeout,
    #[error("the message did not leave in time")]
    SendTimeout,
    #[error("no acknowledgement in time")]
    AcknowledgeTimeout,
    #[error("it did not answer a moment ago")]
    Resting,
    #[error("the connection ended before the acknowledgement")]
    Closed,
    #[error("the answer is not an HL7 message")]
    Unreadable,
    #[error("the acknowledgement is that of another message")]
    Foreign,
    #[error(transparent)]
    Frame(FrameError),
}

impl ExchangeError {
    /// The partner said nothing at all: asking again at once would wait as long again.
    fn is_silence(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::ConnectTimeout | Self::SendTimeout | Self::AcknowledgeTimeout)
    }

    /// Its name in the journal and in the pages' words.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::ConnectTimeout => "connect-timeout",
            Self::SendTimeout => "send-timeout",
            Self::AcknowledgeTimeout => "acknowledge-timeout",
            Self::Resting => "resting",
            Self::Closed => "closed",
            Self::Unreadable => "unreadable-answer",
            Self::Foreign => "foreign-answer",
            Self::Frame(_) => "frame",
        }
    }
}

type Connection = Framed<TcpStream, Codec>;

/// A destination and its connection, kept as long as nothing is doubtful about it.
#[derive(Debug)]
pub struct Client {
    address: String,
    settings: ClientSettings,
    /// The lock is held for a whole exchange: that is what keeps one message in flight.
    line: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    idle: Option<Connection>,
    rests_until: Option<Instant>,
}

impl Client {
    /// `address` is `host:port`.
    pub fn new(address: String, settings: ClientSettings) -> Self {
        Self { address, settings, line: Mutex::default() }
    }

    /// Sends a message and waits for its acknowledgement: the answer whose MSA-2 is the message's MSH-10. `sent`
    /// is awaited once, when the message has left and only the answer is missing.
    pub async fn exchange(
        &self,
        message: &[u8],
        control_id: &str,
        sent: impl Future<Output = ()> + Send,
    ) -> Result<(Message, Vec<u8>), ExchangeError> {
        let mut line = self.line.lock().await;
        if line.rests_until.is_some_and(|until| Instant::now() < until) {
            return Err(ExchangeError::Resting);
        }
        let outcome = self.on_line(&mut line, message, control_id, sent).await;
        let rest = Duration::from_secs(self.settings.rest_seconds);
        let silent = outcome.as_ref().is_err_and(ExchangeError::is_silence);
        line.rests_until = silent.then(|| Instant::now() + rest);
        outcome
    }

    async fn on_line(
        &self,
        line: &mut Line,
        message: &[u8],
        control_id: &str,
        sent: impl Future<Output = ()> + Send,
    ) -> Result<(Message, Vec<u8>), ExchangeError> {
        let mut sent = Some(sent);
        // Taken out: if this future is dropped half-way, so is the connection.
        if let Some(mut connection) = line.idle.take().filter(quiet) {
            match self.attempt(&mut connection, message, control_id, &mut sent).await {
                // The partner closed it while it was idle: nothing was read, so a fresh one may carry the message.
                Err(ExchangeError::Closed | ExchangeError::Frame(FrameError::Io(_))) => {}
                Err(error) => return Err(error),
                Ok(answer) => {
                    line.idle = Some(connection);
                    return Ok(answer);
                }
            }
        }
        let mut connection = self.connect().await?;
        let answer = self.attempt(&mut connection, message, control_id, &mut sent).await?;
        line.idle = Some(connection);
        Ok(answer)
    }

    async fn connect(&self) -> Result<Connection, ExchangeError> {
        let limit = Duration::from_secs(self.settings.connect_seconds);
        let connecting = timeout(limit, TcpStream::connect(&self.address)).await;
        let stream = connecting.map_err(|_| ExchangeError::ConnectTimeout)?.map_err(ExchangeError::Unreachable)?;
        // Small messages, each waiting for its answer: Nagle's delay would only add to it.
        stream.set_nodelay(true).map_err(ExchangeError::Unreachable)?;
        Ok(Framed::new(stream, Codec::new(self.settings.max_frame)))
    }

    async fn attempt(
        &self,
        connection: &mut Connection,
        message: &[u8],
        control_id: &str,
        sent: &mut Option<impl Future<Output = ()> + Send>,
    ) -> Result<(Message, Vec<u8>), ExchangeError> {
        let limit = Duration::from_secs(self.settings.send_seconds);
        let sending = timeout(limit, connection.send(message)).await;
        sending.map_err(|_| ExchangeError::SendTimeout)?.map_err(ExchangeError::Frame)?;
        if let Some(sent) = sent.take() {
            sent.await;
        }
        let limit = Duration::from_secs(self.settings.acknowledge_seconds);
        let waiting = timeout(limit, connection.next()).await.map_err(|_| ExchangeError::AcknowledgeTimeout)?;
        let frame = waiting.ok_or(ExchangeError::Closed)?.map_err(ExchangeError::Frame)?;
        let Frame { bytes, fault: None } = frame else { return Err(ExchangeError::Unreadable) };
        let answer = hl7::read(&bytes).map_err(|_| ExchangeError::Unreadable)?;
        let msa = answer.first("MSA").ok_or(ExchangeError::Unreadable)?;
        if msa.text(2) != Some(control_id) {
            return Err(ExchangeError::Foreign);
        }
        Ok((answer, bytes.to_vec()))
    }
}

/// Nothing may be waiting on an idle connection: neither its end nor a late answer.
fn quiet(connection: &Connection) -> bool {
    if !connection.read_buffer().is_empty() {
        return false;
    }
    let mut probe = [0; 1];
    connection.get_ref().peek(&mut probe).now_or_never().is_none()
}
