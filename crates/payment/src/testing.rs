//! What the tests of the room share.

use std::sync::Once;

#[expect(clippy::disallowed_methods, reason = "a client for tests, as the server builds them: no redirects")]
pub(crate) fn client() -> reqwest::Client {
    static RING: Once = Once::new();
    RING.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
