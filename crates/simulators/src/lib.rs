pub mod identity;
pub mod mailbox;
pub mod sih;
