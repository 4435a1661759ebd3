//! How often one address may ask. Hospital networks and telephone carriers put many people behind one address: the
//! limits are wide, and what a person may hold or book is limited by the rooms.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde::Serialize;

use crate::settings::Limits;

/// What a request counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Reading,
    Searching,
    Writing,
    Login,
    /// Sends a file, whole or in parts: its body has more time to arrive.
    Uploading,
    /// Comes from one of the hospital's systems, which sends whole lists.
    Partner,
}

pub(crate) struct RateLimits {
    reading: DefaultKeyedRateLimiter<IpAddr>,
    searching: DefaultKeyedRateLimiter<IpAddr>,
    writing: DefaultKeyedRateLimiter<IpAddr>,
    login: DefaultKeyedRateLimiter<IpAddr>,
    uploading: DefaultKeyedRateLimiter<IpAddr>,
    partner: DefaultKeyedRateLimiter<IpAddr>,
}

impl RateLimits {
    pub(crate) fn new(limits: &Limits) -> Self {
        let a_minute = |count| RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN)));
        Self {
            reading: a_minute(limits.reading),
            searching: a_minute(limits.searching),
            writing: a_minute(limits.writing),
            login: a_minute(limits.login),
            uploading: a_minute(limits.uploading),
            partner: a_minute(limits.partner),
        }
    }

    /// Whether this address may ask now.
    pub(crate) fn allows(&self, class: Class, address: IpAddr) -> bool {
        self.of(class).check_key(&network(address)).is_ok()
    }

    /// Forgets addresses that have not asked for a while: memory stays bounded.
    pub(crate) fn forget_idle(&self) {
        for limiter in [&self.reading, &self.searching, &self.writing, &self.login, &self.uploading, &self.partner] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    fn of(&self, class: Class) -> &DefaultKeyedRateLimiter<IpAddr> {
        match class {
            Class::Reading => &self.reading,
            Class::Searching => &self.searching,
            Class::Writing => &self.writing,
            Class::Login => &self.login,
            Class::Uploading => &self.uploading,
            Class::Partner => &self.partner,
        }
    }
}

/// One IPv6 subscriber has a /64 at least.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_stopped_and_others_are_not() {
        let limits =
            RateLimits::new(&Limits { reading: 3, searching: 3, writing: 3, login: 3, uploading: 3, partner: 3 });
        let (one, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert_eq!((0..5).filter(|_| limits.allows(Class::Login, one)).count(), 3);
        assert!(limits.allows(Class::Login, other) && limits.allows(Class::Reading, one));
        let (a, b) = ("2001:db8::1".parse().unwrap(), "2001:db8::ffff:2".parse().unwrap());
        assert_eq!([a, b, a, b].into_iter().filter(|from| limits.allows(Class::Login, *from)).count(), 3);
    }
}
