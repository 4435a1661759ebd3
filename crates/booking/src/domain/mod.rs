//! What booking decides, pure and synchronous: no database, no HTTP, no clock of its own.

pub mod appointment;
pub mod book;
pub mod cancel;
pub mod evaluate;

pub mod free_time;
pub mod hold;
pub mod holiday;
pub mod interval;
pub mod plan;
pub mod reference;
pub mod refusal;
#[cfg(test)]
pub mod sample;
pub mod search;
pub mod speciality;

pub use evaluate::{Slot, Wish, evaluate};
pub use free_time::FreeTime;
pub use holiday::HolidayCalendar;
pub use interval::Interval;
pub use plan::{Mode, Opening, Plan, VisitReason};
pub use refusal::Refusal;
pub use speciality::Speciality;
