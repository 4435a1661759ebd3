//! Who is owed: a *régie* or a budget of an establishment, and what it lets payers do.

use kernel::Money;

/// How real a payment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Nothing is debited (`saisie` T).
    Test,
    /// The payments that the DGFiP asks for before it opens a creditor (`saisie` X): a switch for a short time.
    Activation,
    /// Money moves (`saisie` W).
    Production,
}

impl Mode {
    /// Only money closes an invoice.
    pub const fn is_real(self) -> bool {
        matches!(self, Self::Production)
    }

    pub const ALL: [Self; 3] = [Self::Test, Self::Activation, Self::Production];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Activation => "activation",
            Self::Production => "production",
        }
    }
}

/// What a creditor allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub is_open: bool,
    /// The smallest and the largest payment that its provider takes.
    pub least: Money,
    pub most: Money,
    pub partial_payment: bool,
    /// Several invoices in one payment.
    pub several_invoices: bool,
}

/// One creditor as payments see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creditor {
    pub provider: &'static str,
    /// As its provider numbers it: a [`Numcli`](super::terms::Numcli), a shop.
    pub number: String,
    pub mode: Mode,
    pub terms: Terms,
}
