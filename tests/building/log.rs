//! All that is logged while the tests run, by whom and at whatever level: as the program starts its log, and finer.

use std::{
    io::Write,
    sync::{Mutex, OnceLock},
};

use tracing_subscriber::util::SubscriberInitExt;

/// With this begins everything that tests plant to be found again nowhere.
pub(crate) const MARK: &str = "ZQXMARQUE";

const OURS: [&str; 9] =
    ["web", "storage", "identity", "booking", "preadmission", "payment", "sih", "notices", "server"];

/// What reads pages in the tests' own browser.
const READERS: [&str; 2] = ["html5ever", "selectors"];

/// Lines of our crates, and lines of anybody that bear a mark.
static LINES: Mutex<(Vec<String>, Vec<String>)> = Mutex::new((Vec::new(), Vec::new()));

struct Log;

/// One event is one write.
impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let line = String::from_utf8_lossy(bytes).into_owned();
        let mut lines = LINES.lock().unwrap();
        let is_reader = READERS.iter().any(|name| line.contains(&format!(" {name}::")));
        if !is_reader && line.to_ascii_uppercase().contains(MARK) {
            lines.1.push(line.clone());
        }
        if OURS.iter().any(|name| line.contains(&format!("{name}::")) || line.contains(&format!(" {name}: "))) {
            lines.0.push(line);
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
    LINES.lock().unwrap().0.clone()
}

pub(crate) fn marked() -> Vec<String> {
    LINES.lock().unwrap().1.clone()
}
