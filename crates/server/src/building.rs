//! Rooms put together: routes, state, consumers, tasks. Tests build the same house on a world of their own.

use std::{
    collections::{BTreeMap, HashMap},
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
};

use actix_web::{
    App, HttpServer,
    dev::Server,
    middleware::{Compress, from_fn},
    web::Data,
};
use anyhow::{Context, anyhow};
use kernel::World;
use storage::{Db, files::Files, outbox::Consumer, proof::Keyring, schedule::Task};
use utoipa::{OpenApi, openapi};
use web::{Front, House, I18n, Locale};

use crate::{
    admin, client, keys, merges,
    papers::Shelf,
    people,
    purge::Purge,
    settings::Settings,
    subscriptions::subscriptions,
    work::{Work, Working},
};

/// The words of every room.
pub const LOCALES: &[Locale] = &[
    web::OWN_LOCALES,
    identity::LOCALE,
    booking::LOCALE,
    preadmission::LOCALE,
    payment::LOCALE,
    sih::LOCALES,
    notices::LOCALES,
];

/// Everything that can be asked.
pub fn house() -> House {
    House::new(vec![
        web::house_routes(),
        identity::routes(),
        booking::routes(),
        preadmission::routes(),
        payment::routes(),
        sih::routes(),
    ])
}

#[derive(OpenApi)]
#[openapi(info(
    title = "Parvis",
    version = "1",
    description = "Online services of a hospital. Refusals are application/problem+json (RFC 9457); /problems lists them. \
        Requests that change something carry the session's cookie and X-CSRF-Token (GET /session); those that create \
        something carry Idempotency-Key (1 to 255 visible characters, kept 24 hours)."
))]
struct Contract;

/// The contract of `/api/v1`, as JSON.
pub fn openapi() -> anyhow::Result<String> {
    let mut contract: openapi::OpenApi = Contract::openapi();
    for room in [
        web::Contract::openapi(),
        identity::api(),
        booking::api::Contract::openapi(),
        preadmission::api::Contract::openapi(),
        payment::api::Contract::openapi(),
        sih::openapi(),
    ] {
        contract.merge(room);
    }
    for operation in house().operations() {
        if let Some(described) = described(&mut contract, operation) {
            add_common_refusals(described, operation.policy);
        }
    }
    Ok(contract.to_pretty_json()?)
}

fn described<'c>(
    contract: &'c mut openapi::OpenApi,
    operation: &web::Operation,
) -> Option<&'c mut openapi::path::Operation> {
    let path = contract.paths.paths.get_mut(operation.path)?;
    match operation.method.as_str() {
        "GET" => path.get.as_mut(),
        "POST" => path.post.as_mut(),
        "PUT" => path.put.as_mut(),
        "PATCH" => path.patch.as_mut(),
        "DELETE" => path.delete.as_mut(),
        _ => None,
    }
}

/// What the front desk may answer before any handler: from the route table, so that no handler repeats it.
fn add_common_refusals(described: &mut openapi::path::Operation, policy: web::Policy) {
    let login = ("401", "A session is needed.");
    let role = ("403", "The session lacks the role, or the request did not come from this site.");
    let pace = ("429", "Too many requests at once; Retry-After says how long to wait, in seconds.");
    let refusals = match policy {
        web::Policy::Asset | web::Policy::Public | web::Policy::Partner => vec![pace],
        web::Policy::Patient | web::Policy::AnyStaff => vec![login, pace],
        web::Policy::Staff(_) => vec![login, role, pace],
    };
    for (status, why) in refusals {
        let response = openapi::ResponseBuilder::new().description(why).build();
        described.responses.responses.entry(status.to_owned()).or_insert(openapi::RefOr::T(response));
    }
}

/// The house, open for requests and work.
pub struct Building {
    pub settings: Settings,
    pub db: Db,
    pub keyring: Arc<Keyring>,
    pub files: Files,
    front: Data<Front>,
    identity: Data<identity::Identity>,
    booking: Data<booking::Booking>,
    preadmission: Data<preadmission::Preadmission>,
    payments: Data<payment::Payments>,
    interfaces: Arc<sih::Interfaces>,
    inbox: Arc<sih::Inbox>,
    notices: Vec<Arc<dyn Consumer>>,
}

