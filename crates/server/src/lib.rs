#![doc = include_str!("../README.md")]

pub mod building;
pub mod cli;
pub mod client;
#[cfg(feature = "simulators")]
pub mod demo;
pub mod keys;
pub mod purge;
pub mod scenario;
pub mod settings;
pub mod subscriptions;
pub mod work;

mod admin;
mod commands;
mod logs;
mod merges;
mod papers;
mod people;
