#![doc = include_str!("../README.md")]

pub mod digest;
pub mod event;
pub mod finess;
pub mod fold;
pub mod id;
pub mod money;
pub mod rpps;
#[cfg(feature = "testing")]
pub mod testing;
pub mod world;
pub mod zone;

pub use event::EventKind;
pub use finess::Finess;
pub use fold::fold;
pub use id::*;
pub use jiff::Timestamp;
pub use money::Money;
pub use rpps::Rpps;
pub use world::{Clock, Random, World};
pub use zone::Zone;

/// Luhn's check (ISO/IEC 7812-1 annex B), which both FINESS and RPPS end with. `digits` include the key.
fn luhn_holds(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit.wrapping_sub(b'0'));
            match (place % 2, value * 2) {
                (0, _) => value,
                (_, doubled) if doubled > 9 => doubled - 9,
                (_, doubled) => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}
