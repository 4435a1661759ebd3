//! Refusals, the same under `/api` (RFC 9457, `application/problem+json`) and as a page elsewhere. Who refuses says
//! which [`ProblemType`]; the front desk writes it in the caller's language. A 5xx tells only the request's number.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use kernel::Money;
use serde_json::{Map, Value};
use storage::StorageError;

/// A kind of refusal, with a page of its own under `/problems/`.
#[derive(Debug, PartialEq, Eq)]
pub struct ProblemType {
    /// The last part of its address; also the start of its words: `problem-{slug}` (title) and `problem-{slug}-detail`.
    pub slug: &'static str,
    pub status: u16,
}

/// Names kinds of refusal, and lists them all as `ALL`.
#[macro_export]
macro_rules! problem_types {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $status:literal;)+) => {
        $($(#[$doc])* pub const $name: $crate::ProblemType = $crate::ProblemType { slug: $slug, status: $status };)+
        pub const ALL: &[&$crate::ProblemType] = &[$(&$name),+];
    };
}

problem_types! {
    /// The request cannot be read.
    MALFORMED = "malformed", 400;
    /// A session is needed.
    LOGIN_REQUIRED = "login-required", 401;
    /// This desk needs a role that the person does not have.
    ROLE_REQUIRED = "role-required", 403;
    /// The form did not come from a page of this site, or its page is too old.
    FOREIGN_FORM = "foreign-form", 403;
    /// There is no such thing, or it is somebody else's.
    NOT_FOUND = "not-found", 404;
    METHOD_NOT_ALLOWED = "method-not-allowed", 405;
    /// The body did not arrive in time.
    TOO_SLOW = "too-slow", 408;
    TOO_LARGE = "too-large", 413;
    UNSUPPORTED_MEDIA = "unsupported-media", 415;
    /// Values that break a rule.
    INVALID = "invalid", 422;
    /// The idempotency key was used for another request.
    KEY_REUSED = "key-reused", 422;
    TOO_MANY_REQUESTS = "too-many-requests", 429;
    UNEXPECTED = "unexpected", 500;
    /// The house is busy or its database is away.
    UNAVAILABLE = "unavailable", 503;
}

/// A value in the words of a refusal.
#[derive(Debug, Clone)]
pub enum Arg {
    Text(String),
    /// Written as the reader's language writes money.
    Sum(Money),
}

/// One refusal.
pub struct Problem {
    pub kind: &'static ProblemType,
    /// Values for the words of its detail.
    pub args: Vec<(&'static str, Arg)>,
    /// Members beside the standard ones: `alternatives`, `errors`…
    pub members: Map<String, Value>,
    /// Seconds, for `Retry-After`.
    pub retry_after: Option<u32>,
    /// For `WWW-Authenticate`, of who must prove themselves otherwise than by a session (RFC 9110 §11.6.1).
    pub challenge: Option<&'static str>,
    /// The key of words that say more than the kind's own detail.
    pub(crate) detail: Option<String>,
    /// What went wrong inside; for the log only.
    cause: Option<Box<dyn std::error::Error>>,
}

impl Problem {
    pub fn new(kind: &'static ProblemType) -> Self {
        Self {
            kind,
            args: Vec::new(),
            members: Map::new(),
            retry_after: None,
            challenge: None,
            detail: None,
            cause: None,
        }
    }

    pub fn not_found() -> Self {
        Self::new(&NOT_FOUND)
    }

    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, Arg::Text(value.into())));
        self
    }

    #[must_use]
    pub fn sum(mut self, name: &'static str, sum: Money) -> Self {
        self.args.push((name, Arg::Sum(sum)));
        self
    }

    #[must_use]
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    #[must_use]
    pub fn challenge(mut self, scheme: &'static str) -> Self {
        self.challenge = Some(scheme);
        self
    }

    /// Tells the detail in these words, which say more than the kind's own.
    #[must_use]
    pub fn told_as(mut self, key: impl Into<String>) -> Self {
        self.detail = Some(key.into());
        self
    }

    /// Something broke inside: 500, and the cause for the log.
    pub fn unexpected(cause: impl Into<Box<dyn std::error::Error>>) -> Self {
        Self { cause: Some(cause.into()), ..Self::new(&UNEXPECTED) }
    }

    /// A value that breaks a rule: `pointer` names it (RFC 6901), `key` says how, in the words of the room.
    pub fn invalid(pointer: &str, key: &str) -> Self {
        let error = serde_json::json!({ "pointer": pointer, "code": key });
        Self::new(&INVALID).member("errors", vec![error])
    }

    /// The same refusal, taken out of a borrowed error; the cause goes on as its words.
    pub(crate) fn again(&self) -> Self {
        Self {
            kind: self.kind,
            args: self.args.clone(),
            members: self.members.clone(),
            retry_after: self.retry_after,
            challenge: self.challenge,
            detail: self.detail.clone(),
            cause: self.cause.as_ref().map(|cause| words_of(cause.as_ref()).into()),
        }
    }

    pub(crate) fn cause(&self) -> Option<&dyn std::error::Error> {
        self.cause.as_deref()
    }
}

fn words_of(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words += &format!(": {cause}");
        source = cause.source();
    }
    words
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Problem({})", self.kind.slug)
    }
}
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.slug)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
    /// Empty: the front desk knows the caller's language and writes the body.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        if error.is_passing() {
            return Self { cause: Some(Box::new(error)), retry_after: Some(2), ..Self::new(&UNAVAILABLE) };
        }
        Self::unexpected(error)
    }
}

impl From<storage::idempotency::KeyReused> for Problem {
    fn from(_: storage::idempotency::KeyReused) -> Self {
        Self::new(&KEY_REUSED)
    }
}
