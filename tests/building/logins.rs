//! The door of the house: every person of the demonstration, every fault of their provider, and a provider that others
//! wrote (npm `oidc-provider`, the engine FranceConnect runs on; it runs when `PARVIS_TEST_NODE` names a Node).

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use kernel::World;
use simulators::identity::{CITIZENS, Faults};
use toml::{Table, Value};

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    house::root,
};

const OUTSIDE: &str = "outside";
const SECRET: &str = "a-secret-of-tests";

fn path(page: &Page) -> &str {
    let after_host = page.url.splitn(4, '/').nth(3).unwrap_or_default();
    after_host.split('?').next().unwrap_or_default()
}

async fn log_out(browser: &mut Browser, from: &str) -> Page {
    let page = browser.open(from).await;
    let form = page.form(if from.starts_with("/desk") { "/desk/logout" } else { "/logout" });
    browser.submit(&page, &form).await
}

#[actix_web::test]
async fn every_citizen_of_the_demonstration_logs_in_and_out() {
    let app = TestApp::start(On::Sqlite).await;
    for citizen in CITIZENS {
        let mut browser = app.browser();
        let page = browser.log_in("/login?return_to=/me", citizen.key).await;
        if citizen.refused {
            assert_eq!(page.first("h1"), "Vous n’êtes pas connecté", "{}", citizen.key);
            continue;
        }
        assert_eq!(path(&page), "me", "{}: {}", citizen.key, page.text);
        assert!(page.all("dd").contains(&citizen.family_name.to_owned()), "{}", citizen.key);
        let done = log_out(&mut browser, "/me").await;
        assert!(done.text.contains("ici et chez le fournisseur"), "{}", done.text);
        assert_eq!(path(&browser.open("/me").await), "login", "{}", citizen.key);
    }
    app.stop().await;
}

