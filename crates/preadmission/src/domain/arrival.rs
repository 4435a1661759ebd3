//! What may come into a file beside what is there already.

use super::{Refusal, document::State};

/// The hospital's limits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Documents of one kind.
    pub per_kind: usize,
    /// Bytes of all that was sent for one file.
    pub file_set_bytes: i64,
}

/// A document of the file that still counts, or the one that comes.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    pub kind: &'a str,
    pub state: State,
    /// Of the bytes as sent; none: not known yet, or a word that it is missing.
    pub sha256: Option<&'a [u8]>,
    pub bytes: i64,
}

/// Whether it may come. Asked before its first byte, when only its kind is known, and again when all is.
pub fn admit(there: &[Given<'_>], coming: &Given<'_>, limits: Limits) -> Result<(), Refusal> {
    let sent = || there.iter().filter(|one| one.bytes > 0);
    let same = |one: &Given<'_>| one.sha256.is_some() && one.sha256 == coming.sha256;
    // What was refused for one purpose may serve another, but not the same again.
    if sent().any(|one| same(one) && (one.state.settles() || one.kind == coming.kind)) {
        return Err(Refusal::SentBefore);
    }
    if sent().filter(|one| one.kind == coming.kind && one.state.settles()).count() >= limits.per_kind {
        return Err(Refusal::TooManyOfKind);
    }
    let bytes = sent().fold(coming.bytes, |sum, one| sum.saturating_add(one.bytes));
    if bytes > limits.file_set_bytes { Err(Refusal::FileSetFull) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { per_kind: 2, file_set_bytes: 100 };

    const fn given(kind: &'static str, state: State, print: &'static [u8], bytes: i64) -> Given<'static> {
        Given { kind, state, sha256: Some(print), bytes }
    }

    #[test]
    fn what_may_come() {
        use State::{Accepted, Infected, NotAvailable, Received, Refused, ToReview};
        let missing = Given { kind: "A", state: NotAvailable, sha256: None, bytes: 0 };
        let unknown = Given { kind: "A", state: Received, sha256: None, bytes: 0 };
        let coming = given("A", Received, b"new", 40);
        let table: &[(&[Given<'_>], Given<'_>, Result<(), Refusal>)] = &[
            (&[], coming, Ok(())),
            (&[missing, missing, missing], coming, Ok(())),
            (&[given("A", ToReview, b"new", 1)], coming, Err(Refusal::SentBefore)),
            (&[given("B", Accepted, b"new", 1)], coming, Err(Refusal::SentBefore)),
            (&[given("A", Refused, b"new", 1)], coming, Err(Refusal::SentBefore)),
            (&[given("B", Refused, b"new", 1)], coming, Ok(())),
            (&[given("A", ToReview, b"1", 1), given("A", Received, b"2", 1)], coming, Err(Refusal::TooManyOfKind)),
            (&[given("A", ToReview, b"1", 1), given("A", Received, b"2", 1)], unknown, Err(Refusal::TooManyOfKind)),
            (&[given("A", ToReview, b"1", 1), given("A", Infected, b"2", 1)], coming, Ok(())),
            (&[given("B", ToReview, b"1", 60)], coming, Ok(())),
            (&[given("B", ToReview, b"1", 61)], coming, Err(Refusal::FileSetFull)),
            (&[given("B", ToReview, b"1", 100)], unknown, Ok(())),
        ];
        for (there, coming, expected) in table {
            assert_eq!(admit(there, coming, LIMITS), *expected, "{there:?} {coming:?}");
        }
    }
}
