//! SMS through the hospital's gateway: one HTTP request a message, shaped by the settings.

use http::{HeaderName, HeaderValue, Method, StatusCode};
use identity::contact::Mobile;
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::{
    answer::Answer,
    settings::{SettingFault, SmsMethod, SmsSettings, is_loopback, secret, time_limit},
};

/// Sends SMS through one gateway.
pub(crate) struct Gateway {
    client: reqwest::Client,
    url: reqwest::Url,
    method: Method,
    header: Option<(HeaderName, HeaderValue)>,
    body: Value,
    success: Vec<u16>,
    timeout: std::time::Duration,
}

impl Gateway {
    pub(crate) fn new(settings: &SmsSettings, client: reqwest::Client) -> Result<Self, SettingFault> {
        Ok(Self {
            client,
            url: address(&settings.url)?,
            method: match settings.method {
                SmsMethod::Post => Method::POST,
                SmsMethod::Put => Method::PUT,
            },
            header: header(settings)?,
            body: body(&settings.body)?,
            success: statuses(&settings.success)?,
            timeout: time_limit("notices.sms.timeout_seconds", settings.timeout_seconds)?,
        })
    }

    /// One attempt. `id` is the same at every attempt, so that a gateway that knows it sends once.
    pub(crate) async fn send(&self, to: &Mobile, text: &str, id: &str) -> Answer {
        let body = filled(&self.body, &[("{to}", to.as_str()), ("{text}", text), ("{id}", id)]);
        let mut request = self.client.request(self.method.clone(), self.url.clone()).timeout(self.timeout).json(&body);
        if let Some((name, value)) = &self.header {
            request = request.header(name.clone(), value.clone());
        }
        match request.send().await {
            Ok(response) => self.classify(response.status()),
            Err(error) if error.is_timeout() => Answer::Later("gateway-silent".into()),
            Err(_) => Answer::Later("gateway-unreachable".into()),
        }
    }

    fn classify(&self, status: StatusCode) -> Answer {
        let said = format!("gateway-said {}", status.as_u16());
        match status.as_u16() {
            taken if self.success.contains(&taken) => Answer::Accepted(format!("HTTP {taken}")),
            // Refused credentials say nothing about the message: an operator corrects the settings.
            401 | 403 | 407 | 408 | 425 | 429 => Answer::Later(said),
            400..=499 => Answer::Refused(said),
            _ => Answer::Later(said),
        }
    }
}

fn address(url: &str) -> Result<reqwest::Url, SettingFault> {
    let wrong = |fault: &str| SettingFault::new("notices.sms.url", fault);
    let url: reqwest::Url = url.parse().map_err(|_| wrong("must be an address that begins with https://"))?;
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => Ok(url),
        ("http", Some(host)) if is_loopback(host) => Ok(url),
        _ => Err(wrong("must begin with https:// (http:// only to this machine)")),
    }
}

fn header(settings: &SmsSettings) -> Result<Option<(HeaderName, HeaderValue)>, SettingFault> {
    match (&settings.header, &settings.token_file) {
        (None, None) => Ok(None),
        (Some(name), Some(file)) => {
            let name =
                name.parse().map_err(|_| SettingFault::new("notices.sms.header", "must be the name of a header"))?;
            let token = secret("notices.sms.token_file", file)?;
            let mut value = HeaderValue::from_str(token.expose_secret()).map_err(|_| {
                SettingFault::new("notices.sms.token_file", "must hold one line of printable characters")
            })?;
            value.set_sensitive(true);
            Ok(Some((name, value)))
        }
        _ => Err(SettingFault::new("notices.sms.header", "goes together with token_file")),
    }
}

/// The template is JSON before it is filled, so that no value can change its shape.
fn body(template: &str) -> Result<Value, SettingFault> {
    let wrong = |fault: String| SettingFault::new("notices.sms.body", fault);
    let body: Value = serde_json::from_str(template).map_err(|error| wrong(format!("must be JSON: {error}")))?;
    for place in ["{to}", "{text}"] {
        if !template.contains(place) {
            return Err(wrong(format!("must hold {place}")));
        }
    }
    Ok(body)
}

