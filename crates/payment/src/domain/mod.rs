//! What payment decides, pure and synchronous: no database, no HTTP, no clock of its own.

pub mod announce;
pub mod assertion;
pub mod attempt;
pub mod certain;
pub mod compare;
pub mod creditor;
pub mod guesses;
pub mod invoice;
pub mod lookups;
pub mod news;
pub mod refusal;
pub mod start;
pub mod terms;
pub mod typed;

pub use refusal::Refusal;
