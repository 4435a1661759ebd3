//! What a relay or a gateway said. A reason begins with a code that the desk has words for.

/// The outcome of one attempt. The texts carry no address nor name: they are shown and logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Accepted(String),
    /// The same attempt may succeed later.
    Later(String),
    /// It never will.
    Refused(String),
}
