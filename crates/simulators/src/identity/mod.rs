//! Demonstration identity providers: one shaped like FranceConnect for patients, one like a hospital's own for staff.
//!
//! The person clicks a name; there is no password. Everything is invented and says so. Only this machine can reach it.

mod answers;
mod authorize;
mod choice;
mod faults;
mod keys;
mod logout;
mod memory;
mod people;
mod published;
#[cfg(test)]
mod tests;
mod token;
mod userinfo;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use actix_web::{App, HttpServer, dev::ServerHandle, web};
use kernel::World;

pub use faults::Faults;
use keys::Keys;
use memory::Memory;
pub use people::{CITIZENS, Citizen, STAFF, StaffMember, introduce};

/// Whom a provider knows, and with that its manners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Shaped like FranceConnect: whitelisted parameters, no PKCE, userinfo as a signed JWT.
    Patients,
    /// A hospital's provider: PKCE S256 required, a `roles` claim, userinfo as JSON.
    Staff,
}

/// The one relying party a provider serves.
#[derive(Debug, Clone)]
pub struct Client {
    pub id: String,
    pub secret: String,
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
}

pub struct Settings {
    pub audience: Audience,
    /// 0 takes any free port.
    pub port: u16,
    /// Where the signing key is kept, so that it survives a restart.
    pub folder: PathBuf,
    pub client: Client,
    pub world: World,
}

/// Why a provider could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    #[error("port {port} of 127.0.0.1 is taken")]
    PortTaken { port: u16 },
    #[error("port {port} of 127.0.0.1 cannot be opened: {cause}")]
    Port { port: u16, cause: std::io::Error },
    #[error("the signing key under {folder} cannot be read or written: {cause}")]
    Key { folder: PathBuf, cause: std::io::Error },
}

/// A provider at work.
pub struct Handle {
    pub addr: SocketAddr,
    pub issuer: String,
    desk: Arc<Desk>,
    server: ServerHandle,
}

/// What all requests share.
pub(crate) struct Desk {
    audience: Audience,
    issuer: String,
    keys: Keys,
    client: RwLock<Client>,
    faults: RwLock<Faults>,
    memory: Memory,
    world: World,
}

impl Audience {
    /// The issuer's path; every endpoint lies under it.
    const fn path(self) -> &'static str {
        match self {
            Self::Patients => "/api/v2",
            Self::Staff => "/hopital",
        }
    }

    const fn key_file(self) -> &'static str {
        match self {
            Self::Patients => "identity-patients.p8",
            Self::Staff => "identity-staff.p8",
        }
    }
}

impl Desk {
    fn client(&self) -> Client {
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn faults(&self) -> Faults {
        self.faults.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_faults(&self, faults: Faults) {
        *self.faults.write().unwrap_or_else(PoisonError::into_inner) = faults;
    }
}

/// Opens the port, then answers until [`Handle::stop`].
pub fn start(settings: Settings) -> Result<Handle, StartFault> {
    let Settings { audience, port, folder, client, world } = settings;
    let keys = Keys::open(&folder, audience.key_file()).map_err(|cause| StartFault::Key { folder, cause })?;
    let refuse = |cause: std::io::Error| match cause.kind() {
        std::io::ErrorKind::AddrInUse => StartFault::PortTaken { port },
        _ => StartFault::Port { port, cause },
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(refuse)?;
    let addr = listener.local_addr().map_err(refuse)?;
    let issuer = format!("http://{addr}{}", audience.path());
    let desk = Arc::new(Desk {
        audience,
        issuer: issuer.clone(),
        keys,
        client: RwLock::new(client),
        faults: RwLock::default(),
        memory: Memory::default(),
        world,
    });
    let data = web::Data::from(desk.clone());
    let server =
        HttpServer::new(move || App::new().app_data(data.clone()).configure(|config| routes(config, audience)))
            .workers(1)
            .shutdown_timeout(1)
            .disable_signals()
            .listen(listener)
            .map_err(refuse)?
            .run();
    let handle = Handle { addr, issuer, desk, server: server.handle() };
    tokio::spawn(server);
    Ok(handle)
}

fn routes(config: &mut web::ServiceConfig, audience: Audience) {
    config.service(
        web::scope(audience.path())
            .route("/.well-known/openid-configuration", web::get().to(published::description))
            .route("/jwks", web::get().to(published::keys))
            .route("/style.css", web::get().to(published::style))
            .route("/authorize", web::get().to(authorize::by_get))
            .route("/authorize", web::post().to(authorize::by_post))
            .route("/interaction/{id}", web::post().to(choice::choose))
            .route("/token", web::post().to(token::redeem))
            .route("/userinfo", web::get().to(userinfo::tell))
            .route("/session/end", web::get().to(logout::end)),
    );
    config.route("/faults", web::get().to(faults::page));
    config.route("/faults", web::post().to(faults::from_form));
    config.route("/faults", web::put().to(faults::from_json));
    config.route("/", web::get().to(published::welcome));
}

impl Handle {
    /// Declares one more address the browser may be sent back to, and one for after logout.
    pub fn declare(&self, redirect_uri: &str, post_logout_redirect_uri: &str) {
        let mut client = self.desk.client.write().unwrap_or_else(PoisonError::into_inner);
        client.redirect_uris.push(redirect_uri.to_owned());
        client.post_logout_redirect_uris.push(post_logout_redirect_uri.to_owned());
    }

    /// Misbehave in these ways from now on.
    pub fn misbehave(&self, faults: Faults) {
        self.desk.set_faults(faults);
    }

    pub async fn stop(self) {
        self.server.stop(true).await;
    }
}
