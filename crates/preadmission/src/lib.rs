#![doc = include_str!("../README.md")]

pub mod announcement;
pub mod antivirus;
pub mod press;
