//! A daemon that does not answer is left alone for a while: waiting for it again and again would hold every file up.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

#[derive(Debug)]
pub(super) struct Breaker {
    most: u32,
    rest: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    rests_until: Duration,
}

impl Breaker {
    pub(super) fn new(most: u32, rest: Duration) -> Self {
        Self { most, rest, state: Mutex::default() }
    }

    /// Whether nobody is to call now. Instants are of the world's monotonic clock.
    pub(super) fn is_open(&self, now: Duration) -> bool {
        now < self.state.lock().unwrap_or_else(PoisonError::into_inner).rests_until
    }

    /// A call went well or failed. After a rest, one more failure is enough for another.
    pub(super) fn note(&self, failed: bool, now: Duration) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !failed {
            *state = State::default();
            return;
        }
        state.failures = state.failures.saturating_add(1);
        if state.failures >= self.most {
            state.rests_until = now + self.rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_failures_in_a_row_and_closes_after_one_success() {
        let at = Duration::from_secs;
        let breaker = Breaker::new(2, at(30));
        breaker.note(true, at(0));
        breaker.note(false, at(1));
        breaker.note(true, at(2));
        assert!(!breaker.is_open(at(3)), "one failure since the last success");
        breaker.note(true, at(4));
        assert!(breaker.is_open(at(4)) && breaker.is_open(at(33)));
        assert!(!breaker.is_open(at(34)), "somebody may try");
        breaker.note(true, at(34));
        assert!(breaker.is_open(at(35)), "and found it still down");
        breaker.note(false, at(64));
        breaker.note(true, at(65));
        assert!(!breaker.is_open(at(65)));
    }
}
