//! The worker alone, as `parvis press` runs it: `press press LIMITS < FILE > FRAMES`. The press's tests start it, since
//! a room cannot start the building.

use std::{io, process::ExitCode};

fn main() -> ExitCode {
    let limits = std::env::args().nth(2).ok_or_else(|| io::Error::other("limits are missing"));
    match limits.and_then(|limits| preadmission::press::worker::run(&limits)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
