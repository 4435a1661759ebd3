//! The one client for outgoing HTTP: time limits, no redirects followed, rustls with ring.

use std::{path::Path, time::Duration};

use anyhow::Context;

#[expect(clippy::disallowed_methods, reason = "the one place where clients are built")]
fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(15))
        .pool_idle_timeout(Duration::from_secs(30))
}

/// Must come before the first TLS connection.
pub fn install_crypto() {
    // A second call finds the same provider there.
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// A client; with the file of a hospital's own certification authority, it trusts that one too.
pub fn http(authority: Option<&Path>) -> anyhow::Result<reqwest::Client> {
    install_crypto();
    build(builder(), authority)
}

/// A client that keeps no connection: what must not be sent twice does not fail on one that the other side just closed.
pub fn unpooled() -> anyhow::Result<reqwest::Client> {
    install_crypto();
    build(builder().pool_max_idle_per_host(0), None)
}

fn build(mut builder: reqwest::ClientBuilder, authority: Option<&Path>) -> anyhow::Result<reqwest::Client> {
    if let Some(path) = authority {
        let pem = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let certificates = reqwest::Certificate::from_pem_bundle(&pem)
            .with_context(|| format!("{} holds no certificate", path.display()))?;
        builder = builder.tls_certs_merge(certificates);
    }
    builder.build().context("the HTTP client cannot be built")
}
