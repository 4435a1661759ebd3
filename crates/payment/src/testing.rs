//! What the tests of the room share.

use std::sync::{Arc, Once};

use kernel::World;
use storage::proof::Keyring;

#[expect(clippy::disallowed_methods, reason = "a client for tests, as the server builds them: no redirects")]
pub(crate) fn client() -> reqwest::Client {
    static RING: Once = Once::new();
    RING.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// The key of one test; its file is gone once it is read.
pub(crate) fn keyring(world: &World) -> Arc<Keyring> {
    let folder = std::env::temp_dir().join(format!("parvis-keys-{}", World::system().uuid()));
    let keyring = Keyring::open(&folder, world).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    Arc::new(keyring)
}
