//! A hospital information system for demonstrations and tests: an MLLP door that keeps, acknowledges and shows what
//! it receives, and that can be told to misbehave; and a form that announces stays to the portal. Everything in it is fictional.

mod conduct;
mod ledger;
mod pages;
mod partner;
mod stays;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use actix_web::{App, HttpServer, dev::ServerHandle, web::Data};
use kernel::{World, Zone};
use sih::mllp::{ServerSettings, serve};
use tokio::sync::oneshot;

pub use conduct::Conduct;
pub use ledger::Entry;
pub use partner::Partner;
pub use stays::{Hospital, Portal, Stay, Untold, Word};

/// Where it listens (always on 127.0.0.1; port 0 takes a free one) and where it keeps what it receives.
#[derive(Debug, Clone)]
pub struct Settings {
    pub mllp_port: u16,
    pub http_port: u16,
    pub folder: PathBuf,
    pub conduct: Conduct,
    /// How long a slow answer takes.
    pub slowness: Duration,
    /// In which its page tells times.
    pub zone: Zone,
    /// To whom it announces stays, if to anybody.
    pub portal: Option<Portal>,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("port {port} of 127.0.0.1 is taken or forbidden: {cause}")]
    Port { port: u16, cause: io::Error },
    #[error("the folder {folder} cannot be used: {cause}")]
    Folder { folder: PathBuf, cause: io::Error },
    #[error("line {line} of {file} is not a message kept by this simulator")]
    Spoiled { file: PathBuf, line: usize },
}

/// A simulator at work, until it is stopped or dropped.
pub struct Running {
    pub mllp_addr: SocketAddr,
    pub http_addr: SocketAddr,
    pub partner: Arc<Partner>,
    stop_mllp: Option<oneshot::Sender<()>>,
    http: ServerHandle,
}

/// Opens both doors, or says which one it could not open.
pub async fn start(settings: Settings, world: World) -> Result<Running, StartError> {
    let mllp = listen(settings.mllp_port)?;
    let http = listen(settings.http_port)?;
    let partner = Arc::new(Partner::open(&settings, world)?);
    let port = |cause| StartError::Port { port: settings.mllp_port, cause };
    mllp.set_nonblocking(true).map_err(port)?;
    let (mllp_addr, http_addr) = (address(&mllp)?, address(&http)?);
    let mllp = tokio::net::TcpListener::from_std(mllp).map_err(port)?;
    let (stop_mllp, stopped) = oneshot::channel();
    let stopped = async move { drop(stopped.await) };
    tokio::spawn(serve(mllp, ServerSettings::default(), Arc::clone(&partner) as _, stopped));

    let shown = Data::from(Arc::clone(&partner));
    let server = HttpServer::new(move || App::new().app_data(shown.clone()).configure(pages::routes))
        .workers(1)
        .disable_signals()
        .listen(http)
        .map_err(|cause| StartError::Port { port: settings.http_port, cause })?
        .run();
    let http = server.handle();
    tokio::spawn(server);
    Ok(Running { mllp_addr, http_addr, partner, stop_mllp: Some(stop_mllp), http })
}

impl Running {
    /// Closes both doors.
    pub async fn stop(mut self) {
        drop(self.stop_mllp.take());
        self.http.stop(false).await;
    }
}

fn listen(port: u16) -> Result<TcpListener, StartError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|cause| StartError::Port { port, cause })
}

fn address(listener: &TcpListener) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|cause| StartError::Port { port: 0, cause })
}

#[cfg(test)]
mod tests;
