//! Bodies that must arrive: within a deadline, at a minimum rate, below a size. actix limits none of these by itself.

use std::{
    cell::RefCell,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{dev::Payload, error::PayloadError, web::Bytes};
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, Sleep};

use crate::{limits::Class, settings::BodySettings};

/// Slow starts are forgiven for this long.
const GRACE: Duration = Duration::from_secs(5);

/// A payload that ends with an error when it is late.
pub(crate) struct Paced {
    inner: Payload,
    started: Instant,
    deadline: Pin<Box<Sleep>>,
    rate: u64,
    received: u64,
}

impl Paced {
    pub(crate) fn new(inner: Payload, settings: &BodySettings, class: Class) -> Self {
        let within = Duration::from_secs(match class {
            Class::Uploading => settings.upload_deadline_seconds,
            _ => settings.deadline_seconds,
        });
        let deadline = tokio::time::sleep(within);
        // The timer's own clock: it moves with tokio's in tests, and durations are all it is used for.
        let started = deadline.deadline() - within;
        Self { inner, started, deadline: Box::pin(deadline), rate: settings.minimum_rate, received: 0 }
    }

    fn is_too_slow(&self) -> bool {
        let beyond = self.started.elapsed().saturating_sub(GRACE);
        self.received < self.rate.saturating_mul(beyond.as_secs())
    }
}

impl Stream for Paced {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.deadline.as_mut().poll(context).is_ready() {
            return Poll::Ready(Some(Err(late())));
        }
        let next = Pin::new(&mut self.inner).poll_next(context);
        if let Poll::Ready(Some(Ok(bytes))) = &next {
            self.received += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            if self.is_too_slow() {
                return Poll::Ready(Some(Err(late())));
            }
        }
        next
    }
}

/// A body with a second handle to it: the handler reads by one and may stop, the front desk reads the rest by the other.
#[derive(Clone)]
pub(crate) struct Shared(Rc<RefCell<Paced>>);

impl Shared {
    pub(crate) fn new(paced: Paced) -> Self {
        Self(Rc::new(RefCell::new(paced)))
    }

    pub(crate) fn payload(&self) -> Payload {
        Payload::Stream { payload: Box::pin(self.clone()) }
    }

    /// Reads what is left, and throws it away: a browser shows an answer only when it could send everything, and
    /// "connection reset" otherwise. No more than `most` bytes.
    pub(crate) async fn drain(mut self, most: u64) {
        let mut left = most;
        while left > 0
            && let Some(Ok(bytes)) = self.next().await
        {
            left = left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        }
    }
}

impl Stream for Shared {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(context)
    }
}

fn late() -> PayloadError {
    PayloadError::Io(io::Error::from(io::ErrorKind::TimedOut))
}

pub(crate) fn is_late(error: &PayloadError) -> bool {
    matches!(error, PayloadError::Io(cause) if cause.kind() == io::ErrorKind::TimedOut)
}
