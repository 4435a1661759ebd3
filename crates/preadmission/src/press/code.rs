//! The square code on a card (Data Matrix, ISO/IEC 16022): its text, as it stands there.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{DynamicImage, GrayImage, RgbImage, imageops::FilterType};
use rxing::{
    BinaryBitmap, DecodeHints, Luma8LuminanceSource, Reader, common::HybridBinarizer, datamatrix::DataMatrixReader,
};

/// Bytes of the longest text that is kept: above the 3,116 digits that the largest code holds.
const MOST: usize = 4_000;

/// The first code that can be read, however the card lies.
pub(super) fn read(picture: &RgbImage) -> Option<String> {
    // A reader that loses its way says nothing of the file, which is kept without its code.
    catch_unwind(AssertUnwindSafe(|| at_either_scale(picture))).ok().flatten().and_then(text)
}

/// As it is, where squares of three pixels are read; then at half its size, where the steps and the grain of a picture
/// that was made larger are gone.
fn at_either_scale(picture: &RgbImage) -> Option<String> {
    let grey = DynamicImage::ImageLuma8(image::imageops::grayscale(picture));
    let half = || grey.resize(grey.width().div_ceil(2), grey.height().div_ceil(2), FilterType::Triangle);
    found(grey.to_luma8()).or_else(|| found(half().into_luma8()))
}

fn found(luma: GrayImage) -> Option<String> {
    let (width, height) = luma.dimensions();
    let source = Luma8LuminanceSource::new(luma.into_raw(), width, height).ok()?;
    // Looks all over the picture, not only from its middle.
    let hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let read = DataMatrixReader.decode_with_hints(&mut bitmap, &hints).ok()?;
    Some(read.getText().to_owned())
}

/// A code that can be kept: some text, and none that a database cannot hold.
pub(super) fn text(code: String) -> Option<String> {
    let fits = !code.trim().is_empty() && code.len() <= MOST && !code.contains('\0');
    fits.then_some(code)
}