impl Building {
    /// Puts the rooms together over a migrated database. Asks nothing of any partner.
    pub fn open(settings: Settings, world: World) -> anyhow::Result<Self> {
        make_folder(&settings.server.data_folder)?;
        let secret = keys::web_secret(&settings.server.keys_folder, &world)?;
        let links = preadmission::Links::new(keys::link_secret(&settings.server.keys_folder, &world)?);
        let keyring = Arc::new(Keyring::open(&settings.server.keys_folder, &world)?);
        let db = Db::open(&settings.storage(), world, subscriptions()).context("the database cannot be opened")?;
        let files = open_files(&settings, &db)?;
        let i18n = Arc::new(I18n::new(LOCALES)?);
        let front = Front::new(
            settings.web.clone(),
            i18n.clone(),
            house(),
            db.clone(),
            secret,
            &[settings.identity.form_targets(), settings.payment.form_targets()].concat(),
        );
        let identity = open_identity(&settings, &db)?;
        let booking = booking::Booking::new(db.clone(), keyring.clone(), &settings.booking);
        let preadmission = preadmission::Preadmission::new(
            db.clone(),
            keyring.clone(),
            links,
            files.clone(),
            settings.preadmission.clone(),
        )
        .told_by(preadmission::desk::Partner { standings: told_to_sih, tellings });
        let preadmission = Arc::new(preadmission);
        let (base_url, http) = (&settings.web.base_url, client::unpooled()?);
        let payments = payment::Payments::open(settings.payment.clone(), base_url, db.clone(), keyring.clone(), http)?
            .asking(Arc::new(people::Files))
            .told_by(payments_told);
        let interfaces = Arc::new(sih::Interfaces::new(db.clone(), &settings.sih, Some(stays(preadmission.clone()))));
        let days = settings.preadmission.same_stay_days;
        let announce: sih::Announce = Arc::new(move |tx, notice| merges::announce(tx, notice, days));
        let inbox = Arc::new(sih::Inbox::new(db.clone(), &settings.sih, Some(announce)));
        let notices = notices::consumers(
            &settings.notices,
            notices::Telling {
                base_url: settings.web.base_url.clone(),
                links: preadmission.links(),
                opens_days_before: settings.preadmission.opens_days_before,
                people: Arc::new(people::Files),
            },
            i18n,
            db.clone(),
            client::http(None)?,
        )?;
        Ok(Self {
            front: Data::from(front),
            identity: Data::new(identity),
            booking: Data::new(booking),
            preadmission: Data::from(preadmission),
            payments: Data::new(payments),
            settings,
            db,
            keyring,
            files,
            interfaces,
            inbox,
            notices,
        })
    }

    /// Takes every port, or says which one is taken. From here on callers wait instead of being refused.
    pub async fn doors(&self) -> anyhow::Result<Doors> {
        Ok(Doors {
            house: bind(&self.settings.server.listen.to_string())?,
            admin: bind(&self.settings.server.admin_listen.to_string())?,
            sih: self.sih_door().await?,
        })
    }

    /// The door of the hospitals' systems, when the settings want one.
    pub async fn sih_door(&self) -> anyhow::Result<Option<sih::Door>> {
        sih::Door::open(&self.settings.sih, self.inbox.clone()).await.context("the door of the SIH")
    }

    /// Answers at these doors until told to stop.
    pub async fn listen(&self, doors: Doors) -> anyhow::Result<()> {
        let admin = actix_web::rt::spawn(self.admin(doors.admin)?);
        if let Some(sih) = doors.sih {
            actix_web::rt::spawn(sih.run(std::future::pending()));
        }
        self.serve(doors.house)?.await?;
        admin.abort();
        Ok(())
    }

