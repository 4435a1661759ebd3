//! Many at once, and how long each of them waited.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant},
};

use crate::http::{DOOR, Line};

/// What a crowd met with.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// Microseconds, in order.
    pub(crate) waits: Vec<u32>,
    pub(crate) took: Duration,
}

/// Each of `clients` asks again and again until the time is over or it has nothing left to ask.
pub(crate) fn ask<C>(clients: usize, span: Duration, client: impl Fn(usize) -> C) -> anyhow::Result<Outcome>
where
    C: FnMut(&mut Line) -> anyhow::Result<Option<u16>> + Send,
{
    let began = Instant::now();
    let mut outcome = std::thread::scope(|scope| {
        let hands: Vec<_> = (0..clients)
            .map(|place| {
                let mut once = client(place);
                scope.spawn(move || one(began + span, &mut once))
            })
            .collect();
        let mut all = Outcome::default();
        for hand in hands {
            let part = hand.join().map_err(|_| anyhow::anyhow!("a client stopped short"))??;
            all.waits.extend(part.waits);
            for (status, count) in part.statuses {
                *all.statuses.entry(status).or_default() += count;
            }
        }
        anyhow::Ok(all)
    })?;
    outcome.took = began.elapsed();
    outcome.waits.sort_unstable();
    Ok(outcome)
}

fn one(end: Instant, once: &mut impl FnMut(&mut Line) -> anyhow::Result<Option<u16>>) -> anyhow::Result<Outcome> {
    let mut line = Line::open(DOOR)?;
    let mut outcome = Outcome::default();
    while Instant::now() < end {
        let asked = Instant::now();
        let Some(status) = once(&mut line)? else { break };
        outcome.waits.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
        *outcome.statuses.entry(status).or_default() += 1;
    }
    Ok(outcome)
}

impl Outcome {
    pub(crate) fn count(&self) -> f64 {
        f64::from(u32::try_from(self.waits.len()).unwrap_or(u32::MAX))
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.count() / self.took.as_secs_f64()
    }

    /// Milliseconds that `percent` of the answers did not exceed.
    pub(crate) fn wait_ms(&self, percent: usize) -> f64 {
        let place = (self.waits.len() * percent / 100).min(self.waits.len().saturating_sub(1));
        f64::from(self.waits.get(place).copied().unwrap_or(0)) / 1000.0
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} | {:.1} | {:.1}", self.per_second(), self.wait_ms(50), self.wait_ms(99))
    }
}
