//! Where a request really comes from: `X-Forwarded-For` counts only when a trusted proxy wrote it.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::ServiceRequest;

pub(crate) fn address(request: &ServiceRequest, trusted: &[IpAddr]) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let lines = request.headers().get_all("x-forwarded-for").filter_map(|line| line.to_str().ok());
    behind(peer, trusted, lines)
}

/// From right to left: the first address that no trusted proxy has.
fn behind<'l>(peer: IpAddr, trusted: &[IpAddr], lines: impl Iterator<Item = &'l str>) -> IpAddr {
    let mut chain: Vec<IpAddr> = Vec::new();
    for entry in lines.flat_map(|line| line.split(',')) {
        match entry.trim().parse() {
            Ok(address) => chain.push(address),
            // Behind something unreadable nothing can be believed.
            Err(_) => chain.clear(),
        }
    }
    let mut current = peer;
    while trusted.contains(&current) {
        match chain.pop() {
            Some(before) => current = before,
            None => break,
        }
    }
    current
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let (proxy, stranger) = (ip("10.0.0.1"), ip("203.0.113.9"));
        let from = |peer, header: &str| behind(peer, &[proxy], [header].into_iter());
        assert_eq!(from(stranger, "198.51.100.1"), stranger);
        assert_eq!(from(proxy, "198.51.100.1"), ip("198.51.100.1"));
        assert_eq!(from(proxy, "127.0.0.1, 198.51.100.1"), ip("198.51.100.1"));
        assert_eq!(from(proxy, "198.51.100.1, nonsense"), proxy);
        assert_eq!(from(proxy, ""), proxy);
    }
}
