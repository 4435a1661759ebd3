//! Where to go on after a login: a path of this site that such a person may open, or its front page.

const LONGEST: usize = 1024;

/// For whom the path is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Patient,
    Desk,
}

impl Side {
    pub(crate) const fn home(self) -> &'static str {
        match self {
            Self::Patient => "/",
            Self::Desk => "/desk",
        }
    }

    /// Where its logins start.
    pub(crate) const fn login(self) -> &'static str {
        match self {
            Self::Patient => "/login",
            Self::Desk => "/desk/login",
        }
    }
}

/// The asked path when it is one of ours, else the side's own front page.
pub(crate) fn checked(asked: &str, side: Side) -> String {
    if is_local(asked) && belongs(asked, side) { asked.to_owned() } else { side.home().to_owned() }
}

/// A path, never an address: browsers take `//host`, `/\host` and tabs within for another site.
fn is_local(asked: &str) -> bool {
    let plain = asked.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'#' | b'"' | b'<' | b'>'));
    asked.starts_with('/') && !asked.starts_with("//") && plain && asked.len() <= LONGEST
}

fn belongs(asked: &str, side: Side) -> bool {
    let path = asked.split('?').next().unwrap_or_default();
    let lower = path.to_ascii_lowercase();
    let first = lower.split('/').nth(1).unwrap_or_default();
    // An encoded or dotted path could be read as another one than was checked here.
    let clear = !path.contains('%') && !path.split('/').any(|part| matches!(part, "." | ".."));
    let side_of_path = if first == "desk" { Side::Desk } else { Side::Patient };
    let circular = matches!(first, "login" | "logout" | "api" | "fhir") || lower.starts_with("/desk/log");
    clear && side_of_path == side && !circular
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t40_only_paths_of_ours_are_followed() {
        for asked in [
            "//evil.example",
            "///evil.example",
            "https:evil.example",
            "https://evil.example",
            "/\\evil.example",
            "\\\\evil",
            "/\t/evil.example",
            "/\n/evil.example",
            "/%0d%0aLocation:x",
            "/%2f%2fevil.example",
            "/%5cevil.example",
            "evil",
            "javascript:alert(1)",
            "",
            " /",
            "/a b",
            "/é",
            "/..//evil.example",
            "/x/../desk",
            "/x#y",
            "/login",
            "/Login/x",
            "/logout",
            "/api/v1/me",
            "/desk",
            "/desk/deliveries",
            "/\"><script>",
        ] {
            assert_eq!(checked(asked, Side::Patient), "/", "{asked:?}");
        }
        assert_eq!(checked(&format!("/{}", "a".repeat(LONGEST)), Side::Patient), "/");
        for asked in ["/desk/login", "/desk/logout", "/me", "//desk", "/"] {
            assert_eq!(checked(asked, Side::Desk), "/desk", "{asked:?}");
        }
    }

    #[test]
    fn our_own_paths_are_kept_with_their_query() {
        for asked in ["/", "/me", "/booking/holds/0199-a?day=2026-12-03&next=%2Fx", "/desktop"] {
            assert_eq!(checked(asked, Side::Patient), asked);
        }
        assert_eq!(checked("/desk/deliveries?state=dead", Side::Desk), "/desk/deliveries?state=dead");
    }
}
