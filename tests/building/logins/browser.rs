//! A browser without pictures: cookies by host, redirects, forms as their page wrote them.

use std::{collections::BTreeMap, sync::Once};

use reqwest::{Client, Method, RequestBuilder, Url};
use scraper::{Html, Selector};

pub(super) struct Browser {
    http: Client,
    base: Url,
    at: Url,
    page: String,
    cookies: BTreeMap<(String, String), String>,
}

impl Browser {
    pub(super) fn at(base: &str) -> Self {
        let base = Url::parse(base).unwrap();
        Self { http: client(), at: base.clone(), base, page: String::new(), cookies: BTreeMap::new() }
    }

    /// The path of the page that is shown.
    pub(super) fn path(&self) -> &str {
        self.at.path()
    }

    /// Opens a page of ours; where that led, and what it shows.
    pub(super) async fn get(&mut self, path: &str) -> (String, String) {
        let url = self.base.join(path).unwrap();
        self.go(Method::GET, url, None).await;
        (self.path().to_owned(), self.page.clone())
    }

    /// Opens a page and sends its form with this action.
    pub(super) async fn post(&mut self, page: &str, action: &str) -> String {
        self.get(page).await;
        let fields = fields(&self.page, &format!("form[action=\"{action}\"]")).1;
        let url = self.base.join(action).unwrap();
        self.go(Method::POST, url, Some(fields)).await;
        self.page.clone()
    }

    /// Leaves through a login form; the provider's page is shown.
    pub(super) async fn leave(&mut self, page: &str, action: &str) {
        self.post(page, action).await;
        assert_eq!(self.at.host_str(), Some("127.0.0.1"), "{}", self.page);
    }

    /// Presses a button of the first form of the page.
    pub(super) async fn click(&mut self, name: &str, value: &str) -> String {
        let (action, mut fields) = fields(&self.page, "form");
        fields.push((name.to_owned(), value.to_owned()));
        let url = self.at.join(&action).unwrap();
        self.go(Method::POST, url, Some(fields)).await;
        self.page.clone()
    }

    async fn go(&mut self, mut method: Method, mut url: Url, mut form: Option<Vec<(String, String)>>) {
        for _ in 0..12 {
            let same = self.at.origin() == url.origin();
            let mut request = self.http.request(method, url.clone());
            request = self.with_cookies(request, &url);
            request = request.header("sec-fetch-site", if same { "same-origin" } else { "cross-site" });
            if let Some(fields) = form.take() {
                request = request.form(&fields);
            }
            let answer = request.send().await.unwrap();
            self.keep_cookies(&answer, &url);
            let next = answer.headers().get("location").map(|value| url.join(value.to_str().unwrap()).unwrap());
            self.at = url;
            self.page = answer.text().await.unwrap();
            match next {
                Some(next) => (method, url) = (Method::GET, next),
                None => return,
            }
        }
        panic!("redirected without end at {}", self.at);
    }

    fn with_cookies(&self, request: RequestBuilder, url: &Url) -> RequestBuilder {
        let host = url.host_str().unwrap_or_default();
        let mine = self.cookies.iter().filter(|((of, _), _)| of == host);
        let header: Vec<String> = mine.map(|((_, name), value)| format!("{name}={value}")).collect();
        if header.is_empty() { request } else { request.header("cookie", header.join("; ")) }
    }

    fn keep_cookies(&mut self, answer: &reqwest::Response, url: &Url) {
        let host = url.host_str().unwrap_or_default().to_owned();
        for cookie in answer.headers().get_all("set-cookie") {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            let key = (host.clone(), name.to_owned());
            if value.is_empty() {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
    }
}

/// The address of a form and its hidden fields.
fn fields(page: &str, form: &str) -> (String, Vec<(String, String)>) {
    let document = Html::parse_document(page);
    let form = document.select(&Selector::parse(form).unwrap()).next().unwrap_or_else(|| panic!("no {form} in {page}"));
    let hidden = Selector::parse("input[type=hidden]").unwrap();
    let attribute = |element: scraper::ElementRef<'_>, name| element.value().attr(name).unwrap_or_default().to_owned();
    let fields = form.select(&hidden).map(|field| (attribute(field, "name"), attribute(field, "value"))).collect();
    (attribute(form, "action"), fields)
}

/// A text as it stands in a page.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;").replace('\'', "&#39;")
}

#[expect(clippy::disallowed_methods, reason = "the tests' own browser, and clients as the server builds them")]
pub(super) fn client() -> Client {
    static RING: Once = Once::new();
    RING.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
