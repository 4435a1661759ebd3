//! The acceptance list through HTTP: the room behind the real front desk, on each database, with a scripted provider.

mod house;
mod login;
mod logout;
mod me;
mod pages;
mod refused;
mod staff;
