pub mod identity;
pub mod sih;
