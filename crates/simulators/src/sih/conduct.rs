//! How the simulated partner behaves.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conduct {
    /// Keeps and answers AA.
    #[default]
    Normal,
    /// Answers AR 207, as a system that is being restarted.
    Down,
    /// Answers AE 101, as one that misses a field.
    Rejecting,
    /// Takes everything but documents (MDM), which it answers AE 101.
    RejectingDocuments,
    /// Keeps and answers AA, but late.
    Slow,
    /// Keeps, and its answer is lost.
    Silent,
    /// Keeps, and answers for another message.
    Foreign,
}

impl Conduct {
    pub const ALL: [Self; 7] =
        [Self::Normal, Self::Down, Self::Rejecting, Self::RejectingDocuments, Self::Slow, Self::Silent, Self::Foreign];

    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Down => "down",
            Self::Rejecting => "rejecting",
            Self::RejectingDocuments => "rejecting-documents",
            Self::Slow => "slow",
            Self::Silent => "silent",
            Self::Foreign => "foreign",
        }
    }

    /// In the words of its page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Normal => "répond normalement (AA)",
            Self::Down => "en panne (AR 207, à renvoyer plus tard)",
            Self::Rejecting => "refuse les messages (AE 101)",
            Self::RejectingDocuments => "refuse les documents (AE 101)",
            Self::Slow => "répond lentement",
            Self::Silent => "reçoit mais ne répond pas",
            Self::Foreign => "acquitte un autre message (MSA-2 faux)",
        }
    }
}
