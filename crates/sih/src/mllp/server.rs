//! An MLLP listener: frames in, answers out, one after the other on each connection, within limits.

use std::{future::Future, io, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, future::BoxFuture};
use serde::Deserialize;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::codec::{Decoder, Framed};

use super::codec::{Codec, Fault, Frame};

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// Bytes of one message.
    pub max_frame: usize,
    /// Seconds a connection may stay silent between two messages.
    pub idle_seconds: u64,
    /// Seconds a message may take to arrive once it has begun, and an answer to leave.
    pub frame_seconds: u64,
    /// Connections at once; one more is closed at once.
    pub max_connections: usize,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self { max_frame: 4 << 20, idle_seconds: 600, frame_seconds: 30, max_connections: 16 }
    }
}

/// What a handler does with the sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Send(Bytes),
    /// Keeps the sender waiting: only simulators do that.
    Nothing,
    Close,
}

/// Receives every frame, broken ones too: it is to keep them and to answer each.
pub trait Handler: Send + Sync + 'static {
    fn handle<'a>(&'a self, frame: Frame) -> BoxFuture<'a, Answer>;
}

/// Serves until `stop` is ready; then no new connection is taken and those that are open are dropped.
pub async fn serve(
    listener: TcpListener,
    settings: ServerSettings,
    handler: Arc<dyn Handler>,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(settings.max_connections));
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match (accepted, Arc::clone(&places).try_acquire_owned()) {
                (Ok((stream, _)), Ok(place)) => {
                    let (settings, handler) = (settings.clone(), Arc::clone(&handler));
                    connections.spawn(async move {
                        if let Err(error) = converse(stream, &settings, &*handler).await {
                            tracing::debug!(%error, "an MLLP connection ended");
                        }
                        drop(place);
                    });
                }
                (Ok(_), Err(_)) => tracing::warn!("an MLLP connection was closed: too many are open"),
                (Err(error), _) => {
                    tracing::warn!(%error, "no MLLP connection could be taken");
                    // Out of file descriptors, most likely: asking again at once would only burn the processor.
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

async fn converse(stream: TcpStream, settings: &ServerSettings, handler: &dyn Handler) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut framed = Framed::new(stream, Codec::new(settings.max_frame));
    let limit = Duration::from_secs(settings.frame_seconds);
    while let Some(frame) = next_frame(&mut framed, settings).await {
        let last = matches!(frame.fault, Some(Fault::TooLarge | Fault::Unterminated | Fault::Unframed));
        match handler.handle(frame).await {
            Answer::Send(bytes) => {
                let sent = timeout(limit, framed.send(&*bytes)).await;
                sent.map_err(|_| io::ErrorKind::TimedOut)?.map_err(io::Error::other)?;
            }
            Answer::Nothing => {}
            Answer::Close => return Ok(()),
        }
        if last {
            return Ok(());
        }
    }
    Ok(())
}

/// The next frame, whole or broken. `None` at the end of the connection and after an idle time.
async fn next_frame(framed: &mut Framed<TcpStream, Codec>, settings: &ServerSettings) -> Option<Frame> {
    // What some senders put after a frame is not the beginning of the next.
    if framed.read_buffer().iter().all(u8::is_ascii_whitespace) {
        framed.read_buffer_mut().clear();
        let idle = Duration::from_secs(settings.idle_seconds);
        // Readiness may be stale; only bytes that are there, or the end, count.
        timeout(idle, framed.get_ref().peek(&mut [0; 1])).await.ok()?.ok()?;
    }
    match timeout(Duration::from_secs(settings.frame_seconds), framed.next()).await {
        Ok(Some(Ok(frame))) => Some(frame),
        Ok(Some(Err(_)) | None) => None,
        // It began and does not end: what there is of it is handed over.
        Err(_) => {
            let mut rest = framed.read_buffer_mut().split();
            let whole = framed.codec_mut().decode(&mut rest).ok().flatten();
            whole.or_else(|| framed.codec_mut().remainder(&mut rest))
        }
    }
}
