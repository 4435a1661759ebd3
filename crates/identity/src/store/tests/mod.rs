//! The store on each database this machine offers.

mod accounts;
mod directory;
mod pending;
mod proxies;

use std::sync::Arc;

use kernel::testing::HeldClock;
use storage::{outbox::Subscriptions, testing::TestDb};

/// One migrated database of each kind, and the clock they share.
fn databases() -> (Vec<TestDb>, Arc<HeldClock>) {
    let (world, clock) = kernel::testing::world();
    (storage::testing::databases(&world, &Subscriptions::default()).unwrap(), clock)
}
