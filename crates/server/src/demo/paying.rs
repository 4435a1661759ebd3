//! Who is owed in the demonstration, and who takes the money: known to both sides from this one table.

use std::path::{Path, PathBuf};

use kernel::World;
use simulators::{payfip, vads};
use toml::Value;

use super::{HOSPITALS, secret_path, table, text};
use crate::{client, settings::Sources};

/// A *régie* as each hospital has it: the key that invoices name, its name, and who takes its money.
struct Regie {
    key: &'static str,
    name: &'static str,
    provider: &'static str,
    /// Whether a payer may pay in parts, or several invoices at once.
    is_generous: bool,
}

const REGIES: [Regie; 4] = [
    Regie { key: "consultations", name: "Régie des consultations", provider: "payfip", is_generous: false },
    Regie { key: "sejours", name: "Régie des séjours", provider: "payfip", is_generous: true },
    Regie { key: "services", name: "Services aux patients", provider: "vads", is_generous: false },
    Regie { key: "titres", name: "Trésor public, titres de recette", provider: "titres", is_generous: false },
];

/// One *régie* of one hospital.
struct Creditor {
    finess: &'static str,
    hospital: &'static str,
    /// As its provider numbers it: 6 digits of the DGFiP, 8 of a shop.
    number: String,
    regie: &'static Regie,
}

fn creditors() -> Vec<Creditor> {
    let mut all = Vec::new();
    for (place, (finess, _, hospital)) in HOSPITALS.into_iter().enumerate() {
        for (rank, regie) in REGIES.iter().enumerate() {
            let first = if regie.provider == "vads" { "99000" } else { "099" };
            all.push(Creditor { finess, hospital, number: format!("{first}{place:02}{rank}"), regie });
        }
    }
    all
}

fn of_provider(name: &'static str) -> impl Iterator<Item = Creditor> {
    creditors().into_iter().filter(move |creditor| creditor.regie.provider == name)
}

pub(super) fn payfip(world: &World, port: u16) -> anyhow::Result<payfip::Settings> {
    let creditor = |creditor: Creditor| payfip::Creditor {
        numcli: creditor.number,
        names: [creditor.regie.name.to_owned(), creditor.hospital.to_owned(), String::new()],
        most_cents: 10_000_000,
        web_service: creditor.regie.provider == "payfip",
    };
    Ok(payfip::Settings {
        port,
        creditors: of_provider("payfip").chain(of_provider("titres")).map(creditor).collect(),
        zone: "Europe/Paris".parse()?,
        world: world.clone(),
        http: client::http(None)?,
    })
}

/// The keys of its shops' forms lie in a folder that the portal reads, too.
pub(super) fn vads(world: &World, keys: &Path, port: u16) -> anyhow::Result<vads::Settings> {
    let key = |path: PathBuf| storage::secret::read_or_make(&path, world, || world.secret());
    let shop = |creditor: Creditor| -> anyhow::Result<vads::Shop> {
        let [test, production] = key_files(keys, &creditor.number);
        Ok(vads::Shop { test_key: key(test)?, production_key: key(production)?, site_id: creditor.number })
    };
    let shops = of_provider("vads").map(shop).collect::<Result<_, _>>()?;
    Ok(vads::Settings { port, shops, world: world.clone(), http: client::http(None)? })
}

fn key_files(keys: &Path, shop: &str) -> [PathBuf; 2] {
    ["test", "production"].map(|mode| secret_path(keys, &format!("shop-{shop}-{mode}")))
}

/// Their addresses and creditors, as a hospital would write them into its settings.
pub(super) fn introduce(sources: &mut Sources, payfip: &payfip::Handle, vads: &vads::Handle, keys: &Path) {
    sources.set("payment.providers.payfip.service", payfip.service());
    sources.set("payment.providers.payfip.page", payfip.page());
    sources.set("payment.providers.titres.page", payfip.title_page());
    sources.set("payment.providers.vads.page", vads.page());
    for Creditor { number, .. } in of_provider("vads") {
        let [test, production] = key_files(keys, &number).map(|file| text(file.display().to_string()));
        let files = table(&[("test_key_file", test), ("production_key_file", production)]);
        sources.set(&format!("payment.providers.vads.shops.{number}"), files);
    }
    for Creditor { finess, number, regie, .. } in creditors() {
        let written = table(&[
            ("name", text(regie.name)),
            ("provider", text(regie.provider)),
            ("number", text(number)),
            ("mode", text("production")),
            ("partial_payment", Value::Boolean(regie.is_generous)),
            ("several_invoices", Value::Boolean(regie.is_generous)),
        ]);
        sources.set(&format!("payment.creditors.{finess}.{}", regie.key), written);
    }
}
