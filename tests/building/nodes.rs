//! Several nodes on one PostgreSQL, behind a balancer that sends each connection to another one.

use std::{path::PathBuf, time::Duration};

use reqwest::Method;
use simulators::{identity as idp, sih};
use tokio::net::{TcpListener, TcpStream};

use crate::{
    browser::Browser,
    commands::{folder, free_port},
    house::root,
    installed::{Installed, Serving, run},
    journey::first_slot,
};

/// The installation: two nodes, the partners they share, and the one address that everybody knows.
struct Installation {
    nodes: Vec<Serving>,
    base: String,
    folder: PathBuf,
    sih: sih::Running,
    _identity: idp::Handle,
}

impl Installation {
    async fn start(database: &str) -> Self {
        let folder = folder("nodes");
        let balancer = TcpListener::bind(("127.0.0.1", free_port())).await.unwrap();
        let base = format!("http://localhost:{}", balancer.local_addr().unwrap().port());
        let world = kernel::World::system();
        let client = idp::Client {
            id: "parvis".into(),
            secret: "a secret of the test".into(),
            redirect_uris: vec![format!("{base}/login/fc/callback")],
            post_logout_redirect_uris: vec![format!("{base}/logout/done")],
        };
        std::fs::write(folder.join("fc.secret"), &client.secret).unwrap();
        let audience = idp::Audience::Patients;
        let identity = idp::Settings { audience, port: 0, folder: folder.join("idp"), client, world: world.clone() };
        std::fs::create_dir_all(folder.join("idp")).unwrap();
        let identity = idp::start(identity).unwrap();
        let hospital = sih::Settings {
            mllp_port: 0,
            http_port: 0,
            folder: folder.join("sih"),
            conduct: sih::Conduct::default(),
            slowness: Duration::from_secs(1),
            portal: None,
            zone: "Europe/Paris".parse().unwrap(),
        };
        std::fs::create_dir_all(folder.join("sih")).unwrap();
        let sih = sih::start(hospital, world).await.unwrap();
        let installed = Installed {
            database,
            base: &base,
            issuer: identity.issuer.as_str(),
            mllp: sih.mllp_addr,
            receiving_application: "AGENDA",
        };
        std::fs::write(folder.join("parvis.toml"), installed.settings()).unwrap();
        let scenario = root().join("config/demo-scenario.json");
        run(&folder, &["migrate"]);
        run(&folder, &["seed", "--scenario", scenario.to_str().unwrap()]);
        let ports: Vec<u16> = (0..2).map(|_| free_port()).collect();
        let nodes = ports.iter().map(|port| Serving::start(&folder, (*port, free_port()))).collect();
        tokio::spawn(balance(balancer, ports));
        Self { nodes, base, folder, sih, _identity: identity }
    }

    async fn ready(&self) {
        for node in &self.nodes {
            node.ready().await;
        }
    }

    /// Control ids of the SIU^S12 that the hospital took.
    async fn announced(&self) -> Vec<String> {
        let client = server::client::http(None).unwrap();
        let url = format!("http://{}/messages.json", self.sih.http_addr);
        let shown: serde_json::Value = client.get(url).send().await.unwrap().json().await.unwrap();
        let new = shown.as_array().unwrap().iter().filter(|message| message.to_string().contains("SIU^S12"));
        new.map(|message| message["control_id"].to_string()).collect()
    }
}

/// Each connection goes to the next node that answers.
async fn balance(listener: TcpListener, ports: Vec<u16>) {
    for turn in 0.. {
        let Ok((mut from, _)) = listener.accept().await else { return };
        let ports = ports.clone();
        tokio::spawn(async move {
            for step in 0..ports.len() {
                let port = ports[(turn + step) % ports.len()];
                if let Ok(mut to) = TcpStream::connect(("127.0.0.1", port)).await {
                    drop(tokio::io::copy_bidirectional(&mut from, &mut to).await);
                    return;
                }
            }
        });
    }
}

/// Five patients ask for the same time at the same moment, each on any of the nodes: one has it, the others are told so,
/// and the hospital hears of one appointment. Then a node dies, and nobody notices.
#[actix_web::test]
async fn two_nodes_on_one_postgresql_are_one_portal() {
    let Ok(server) = std::env::var(storage::testing::SERVER) else { return };
    let (world, _) = kernel::testing::world();
    let database = storage::testing::TestDb::postgresql(&server, world, Default::default()).unwrap();
    let mut installation = Installation::start(&database.url).await;
    installation.ready().await;

    let mut browsers = Vec::new();
    for citizen in ["camille", "helene", "marie-france", "letizia", "jean-noel"] {
        let mut browser = Browser::new(&installation.base);
        let page = browser.log_in("/login?return_to=/appointments", citizen).await;
        assert!(page.url.ends_with("/appointments"), "{citizen}: {}", page.url);
        browsers.push(browser);
    }
    let slot = first_slot(&mut browsers[0]).await;
    let asked = browsers.into_iter().map(|mut browser| {
        let slot = slot.clone();
        async move {
            browser = browser.reopened();
            let answer = browser.call(Method::POST, "/api/v1/appointments", Some("the-only-key"), slot).await;
            (browser, answer)
        }
    });
    let answers = futures_util::future::join_all(asked).await;
    let statuses: Vec<u16> = answers.iter().map(|(_, answer)| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 4, "{statuses:?}");
    let (browser, booked) = answers.into_iter().find(|(_, answer)| answer.status == 201).unwrap();

    for _ in 0..100 {
        if !installation.announced().await.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(installation.announced().await.len(), 1, "one message, whoever's worker sent it");

    let id = booked.json()["id"].as_str().unwrap().to_owned();
    drop(installation.nodes.remove(0));
    let kept = browser.reopened().open(&format!("/api/v1/appointments/{id}")).await;
    assert_eq!(kept.json()["id"], id.as_str(), "the other node answers: {}", kept.text);
    std::fs::remove_dir_all(&installation.folder).unwrap();
}
