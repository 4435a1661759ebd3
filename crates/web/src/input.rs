//! Reading what callers send: actix's extractors, with our refusals.

use std::future::{Ready, ready};

use actix_web::{
    Error, FromRequest, HttpRequest,
    dev::Payload,
    error::{JsonPayloadError, PathError, QueryPayloadError, UrlencodedError},
    web,
};

use crate::{Problem, body, problem, settings::BodySettings};

/// Limits and refusals for `Json`, `Form`, `Query` and `Path`.
pub fn configure_inputs(config: &mut web::ServiceConfig, settings: &BodySettings) {
    config
        .app_data(web::JsonConfig::default().limit(settings.limit).error_handler(|error, _| json(&error)))
        .app_data(web::FormConfig::default().limit(settings.limit).error_handler(|error, _| form(&error)))
        .app_data(web::PayloadConfig::new(settings.limit))
        .app_data(web::QueryConfig::default().error_handler(|error, _| query(&error)))
        .app_data(web::PathConfig::default().error_handler(|error, _| path(&error)));
}

fn json(error: &JsonPayloadError) -> Error {
    let kind = match error {
        JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => &problem::TOO_LARGE,
        JsonPayloadError::ContentType => &problem::UNSUPPORTED_MEDIA,
        JsonPayloadError::Payload(cause) if body::is_late(cause) => &problem::TOO_SLOW,
        JsonPayloadError::Deserialize(cause) if cause.is_data() => &problem::INVALID,
        _ => &problem::MALFORMED,
    };
    Problem::new(kind).into()
}

fn form(error: &UrlencodedError) -> Error {
    let kind = match error {
        UrlencodedError::Overflow { .. } => &problem::TOO_LARGE,
        UrlencodedError::ContentType => &problem::UNSUPPORTED_MEDIA,
        UrlencodedError::Payload(cause) if body::is_late(cause) => &problem::TOO_SLOW,
        _ => &problem::MALFORMED,
    };
    Problem::new(kind).into()
}

fn query(_: &QueryPayloadError) -> Error {
    Problem::new(&problem::MALFORMED).into()
}

/// A path that names nothing is a path to nothing.
fn path(_: &PathError) -> Error {
    Problem::not_found().into()
}

/// The header `Idempotency-Key` of creating requests: 1 to 255 visible characters.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub String);

impl IdempotencyKey {
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > 255 || !visible {
            return Err(Problem::invalid("/idempotency_key", "idempotency-key"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut values = request.headers().get_all("idempotency-key");
        ready(match (values.next(), values.next()) {
            (Some(value), None) => Self::parse(value.to_str().unwrap_or_default()),
            _ => Err(Problem::invalid("/idempotency_key", "idempotency-key")),
        })
    }
}

/// A path of this site to go back to, or nothing: never another site, whatever the spelling.
pub fn local_path(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let lower = text.to_ascii_lowercase();
    let hidden = ["%2f%2f", "%5c", "%00", "%0a", "%0d"].iter().any(|code| lower.contains(code));
    (plain && !hidden && text.starts_with('/') && !text.starts_with("//") && text.len() <= 500).then_some(text)
}

/// A local path as the value of a query: only what would end it, or be read as something else, is written otherwise.
pub(crate) fn in_query(path: &str) -> String {
    path.replace('%', "%25").replace('&', "%26").replace('+', "%2B").replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_query_is_read_back_as_it_was() {
        for path in ["/", "/desk/preadmissions?status=ready&text=a+b&unit=C%C3%A9&sort=entry", "/x?k=A_-b"] {
            let query = format!("return_to={}", in_query(path));
            let read = actix_web::web::Query::<Vec<(String, String)>>::from_query(&query).unwrap();
            assert_eq!(read.as_slice(), [("return_to".to_owned(), path.to_owned())]);
        }
    }

    #[test]
    fn only_paths_of_this_site() {
        for good in ["/", "/appointments?x=1", "/checkout/0190"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "//evil",
            "/\\evil",
            "https:evil",
            "https://evil",
            "\\evil",
            "/%5cevil",
            "/%2F%2fevil",
            "/a\r\nb",
            "/a b",
            "evil",
        ] {
            assert_eq!(local_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_key_is_short_and_visible() {
        assert!(IdempotencyKey::parse("a-1").is_ok());
        for bad in ["", "a b", "é", &"x".repeat(256)] {
            assert!(IdempotencyKey::parse(bad).is_err());
        }
    }
}
