//! Whole-building tests: the house rules, and the house as its users meet it.

mod house;
mod logins;
mod sih_partners;
mod words;