#[actix_web::test]
async fn staff_come_in_by_their_role_and_their_hospital() {
    let app = TestApp::start(On::Sqlite).await;
    for (member, comes_in) in [("irene", true), ("adrien", true), ("odile", true), ("sylvain", false)] {
        let mut browser = app.browser();
        let page = browser.log_in("/desk/login", member).await;
        assert_eq!(path(&page) == "desk", comes_in, "{member}: {}", page.text);
        if !comes_in {
            assert_eq!(page.first("h1"), "Votre compte n’a pas accès à cet espace");
            continue;
        }
        let sees_the_other = page.text.contains("Hôpital voisin");
        assert_eq!(sees_the_other, member != "adrien", "{member}");
        log_out(&mut browser, "/desk").await;
        assert_eq!(path(&browser.open("/desk").await), "desk/login", "{member}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn each_fault_of_the_provider_is_refused_and_the_next_login_works() {
    let app = TestApp::start(On::Sqlite).await;
    let none = Faults::default;
    for faults in [
        Faults { wrong_nonce: true, ..none() },
        Faults { no_nonce: true, ..none() },
        Faults { wrong_audience: true, ..none() },
        Faults { wrong_issuer: true, ..none() },
        Faults { expired: true, ..none() },
        Faults { bad_signature: true, ..none() },
        Faults { low_acr: true, ..none() },
        Faults { wrong_callback_issuer: true, ..none() },
        Faults { other_subject_in_userinfo: true, ..none() },
        Faults { userinfo_as_json: true, ..none() },
        Faults { userinfo_500: true, ..none() },
        Faults { token_500: true, ..none() },
    ] {
        app.partners.patients.misbehave(faults.clone());
        let mut browser = app.browser();
        let page = browser.log_in("/login?return_to=/me", "camille").await;
        assert_eq!(path(&page), "login/demo/failed", "{faults:?}: {}", page.text);
        assert_eq!(path(&browser.open("/me").await), "login", "{faults:?}");
        app.partners.patients.misbehave(none());
        let again = browser.submit(&page, &page.form("/login/demo")).await;
        assert_eq!(path(&browser.choose(&again, "camille").await), "me", "after {faults:?}");
    }
    // A new key, and keys without a name, are no faults (T32, T34).
    app.clock.advance(jiff::SignedDuration::from_mins(2));
    for faults in [Faults { rotated_key: true, ..none() }, Faults { no_kid: true, rotated_key: true, ..none() }] {
        app.partners.patients.misbehave(faults.clone());
        let page = app.browser().log_in("/login?return_to=/me", "camille").await;
        assert_eq!(path(&page), "me", "{faults:?}");
    }
    app.stop().await;
}

/// npm `oidc-provider` as a process of its own (`tests/partners/oidc`).
struct Outside {
    issuer: String,
    process: Child,
}

impl Outside {
    /// Starts the provider for a house at this address and waits until it is ready.
    fn start(node: &std::ffi::OsStr, base: &str, algorithm: &str) -> Self {
        let mut process = Command::new(node)
            .args(["server.mjs", "--until-stdin-ends", "--alg", algorithm, "--client-secret", SECRET])
            .args(["--redirect-uri", &format!("{base}/login/{OUTSIDE}/callback")])
            .args(["--post-logout-redirect-uri", &format!("{base}/logout/done")])
            .current_dir(root().join("tests/partners/oidc"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: serde_json::Value = serde_json::from_str(&line).expect("`npm ci` was run in tests/partners/oidc");
        Self { issuer: ready["issuer"].as_str().unwrap().to_owned(), process }
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        // It ends by itself with its input; waiting leaves no zombie behind.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// T01, T02, T37 and T45 against a provider that others wrote.
#[actix_web::test]
async fn logins_at_a_provider_that_others_wrote() {
    let Some(node) = std::env::var_os("PARVIS_TEST_NODE") else { return };
    for algorithm in ["ES256", "RS256"] {
        let mut outside = None;
        let app = TestApp::start_with(On::Sqlite, |sources| {
            let base = sources.get("web.base_url").and_then(Value::as_str).unwrap().to_owned();
            let started = Outside::start(&node, &base, algorithm);
            let secret = std::env::temp_dir().join(format!("parvis-outside-{}", World::system().uuid()));
            std::fs::write(&secret, SECRET).unwrap();
            let settings = [
                ("preset", "franceconnect"),
                ("issuer", &started.issuer),
                ("client_id", "parvis"),
                ("client_secret_file", &secret.display().to_string()),
                ("algorithm", algorithm),
            ];
            let settings: Table =
                settings.map(|(key, value)| (key.to_owned(), Value::from(value))).into_iter().collect();
            sources.set(&format!("identity.providers.{OUTSIDE}"), settings);
            outside = Some(started);
        })
        .await;
        let mut browser = app.browser();
        for (person, shown) in [("tuan", "1948"), ("helene", "Modèle")] {
            let choice = leave(&app, &mut browser).await;
            let page = browser.choose(&choice, person).await;
            assert!(path(&page) == "me" && page.text.contains(shown), "{algorithm} {person}: {}", page.text);
            let asked = log_out(&mut browser, "/me").await;
            // The engine asks once more; FranceConnect's own page answers by itself.
            let form = asked.form("").with("logout", "yes");
            let done = browser.submit(&asked, &form).await;
            assert!(done.text.contains("ici et chez le fournisseur"), "{algorithm}: {}", done.text);
        }
        let choice = leave(&app, &mut browser).await;
        let mut back = choice.form("/api/v2/interaction");
        back.buttons.clear();
        let page = browser.submit(&choice, &back).await;
        assert_eq!(page.first("h1"), "Vous n’êtes pas connecté", "{algorithm}");
        app.stop().await;
    }
}

/// Goes to the outside provider, on the clock that it sees.
async fn leave(app: &TestApp, browser: &mut Browser) -> Page {
    app.clock.set(World::system().now());
    let page = browser.open("/login?return_to=/me").await;
    let form = page.form(&format!("/login/{OUTSIDE}"));
    browser.submit(&page, &form).await
}
