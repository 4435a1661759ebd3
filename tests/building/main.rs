//! Whole-building tests: the house rules, and the house as its users meet it.

mod house;
mod sih_partners;
mod words;