    /// The server of patients, staff and programs.
    pub fn serve(&self, door: TcpListener) -> anyhow::Result<Server> {
        let (front, identity, booking) = (self.front.clone(), self.identity.clone(), self.booking.clone());
        let (preadmission, payments) = (self.preadmission.clone(), self.payments.clone());
        let (db, interfaces) = (Data::new(self.db.clone()), Data::from(self.interfaces.clone()));
        let files = Data::new(self.files.clone());
        let inbox = Data::from(self.inbox.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(front.clone())
                .app_data(db.clone())
                .app_data(files.clone())
                .app_data(identity.clone())
                .app_data(booking.clone())
                .app_data(preadmission.clone())
                .app_data(payments.clone())
                .app_data(interfaces.clone())
                .app_data(inbox.clone())
                .configure(|config| web::configure_inputs(config, &front.settings().body))
                .configure(|config| front.house().configure(config))
                .wrap(from_fn(web::front_desk))
                .wrap(Compress::default())
        });
        let server = match self.settings.server.threads {
            0 => server,
            threads => server.workers(threads),
        };
        Ok(server
            .client_request_timeout(std::time::Duration::from_secs(5))
            .keep_alive(std::time::Duration::from_secs(60))
            .shutdown_timeout(10)
            .listen(door)?
            .run())
    }

    /// The door of supervision.
    pub fn admin(&self, door: TcpListener) -> anyhow::Result<Server> {
        let db = Data::new(self.db.clone());
        let server = HttpServer::new(move || App::new().app_data(db.clone()).configure(admin::routes));
        Ok(server.workers(1).disable_signals().listen(door)?.run())
    }

    /// Starts deliveries and everything else that runs by itself.
    pub async fn work(&self) -> anyhow::Result<Working> {
        let work = Work {
            db: self.db.clone(),
            keyring: self.keyring.clone(),
            consumers: self.consumers(),
            tasks: self.tasks(),
            pace: self.settings.pace(),
            front: self.front.clone().into_inner(),
            files: self.files.clone(),
            payments: self.payments.clone().into_inner(),
            purge: self.purge(),
        };
        Ok(work.start().await?)
    }

    /// The room of pre-admission.
    pub fn preadmission(&self) -> &preadmission::Preadmission {
        &self.preadmission
    }

    /// The room of payment.
    pub fn payments(&self) -> &payment::Payments {
        &self.payments
    }

    /// What runs when it is due.
    pub fn tasks(&self) -> Vec<Arc<dyn Task>> {
        let mut tasks = notices::tasks();
        tasks.extend(preadmission::tasks(&self.settings.preadmission));
        tasks
    }

    /// What erases.
    pub fn purge(&self) -> Purge {
        Purge {
            db: self.db.clone(),
            files: self.files.clone(),
            preadmission: self.preadmission.clone().into_inner(),
            payments: self.payments.clone().into_inner(),
            sih: self.settings.sih.clone(),
            proxy_days: self.settings.identity.proxy_days,
        }
    }

    /// What makes the links of letters.
    pub fn links(&self) -> preadmission::Links {
        self.preadmission.links()
    }

    /// Everybody who hears of events.
    pub fn consumers(&self) -> Vec<Arc<dyn Consumer>> {
        let mut consumers = self.notices.clone();
        consumers.push(self.interfaces.clone());
        consumers.push(self.preadmission.clone().into_inner());
        consumers
    }
}

/// What the interfaces tell of files.
fn stays(preadmission: Arc<preadmission::Preadmission>) -> sih::StaySources {
    use sih::outbound::files::{document, stay};
    sih::StaySources { stay, document, papers: Arc::new(Shelf(preadmission)) }
}

/// The ports of the house, open.
pub struct Doors {
    house: TcpListener,
    admin: TcpListener,
    sih: Option<sih::Door>,
}

impl Doors {
    /// Where hospitals' systems are heard.
    pub fn sih_address(&self) -> std::io::Result<Option<SocketAddr>> {
        self.sih.as_ref().map(sih::Door::address).transpose()
    }
}

