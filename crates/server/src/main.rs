//! The one binary, `parvis`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::run()
}
