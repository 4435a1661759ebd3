//! What a file may cost.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

const MEBI: usize = 1 << 20;

/// The `[preadmission.press]` section.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Worker processes at once on this node, 1 to 64: `at_once × memory_mb` is what they may take together.
    pub at_once: usize,
    /// Seconds without a new piece after which a worker is killed, 5 to 300.
    pub silence_seconds: u64,
    /// Another program than this one as worker, started with the same arguments: a wrapper that confines it further.
    pub program: Option<PathBuf>,
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self { at_once: 2, silence_seconds: 30, program: None, limits: Limits::default() }
    }
}

/// What one file may cost; given to the worker, which sets them on itself before it reads a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// MiB received, 1 to 100.
    pub received_mb: usize,
    /// MiB of the kept file, 1 to 100.
    pub kept_mb: usize,
    /// MiB of address space of the worker (RLIMIT_AS), 256 to 8,192. A photo of 60 megapixels needs about 1,000.
    pub memory_mb: usize,
    /// Seconds of processor of the worker (RLIMIT_CPU), 2 to 300.
    pub cpu_seconds: u64,
    /// Millions of pixels of an image, 1 to 200.
    pub megapixels: u32,
    /// Pixels of an image's side, 256 to 65,535 (what a JPEG can say).
    pub side_pixels: u32,
    /// Pixels of the longest side of what is made, 500 to 10,000.
    pub longest_side_pixels: u32,
    /// Pages of a PDF, 1 to 500.
    pub pages: usize,
    /// Square points (1/72 inch) of a PDF's page, 500,000 (A4) to 100,000,000.
    pub page_area_points: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            received_mb: 15,
            kept_mb: 25,
            memory_mb: 1024,
            cpu_seconds: 20,
            megapixels: 60,
            side_pixels: 16_384,
            longest_side_pixels: 2_500,
            pages: 20,
            page_area_points: 4_000_000,
        }
    }
}

impl Settings {
    /// What is wrong with these settings, in words, all at once.
    pub fn faults(&self) -> Vec<String> {
        let limits = &self.limits;
        let ranges: [(&str, u64, u64, u64); 11] = [
            ("at_once", self.at_once as u64, 1, 64),
            ("silence_seconds", self.silence_seconds, 5, 300),
            ("limits.received_mb", limits.received_mb as u64, 1, 100),
            ("limits.kept_mb", limits.kept_mb as u64, 1, 100),
            ("limits.memory_mb", limits.memory_mb as u64, 256, 8_192),
            ("limits.cpu_seconds", limits.cpu_seconds, 2, 300),
            ("limits.megapixels", limits.megapixels.into(), 1, 200),
            ("limits.side_pixels", limits.side_pixels.into(), 256, 65_535),
            ("limits.longest_side_pixels", limits.longest_side_pixels.into(), 500, 10_000),
            ("limits.pages", limits.pages as u64, 1, 500),
            ("limits.page_area_points", limits.page_area_points.into(), 500_000, 100_000_000),
        ];
        let wrong = ranges.iter().filter(|(_, value, least, most)| !(least..=most).contains(&value));
        wrong.map(|(key, _, least, most)| format!("preadmission.press.{key} must be from {least} to {most}")).collect()
    }
}

impl Limits {
    pub(crate) fn received_bytes(&self) -> usize {
        self.received_mb * MEBI
    }

    pub(super) fn kept_bytes(&self) -> usize {
        self.kept_mb * MEBI
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        (self.memory_mb * MEBI) as u64
    }

    pub(super) fn pixels(&self) -> u64 {
        u64::from(self.megapixels) * 1_000_000
    }

    /// Whether an image of so many pixels may be decoded.
    pub(super) fn admit(&self, width: u32, height: u32) -> Result<(), super::Unfit> {
        let fits = width.max(height) <= self.side_pixels && u64::from(width) * u64::from(height) <= self.pixels();
        if fits { Ok(()) } else { Err(super::Unfit::TooManyPixels) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_sound_and_every_fault_is_told() {
        assert_eq!(Settings::default().faults(), Vec::<String>::new());
        let limits = Limits { memory_mb: 1, pages: 0, ..Limits::default() };
        let faults = Settings { at_once: 0, limits, ..Settings::default() }.faults();
        assert_eq!(faults.len(), 3, "{faults:?}");
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let read = |text| serde_json::from_str::<Settings>(text);
        assert_eq!(read(r#"{"at_once": 3}"#).unwrap().at_once, 3);
        assert!(read(r#"{"limits": {"megapixel": 3}}"#).is_err());
    }
}
