//! Brings deliveries to one consumer: lane by lane, in order for each subject, at least once.

use std::{collections::HashSet, sync::Arc, time::Duration};

use futures_util::{StreamExt, future::join_all, stream::FuturesUnordered};
use jiff::{SignedDuration, Timestamp};
use kernel::{DeliveryId, ObjectId};
use uuid::Uuid;

use super::{
    Consumer, DeliveryState, Job, Note, Outcome,
    lane::{self, End, Held, Row},
};
use crate::{Db, StorageError};

/// How patiently a consumer is tried.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Wait after the first failure; doubled at each further one, give or take a quarter.
    pub first_wait: Duration,
    pub longest_wait: Duration,
    /// After this long since the event or its replay, an unreachable consumer's delivery is dead.
    pub give_up_after: Duration,
    /// A try that takes longer is ended and counted as a failure.
    pub try_limit: Duration,
    /// Deliveries taken from one lane at a time.
    pub batch: i64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_secs(600),
            give_up_after: Duration::from_secs(72 * 3600),
            try_limit: Duration::from_secs(40),
            batch: 50,
        }
    }
}

/// How often a long try says that its lane is still held.
const RENEWAL: Duration = Duration::from_secs(5);

/// One worker for one consumer; several, on several nodes, share the lanes.
pub struct Worker {
    db: Db,
    consumer: Arc<dyn Consumer>,
    pace: Pace,
    owner: Uuid,
}

impl Worker {
    /// Makes the consumer's lanes when they are not there yet.
    pub async fn new(db: Db, consumer: Arc<dyn Consumer>, pace: Pace) -> Result<Self, StorageError> {
        let owner = db.world().uuid();
        let name = consumer.name();
        db.write(move |tx| lane::open_all(tx, name)).await?;
        Ok(Self { db, consumer, pace, owner })
    }

    /// Works until the future is dropped. Each lane goes at its own speed: a slow one delays no other. Failures of
    /// the database are waited out.
    pub async fn run(&self) {
        let mut visits = FuturesUnordered::new();
        // Lanes where somebody is, and lanes where nothing could be tried a moment ago.
        let (mut busy, mut resting) = (HashSet::new(), HashSet::new());
        loop {
            match self.lanes_due().await {
                Ok(due) => {
                    let free = due.into_iter().filter(|lane| !resting.contains(lane) && busy.insert(*lane));
                    visits.extend(free.map(|lane| self.visited(lane)));
                }
                Err(error) => self.wait_out(&error).await,
            }
            tokio::select! {
                Some((lane, outcome)) = visits.next() => {
                    busy.remove(&lane);
                    match outcome {
                        Ok(0) => drop(resting.insert(lane)),
                        Ok(_) => {}
                        Err(error) => self.wait_out(&error).await,
                    }
                }
                () = self.pause() => resting.clear(),
            }
        }
    }

    async fn visited(&self, lane: i16) -> (i16, Result<usize, StorageError>) {
        (lane, self.visit(lane).await)
    }

    /// Until something is emitted, or half a second has passed.
    async fn pause(&self) {
        // Both ends of the wait mean the same.
        let _ = tokio::time::timeout(Duration::from_millis(500), self.db.emitted()).await;
    }

    async fn wait_out(&self, error: &StorageError) {
        tracing::warn!(consumer = self.consumer.name(), %error, "deliveries wait for the database");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }

    /// Visits every lane that has something due; how many deliveries were tried.
    pub async fn run_once(&self) -> Result<usize, StorageError> {
        let due = self.lanes_due().await?;
        let visits = due.into_iter().map(|lane| self.visit(lane));
        join_all(visits).await.into_iter().sum()
    }

    async fn lanes_due(&self) -> Result<Vec<i16>, StorageError> {
        let (consumer, now) = (self.consumer.name(), self.db.now());
        self.db.read(move |conn| lane::due(conn, consumer, now)).await
    }

    async fn visit(&self, lane: i16) -> Result<usize, StorageError> {
        let Some(held) = self.take(lane).await? else { return Ok(0) };
        let tried = self.work_through(held).await;
        self.give_back(held).await?;
        tried
    }

    async fn work_through(&self, held: Held) -> Result<usize, StorageError> {
        let (rows, mut blocked) = self.waiting_in(held.lane).await?;
        let mut tried = 0;
        for row in rows {
            let (delivery, subject) = (row.0, row.3);
            if blocked.contains(&subject) {
                continue;
            }
            if !self.claim(held, delivery).await? {
                break;
            }
            tried += 1;
            let attempt = u32::try_from(row.6).unwrap_or(0) + 1;
            let outcome = self.attempt_while_holding(held, &row, attempt).await;
            let state = self.settle(held, delivery, attempt, row.8, outcome).await?;
            if state.is_none_or(|state| state.is_open() || (state.is_stuck() && self.consumer.in_order())) {
                blocked.insert(subject);
            }
        }
        Ok(tried)
    }

