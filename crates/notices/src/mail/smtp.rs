//! The way to the hospital's mail relay: one pool of connections, a time limit on each exchange.

use std::{error::Error, io, time::Duration};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::{
        self, PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls as Channel, TlsParameters},
    },
};
use secrecy::ExposeSecret;

use crate::{
    answer::Answer,
    settings::{MailSettings, SettingFault, Tls, is_loopback, secret, time_limit},
};

const SILENT: &str = "relay-silent";

/// Sends e-mails through one relay.
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
    limit: Duration,
}

impl Mailer {
    /// Checks the settings; the relay itself is asked only when there is something to send.
    pub(crate) fn new(settings: &MailSettings) -> Result<Self, SettingFault> {
        let from = settings.from.parse();
        let from = from.map_err(|_| SettingFault::new("notices.mail.from", "must be an e-mail address"))?;
        if !(1..=50).contains(&settings.connections) {
            return Err(SettingFault::new("notices.mail.connections", "must be 1 to 50"));
        }
        let limit = time_limit("notices.mail.timeout_seconds", settings.timeout_seconds)?;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(channel(settings)?)
            .timeout(Some(limit))
            .pool_config(PoolConfig::new().max_size(settings.connections));
        if let Some(credentials) = credentials(settings)? {
            builder = builder.credentials(credentials);
        }
        Ok(Self { transport: builder.build(), from, limit })
    }

    /// The hospital's address.
    pub(crate) const fn from(&self) -> &Address {
        &self.from
    }

    /// One attempt.
    pub(crate) async fn send(&self, message: Message) -> Answer {
        // lettre limits the connection only: a relay that falls silent later would be waited for.
        match tokio::time::timeout(self.limit, self.transport.send(message)).await {
            Ok(Ok(response)) => Answer::Accepted(format!("SMTP {}", response.code())),
            Ok(Err(error)) => classify(&error),
            Err(_) => Answer::Later(SILENT.into()),
        }
    }
}

fn channel(settings: &MailSettings) -> Result<Channel, SettingFault> {
    if settings.tls == Tls::None {
        return match is_loopback(&settings.host) {
            true => Ok(Channel::None),
            false => Err(SettingFault::new("notices.mail.tls", "\"none\" is only for a relay on this machine")),
        };
    }
    let mut parameters = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let wrong =
            |error: &dyn Error| SettingFault::new("notices.mail.ca_file", format!("{}: {error}", path.display()));
        let pem = std::fs::read(path).map_err(|error| wrong(&error))?;
        parameters = parameters.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| wrong(&error))?);
    }
    let parameters = parameters.build_rustls();
    let parameters = parameters.map_err(|error| SettingFault::new("notices.mail.host", error.to_string()))?;
    Ok(match settings.tls {
        Tls::Implicit => Channel::Wrapper(parameters),
        Tls::Starttls | Tls::None => Channel::Required(parameters),
    })
}

fn credentials(settings: &MailSettings) -> Result<Option<Credentials>, SettingFault> {
    match (&settings.username, &settings.password_file) {
        (None, None) => Ok(None),
        (Some(name), Some(file)) => {
            let password = secret("notices.mail.password_file", file)?;
            Ok(Some(Credentials::new(name.clone(), password.expose_secret().to_owned())))
        }
        _ => Err(SettingFault::new("notices.mail.username", "goes together with password_file")),
    }
}

/// A relay that says "not now", is silent or unreachable is asked again; a definite no about this message is final.
fn classify(error: &smtp::Error) -> Answer {
    let Some(code) = error.status().map(u16::from) else {
        return Answer::Later(unreachable_relay(error).into());
    };
    let reason = match enhanced(error) {
        Some(status) => format!("relay-said {code} {status}"),
        None => format!("relay-said {code}"),
    };
    match code {
        // Refused credentials (RFC 4954 §6) say nothing about the message: an operator corrects the settings.
        530 | 534 | 535 | 538 => Answer::Later(reason),
        500..=599 => Answer::Refused(reason),
        _ => Answer::Later(reason),
    }
}

fn unreachable_relay(error: &smtp::Error) -> &'static str {
    match error {
        error if error.is_timeout() => SILENT,
        error if error.is_tls() || is_untrusted(error) => "relay-untrusted",
        error if error.is_response() => "relay-garbled",
        error if error.is_client() => "relay-unfit",
        _ => "relay-unreachable",
    }
}

/// The handshake's refusals arrive as input that makes no sense.
fn is_untrusted(error: &smtp::Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::InvalidData) {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// The enhanced status code (RFC 3463) of the answer. The rest of it often repeats the patient's address.
fn enhanced(error: &smtp::Error) -> Option<String> {
    let said = error.source()?.to_string();
    let is_status = |word: &&str| {
        let parts: Vec<_> = word.split('.').collect();
        parts.len() == 3
            && parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
    };
    said.split_ascii_whitespace().find(is_status).map(str::to_owned)
}

#[cfg(test)]
pub(crate) mod tests {
    use web::Lang;

    use super::*;
    use crate::{
        domain::facts::{Kind, tests::sample},
        mail::mime::tests::written,
    };

    pub(crate) fn settings(port: u16) -> MailSettings {
        MailSettings {
            host: "127.0.0.1".into(),
            port,
            tls: Tls::None,
            ca_file: None,
            username: None,
            password_file: None,
            from: "rendez-vous@exemple.fr".into(),
            timeout_seconds: 2,
            connections: 2,
        }
    }

    fn fault(change: impl FnOnce(&mut MailSettings)) -> &'static str {
        let mut settings = settings(25);
        change(&mut settings);
        Mailer::new(&settings).map(|_| ()).unwrap_err().key
    }

    #[tokio::test]
    async fn a_relay_that_falls_silent_is_asked_again_later() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let settings = MailSettings { timeout_seconds: 1, ..settings(listener.local_addr().unwrap().port()) };
        let message = written(Kind::Booked, &sample(Lang::Fr)).unwrap();
        let sending = Mailer::new(&settings).unwrap();
        assert_eq!(sending.send(message).await, Answer::Later(SILENT.into()));
    }

    #[tokio::test]
    async fn settings_are_checked() {
        assert!(Mailer::new(&settings(25)).is_ok());
        assert_eq!(fault(|s| s.host = "mail.exemple.fr".into()), "notices.mail.tls");
        assert_eq!(fault(|s| s.from = "the hospital".into()), "notices.mail.from");
        assert_eq!(fault(|s| s.timeout_seconds = 0), "notices.mail.timeout_seconds");
        assert_eq!(fault(|s| s.connections = 0), "notices.mail.connections");
        assert_eq!(fault(|s| s.username = Some("parvis".into())), "notices.mail.username");
        let absent = |s: &mut MailSettings| {
            (s.username, s.password_file) = (Some("parvis".into()), Some("/nowhere/password".into()));
        };
        assert_eq!(fault(absent), "notices.mail.password_file");
        assert_eq!(fault(|s| (s.tls, s.ca_file) = (Tls::Starttls, Some("/nowhere/ca".into()))), "notices.mail.ca_file");
    }
}