/// How files stand at the hospital's system, in the words of the room that shows it.
fn told_to_sih(
    conn: &mut storage::Conn,
    files: &[kernel::ObjectId],
) -> Result<HashMap<kernel::ObjectId, preadmission::desk::Standing>, storage::StorageError> {
    let files: Vec<kernel::PreadmissionId> = files.iter().map(|file| kernel::Id::from_uuid(file.uuid())).collect();
    let told = sih::read::of_files(conn, &files)?;
    Ok(told.into_iter().map(|(file, standing)| (file.as_object(), in_words_of_the_desk(standing))).collect())
}

/// Each telling of files and their documents, in the same words.
fn tellings(
    conn: &mut storage::Conn,
    objects: &[kernel::ObjectId],
) -> Result<Vec<preadmission::desk::Telling>, storage::StorageError> {
    let word = |one: sih::read::Telling| preadmission::desk::Telling {
        event: one.event,
        standing: in_words_of_the_desk(one.standing),
        answer: one.answer,
        at: one.at,
    };
    Ok(sih::read::tellings(conn, objects)?.into_iter().map(word).collect())
}

/// Each telling of a payment, in the words of the room that shows it.
fn payments_told(
    conn: &mut storage::Conn,
    payment: kernel::ObjectId,
) -> Result<Vec<payment::desk::told::Telling>, storage::StorageError> {
    use payment::desk::told::{Standing, Telling};
    let word = |one: sih::read::Telling| Telling {
        at: one.at,
        standing: match one.standing {
            sih::read::Standing::Nothing => Standing::Nothing,
            sih::read::Standing::Waiting => Standing::Waiting,
            sih::read::Standing::Sent => Standing::Sent,
            sih::read::Standing::Acknowledged => Standing::Acknowledged,
            sih::read::Standing::Refused(why) => Standing::Refused(why.code),
        },
    };
    Ok(sih::read::tellings(conn, &[payment])?.into_iter().map(word).collect())
}

fn in_words_of_the_desk(standing: sih::read::Standing) -> preadmission::desk::Standing {
    use preadmission::desk::Standing;
    match standing {
        sih::read::Standing::Nothing => Standing::Nothing,
        sih::read::Standing::Waiting => Standing::Waiting,
        sih::read::Standing::Sent => Standing::Sent,
        sih::read::Standing::Acknowledged => Standing::Acknowledged,
        sih::read::Standing::Refused(why) => Standing::Refused { code: why.code, words: why.words },
    }
}

fn open_identity(settings: &Settings, db: &Db) -> anyhow::Result<identity::Identity> {
    let mut clients = BTreeMap::new();
    for (name, provider) in &settings.identity.providers {
        clients.insert(name.clone(), client::http(provider.ca_file.as_deref())?);
    }
    let shared = client::http(None)?;
    let client = |provider: &identity::oidc::ProviderSettings| {
        let named = settings.identity.providers.iter().find(|(_, known)| std::ptr::eq(*known, provider));
        named.and_then(|(name, _)| clients.get(name)).unwrap_or(&shared).clone()
    };
    Ok(identity::Identity::open(&settings.identity, &settings.web.base_url, db.clone(), client)?)
}

pub(crate) fn open_files(settings: &Settings, db: &Db) -> anyhow::Result<Files> {
    let authority = settings.files.s3.as_ref().and_then(|s3| s3.ca_file.as_deref());
    let (data, keys) = (&settings.server.data_folder, &settings.server.keys_folder);
    Ok(Files::open(&settings.files, data, keys, db.clone(), client::http(authority)?)?)
}

/// A folder that can be written to, or one clear sentence.
pub fn make_folder(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let probe = folder.join(format!(".probe-{}", std::process::id()));
    std::fs::write(&probe, b"").with_context(|| format!("the folder {} cannot be written to", folder.display()))?;
    match std::fs::remove_file(probe) {
        // Another node that shares the folder, with the same number in its own machine, was faster.
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// A port of one's own: without `SO_REUSEADDR` tricks, a second program is refused.
pub fn bind(address: &str) -> anyhow::Result<TcpListener> {
    let door = TcpListener::bind(address).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow!("{address} is taken by another program"),
        _ => anyhow!("{address} cannot be opened: {error}"),
    })?;
    door.set_nonblocking(true)?;
    Ok(door)
}
