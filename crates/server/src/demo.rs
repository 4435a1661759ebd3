//! Everything on one machine with nothing else installed: SQLite, demo partners, a hospital group made up.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, ensure};
use kernel::World;
use preadmission::antivirus::Mode;
use simulators::{identity as idp, mailbox, payfip, sih as hospital, vads};
use toml::{Table, Value};

use crate::{
    building::{Building, make_folder},
    cli::{Partner, print},
    logs, scenario,
    settings::{Settings, Sources},
};

mod acting;
mod paying;

const SCENARIO: &str = include_str!("../../../config/demo-scenario.json");

/// The legal entities of the demonstration, as its staff's roles name them.
const HOSPITALS: [(&str, &str, &str); 3] = [
    ("990001000", "hospital-1", "CH-VALMONT"),
    ("990002008", "hospital-2", "H-PLAINE"),
    ("990003006", "hospital-3", "CH-MONTS"),
];

/// The partners, at work until dropped.
pub struct Partners {
    pub patients: idp::Handle,
    pub staff: idp::Handle,
    pub sih: hospital::Running,
    pub mailbox: mailbox::Handle,
    pub payfip: payfip::Handle,
    pub vads: vads::Handle,
}

pub(crate) fn run() -> anyhow::Result<()> {
    actix_web::rt::System::new().block_on(async {
        let world = World::system();
        let started = world.monotonic();
        let sources = Sources::of_demo()?.with_environment(std::env::vars());
        let (settings, partners) = prepare(sources, &world).await?;
        logs::start(&settings.log)?;
        storage::migrate(&settings.database.url).context("the database")?;
        let building = Building::open(settings, world.clone())?;
        fill(&building).await?;
        let doors = building.doors().await?;
        if let Some(address) = doors.sih_address()? {
            partners.sih.partner.reach(portal(address.to_string()));
        }
        let working = building.work().await?;
        let took = world.monotonic().saturating_sub(started);
        print(&greeting(&building.settings, &partners, took))?;
        building.listen(doors).await?;
        drop((working, partners));
        Ok(())
    })
}

/// Starts the partners and writes their addresses into the settings.
pub async fn prepare(mut sources: Sources, world: &World) -> anyhow::Result<(Settings, Partners)> {
    let data = path_of(&sources, "server.data_folder")?;
    let keys = path_of(&sources, "server.keys_folder")?;
    make_folder(&data)?;
    make_folder(&keys)?;
    let base = sources.get("web.base_url").and_then(Value::as_str).unwrap_or_default().to_owned();
    let port = |name: &str| {
        let value = sources.get(&format!("demo.{name}")).and_then(Value::as_integer);
        value.and_then(|value| u16::try_from(value).ok()).with_context(|| format!("demo.{name} must be a port"))
    };
    let folder = data.join("simulators");
    make_folder(&folder)?;
    let sih = hospital::Settings {
        mllp_port: port("sih_mllp_port")?,
        http_port: port("sih_http_port")?,
        folder: folder.clone(),
        conduct: hospital::Conduct::default(),
        slowness: Duration::from_secs(10),
        zone: "Europe/Paris".parse()?,
        portal: door_named(&sources).map(portal),
    };
    let mail = mailbox::Settings {
        folder: folder.clone(),
        smtp_port: port("smtp_port")?,
        http_port: port("mailbox_http_port")?,
    };
    let patients = provider(world, &base, &keys, &folder, idp::Audience::Patients, port("patients_port")?)?;
    let staff = provider(world, &base, &keys, &folder, idp::Audience::Staff, port("staff_port")?)?;
    let partners = Partners {
        patients: idp::start(patients)?,
        staff: idp::start(staff)?,
        sih: hospital::start(sih, world.clone()).await?,
        mailbox: mailbox::start(mail, world.clone()).await?,
        payfip: payfip::start(paying::payfip(world, port("payfip_port")?)?)?,
        vads: vads::start(paying::vads(world, &keys, port("vads_port")?)?)?,
    };
    introduce(&mut sources, &partners, &keys);
    paying::introduce(&mut sources, &partners.payfip, &partners.vads, &keys);
    Ok((sources.settings()?, partners))
}

fn path_of(sources: &Sources, key: &str) -> anyhow::Result<PathBuf> {
    let text = sources.get(key).and_then(Value::as_str).with_context(|| format!("{key} must be a path"))?;
    ensure!(!text.is_empty(), "{key} must be a path");
    Ok(PathBuf::from(text))
}

/// Names that stand in addresses: `/login/demo`, `/desk/login/hospital`.
const PATIENTS: &str = "demo";
const STAFF: &str = "hospital";

