//! Whole-building tests: the house rules, and the house as its users meet it.

mod app;
mod browser;
mod house;
mod journey;
mod logins;
mod sih_partners;
mod words;
