//! PayFiP for *régies*, as far as a creditor meets it: the web service `PaiementSecuriseService`, the payment page where
//! a person of the demonstration says how the payment ends, the notification, the way back. No money moves.
//!
//! | address | answers |
//! | --- | --- |
//! | `POST /tpa/services/securite` | SOAP 1.1: `creerPaiementSecurise`, `recupererDetailPaiementSecurise`, `recupererDetailClient` |
//! | `GET /tpa/services/securite?wsdl` | the interface; its schemas stand beside it, as `/tpa/services/securite.xsd`… |
//! | `GET /tpa/paiementws.web?idop=` | the payment page: once, within 15 minutes |
//! | `GET`, `POST /tpa/paiement.web` | the page for titles (URL mode): sends the browser back with a result, and tells nobody |
//! | `GET /titres.csv` | the accountant's report of the titles that were paid there |
//! | `GET /`, `GET /operations.json` | every operation, the newest first |
//! | `GET`, `POST`, `PUT /faults` | how it misbehaves: page, form, JSON ([`Faults`]) |
//!
//! What it knows of the real service, and from whom: the fields, names and faults are those of the published interface;
//! the bounds of fields, the results, and how long an `idOp` lives are those that several public clients agree on. Where
//! nobody knows what the service answers (a wrong `exer`, a wrong `objet`), it answers `TechProtocolaireErreur`: no
//! client should rely on it.

mod faults;
mod ledger;
mod page;
mod rules;
mod service;
mod soap;
#[cfg(test)]
mod tests;
mod titles;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{Arc, PoisonError, RwLock},
};

use actix_web::{App, HttpServer, dev::ServerHandle, web};
use kernel::{World, Zone};

use crate::paying::{self, Notifier};
pub use faults::Faults;
use ledger::Ledger;
pub use ledger::{Choice, Operation, Outcome};
pub use rules::{Asked, Creditor};

/// The longest question it reads, in bytes.
const LONGEST: usize = 64 * 1024;

/// Whom it serves, and where; it listens on 127.0.0.1, port 0 takes a free one.
pub struct Settings {
    pub port: u16,
    pub creditors: Vec<Creditor>,
    /// Of its days, nights and times: that of Paris.
    pub zone: Zone,
    pub world: World,
    /// For notifications.
    pub http: reqwest::Client,
}

/// Why it does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    #[error("port {port} of 127.0.0.1 is taken by another program (PayFiP simulator)")]
    PortTaken { port: u16 },
    #[error("port {port} of 127.0.0.1 cannot be opened (PayFiP simulator): {cause}")]
    Port { port: u16, cause: io::Error },
}

/// The service at work.
pub struct Handle {
    pub addr: SocketAddr,
    desk: Arc<Desk>,
    server: ServerHandle,
}

/// What all requests share.
pub(crate) struct Desk {
    creditors: Vec<Creditor>,
    ledger: Ledger,
    titles: titles::Collected,
    faults: RwLock<Faults>,
    notifier: Notifier,
    world: World,
    base: String,
}

impl Desk {
    fn faults(&self) -> Faults {
        self.faults.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_faults(&self, faults: Faults) {
        *self.faults.write().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    fn creditor(&self, numcli: &str) -> Option<&Creditor> {
        self.creditors.iter().find(|creditor| creditor.numcli == numcli)
    }
}

/// Opens the port, then answers until [`Handle::stop`].
pub fn start(settings: Settings) -> Result<Handle, StartFault> {
    let Settings { port, creditors, zone, world, http } = settings;
    let refuse = |cause: io::Error| match cause.kind() {
        io::ErrorKind::AddrInUse => StartFault::PortTaken { port },
        _ => StartFault::Port { port, cause },
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(refuse)?;
    let addr = listener.local_addr().map_err(refuse)?;
    let desk = Arc::new(Desk {
        creditors,
        ledger: Ledger::new(zone),
        titles: titles::Collected::default(),
        faults: RwLock::default(),
        notifier: Notifier { http },
        world,
        base: format!("http://{addr}"),
    });
    let data = web::Data::from(desk.clone());
    let server = HttpServer::new(move || App::new().app_data(data.clone()).configure(routes))
        .workers(1)
        .keep_alive(paying::KEEP_ALIVE)
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
    config.app_data(web::PayloadConfig::new(LONGEST));
    config.route("/tpa/services/securite", web::get().to(service::interface));
    config.route("/tpa/services/securite", web::post().to(service::answer));
    config.route("/tpa/services/{schema}", web::get().to(service::schema));
    config.route("/tpa/paiementws.web", web::get().to(page::open));
    config.route("/tpa/paiementws.web", web::post().to(page::choose));
    config.route("/tpa/paiement.web", web::get().to(titles::open));
    config.route("/tpa/paiement.web", web::post().to(titles::choose));
    config.route("/titres.csv", web::get().to(titles::report));
    config.route("/", web::get().to(page::list));
    config.route("/operations.json", web::get().to(page::json));
    config.route("/faults", web::get().to(faults::page));
    config.route("/faults", web::post().to(faults::from_form));
    config.route("/faults", web::put().to(faults::from_json));
    config.route("/style.css", web::get().to(paying::style));
}

impl Handle {
    /// Where questions are sent.
    pub fn service(&self) -> String {
        format!("{}/tpa/services/securite", self.desk.base)
    }

    /// Where payers are sent, with `?idop=` behind it.
    pub fn page(&self) -> String {
        format!("{}/tpa/paiementws.web", self.desk.base)
    }

    /// Where payers of titles are sent, with the title in the address.
    pub fn title_page(&self) -> String {
        format!("{}/tpa/paiement.web", self.desk.base)
    }

    /// The accountant's report of titles.
    pub fn title_report(&self) -> String {
        format!("{}/titres.csv", self.desk.base)
    }

    /// Misbehave in these ways from now on.
    pub fn misbehave(&self, faults: Faults) {
        self.desk.set_faults(faults);
    }

    /// Every operation, the newest first.
    pub fn operations(&self) -> Vec<Operation> {
        self.desk.ledger.latest(usize::MAX)
    }

    pub async fn stop(self) {
        self.server.stop(true).await;
    }
}