fn statuses(success: &[u16]) -> Result<Vec<u16>, SettingFault> {
    match success {
        [_, ..] if success.iter().all(|status| (200..300).contains(status)) => Ok(success.to_vec()),
        _ => Err(SettingFault::new("notices.sms.success", "must be one or more statuses from 200 to 299")),
    }
}

fn filled(template: &Value, values: &[(&str, &str)]) -> Value {
    match template {
        Value::String(text) => Value::String(fill(text, values)),
        Value::Array(items) => items.iter().map(|item| filled(item, values)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), filled(value, values))).collect(),
        other => other.clone(),
    }
}

/// In one pass: a text that happens to hold `{id}` stays as it is.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut rest = text;
    let mut filled = String::new();
    while let Some((before, value, after)) = first_place(rest, values) {
        filled.push_str(before);
        filled.push_str(value);
        rest = after;
    }
    filled + rest
}

fn first_place<'a>(text: &'a str, values: &[(&str, &'a str)]) -> Option<(&'a str, &'a str, &'a str)> {
    let splits = values.iter().filter_map(|(place, value)| text.split_once(*place).map(|(b, a)| (b, *value, a)));
    splits.min_by_key(|(before, _, _)| before.len())
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    fn settings() -> SmsSettings {
        SmsSettings {
            url: "http://127.0.0.1:9/sms".into(),
            method: SmsMethod::Post,
            header: None,
            token_file: None,
            body: r#"{"to":"{to}","text":"{text}","ref":["n-{id}"],"n":1}"#.into(),
            success: vec![200, 202],
            timeout_seconds: 2,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a test's own client")]
    pub(crate) fn client() -> reqwest::Client {
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder().no_proxy().build().unwrap()
    }

    fn fault(change: impl FnOnce(&mut SmsSettings)) -> &'static str {
        let mut settings = settings();
        change(&mut settings);
        Gateway::new(&settings, client()).map(|_| ()).unwrap_err().key
    }

    #[test]
    fn settings_are_checked() {
        assert!(Gateway::new(&settings(), client()).is_ok());
        assert_eq!(fault(|s| s.url = "http://sms.exemple.fr/".into()), "notices.sms.url");
        assert_eq!(fault(|s| s.url = "file:///etc/passwd".into()), "notices.sms.url");
        assert_eq!(fault(|s| s.body = "to={to}&text={text}".into()), "notices.sms.body");
        assert_eq!(fault(|s| s.body = r#"{"to":"{to}"}"#.into()), "notices.sms.body");
        assert_eq!(fault(|s| s.success = vec![]), "notices.sms.success");
        assert_eq!(fault(|s| s.success = vec![302]), "notices.sms.success");
        assert_eq!(fault(|s| s.header = Some("Authorization".into())), "notices.sms.header");
        assert_eq!(fault(|s| s.timeout_seconds = 31), "notices.sms.timeout_seconds");
    }

    #[test]
    fn values_cannot_change_the_shape_of_the_body() {
        let body = body(&settings().body).unwrap();
        let text = "a\",\"to\":\"+33600000000\"\n\\ {id}";
        let filled = filled(&body, &[("{to}", "+33639980000"), ("{text}", text), ("{id}", "42")]);
        assert_eq!(filled, json!({"to": "+33639980000", "text": text, "ref": ["n-42"], "n": 1}));
    }

    #[test]
    fn statuses_are_told_apart() {
        let gateway = Gateway::new(&settings(), client()).unwrap();
        let answer = |status: u16| gateway.classify(StatusCode::from_u16(status).unwrap());
        assert_eq!(answer(202), Answer::Accepted("HTTP 202".into()));
        for later in [301, 401, 408, 429, 500, 503, 204] {
            assert!(matches!(answer(later), Answer::Later(_)), "{later}");
        }
        for refused in [400, 404, 422] {
            assert!(matches!(answer(refused), Answer::Refused(_)), "{refused}");
        }
    }

    #[tokio::test]
    async fn a_silent_gateway_is_asked_again_later() {
        let gateway = Gateway::new(&settings(), client()).unwrap();
        let to = identity::contact::mobile("06 39 98 00 00").unwrap();
        assert!(matches!(gateway.send(&to, "RDV", "1").await, Answer::Later(_)));
    }
}
