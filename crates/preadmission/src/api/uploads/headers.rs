//! The headers of tus 1.0.0, so that the protocol of the IETF can replace it in one place.

use ::web::Problem;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::StatusCode};
use data_encoding::BASE64;
use jiff::SignedDuration;
use kernel::PreadmissionId;

use crate::{problems, store::uploads::Upload};

const VERSION: &str = "1.0.0";
const RESUMABLE: &str = "tus-resumable";
const VERSIONS: &str = "tus-version";
/// What every answer says, refusals too: which protocol is spoken here. A sender of another version reads it in the 412.
pub(in crate::api) const SPOKEN: &[(&str, &str)] = &[(RESUMABLE, VERSION), (VERSIONS, VERSION)];
const OFFSET: &str = "upload-offset";
const LENGTH: &str = "upload-length";
const METADATA: &str = "upload-metadata";
const EXPIRES: &str = "upload-expires";
/// The media type of a part.
pub(super) const PART: &str = "application/offset+octet-stream";

/// Refuses another version of the protocol.
pub(super) fn check_version(request: &HttpRequest) -> Result<(), Problem> {
    if text(request, RESUMABLE) == VERSION { Ok(()) } else { Err(Problem::new(&problems::UPLOAD_VERSION)) }
}

pub(super) fn length(request: &HttpRequest) -> Result<u64, Problem> {
    number(request, LENGTH)
}

pub(super) fn offset(request: &HttpRequest) -> Result<u64, Problem> {
    number(request, OFFSET)
}

/// One value of the metadata: `name base64, name base64`.
pub(super) fn metadata(request: &HttpRequest, name: &str) -> String {
    let pairs = text(request, METADATA).split(',').filter_map(|pair| pair.trim().split_once(' '));
    let value = pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.trim().as_bytes());
    let decoded = value.and_then(|value| BASE64.decode(value).ok()).unwrap_or_default();
    String::from_utf8(decoded).unwrap_or_default()
}

/// How long ago the sender chose the file, which may have waited for others of the same choice: a day at most.
pub(super) fn waited(request: &HttpRequest) -> SignedDuration {
    let milliseconds = metadata(request, "waited").parse::<u32>().unwrap_or_default();
    SignedDuration::from_millis(milliseconds.into()).min(SignedDuration::from_hours(24))
}

fn number(request: &HttpRequest, name: &str) -> Result<u64, Problem> {
    text(request, name).parse().map_err(|_| Problem::new(&::web::problem::MALFORMED))
}

fn text<'r>(request: &'r HttpRequest, name: &str) -> &'r str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// How far it has come.
pub(super) fn answer(status: StatusCode, upload: &Upload) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((OFFSET, upload.received.to_string()))
        .insert_header((LENGTH, upload.size.to_string()))
        .insert_header((EXPIRES, upload.expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()));
    response
}

/// What a sender may do here.
pub(super) fn abilities(largest: u64) -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header(("tus-extension", "creation,expiration,termination"))
        .insert_header(("tus-max-size", largest.to_string()))
        .finish()
}

pub(super) fn address(file: PreadmissionId, upload: &Upload) -> String {
    format!("/api/v1/preadmissions/{file}/uploads/{}", upload.id)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn metadata_is_read_by_name() {
        let line = "kind Q05fUkVDVE8=, filename w6l0w6kuanBn,empty ,bad ***";
        let request = TestRequest::default().insert_header((METADATA, line)).to_http_request();
        assert_eq!(metadata(&request, "kind"), "CN_RECTO");
        assert_eq!(metadata(&request, "filename"), "été.jpg");
        for other in ["empty", "bad", "absent", ""] {
            assert_eq!(metadata(&request, other), "");
        }
    }

    #[test]
    fn a_file_waited_a_day_at_most() {
        let waited = |value: &str| {
            let line = format!("waited {}", BASE64.encode(value.as_bytes()));
            super::waited(&TestRequest::default().insert_header((METADATA, line)).to_http_request()).as_millis()
        };
        for (value, read) in [("1500", 1500), ("0", 0), ("-1", 0), ("soon", 0), ("4000000000", 86_400_000)] {
            assert_eq!(waited(value), read, "{value}");
        }
    }

    #[test]
    fn numbers_are_plain() {
        for (value, read) in [("0", Some(0)), ("524288", Some(524_288)), ("", None), ("-1", None), ("1e3", None)] {
            let request = TestRequest::default().insert_header((OFFSET, value)).to_http_request();
            assert_eq!(offset(&request).ok(), read, "{value}");
        }
        assert!(check_version(&TestRequest::default().to_http_request()).is_err());
    }
}