fn provider(
    world: &World,
    base: &str,
    keys: &Path,
    folder: &Path,
    audience: idp::Audience,
    port: u16,
) -> anyhow::Result<idp::Settings> {
    let (name, login, out) = match audience {
        idp::Audience::Patients => (PATIENTS, format!("/login/{PATIENTS}/callback"), "/logout/done"),
        idp::Audience::Staff => (STAFF, format!("/desk/login/{STAFF}/callback"), "/desk/logout/done"),
    };
    let client = idp::Client {
        id: format!("parvis-{name}"),
        secret: storage::secret::read_or_make(&secret_path(keys, name), world, || world.secret())?,
        redirect_uris: vec![format!("{base}{login}")],
        post_logout_redirect_uris: vec![format!("{base}{out}")],
    };
    Ok(idp::Settings { audience, port, folder: folder.to_owned(), client, world: world.clone() })
}

fn secret_path(keys: &Path, name: &str) -> PathBuf {
    keys.join(format!("demo-{name}.secret"))
}

fn table(pairs: &[(&str, Value)]) -> Table {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}

fn text(value: impl Into<String>) -> Value {
    Value::String(value.into())
}

fn introduce(sources: &mut Sources, partners: &Partners, keys: &Path) {
    let secret = |name| text(secret_path(keys, name).display().to_string());
    let patients = table(&[
        ("preset", text("franceconnect")),
        ("issuer", text(partners.patients.issuer.clone())),
        ("client_id", text(format!("parvis-{PATIENTS}"))),
        ("client_secret_file", secret(PATIENTS)),
        ("required_acr", text("eidas1")),
        ("demonstration", Value::Boolean(true)),
    ]);
    let staff = table(&[
        ("preset", text("hospital")),
        ("issuer", text(partners.staff.issuer.clone())),
        ("client_id", text(format!("parvis-{STAFF}"))),
        ("client_secret_file", secret(STAFF)),
        ("roles", Value::Table(table(&[("claim", text("roles")), ("grants", grants())]))),
        ("demonstration", Value::Boolean(true)),
    ]);
    sources.set(&format!("identity.providers.{PATIENTS}"), patients);
    sources.set(&format!("identity.providers.{STAFF}"), staff);
    for (finess, _, facility) in HOSPITALS {
        sources.set(&format!("sih.destinations.{finess}"), destination(&partners.sih.mllp_addr, facility));
        sources.set(&format!("sih.payments.{finess}"), table(&[("as", text("DFT"))]));
    }
    sources.set("sih.senders", Value::Array(HOSPITALS.map(sender).to_vec()));
    sources.set("notices.mail.host", "127.0.0.1");
    sources.set("notices.mail.port", i64::from(partners.mailbox.smtp_addr.port()));
    sources.set("notices.sms.url", format!("http://{}/sms", partners.mailbox.http_addr));
}

fn grants() -> Value {
    let roles = ["interfaces", "admissions", "cashier", "agendas", "dpo", "care"];
    let of_role =
        |role: &str| table(&[("value", text(format!("parvis-{role}"))), ("roles", Value::Array(vec![text(role)]))]);
    let of_hospital = |(finess, value, _): (&str, &str, &str)| {
        table(&[("value", text(value)), ("establishments", Value::Array(vec![text(finess)]))])
    };
    let all = roles.into_iter().map(of_role).chain(HOSPITALS.into_iter().map(of_hospital));
    Value::Array(all.map(Value::Table).collect())
}

/// Where the simulated SIH announces stays, in the name of every hospital of the demonstration.
fn portal(address: String) -> hospital::Portal {
    let of = |(finess, _, facility): (&str, &str, &str)| hospital::Hospital {
        finess: finess.to_owned(),
        facility: facility.to_owned(),
    };
    hospital::Portal { address, hospitals: HOSPITALS.map(of).to_vec() }
}

/// The address that the settings name; a port of the system's choice is known only once the door is open.
fn door_named(sources: &Sources) -> Option<String> {
    let address: SocketAddr = sources.get("sih.listen").and_then(Value::as_str)?.parse().ok()?;
    (address.port() != 0).then(|| address.to_string())
}

fn sender((finess, _, facility): (&str, &str, &str)) -> Value {
    let establishments = Value::Array(vec![text(finess)]);
    let pairs = [("application", text("GAM")), ("facility", text(facility)), ("establishments", establishments)];
    Value::Table(table(&pairs))
}

fn destination(address: &SocketAddr, facility: &str) -> Table {
    let profile = table(&[
        ("sending_facility", text("GHT-TROIS-VALLEES")),
        ("receiving_application", text("AGENDA")),
        ("receiving_facility", text(facility)),
        ("domain_oid", text("1.2.250.1.999.7.1")),
        ("processing", text("T")),
        ("version", text("2.5^FRA^2.11")),
        ("stays", Value::Table(table(&[("documents", Value::Boolean(true))]))),
    ]);
    table(&[("address", text(address.to_string())), ("profile", Value::Table(profile))])
}

