//! What our crates log while the tests run, at whatever level.

use std::{
    io::Write,
    sync::{Mutex, OnceLock},
};

use tracing_subscriber::util::SubscriberInitExt;

const OURS: [&str; 8] = ["web", "storage", "identity", "booking", "preadmission", "sih", "notices", "server"];

/// Lines of our crates.
static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Log;

/// One event is one write.
impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let line = String::from_utf8_lossy(bytes).into_owned();
        if OURS.iter().any(|name| line.contains(&format!("{name}::")) || line.contains(&format!(" {name}: "))) {
            LINES.lock().unwrap().push(line);
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Once for all tests: what one of them says is searched with what the others say.
pub(crate) fn listen() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let builder = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
        builder.with_writer(|| Log).finish().try_init().expect("the only one that listens");
    });
}

pub(crate) fn ours() -> Vec<String> {
    LINES.lock().unwrap().clone()
}
