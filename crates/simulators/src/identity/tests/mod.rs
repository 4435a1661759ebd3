//! A relying party's view of the demonstration providers, and what they must refuse.

mod bench;
mod entrance;
mod faulty;
mod journey;