/// Loads the hospitals when the database has none yet.
pub async fn fill(building: &Building) -> anyhow::Result<()> {
    let known = building.db.read::<_, storage::StorageError, _>(identity::read::establishments).await?;
    if known.is_empty() {
        let days = building.settings.preadmission.same_stay_days;
        scenario::load_whole(&building.db, &building.files, scenario::parse(SCENARIO)?, days).await?;
        acting::introduce(building).await?;
    }
    Ok(())
}

fn greeting(settings: &Settings, partners: &Partners, took: Duration) -> String {
    let base = &settings.web.base_url;
    format!(
        "Parvis, demonstration: everything is made up.\n\n\
         \x20 patients            {base}/            log in as any citizen of the list, Camille EXEMPLE for a start\n\
         \x20 desk                {base}/desk        log in as Irène INTERFACE to see the deliveries to the SIH\n\
         \x20 REST API            {base}/api/v1/services\n\
         \x20 mailbox (mail, SMS) http://{}/\n\
         \x20 SIH simulator       http://{}/\n\
         \x20 PayFiP, a bank      http://{}/, http://{}/\n\
         \x20 supervision         http://{}/readyz\n\
         \x20 antivirus           {}\n\n\
         Ready in {} ms. Data in {}. Ctrl-C stops it.",
        partners.mailbox.http_addr,
        partners.sih.http_addr,
        partners.payfip.addr,
        partners.vads.addr,
        settings.server.admin_listen,
        antivirus(settings),
        took.as_millis(),
        settings.server.data_folder.display(),
    )
}

/// What becomes of documents that are sent here.
fn antivirus(settings: &Settings) -> String {
    let antivirus = &settings.preadmission.antivirus;
    match antivirus.mode {
        Mode::None => "none: documents are rebuilt, but nobody searches them for malware".to_owned(),
        Mode::Clamd => format!("clamd, {}: while it does not answer, documents wait unseen", antivirus.address),
    }
}

/// One partner alone, until told to stop.
pub(crate) fn simulate(partner: Partner, listen: SocketAddr, folder: PathBuf, base: &str) -> anyhow::Result<()> {
    ensure!(listen.ip().is_loopback(), "a demo partner listens on this machine only: take an address of 127.0.0.1");
    make_folder(&folder)?;
    actix_web::rt::System::new().block_on(async {
        let world = World::system();
        // Any free port has no neighbour: both are then free ones.
        let page = listen.port();
        let next = if page == 0 { 0 } else { page.saturating_add(1) };
        match partner {
            Partner::Identity => {
                let patients = provider(&world, base, &folder, &folder, idp::Audience::Patients, page)?;
                let staff = provider(&world, base, &folder, &folder, idp::Audience::Staff, next)?;
                let both = (idp::start(patients)?, idp::start(staff)?);
                print(&format!(
                    "Patients: {}\nStaff: {}\nSecrets in {}",
                    both.0.issuer,
                    both.1.issuer,
                    folder.display()
                ))?;
                crate::work::until_told_to_stop().await?;
                drop(both);
            }
            Partner::Sih => {
                let settings = hospital::Settings {
                    mllp_port: next,
                    http_port: page,
                    folder,
                    conduct: hospital::Conduct::default(),
                    slowness: Duration::from_secs(10),
                    zone: "Europe/Paris".parse()?,
                    portal: None,
                };
                let running = hospital::start(settings, world).await?;
                print(&format!("Page: http://{}/\nMLLP: {}", running.http_addr, running.mllp_addr))?;
                crate::work::until_told_to_stop().await?;
                running.stop().await;
            }
            Partner::Mailbox => {
                let settings = mailbox::Settings { folder, smtp_port: next, http_port: page };
                let running = mailbox::start(settings, world).await?;
                print(&format!("Page: http://{}/\nSMTP: {}", running.http_addr, running.smtp_addr))?;
                crate::work::until_told_to_stop().await?;
                running.stop().await;
            }
            Partner::Payfip => {
                let running = payfip::start(paying::payfip(&world, page)?)?;
                print(&format!("Page: http://{}/\nService: {}", running.addr, running.service()))?;
                crate::work::until_told_to_stop().await?;
                running.stop().await;
            }
            Partner::Vads => {
                let running = vads::start(paying::vads(&world, &folder, page)?)?;
                print(&format!(
                    "Page: http://{}/\nForms: {}\nKeys in {}",
                    running.addr,
                    running.page(),
                    folder.display()
                ))?;
                crate::work::until_told_to_stop().await?;
                running.stop().await;
            }
        }
        Ok(())
    })
}
