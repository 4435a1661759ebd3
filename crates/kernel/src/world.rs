//! The injected world: time and randomness come in through here and nowhere else (`clippy.toml` forbids the rest).

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

use crate::Id;

/// Wall clock in UTC, and a clock that only moves forward for durations.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
    /// Time since some fixed moment; never moved by a change of the wall clock.
    fn monotonic(&self) -> Duration;
}

/// A source of unpredictable bytes.
pub trait Random: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's own clock.
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

/// The machine's generator, through `ring`.
pub struct SystemSource(SystemRandom);

impl SystemSource {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for randomness")]
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Default for SystemSource {
    fn default() -> Self {
        Self::new()
    }
}

impl Random for SystemSource {
    #[expect(clippy::expect_used, reason = "without randomness no secret is safe: stopping is the only right answer")]
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes).expect("the system gives random bytes");
    }
}

/// The clock and the randomness of a running program, cheap to clone.
#[derive(Clone)]
pub struct World {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// Last id's milliseconds and counter, so that ids made in one millisecond keep their order.
    last_id: Arc<AtomicU64>,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}

impl World {
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { clock, random, last_id: Arc::new(AtomicU64::new(0)) }
    }

    /// The machine's clock and randomness.
    pub fn system() -> Self {
        Self::new(Arc::new(SystemClock::new()), Arc::new(SystemSource::new()))
    }

    /// The present instant, cut to whole microseconds: what both databases can keep.
    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    pub fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    pub fn fill(&self, bytes: &mut [u8]) {
        self.random.fill(bytes);
    }

    /// 32 unpredictable bytes.
    pub fn bytes32(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }

    /// A secret of 256 bits as 43 characters of unpadded base64url (RFC 4648 §5).
    pub fn secret(&self) -> String {
        BASE64URL_NOPAD.encode(&self.bytes32())
    }

    /// A new id, greater than every id this world made before.
    pub fn id<K>(&self) -> Id<K> {
        let moment = self.next_moment();
        let mut random = [0; 10];
        self.fill(&mut random);
        // RFC 9562 §6.2, method 1: the 12 bits after the milliseconds count.
        let counter = u16::try_from(moment & 0xfff).unwrap_or(0).to_be_bytes();
        random[0] = counter[0];
        random[1] = counter[1];
        Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(moment >> 12, &random).into_uuid())
    }

    /// Milliseconds since 1970 shifted by 12 bits of counter, strictly growing.
    fn next_moment(&self) -> u64 {
        let now = u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0) << 12;
        let advance = |last: u64| Some(now.max(last + 1));
        match self.last_id.fetch_update(Ordering::Relaxed, Ordering::Relaxed, advance) {
            Ok(last) | Err(last) => now.max(last + 1),
        }
    }

    /// A UUID outside the typed ids (keys of third parties, file names).
    pub fn uuid(&self) -> Uuid {
        self.id::<()>().uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PatientId;

    struct Still;
    impl Clock for Still {
        fn now(&self) -> Timestamp {
            "2026-11-21T09:30:00Z".parse().unwrap()
        }
        fn monotonic(&self) -> Duration {
            Duration::ZERO
        }
    }
    struct Zeros;
    impl Random for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn ids_of_one_millisecond_keep_their_order() {
        let world = World::new(Arc::new(Still), Arc::new(Zeros));
        let ids: Vec<PatientId> = (0..5000).map(|_| world.id()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids.iter().all(|id| id.uuid().get_version_num() == 7));
    }

    #[test]
    fn an_id_has_one_spelling() {
        let id: PatientId = World::system().id();
        let text = id.to_string();
        assert_eq!(text.parse(), Ok(id));
        for other in [text.to_uppercase(), text.replace('-', ""), format!("{{{text}}}"), format!("urn:uuid:{text}")] {
            assert!(other.parse::<PatientId>().is_err(), "{other}");
        }
    }

    #[test]
    fn secrets_are_43_characters_and_differ() {
        let world = World::system();
        let (one, other) = (world.secret(), world.secret());
        assert_eq!(one.len(), 43);
        assert_ne!(one, other);
    }
}
