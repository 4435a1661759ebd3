//! What the sender does about an acknowledgement: a table of (MSA-1, ERR-3), the first line that fits decides. A
//! destination may put its own lines before ours, since sites differ (some answer AE when their database is down).

use serde::Deserialize;

use super::reading::{Acknowledgement, Code};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The partner has it.
    Settled,
    /// The same bytes again, later.
    Later,
    /// Never again unchanged: a person looks at it.
    Refused,
}

/// One line of the table. Without `from` and `to` it fits every answer of its code, with or without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub code: Code,
    /// First and last ERR-3 (table 0357), both included.
    pub from: Option<u16>,
    pub to: Option<u16>,
    pub then: Verdict,
}

const fn line(code: Code, from: Option<u16>, to: Option<u16>, then: Verdict) -> Line {
    Line { code, from, to, then }
}

/// HL7 v2.5 §2.9.2.2 and the ANS volume on CDA documents: an AE is about the content, an AR about circumstances.
const DEFAULTS: [Line; 6] = [
    line(Code::Accepted, None, None, Verdict::Settled),
    // Our content, whatever the code it is wrapped in.
    line(Code::Rejected, Some(100), Some(199), Verdict::Refused),
    // Type, event, processing id or version unsupported: it will be so tomorrow too.
    line(Code::Rejected, Some(200), Some(203), Verdict::Refused),
    // Duplicate key: an earlier attempt arrived, its acknowledgement did not.
    line(Code::Rejected, Some(205), Some(205), Verdict::Settled),
    // Record locked, internal error, the identity not there yet, or no reason given.
    line(Code::Rejected, None, None, Verdict::Later),
    line(Code::Error, None, None, Verdict::Refused),
];

/// The table of one destination.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Policy {
    own: Vec<Line>,
}

impl Policy {
    pub fn new(own: Vec<Line>) -> Self {
        Self { own }
    }

    pub fn verdict(&self, acknowledgement: &Acknowledgement) -> Verdict {
        let mut lines = self.own.iter().chain(&DEFAULTS);
        lines.find(|line| line.fits(acknowledgement)).map_or(Verdict::Refused, |line| line.then)
    }
}

impl Line {
    fn fits(&self, acknowledgement: &Acknowledgement) -> bool {
        let bounded = self.from.is_some() || self.to.is_some();
        let within = |error: u16| self.from.is_none_or(|from| from <= error) && self.to.is_none_or(|to| error <= to);
        self.code == acknowledgement.code && acknowledgement.error.map_or(!bounded, within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(policy: &Policy, code: Code, error: Option<u16>) -> Verdict {
        policy.verdict(&Acknowledgement { code, error, reason: String::new() })
    }

    #[test]
    fn the_truth_table() {
        use Code::{Accepted, Error, Rejected};
        use Verdict::{Later, Refused, Settled};
        for (code, errors, expected) in [
            (Accepted, vec![None, Some(0), Some(207)], Settled),
            (Error, vec![None, Some(100), Some(101), Some(103), Some(198), Some(199), Some(206), Some(207)], Refused),
            (Rejected, vec![Some(100), Some(101), Some(199), Some(200), Some(201), Some(202), Some(203)], Refused),
            (Rejected, vec![Some(205)], Settled),
            (Rejected, vec![None, Some(204), Some(206), Some(207), Some(999)], Later),
        ] {
            for error in errors {
                assert_eq!(verdict(&Policy::default(), code, error), expected, "{code:?} {error:?}");
            }
        }
    }

    #[test]
    fn a_destination_has_its_own_lines_first() {
        let own = r#"[{"code": "AE", "from": 206, "to": 207, "then": "later"}, {"code": "AR", "from": 204, "then": "refused"}]"#;
        let policy: Policy = serde_json::from_str(own).unwrap();
        for (code, error, expected) in [
            (Code::Error, Some(206), Verdict::Later),
            (Code::Error, Some(207), Verdict::Later),
            (Code::Error, Some(205), Verdict::Refused),
            (Code::Error, None, Verdict::Refused),
            (Code::Rejected, Some(205), Verdict::Refused),
            (Code::Rejected, None, Verdict::Later),
        ] {
            assert_eq!(verdict(&policy, code, error), expected, "{code:?} {error:?}");
        }
        assert!(serde_json::from_str::<Policy>(r#"[{"code": "AE", "then": "later", "when": 1}]"#).is_err());
        assert!(serde_json::from_str::<Policy>(r#"[{"code": "AX", "then": "later"}]"#).is_err());
    }
}
