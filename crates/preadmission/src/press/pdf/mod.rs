//! PDF: read, refused by what it carries, its forms drawn, each page made a picture.

mod forms;
mod inspect;

use hayro::{
    PixmapSettings, RenderCache, RenderSettings,
    hayro_interpret::InterpreterSettings,
    hayro_syntax::{DecryptionError, LoadPdfError, Pdf, page::Page},
    vello_cpu::color::palette::css::WHITE,
};
use image::RgbImage;
use lopdf::{DecompressError, Document, Error, LoadOptions};

use super::{Limits, Stop, Unfit, archive::Points};

/// Pixels per point at 150 dots per inch: small print of an administrative paper can be read.
const SCALE: f32 = 150.0 / 72.0;
/// Bytes that one compressed table of the file may grow to.
const LARGEST_TABLE: usize = 64 << 20;

/// Gives each page's pixels, and its size in points.
pub(super) fn pages(
    received: Vec<u8>,
    limits: &Limits,
    give: &mut dyn FnMut(RgbImage, Points) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut document = read(&received)?;
    inspect::document(&document)?;
    let drawn = forms::draw(&mut document);
    let bytes = if drawn { written(document)? } else { received };
    let pdf = Pdf::new(bytes).map_err(unfit)?;
    let pages = pdf.pages();
    admit(pages, limits)?;
    let cache = RenderCache::new();
    for page in pages.iter() {
        give(picture(page, &cache, limits)?, page.render_dimensions())?;
    }
    Ok(())
}

/// Opens what opens without a password (ISO 32000-1 §7.6.3: the empty user password).
fn read(received: &[u8]) -> Result<Document, Unfit> {
    let options = LoadOptions::with_max_decompressed_size(LARGEST_TABLE);
    match Document::load_mem_with_options(received, options) {
        Ok(document) if document.is_encrypted() => Err(Unfit::Locked),
        Ok(document) if is_cut(&document, received) => Err(Unfit::Broken),
        Ok(document) => Ok(document),
        Err(Error::InvalidPassword | Error::Decryption(_) | Error::UnsupportedSecurityHandler(_)) => Err(Unfit::Locked),
        Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => Err(Unfit::TooMuchMemory),
        Err(_) => Err(Unfit::Broken),
    }
}

/// Whether the end is missing: readers would mend the file and lose its last pages without a word. Every revision ends
/// with the place of its table (ISO 32000-1 §7.5.5); a file made for the web says its length at its beginning (annex F).
fn is_cut(document: &Document, received: &[u8]) -> bool {
    const PLACE: &[u8] = b"startxref";
    let shorter = document.linearization.as_ref().is_some_and(|said| said.file_length > received.len() as u64);
    shorter || !received.windows(PLACE.len()).any(|window| window == PLACE)
}

fn unfit(error: LoadPdfError) -> Unfit {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Unfit::Locked,
        _ => Unfit::Broken,
    }
}

fn written(mut document: Document) -> Result<Vec<u8>, Unfit> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|_| Unfit::Broken)?;
    Ok(bytes)
}

/// Every size is checked before the first pixel is painted.
fn admit(pages: &[Page<'_>], limits: &Limits) -> Result<(), Unfit> {
    match pages.len() {
        0 => return Err(Unfit::Broken),
        count if count > limits.pages => return Err(Unfit::TooManyPages),
        _ => {}
    }
    let area = |page: &Page<'_>| {
        let (width, height) = page.render_dimensions();
        f64::from(width) * f64::from(height)
    };
    // Not "larger": an area that is no number is refused too.
    let fits = |page: &Page<'_>| area(page) <= f64::from(limits.page_area_points);
    if pages.iter().all(fits) { Ok(()) } else { Err(Unfit::PageTooLarge) }
}

fn picture<'a>(page: &'a Page<'a>, cache: &RenderCache<'a>, limits: &Limits) -> Result<RgbImage, Unfit> {
    let (width, height) = page.render_dimensions();
    let scale = SCALE.min(limits.longest_side_pixels as f32 / width.max(height));
    // A strip thinner than a pixel still has one.
    let settings =
        PixmapSettings { x_scale: scale.max(1.0 / width), y_scale: scale.max(1.0 / height), bg_color: WHITE };
    let painted = hayro::render(page, cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    let (width, height) = (painted.width().into(), painted.height().into());
    let pixels = painted.data_as_u8_slice().as_chunks::<4>().0;
    // On white, nothing is transparent.
    let rgb = pixels.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect();
    RgbImage::from_raw(width, height, rgb).ok_or(Unfit::Broken)
}