    /// What is due, oldest first, with the subjects that must wait: behind a delivery that a person must look at, or
    /// behind an older one whose time has not come yet.
    async fn waiting_in(&self, lane: i16) -> Result<(Vec<Row>, HashSet<ObjectId>), StorageError> {
        let (consumer, batch, in_order) = (self.consumer.name(), self.pace.batch, self.consumer.in_order());
        let now = self.db.now();
        self.db
            .read(move |conn| {
                let stuck = if in_order { lane::stuck_subjects(conn, consumer, lane)? } else { Vec::new() };
                let rows = lane::due_rows(conn, consumer, lane, &stuck, batch, now)?;
                let blocked = lane::behind_older_ones(conn, consumer, &rows, now)?;
                Ok((rows, blocked))
            })
            .await
    }

    /// A try may take longer than the lease: the lane is held on to meanwhile.
    async fn attempt_while_holding(&self, held: Held, row: &Row, attempt: u32) -> Outcome {
        let trying = self.attempt(row, attempt);
        tokio::pin!(trying);
        loop {
            match tokio::time::timeout(RENEWAL, &mut trying).await {
                Ok(outcome) => return outcome,
                Err(_) => self.hold_on(held).await,
            }
        }
    }

    async fn hold_on(&self, held: Held) {
        let consumer = self.consumer.name();
        let renewed = self.db.write(move |tx| lane::renew(tx, consumer, held)).await;
        if let Err(error) = renewed {
            // The fence decides at the end who may settle.
            tracing::warn!(consumer, %error, "a lane could not be held on to");
        }
    }

    async fn attempt(&self, row: &Row, attempt: u32) -> Outcome {
        let (delivery, kind, establishment, subject, object, occurred_at, _, message_id, _) = row.clone();
        let Ok(event) = kind.parse() else {
            return Outcome::Later("an event of a newer version".into());
        };
        let job = Job { delivery, event, establishment, subject, object, occurred_at, attempt, message_id };
        let note = Note { db: self.db.clone(), delivery };
        match tokio::time::timeout(self.pace.try_limit, self.consumer.deliver(&job, &note)).await {
            Ok(outcome) => outcome,
            Err(_) => Outcome::Later("no answer in time".into()),
        }
    }

    /// The lane, if nobody else holds it.
    async fn take(&self, lane: i16) -> Result<Option<Held>, StorageError> {
        let (consumer, owner) = (self.consumer.name(), self.owner);
        self.db.write(move |tx| lane::take(tx, consumer, lane, owner)).await
    }

    async fn give_back(&self, held: Held) -> Result<(), StorageError> {
        let consumer = self.consumer.name();
        self.db.write(move |tx| lane::give_back(tx, consumer, held)).await
    }

    /// Marks the try before it begins, and holds the lane a little longer. False when the lane was lost.
    async fn claim(&self, held: Held, delivery: DeliveryId) -> Result<bool, StorageError> {
        let consumer = self.consumer.name();
        self.db.write(move |tx| lane::claim(tx, consumer, held, delivery)).await
    }

    /// Writes how the try ended, if the lane is still held; `None` when it was lost meanwhile.
    async fn settle(
        &self,
        held: Held,
        delivery: DeliveryId,
        attempt: u32,
        patience_from: Timestamp,
        outcome: Outcome,
    ) -> Result<Option<DeliveryState>, StorageError> {
        let now = self.db.now();
        let end = self.end_of(outcome, attempt, patience_from, now);
        let consumer = self.consumer.name();
        if end.state.is_stuck() {
            tracing::error!(consumer, %delivery, state = end.state.as_str(), "a delivery needs a person");
        }
        self.db.write(move |tx| lane::write_end(tx, consumer, held, delivery, &end)).await
    }

    fn end_of(&self, outcome: Outcome, attempt: u32, patience_from: Timestamp, now: Timestamp) -> End {
        let end = |state, error, acknowledgement| End { state, error, acknowledgement, run_after: now };
        match outcome {
            Outcome::Settled(acknowledgement) => end(DeliveryState::Settled, None, Some(acknowledgement)),
            Outcome::Moot(why) => end(DeliveryState::Moot, Some(why), None),
            Outcome::Refused(why) => end(DeliveryState::Refused, Some(why), None),
            Outcome::Later(why) if now.duration_since(patience_from) > signed(self.pace.give_up_after) => {
                end(DeliveryState::Dead, Some(why), None)
            }
            Outcome::Later(why) => {
                let run_after = now + signed(self.wait_after(attempt));
                End { state: DeliveryState::Waiting, error: Some(why), acknowledgement: None, run_after }
            }
        }
    }

    fn wait_after(&self, attempt: u32) -> Duration {
        let doubled = self.pace.first_wait.saturating_mul(1 << attempt.saturating_sub(1).min(20));
        let wait = doubled.min(self.pace.longest_wait);
        let mut dice = [0; 1];
        self.db.world().fill(&mut dice);
        // Between three and five quarters: many deliveries that failed together do not come back together.
        wait.mul_f64(0.75 + f64::from(dice[0]) / 510.0)
    }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}
