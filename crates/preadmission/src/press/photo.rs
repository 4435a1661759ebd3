//! Pictures: decoded, shrunk, turned, and coded anew from their pixels alone.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, RgbImage, RgbaImage, codecs::jpeg::JpegEncoder,
    imageops::FilterType, metadata::Orientation,
};

use super::{Kind, Limits, Page, Unfit, colour::in_srgb};

/// Of 100. Small print stays sharp, a page of A4 takes about 300 kB.
const QUALITY: u8 = 85;
/// How far from the background a pixel must be to count as written, of 255.
const STANDS_OUT: usize = 40;
/// Fewer written pixels than one in so many, and a page is nearly blank: a signature alone is about one in 700.
const ONE_IN: u64 = 2_000;

/// A photo as it was coded.
struct Photo {
    image: DynamicImage,
    /// How it is held.
    turn: Orientation,
    /// Its colour profile (ICC); empty: none.
    profile: Vec<u8>,
}

/// The upright pixels of a photo, its longest side as kept.
pub(super) fn picture(kind: Kind, received: Vec<u8>, limits: &Limits) -> Result<RgbImage, Unfit> {
    let Photo { image, turn, profile } = match kind {
        Kind::Heic => heic(received, limits)?,
        Kind::Png => decoded(ImageFormat::Png, received, limits)?,
        Kind::Webp => decoded(ImageFormat::WebP, received, limits)?,
        Kind::Jpeg | Kind::Pdf if is_whole(&received) => decoded(ImageFormat::Jpeg, received, limits)?,
        Kind::Jpeg | Kind::Pdf => return Err(Unfit::Broken),
    };
    let mut image = in_srgb(shrunk(image, limits.longest_side_pixels), &profile);
    image.apply_orientation(turn);
    Ok(on_white(image))
}

/// Whether a JPEG has its end. The decoder would paint what is missing grey, and a clerk would refuse half a card.
/// Segments have a length, where an end of other pictures (thumbnails) may stand; in the scans that follow, `FF` is
/// never followed by `D9` but at the end (ITU-T T.81 §B.1.1).
fn is_whole(received: &[u8]) -> bool {
    let mut rest = received.get(2..).unwrap_or_default();
    while let Some(([0xFF, marker, high, low], _)) = rest.split_first_chunk::<4>() {
        if *marker == 0xDA {
            return rest.windows(2).any(|pair| pair == [0xFF, 0xD9]);
        }
        // A marker may be preceded by any number of fill bytes.
        let length = if *marker == 0xFF { 1 } else { 2 + usize::from(u16::from_be_bytes([*high, *low])) };
        rest = rest.get(length..).unwrap_or_default();
    }
    false
}

/// Turned as EXIF says.
fn decoded(format: ImageFormat, received: Vec<u8>, limits: &Limits) -> Result<Photo, Unfit> {
    let mut reader = ImageReader::with_format(Cursor::new(received), format);
    let mut of_decoder = image::Limits::default();
    of_decoder.max_image_width = Some(limits.side_pixels);
    of_decoder.max_image_height = Some(limits.side_pixels);
    of_decoder.max_alloc = Some(limits.memory_bytes());
    reader.limits(of_decoder);
    let mut decoder = reader.into_decoder().map_err(|error| unfit(&error))?;
    let (width, height) = decoder.dimensions();
    limits.admit(width, height)?;
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten().unwrap_or_default();
    let image = DynamicImage::from_decoder(decoder).map_err(|error| unfit(&error))?;
    Ok(Photo { image, turn, profile })
}

fn unfit(error: &ImageError) -> Unfit {
    if matches!(error, ImageError::Limits(_)) { Unfit::TooManyPixels } else { Unfit::Broken }
}

/// HEIC turns by its container alone (`irot`, `imir`; ISO 23008-12 §6.5.10); its EXIF only repeats it.
fn heic(received: Vec<u8>, limits: &Limits) -> Result<Photo, Unfit> {
    let unreadable = |_| Unfit::HeicUnreadable;
    let file = heifer::heifer_isobmff::HeifFile::parse(&received).map_err(|_| Unfit::Broken)?;
    let size = file.image_size(file.primary_id).map_err(|_| Unfit::Broken)?;
    let (width, height) = size.unwrap_or_default();
    limits.admit(width, height)?;
    let profile = file.icc_profile(file.primary_id).ok().flatten().unwrap_or_default().to_vec();
    let options = heifer::Options { max_threads: 1, max_pixels: limits.pixels() };
    let image = heifer::decode_rgba8(&received, &options).map_err(unreadable)?;
    let (width, height, opaque) = (image.width, image.height, !image.has_alpha);
    drop(received);
    let image = if opaque {
        RgbImage::from_raw(width, height, image.into_rgb8()).map(DynamicImage::ImageRgb8)
    } else {
        RgbaImage::from_raw(width, height, image.data).map(DynamicImage::ImageRgba8)
    };
    let image = image.ok_or(Unfit::HeicUnreadable)?;
    Ok(Photo { image, turn: Orientation::NoTransforms, profile })
}

fn shrunk(image: DynamicImage, longest: u32) -> DynamicImage {
    if image.width().max(image.height()) <= longest {
        return image;
    }
    image.resize(longest, longest, FilterType::CatmullRom)
}

/// What is transparent shows the paper behind it.
fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let image::Rgba([red, green, blue, alpha]) = *image.get_pixel(x, y);
        let over = |value: u8| {
            let mixed = u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}

/// A page as the viewer shows it.
pub(super) fn page(picture: &RgbImage) -> Result<Page, Unfit> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(picture).map_err(|_| Unfit::Broken)?;
    Ok(Page { jpeg, width: picture.width(), height: picture.height(), nearly_blank: nearly_blank(picture) })
}

/// Whether hardly any pixel stands out from the most common brightness: blank paper, a covered lens.
fn nearly_blank(picture: &RgbImage) -> bool {
    let mut counts = [0_u64; 256];
    for image::Rgb([red, green, blue]) in picture.pixels() {
        // Rec. 601 luma, in thousandths.
        let luma = (299 * u32::from(*red) + 587 * u32::from(*green) + 114 * u32::from(*blue)) / 1000;
        if let Some(count) = counts.get_mut(luma as usize) {
            *count += 1;
        }
    }
    let background = counts.iter().enumerate().max_by_key(|(_, count)| **count).map_or(0, |(luma, _)| luma);
    let written = counts.iter().enumerate().filter(|(luma, _)| luma.abs_diff(background) > STANDS_OUT);
    let written: u64 = written.map(|(_, count)| count).sum();
    written * ONE_IN < counts.iter().sum()
}
