//! A mother of the demonstration, for whose son the desk accepted a file once: she sees what is asked for him, and there is
//! no file of it any more.

use anyhow::Context;
use identity::proxies::{self, Established, Person, Quality};
use simulators::identity as idp;

use super::PATIENTS;
use crate::building::Building;

/// As the invoice of the scenario names him.
fn son() -> Person {
    let [ipp, birth_family, given, birth_date, sex] = ["8000000104", "EXEMPLE", "Noé", "2016-09-18", "M"];
    Person {
        ipp: ipp.to_owned(),
        birth_family: birth_family.to_owned(),
        given: given.to_owned(),
        birth_date: birth_date.to_owned(),
        sex: sex.to_owned(),
    }
}

pub(super) async fn introduce(building: &Building) -> anyhow::Result<()> {
    let provider = building.settings.identity.providers.get(PATIENTS).context("no provider of patients")?.clone();
    let (subject, claims) = idp::introduce(&provider.client_id, "camille", &provider.scopes());
    let write = move |tx: &mut storage::Tx<'_>| {
        let by = identity::seed::account(tx, &provider, (&subject, &claims))?;
        let all = identity::read::establishments(tx.conn())?;
        let Some(valmont) = all.iter().find(|one| one.finess.as_str() == "990001000") else { return Ok(()) };
        let today = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let (person, quality) = (son(), Quality::ParentalAuthority);
        let new = Established { by, establishment: valmont.id, person, quality, accepted: None };
        Ok::<_, identity::seed::SeedError>(proxies::establish(tx, &new, today)?)
    };
    Ok(building.db.write(write).await?)
}
