pub mod sih;
