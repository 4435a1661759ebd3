//! Colours: what a telephone coded in the wider Display P3 is told in sRGB, as every viewer and printer takes it.

use image::{ConvertColorOptions, DynamicImage, metadata::Cicp};

/// The red and the green primary of Display P3 in a profile: X and Y of CIE 1931, adapted to D50 (ICC.1:2022 annex E).
const RED: [f64; 2] = [0.515_1, 0.241_2];
const GREEN: [f64; 2] = [0.292_0, 0.692_2];
/// How far a profile's own numbers may be from these: sRGB is 0.08 away.
const NEAR: f64 = 0.005;

/// In sRGB, when the profile is Display P3's. Other profiles are near to sRGB, or of printers: their pixels stay as coded.
pub(super) fn in_srgb(mut image: DynamicImage, profile: &[u8]) -> DynamicImage {
    let is_wide = is_near(profile, *b"rXYZ", RED) && is_near(profile, *b"gXYZ", GREEN);
    if !is_wide || image.set_color_space(Cicp::DISPLAY_P3).is_err() {
        return image;
    }
    // What cannot be told in other colours, such as grey, stays as it is.
    drop(image.apply_color_space(Cicp::SRGB, ConvertColorOptions::default()));
    image
}

fn is_near(profile: &[u8], tag: [u8; 4], wanted: [f64; 2]) -> bool {
    xyz(profile, tag).is_some_and(|found| found.iter().zip(wanted).all(|(one, other)| (one - other).abs() < NEAR))
}

/// X and Y of a tag of type XYZ (ICC.1:2022 §7.3, §10.31): numbers with 16 bits behind the point.
fn xyz(profile: &[u8], tag: [u8; 4]) -> Option<[f64; 2]> {
    let number = |at: usize| {
        let bytes = profile.get(at..)?.first_chunk::<4>()?;
        Some(i32::from_be_bytes(*bytes))
    };
    let count = usize::try_from(number(128)?).ok()?.min(100);
    let entry = (0..count).map(|place| 132 + 12 * place).find(|at| profile.get(*at..at + 4) == Some(&tag))?;
    let start = usize::try_from(number(entry + 4)?).ok()?;
    let fraction = |at: usize| Some(f64::from(number(start.checked_add(at)?)?) / 65_536.0);
    Some([fraction(8)?, fraction(12)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_cut_short_or_lying_says_nothing() {
        let mut profile = vec![0; 132];
        profile[131] = 1;
        profile.extend(b"rXYZ\x7F\xFF\xFF\xFF\0\0\0\x14");
        assert_eq!(xyz(&profile, *b"rXYZ"), None, "beyond its end");
        assert_eq!(xyz(&profile[..100], *b"rXYZ"), None);
        profile[136..140].copy_from_slice(&144_i32.to_be_bytes());
        profile.extend([0; 8]);
        profile.extend(32_768_i32.to_be_bytes());
        profile.extend((-65_536_i32).to_be_bytes());
        assert_eq!(xyz(&profile, *b"rXYZ"), Some([0.5, -1.0]));
        assert_eq!(xyz(&profile, *b"gXYZ"), None);
    }
}
