//! Forms that come from our own pages. Two checks, both needed: where the browser says the request comes from
//! (`Sec-Fetch-Site`, else `Origin`), and a token that only our pages carry.
//!
//! The token is a keyed digest of the caller's cookie. It is masked anew on each page, so that compression tells
//! nothing about it (BREACH).

use actix_web::http::header::HeaderMap;
use data_encoding::BASE64URL_NOPAD;
use kernel::{World, digest};

fn bare(secret: &[u8], cookie: &str) -> [u8; 32] {
    digest::keyed(secret, &[b"csrf", cookie.as_bytes()])
}

pub(crate) fn token(secret: &[u8], cookie: &str, world: &World) -> String {
    let mask = world.bytes32();
    let masked: Vec<u8> = bare(secret, cookie).iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    BASE64URL_NOPAD.encode(&[mask.as_slice(), &masked].concat())
}

pub(crate) fn holds(secret: &[u8], cookie: &str, token: &str) -> bool {
    let Ok(bytes) = BASE64URL_NOPAD.decode(token.as_bytes()) else { return false };
    let Some((mask, masked)) = bytes.split_at_checked(32) else { return false };
    let unmasked: Vec<u8> = masked.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    masked.len() == 32 && digest::same(&unmasked, &bare(secret, cookie))
}

/// A request that changes something must come from this site. Programs without a browser send neither header and
/// still need the token.
pub(crate) fn comes_from_here(headers: &HeaderMap, origin: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(from)) => from == origin,
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn a_token_holds_for_its_cookie_only() {
        let world = World::system();
        let (one, other) = (token(b"secret", "cookie", &world), token(b"secret", "cookie", &world));
        assert_ne!(one, other, "masked anew");
        assert!(holds(b"secret", "cookie", &one) && holds(b"secret", "cookie", &other));
        assert!(!holds(b"secret", "another", &one));
        assert!(!holds(b"another", "cookie", &one));
        for wrong in ["", "x", "é", &"A".repeat(86), one.get(..60).unwrap()] {
            assert!(!holds(b"secret", "cookie", wrong), "{wrong}");
        }
    }

    #[test]
    fn other_sites_are_told_apart() {
        let check = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            comes_from_here(&headers, "https://rdv.example.org")
        };
        assert!(check(&[("sec-fetch-site", "same-origin")]));
        assert!(check(&[("origin", "https://rdv.example.org")]));
        assert!(check(&[]));
        assert!(!check(&[("sec-fetch-site", "same-site"), ("origin", "https://rdv.example.org")]));
        assert!(!check(&[("sec-fetch-site", "cross-site")]));
        assert!(!check(&[("origin", "https://rdv.example.org.evil.example")]));
        assert!(!check(&[("origin", "null")]));
    }
}
