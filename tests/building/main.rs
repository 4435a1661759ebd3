//! Whole-building tests: the house rules, and the house as its users meet it.

mod admissions;
mod app;
mod browser;
mod commands;
mod desk;
mod documents;
mod figures;
mod generated;
mod house;
mod interfaces;
mod journey;
mod killed;
mod log;
mod logins;
mod matrix;
mod merging;
mod nodes;
mod people;
mod preadmission;
mod privacy;
mod safety;
mod sections;
mod sih_partners;
mod stays;
mod telling;
mod words;
