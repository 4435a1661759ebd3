//! A browser without a screen: keeps cookies per site, follows redirects, fills in forms.

use std::collections::BTreeMap;

use reqwest::{
    Method, Response, StatusCode,
    header::{self, HeaderMap},
};
use scraper::{Html, Selector};
use server::client;

/// A page as it came.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) url: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Page {
    /// The text of the first element that a selector finds, white space folded.
    pub(crate) fn first(&self, selector: &str) -> String {
        self.all(selector).into_iter().next().unwrap_or_default()
    }

    pub(crate) fn all(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector)
            .map(|element| element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let html = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).find_map(|element| element.value().attr(name).map(str::to_owned))
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// The forms of the page: method, action, and fields with their values.
    pub(crate) fn forms(&self) -> Vec<Form> {
        let html = Html::parse_document(&self.text);
        let form = Selector::parse("form").unwrap();
        html.select(&form)
            .map(|element| Form {
                action: element.value().attr("action").unwrap_or_default().to_owned(),
                fields: named(element, "input, textarea, select"),
                buttons: named(element, "button"),
            })
            .collect()
    }

    /// Names of what is typed, not pressed.
    pub(crate) fn texts(&self) -> Vec<String> {
        let html = Html::parse_document(&self.text);
        let typed = Selector::parse("textarea, input:not([type=radio]):not([type=checkbox])").unwrap();
        html.select(&typed).filter_map(|one| one.value().attr("name").map(str::to_owned)).collect()
    }

    pub(crate) fn form(&self, action_starts: &str) -> Form {
        let forms = self.forms();
        let found = forms.iter().find(|form| form.action.starts_with(action_starts));
        found.unwrap_or_else(|| panic!("no form to {action_starts} on {}: {forms:?}\n{}", self.url, self.text)).clone()
    }
}

fn named(form: scraper::ElementRef<'_>, selector: &str) -> Vec<(String, String)> {
    let selector = Selector::parse(selector).unwrap();
    let pair = |field: scraper::ElementRef<'_>| {
        let name = field.value().attr("name")?.to_owned();
        Some((name, field.value().attr("value").unwrap_or_default().to_owned()))
    };
    form.select(&selector).filter_map(pair).collect()
}

#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
    /// Buttons that say something; the first is pressed unless another is.
    pub(crate) buttons: Vec<(String, String)>,
}

impl Form {
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// What is sent when the first button is pressed.
    fn sent(&self) -> Vec<(String, String)> {
        let button = self.buttons.first().filter(|(name, _)| !self.fields.iter().any(|(known, _)| known == name));
        self.fields.iter().chain(button).cloned().collect()
    }
}

#[derive(Clone)]
pub(crate) struct Browser {
    client: reqwest::Client,
    pub(crate) base: String,
    /// By site (scheme, host, port), then name.
    pub(crate) cookies: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) language: &'static str,
}

