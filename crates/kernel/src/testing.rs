//! A world that a test holds in its hand.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

use crate::{Clock, Random, World, digest};

/// A clock that moves only when it is told to.
pub struct HeldClock(AtomicI64);

impl HeldClock {
    pub fn at(instant: Timestamp) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(instant.as_microsecond())))
    }

    pub fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }

    pub fn set(&self, instant: Timestamp) {
        self.0.store(instant.as_microsecond(), Ordering::SeqCst);
    }
}

impl Clock for HeldClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
    fn monotonic(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.load(Ordering::SeqCst)).unwrap_or(0))
    }
}

/// The same bytes in the same order for the same seed.
pub struct Dice {
    seed: u64,
    throws: AtomicU64,
}

impl Dice {
    pub fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self { seed, throws: AtomicU64::new(0) })
    }
}

impl Random for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let throw = self.throws.fetch_add(1, Ordering::SeqCst);
            let block = digest::sha256(&[&self.seed.to_be_bytes(), &throw.to_be_bytes()]);
            for (to, from) in chunk.iter_mut().zip(block) {
                *to = from;
            }
        }
    }
}

/// A Saturday morning in November, and the clock to move it.
pub fn world() -> (World, Arc<HeldClock>) {
    world_with_seed(42)
}

pub fn world_with_seed(seed: u64) -> (World, Arc<HeldClock>) {
    // 2026-11-21T09:30:00Z
    let clock = HeldClock::at(Timestamp::from_second(1_795_253_400).unwrap_or(Timestamp::UNIX_EPOCH));
    (World::new(clock.clone(), Dice::new(seed)), clock)
}
