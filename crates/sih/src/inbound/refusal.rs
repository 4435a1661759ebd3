//! Why a message that could be read has no effect here.

use crate::acknowledgement::{Answer, Code};

/// AE, with the code of table 0357 and the field at fault. `why` is the end of a key of the pages' words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    pub error: u16,
    pub segment: &'static str,
    pub field: u16,
    pub why: &'static str,
}

impl Refusal {
    const fn new(error: u16, segment: &'static str, field: u16, why: &'static str) -> Self {
        Self { error, segment, field, why }
    }

    /// 100: a segment is missing, or stands where it may not.
    pub(super) const fn sequence(segment: &'static str) -> Self {
        Self::new(100, segment, 0, "sequence")
    }
    /// 101
    pub(super) const fn missing(segment: &'static str, field: u16) -> Self {
        Self::new(101, segment, field, "missing")
    }
    /// 102: a date that is none, a number that is too long.
    pub(super) const fn malformed(segment: &'static str, field: u16) -> Self {
        Self::new(102, segment, field, "malformed")
    }
    /// 103
    pub(super) const fn not_in_table(segment: &'static str, field: u16) -> Self {
        Self::new(103, segment, field, "not-in-table")
    }
    /// 199: the values do not go together.
    pub(super) const fn contradiction(segment: &'static str, field: u16) -> Self {
        Self::new(199, segment, field, "contradiction")
    }
    /// 204: nobody here goes by that name. AE and not AR: sent again unchanged it would be refused again, until a
    /// person completes the settings or the directory, and then processes what was kept.
    pub(super) const fn unknown(segment: &'static str, field: u16, why: &'static str) -> Self {
        Self::new(204, segment, field, why)
    }
    /// 205: this MSH-10 named another message.
    pub(super) const DUPLICATE: Self = Self::new(205, "MSH", 10, "duplicate");
    /// 199: the house's own rules do not let it in.
    pub(super) const NOT_KEPT: Self = Self::new(199, "PV1", 19, "not-kept");

    pub(super) fn answer(&self) -> Answer {
        let meaning = match self.error {
            100 => "Segment sequence error",
            101 => "Required field missing",
            102 => "Data type error",
            103 => "Table value not found",
            204 => "Unknown key identifier",
            205 => "Duplicate key identifier",
            _ => "Other",
        };
        let mut answer = Answer::refusing(Code::Error, self.error, meaning, self.why);
        answer.place = Some((self.segment, self.field));
        answer
    }

    /// `PV1-19`, or `PV1` for a segment as a whole.
    pub fn place(&self) -> String {
        if self.field == 0 { self.segment.to_owned() } else { format!("{}-{}", self.segment, self.field) }
    }
}
