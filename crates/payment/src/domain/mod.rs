//! What payment decides, pure and synchronous: no database, no HTTP, no clock of its own.

pub mod amount;
pub mod announce;
pub mod assertion;
pub mod attempt;
pub mod certain;
pub mod compare;
pub mod creditor;
pub mod figures;
pub mod guesses;
pub mod invoice;
pub mod lookups;
pub mod news;
pub mod reconcile;
pub mod refusal;
pub mod report;
pub mod retention;
pub mod settle;
pub mod start;
pub mod switch;
pub mod terms;
pub mod totals;
pub mod typed;

pub use refusal::Refusal;