fn site(url: &str) -> String {
    url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

impl Browser {
    pub(crate) fn new(base: &str) -> Self {
        let client = client::http(None).unwrap();
        Self { client, base: base.to_owned(), cookies: BTreeMap::new(), language: "fr" }
    }

    /// The same cookies on new connections: the server was restarted.
    pub(crate) fn reopened(&self) -> Self {
        Self { client: client::http(None).unwrap(), ..self.clone() }
    }

    pub(crate) fn absolute(&self, location: &str, from: &str) -> String {
        if location.starts_with("http") { location.to_owned() } else { format!("{}{location}", site(from)) }
    }

    /// One request, no redirect followed.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<(&str, String)>,
    ) -> Page {
        let body = body.map(|(kind, text)| (kind, text.into()));
        self.try_send(method, url, headers, body).await.unwrap()
    }

    /// A request whose body may be anything, and whose line may break.
    pub(crate) async fn try_send(
        &mut self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<(&str, reqwest::Body)>,
    ) -> Result<Page, reqwest::Error> {
        let cookies = self.cookies.entry(site(url)).or_default();
        let line: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.client.request(method, url).header(header::ACCEPT_LANGUAGE, self.language);
        if !line.is_empty() {
            request = request.header(header::COOKIE, line.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some((kind, body)) = body {
            request = request.header(header::CONTENT_TYPE, kind).body(body);
        }
        let response = request.send().await?;
        self.keep_cookies(url, &response);
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Page { url: url.to_owned(), status, headers, text: response.text().await? })
    }

    fn keep_cookies(&mut self, url: &str, response: &Response) {
        let jar = self.cookies.entry(site(url)).or_default();
        for line in response.headers().get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() || line.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// A file as it is.
    pub(crate) async fn bytes(&mut self, url: &str) -> Vec<u8> {
        let cookies = self.cookies.entry(site(url)).or_default();
        let line: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = self.client.get(url).header(header::COOKIE, line.join("; ")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{url}");
        answer.bytes().await.unwrap().to_vec()
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..12 {
            let Some(location) = page.headers.get(header::LOCATION).filter(|_| page.status.is_redirection()) else {
                return page;
            };
            let url = self.absolute(location.to_str().unwrap(), &page.url);
            page = self.send(Method::GET, &url, &[], None).await;
        }
        panic!("redirected without end: {}", page.url)
    }

    /// Opens a page of the house (or an absolute address) and follows redirects.
    pub(crate) async fn open(&mut self, path: &str) -> Page {
        let url = self.absolute(path, &self.base.clone());
        let page = self.send(Method::GET, &url, &[], None).await;
        self.follow(page).await
    }

    /// Sends a form of a page, as the browser that showed it would.
    pub(crate) async fn submit(&mut self, page: &Page, form: &Form) -> Page {
        let answer = self.submit_once(page, form).await;
        self.follow(answer).await
    }

    pub(crate) async fn submit_once(&mut self, page: &Page, form: &Form) -> Page {
        self.try_submit(page, form).await.unwrap()
    }

    /// The same over a line that may break.
    pub(crate) async fn try_submit(&mut self, page: &Page, form: &Form) -> Result<Page, reqwest::Error> {
        let url = self.absolute(&form.action, &page.url);
        let origin = site(&page.url);
        let body = serde_urlencoded(&form.sent());
        let headers = [("origin", origin.as_str()), ("sec-fetch-site", "same-origin")];
        let body = Some(("application/x-www-form-urlencoded", body.into()));
        self.try_send(Method::POST, &url, &headers, body).await
    }

    /// Goes to a login page and clicks this person at the demo provider.
    pub(crate) async fn log_in(&mut self, path: &str, person: &str) -> Page {
        let page = self.open(path).await;
        let start = page.forms().into_iter().find(|form| form.action.contains("/login/")).expect("a way to log in");
        let choice = self.submit(&page, &start).await;
        self.choose(&choice, person).await
    }

    /// Clicks a person on the provider's page.
    pub(crate) async fn choose(&mut self, choice: &Page, person: &str) -> Page {
        let form = choice
            .forms()
            .into_iter()
            .find(|form| form.fields.iter().chain(&form.buttons).any(|(_, value)| value == person))
            .unwrap_or_else(|| panic!("nobody called {person} on {}: {:?}", choice.url, choice.forms()));
        let (name, _) = form.fields.iter().chain(&form.buttons).find(|(_, value)| value == person).unwrap().clone();
        let form = form.with(&name, person);
        self.submit(choice, &form).await
    }

    pub(crate) async fn csrf(&mut self) -> String {
        let page = self.open("/api/v1/session").await;
        page.json()["csrf_token"].as_str().unwrap().to_owned()
    }

    /// A JSON request to the API with the CSRF token.
    pub(crate) async fn call(
        &mut self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: serde_json::Value,
    ) -> Page {
        let token = self.csrf().await;
        let mut headers = vec![("x-csrf-token", token.as_str())];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        let url = self.absolute(path, &self.base.clone());
        self.send(method, &url, &headers, Some(("application/json", body.to_string()))).await
    }
}

fn serde_urlencoded(fields: &[(String, String)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => char::from(byte).to_string(),
                b' ' => "+".to_owned(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}
