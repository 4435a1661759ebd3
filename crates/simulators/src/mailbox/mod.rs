//! The mailbox simulator: takes every e-mail (SMTP) and every SMS (`POST /sms`) of the demonstration, relays none,
//! and shows them on a page. It listens on this machine only.
//!
//! | address | answers |
//! | --- | --- |
//! | `GET /` | all messages, the newest first, and the choice of a fault |
//! | `GET /messages/{number}` | one message: headers, text, HTML (sandboxed), calendar |
//! | `GET /messages.json` | the same for tests, the newest first |
//! | `POST /sms` | `{"to", "text", "id"}`: 202; a known `id` is taken once; 400, 422 when malformed |
//! | `POST /faults` | form `fault=none\|defer\|reject\|slow\|down`, for both channels |
//!
//! SMTP: RFC 5321 without TLS nor authentication, SIZE, 8BITMIME, PIPELINING, SMTPUTF8; the fault `defer`
//! answers 451, `reject` 550, `slow` waits [`SLOW`], `down` closes at once. Messages are kept in
//! `messages.jsonl` of the given folder, one JSON object a line, only ever appended.

mod http;
mod reading;
mod smtp;
mod store;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use kernel::World;
use tokio::task::JoinHandle;

/// How long the fault `slow` keeps a client waiting.
pub const SLOW: Duration = Duration::from_secs(5);

/// Where the mailbox listens and keeps; port 0 takes a free one.
#[derive(Debug, Clone)]
pub struct Settings {
    pub folder: PathBuf,
    pub smtp_port: u16,
    pub http_port: u16,
}

/// Why it does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    #[error("port {port} is taken by another program (mailbox simulator, {what})")]
    PortTaken { what: &'static str, port: u16 },
    #[error("cannot listen on port {port} (mailbox simulator, {what}): {error}")]
    Listen { what: &'static str, port: u16, error: io::Error },
    #[error("cannot keep messages in {}: {error}", folder.display())]
    Folder { folder: PathBuf, error: io::Error },
}

/// A running mailbox.
#[derive(Debug)]
pub struct Handle {
    pub smtp_addr: SocketAddr,
    pub http_addr: SocketAddr,
    smtp: JoinHandle<()>,
    http: actix_web::dev::ServerHandle,
}

impl Handle {
    /// Stops both servers; what was taken is kept.
    pub async fn stop(self) {
        self.smtp.abort();
        self.http.stop(false).await;
    }
}

/// How the mailbox misbehaves on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    Defer,
    Reject,
    Slow,
    Down,
}

impl Fault {
    const ALL: [(Self, &'static str); 5] = [
        (Self::None, "none"),
        (Self::Defer, "defer"),
        (Self::Reject, "reject"),
        (Self::Slow, "slow"),
        (Self::Down, "down"),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(fault, _)| fault)
    }

    fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(fault, _)| *fault == self).map_or("none", |(_, name)| name)
    }
}

/// What both doors share.
pub(crate) struct Mailbox {
    store: store::Store,
    fault: AtomicU8,
    world: World,
}

impl Mailbox {
    fn fault(&self) -> Fault {
        let number = usize::from(self.fault.load(Ordering::Relaxed));
        Fault::ALL.get(number).map_or(Fault::None, |(fault, _)| *fault)
    }

    fn set_fault(&self, fault: Fault) {
        let place = Fault::ALL.iter().position(|(known, _)| *known == fault).unwrap_or(0);
        self.fault.store(u8::try_from(place).unwrap_or(0), Ordering::Relaxed);
    }
}

/// Opens both doors on 127.0.0.1 and reads what an earlier run kept.
pub async fn start(settings: Settings, world: World) -> Result<Handle, StartFault> {
    let store = store::Store::open(&settings.folder)
        .map_err(|error| StartFault::Folder { folder: settings.folder.clone(), error })?;
    let (smtp_listener, smtp_addr) = listen("SMTP", settings.smtp_port)?;
    let (http_listener, http_addr) = listen("HTTP", settings.http_port)?;
    let mailbox = Arc::new(Mailbox { store, fault: AtomicU8::new(0), world });

    let failed = |what, port| move |error| StartFault::Listen { what, port, error };
    let smtp_listener = tokio::net::TcpListener::from_std(smtp_listener).map_err(failed("SMTP", smtp_addr.port()))?;
    let server = http::serve(http_listener, mailbox.clone()).map_err(failed("HTTP", http_addr.port()))?;
    let http = server.handle();
    tokio::spawn(server);
    let smtp = tokio::spawn(smtp::serve(smtp_listener, mailbox));
    Ok(Handle { smtp_addr, http_addr, smtp, http })
}

fn listen(what: &'static str, port: u16) -> Result<(TcpListener, SocketAddr), StartFault> {
    let open = || -> io::Result<(TcpListener, SocketAddr)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    open().map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => StartFault::PortTaken { what, port },
        _ => StartFault::Listen { what, port, error },
    })
}

#[cfg(test)]
mod tests;
