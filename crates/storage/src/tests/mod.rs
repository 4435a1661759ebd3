//! What the floor promises, on each database of this machine.

pub(crate) mod files;
mod outbox;
mod proof;
mod transactions;

use kernel::{EventKind, World, testing};

use crate::{
    outbox::Subscriptions,
    testing::{TestDb, databases},
};

fn subscriptions() -> Subscriptions {
    Subscriptions::default()
        .listen("sih", &[EventKind::AppointmentBooked, EventKind::AppointmentCancelled])
        .listen("mail", &[EventKind::AppointmentBooked])
}

pub(crate) fn all() -> (Vec<TestDb>, World, std::sync::Arc<testing::HeldClock>) {
    let (world, clock) = testing::world();
    (databases(&world, &subscriptions()).unwrap(), world, clock)
}
