//! Refusals as the front desk tells them.

use web::{Problem, problem_types};

use crate::{domain::proxy::Refusal, proxies::NotEnded};

problem_types! {
    /// Parental authority is not a minor's to end.
    PROXY_OF_A_MINOR = "proxy-of-a-minor", 409;
}

impl From<NotEnded> for Problem {
    fn from(why: NotEnded) -> Self {
        match why {
            NotEnded::Unknown => Self::not_found(),
            NotEnded::Refused(Refusal::NotOfAge) => Self::new(&PROXY_OF_A_MINOR),
            NotEnded::Refused(Refusal::NoReason) => Self::invalid("/reason", "length"),
            NotEnded::Storage(error) => error.into(),
        }
    }
}
