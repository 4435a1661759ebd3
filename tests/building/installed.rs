//! A house as a hospital installs it: a settings file, and `parvis serve --with-work` over it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use crate::commands::{Running, parvis};

/// A legal entity of the demonstration's scenario: the one with cardiology, a *régie* and a shop of a bank.
pub(crate) const FINESS: &str = "990001000";

/// What differs from one installation to another.
pub(crate) struct Installed<'a> {
    pub database: &'a str,
    pub base: &'a str,
    /// Of FranceConnect; the client's secret stands in `fc.secret`.
    pub issuer: &'a str,
    /// Where the system of [`FINESS`] listens.
    pub mllp: std::net::SocketAddr,
    /// MSH-5 of what goes there.
    pub receiving_application: &'a str,
}

impl Installed<'_> {
    pub(crate) fn settings(&self) -> String {
        let Self { database, base, issuer, mllp, receiving_application } = self;
        format!(
            r#"
[database]
url = "{database}"
[web]
base_url = "{base}"
name = "Essai"
help_telephone = "03 00 00 00 00"
publisher = "Essai"
dpo_email = "dpo@example.org"
[identity.providers.fc]
preset = "franceconnect"
issuer = "{issuer}"
client_id = "parvis"
client_secret_file = "fc.secret"
required_acr = "eidas1"
# Nobody answers there: letters wait, and nothing else does.
[notices]
daily_limit = 20
[notices.mail]
host = "127.0.0.1"
port = 1
tls = "none"
from = "rdv@example.org"
timeout_seconds = 10
connections = 2
[sih.destinations.{FINESS}]
address = "{mllp}"
[sih.destinations.{FINESS}.profile]
sending_facility = "GHT"
receiving_application = "{receiving_application}"
receiving_facility = "CH"
domain_oid = "1.2.250.1.999.7.1"
"#
        )
    }
}

/// The program, over the settings of its folder.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(parvis());
    command.args(arguments).args(["--config", "parvis.toml"]).current_dir(folder);
    command
}

/// Runs it to its good end.
pub(crate) fn run(folder: &Path, arguments: &[&str]) {
    let output = command(folder, arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

/// A house that serves.
pub(crate) struct Serving {
    _running: Running,
    admin: u16,
    errors: PathBuf,
}

impl Serving {
    pub(crate) fn start(folder: &Path, (port, admin): (u16, u16)) -> Self {
        let errors = folder.join(format!("{port}.stderr"));
        let mut command = command(folder, &["serve", "--with-work"]);
        command.env("PARVIS__SERVER__LISTEN", format!("127.0.0.1:{port}"));
        command.env("PARVIS__SERVER__ADMIN_LISTEN", format!("127.0.0.1:{admin}"));
        command.stdout(Stdio::null()).stderr(std::fs::File::create(&errors).unwrap());
        Self { _running: Running(command.spawn().unwrap()), admin, errors }
    }

    pub(crate) async fn ready(&self) {
        let (client, url) = (server::client::http(None).unwrap(), format!("http://127.0.0.1:{}/readyz", self.admin));
        for attempt in 0.. {
            match client.get(&url).send().await {
                Ok(answer) if answer.status().is_success() => return,
                _ if attempt < 600 => tokio::time::sleep(Duration::from_millis(50)).await,
                other => panic!("not ready: {other:?}: {:?}", std::fs::read_to_string(&self.errors)),
            }
        }
    }
}
