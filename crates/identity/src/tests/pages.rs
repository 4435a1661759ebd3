//! Every page of the room as it is written, in both languages.

use actix_http::Request;
use actix_web::{
    Error,
    body::BoxBody,
    dev::{Service, ServiceResponse},
};

use super::{
    house::{Browser, Stand, person, stands},
    staff,
};
use crate::{
    proxies::{self, Established, Person, Quality},
    read,
};

/// What the room wrote: title and main part, without what changes at each visit.
fn shown(page: &str) -> String {
    let between = |start: &str, end: &str| {
        let rest = page.split(start).nth(1).unwrap_or_default();
        rest.split(end).next().unwrap_or_default().to_owned()
    };
    let main = between("<main id=\"main\"", "</main>");
    let parts: Vec<&str> = main.split("name=\"csrf\" value=\"").collect();
    let tail = |part: &&str| part.split_once('"').map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    let rest: Vec<String> = parts.iter().skip(1).map(tail).collect();
    let stable = [parts[0].to_owned()].into_iter().chain(rest).collect::<Vec<_>>().join("name=\"csrf\" value=\"…\"");
    format!("{}\n{}", between("<title>", "</title>"), stable.split_once('>').unwrap_or_default().1.trim())
}

async fn snap<S>(browser: &mut Browser, house: &S, name: &str, path: &str)
where
    S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
{
    for language in ["fr", "en"] {
        browser.cookies.insert("__Host-parvis-lang".into(), language.into());
        let page = browser.get(house, path).await;
        insta::assert_snapshot!(format!("{name}-{language}"), shown(&page.body));
    }
}

#[actix_web::test]
async fn pages_of_a_login() {
    let stand = stands().remove(0);
    let house = stand.open().await;
    let mut browser = Browser::default();
    snap(&mut browser, &house, "login", "/login?return_to=/me").await;
    snap(&mut browser, &house, "desk-login", "/desk/login").await;
    snap(&mut browser, &house, "logout-done", "/logout/done").await;
    snap(&mut browser, &house, "desk-logout-done", "/desk/logout/done").await;
    for why in ["stale", "denied", "unnamed", "too-many", "unavailable", "untrusted"] {
        let path = format!("/login/fc/failed?why={why}&return_to=/me");
        snap(&mut browser, &house, &format!("failed-{why}"), &path).await;
    }
    snap(&mut browser, &house, "desk-failed-no-role", "/desk/login/hospital/failed?why=no-role").await;
    assert_eq!(browser.get(&house, "/login/fc/failed?why=invented").await.status, 400);
    assert_eq!(browser.get(&house, "/login/hospital/failed?why=denied").await.status, 404);
}

#[actix_web::test]
async fn pages_behind_a_login() {
    let stand = stands().remove(0);
    let house = stand.open().await;
    let mut browser = Browser::default();
    browser.log_in(&house, &stand.peer, person()).await;
    let fields = [("email", "moi@exemple.test"), ("phone", "06 12 34 56 78"), ("language", "fr")];
    browser.post(&house, "/me", "/me", &fields).await;
    snap(&mut browser, &house, "me", "/me?saved=1").await;
    snap(&mut browser, &house, "access-log", "/me/access-log").await;
    for language in ["fr", "en"] {
        browser.cookies.insert("__Host-parvis-lang".into(), language.into());
        let refused = browser.post(&house, "/me", "/me", &[("email", "moi"), ("phone", "12")]).await;
        insta::assert_snapshot!(format!("me-refused-{language}"), shown(&refused.body));
    }
    let mut clerk = Browser::default();
    staff::log_in(&house, &stand, &mut clerk, serde_json::json!(["clerk", "it", "chu"])).await;
    snap(&mut clerk, &house, "desk", "/desk").await;
    acting(&stand).await;
    snap(&mut browser, &house, "proxies", "/me/proxies").await;
    snap(&mut clerk, &house, "desk-proxies", "/desk/proxies?ipp=8000").await;
    snap(&mut clerk, &house, "desk-proxies-none", "/desk/proxies?ipp=8001").await;
}

/// Everybody here acts for a child, and did for a ward.
async fn acting(stand: &Stand) {
    let person = |given: &str, birth_date: &str| Person {
        ipp: "8000".into(),
        birth_family: "TEMOIN".into(),
        given: given.into(),
        birth_date: birth_date.into(),
        sex: "F".into(),
    };
    let bonds = [
        (person("Odette", "1940-02-02"), Quality::Representative),
        (person("Lou", "2019-05-14"), Quality::ParentalAuthority),
    ];
    let write = move |tx: &mut storage::Tx<'_>| {
        let establishment = read::establishments(tx.conn())?.first().unwrap().id;
        let today = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        for by in read::patients_born(tx.conn(), "1962-11-01")? {
            for (person, quality) in bonds.clone() {
                let new = Established { by: by.id, establishment, person, quality, accepted: None };
                proxies::establish(tx, &new, today)?;
            }
        }
        Ok::<_, storage::StorageError>(())
    };
    stand.db.write(write).await.unwrap();
}
