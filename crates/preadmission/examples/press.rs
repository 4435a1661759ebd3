//! The worker alone, as `parvis press` runs it: `press press LIMITS SUBJECT < FILE > FRAMES`. The press's tests start it, since
//! a room cannot start the building.

use std::{io, process::ExitCode};

fn main() -> ExitCode {
    let told: Vec<String> = std::env::args().skip(2).collect();
    let worked = match told.as_slice() {
        [limits, subject] => preadmission::press::worker::run(limits, subject),
        _ => Err(io::Error::other("limits and subject are missing")),
    };
    match worked {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
