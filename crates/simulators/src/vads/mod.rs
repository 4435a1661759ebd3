//! The form payment of the Lyra platform (`vads_*`: PayZen, Systempay, Scellius…), as far as a shop meets it: the signed
//! form, the payment page where a person of the demonstration says how it ends, the signed notification (IPN), the way
//! back. No money moves.
//!
//! | address | answers |
//! | --- | --- |
//! | `POST /vads-payment/` | the payment page, if the signature and each field are right; else which one is not |
//! | `GET /`, `GET /transactions.json` | every transaction, the newest first |
//! | `GET`, `POST`, `PUT /faults` | how it misbehaves: page, form, JSON ([`Faults`]) |
//!
//! The notification goes to `vads_url_check`, which a real shop sets in its back office. A refused card may be followed by
//! another one; each try is told.

mod faults;
mod form;
mod ledger;
mod page;
mod result;
mod signature;
#[cfg(test)]
mod tests;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{Arc, PoisonError, RwLock},
};

use actix_web::{App, HttpServer, dev::ServerHandle, web};
use kernel::World;

use crate::paying::{self, Notifier};
pub use faults::Faults;
pub use form::Shop;
use ledger::Ledger;
pub use ledger::{Choice, Transaction};

/// The longest form it reads, in bytes.
const LONGEST: usize = 64 * 1024;

/// Whom it serves, and where; it listens on 127.0.0.1, port 0 takes a free one.
pub struct Settings {
    pub port: u16,
    pub shops: Vec<Shop>,
    pub world: World,
    /// For notifications.
    pub http: reqwest::Client,
}

/// Why it does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    #[error("port {port} of 127.0.0.1 is taken by another program (vads simulator)")]
    PortTaken { port: u16 },
    #[error("port {port} of 127.0.0.1 cannot be opened (vads simulator): {cause}")]
    Port { port: u16, cause: io::Error },
}

/// The platform at work.
pub struct Handle {
    pub addr: SocketAddr,
    desk: Arc<Desk>,
    server: ServerHandle,
}

/// What all requests share.
pub(crate) struct Desk {
    shops: Vec<Shop>,
    ledger: Ledger,
    faults: RwLock<Faults>,
    notifier: Notifier,
    world: World,
}

impl Desk {
    fn faults(&self) -> Faults {
        self.faults.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_faults(&self, faults: Faults) {
        *self.faults.write().unwrap_or_else(PoisonError::into_inner) = faults;
    }
}

/// Opens the port, then answers until [`Handle::stop`].
pub fn start(settings: Settings) -> Result<Handle, StartFault> {
    let Settings { port, shops, world, http } = settings;
    let refuse = |cause: io::Error| match cause.kind() {
        io::ErrorKind::AddrInUse => StartFault::PortTaken { port },
        _ => StartFault::Port { port, cause },
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(refuse)?;
    let addr = listener.local_addr().map_err(refuse)?;
    let desk = Arc::new(Desk {
        shops,
        ledger: Ledger::default(),
        faults: RwLock::default(),
        notifier: Notifier { http },
        world,
    });
    let data = web::Data::from(desk.clone());
    let server = HttpServer::new(move || App::new().app_data(data.clone()).configure(routes))
        .workers(1)
        .shutdown_timeout(1)
        .disable_signals()
        .listen(listener)
        .map_err(refuse)?
        .run();
    let handle = Handle { addr, desk, server: server.handle() };
    tokio::spawn(server);
    Ok(handle)
}

fn routes(config: &mut web::ServiceConfig) {
    config.app_data(web::FormConfig::default().limit(LONGEST));
    config.route("/vads-payment/", web::post().to(page::open));
    config.route("/vads-payment/choice", web::post().to(page::choose));
    config.route("/", web::get().to(page::list));
    config.route("/transactions.json", web::get().to(page::json));
    config.route("/faults", web::get().to(faults::page));
    config.route("/faults", web::post().to(faults::from_form));
    config.route("/faults", web::put().to(faults::from_json));
    config.route("/style.css", web::get().to(paying::style));
}

impl Handle {
    /// Where forms are sent.
    pub fn page(&self) -> String {
        format!("http://{}/vads-payment/", self.addr)
    }

    /// Misbehave in these ways from now on.
    pub fn misbehave(&self, faults: Faults) {
        self.desk.set_faults(faults);
    }

    /// Every transaction, the newest first.
    pub fn transactions(&self) -> Vec<Transaction> {
        self.desk.ledger.latest(usize::MAX)
    }

    pub async fn stop(self) {
        self.server.stop(true).await;
    }
}
