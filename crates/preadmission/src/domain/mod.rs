//! What pre-admission decides, pure and synchronous: no database, no HTTP, no clock of its own.

pub mod answering;
pub mod arrival;
pub mod card;
pub mod catalogue;
pub mod compare;
pub mod completeness;
pub mod document;
pub mod figures;
pub mod file;
pub mod invitation;
pub mod medical;
pub mod meeting;
pub mod merge;
pub mod people;
pub mod places;
pub mod reasons;
pub mod refusal;
pub mod relatives;
pub mod retention;
pub mod rules;
pub mod situation;
pub mod status;
pub mod trusted;
pub mod value;

pub use identity::same_person;
pub use refusal::Refusal;
