//! The press in this process: what it makes of good files and why it refuses others. What happens to the process
//! itself (memory, time, hostile bytes) is tested in `process`.

mod card;
mod process;

use image::{ImageFormat, RgbImage};

use super::*;

/// Files made by `tests/files/make.py`.
pub(crate) fn file(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/press/tests/files").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[derive(Debug)]
struct Made {
    pages: Vec<Page>,
    code: Option<String>,
    kept: Vec<u8>,
}

fn pressed(received: Vec<u8>) -> Result<Made, Unfit> {
    pressed_within(received, &Limits::default())
}

/// What would be kept of a file.
pub(crate) fn kept(received: Vec<u8>) -> Result<Vec<u8>, Unfit> {
    pressed(received).map(|made| made.kept)
}

fn pressed_within(received: Vec<u8>, limits: &Limits) -> Result<Made, Unfit> {
    pressed_as(received, Subject::Paper, limits)
}

fn pressed_as(received: Vec<u8>, subject: Subject, limits: &Limits) -> Result<Made, Unfit> {
    let mut made = Made { pages: Vec::new(), code: None, kept: Vec::new() };
    let outcome = rebuild(received, subject, limits, &mut |piece| {
        match piece {
            Piece::Page(page) => made.pages.push(page),
            Piece::Code(code) => made.code = Some(code),
            Piece::Kept(part) => made.kept.extend(part),
        }
        Ok(())
    });
    match outcome {
        Ok(()) => Ok(made),
        Err(Stop::Unfit(unfit)) => Err(unfit),
        Err(Stop::Closed(error)) => panic!("{error}"),
    }
}

fn pixels(page: &Page) -> RgbImage {
    let image = image::load_from_memory_with_format(&page.jpeg, ImageFormat::Jpeg).unwrap().into_rgb8();
    assert_eq!(image.dimensions(), (page.width, page.height));
    image
}

/// JPEG blurs colours: near is enough.
fn is_near(pixel: &image::Rgb<u8>, expected: [u8; 3]) -> bool {
    pixel.0.iter().zip(expected).all(|(one, other)| one.abs_diff(other) < 24)
}

fn holds(bytes: &[u8], marker: &[u8]) -> bool {
    bytes.windows(marker.len()).any(|window| window == marker)
}

const RED: [u8; 3] = [200, 30, 30];
const BLUE: [u8; 3] = [30, 30, 200];
const WHITE: [u8; 3] = [255, 255, 255];

#[test]
fn a_photo_is_turned_and_loses_what_it_told_of_its_place() {
    let received = file("turned_gps.jpg");
    let markers: [&[u8]; 4] = [b"Exif", b"Telephone-Marque", b"commentaire-cache", b"ICC_PROFILE"];
    assert!(markers[..3].iter().all(|marker| holds(&received, marker)), "the file to be cleaned is not dirty");
    let made = pressed(received).unwrap();
    let [page] = made.pages.as_slice() else { panic!("{made:?}") };
    for (what, bytes) in [("page", &page.jpeg), ("kept", &made.kept)] {
        assert!(markers.iter().all(|marker| !holds(bytes, marker)), "{what}");
    }
    // 640 x 480, red on the left: turned to the right, red is on top.
    let image = pixels(page);
    assert_eq!(image.dimensions(), (480, 640));
    assert!(is_near(image.get_pixel(240, 200), RED), "{:?}", image.get_pixel(240, 200));
    assert!(is_near(image.get_pixel(240, 500), BLUE));
    assert!(is_near(image.get_pixel(470, 10), WHITE), "the corner");
    assert!(!page.nearly_blank);
}

#[test]
fn every_kind_of_photo_becomes_a_page() {
    for (name, size) in [("photo.webp", (640, 480)), ("transparent.png", (640, 480)), ("photo.heic", (320, 240))] {
        let made = pressed(file(name)).unwrap_or_else(|unfit| panic!("{name}: {unfit}"));
        let image = pixels(&made.pages[0]);
        assert_eq!(image.dimensions(), size, "{name}");
        assert!(is_near(image.get_pixel(size.0 / 4, size.1 / 4), RED), "{name}");
        assert!(is_near(image.get_pixel(size.0 * 3 / 4, size.1 / 4), BLUE), "{name}");
    }
    let image = pixels(&pressed(file("transparent.png")).unwrap().pages[0]);
    assert!(is_near(image.get_pixel(100, 400), WHITE), "transparent is white");
}

#[test]
fn a_large_photo_keeps_its_longest_side() {
    let large = RgbImage::from_fn(3_000, 1_500, |x, _| image::Rgb([(x % 251) as u8, 90, 20]));
    let mut png = std::io::Cursor::new(Vec::new());
    large.write_to(&mut png, ImageFormat::Png).unwrap();
    let page = &pressed(png.into_inner()).unwrap().pages[0];
    assert_eq!((page.width, page.height), (2_500, 1_250));
}

#[test]
fn the_kept_file_is_a_pdf_of_the_same_pictures() {
    for (name, pages) in [("photo.webp", 1), ("plain.pdf", 1), ("owner_only.pdf", 1)] {
        let made = pressed(file(name)).unwrap();
        assert_eq!(made.pages.len(), pages);
        assert!(made.kept.starts_with(b"%PDF-1.5"), "{name}");
        assert!(made.pages.iter().all(|page| holds(&made.kept, &page.jpeg)), "{name}: other bytes than were shown");
        // Pressed again, it is a file like any other, and looks the same.
        let again = pressed(made.kept).unwrap();
        let (before, after) = (pixels(&made.pages[0]), pixels(&again.pages[0]));
        let ratio = |image: &RgbImage| f64::from(image.width()) / f64::from(image.height());
        assert!((ratio(&before) - ratio(&after)).abs() < 0.01, "{name}");
        assert_eq!(made.pages[0].nearly_blank, again.pages[0].nearly_blank, "{name}");
    }
}

#[test]
fn a_paper_is_painted_at_150_dots_an_inch() {
    let page = &pressed(file("plain.pdf")).unwrap().pages[0];
    assert_eq!((page.width, page.height), (1239, 1754));
    assert!(!page.nearly_blank);
    let dark = pixels(page).pixels().filter(|pixel| pixel.0.iter().all(|value| *value < 128)).count();
    assert!(dark > 4_000, "{dark} dark pixels: the text does not show");
}

/// Dark pixels in a rectangle of points from the lower left corner.
fn dark(image: &RgbImage, [left, bottom, right, top]: [f32; 4]) -> usize {
    let scale = 150.0 / 72.0;
    let across = (left * scale) as u32..(right * scale) as u32;
    let down = ((842.0 - top) * scale) as u32..((842.0 - bottom) * scale) as u32;
    let inside = image.enumerate_pixels().filter(|(x, y, _)| across.contains(x) && down.contains(y));
    inside.filter(|(_, _, pixel)| pixel.0.iter().all(|value| *value < 128)).count()
}

#[test]
fn answers_of_a_form_without_appearances_show() {
    let made = pressed(file("form.pdf")).unwrap();
    let image = pixels(&made.pages[0]);
    assert!(dark(&image, [72.0, 700.0, 372.0, 724.0]) > 300, "the name, which it has from its parent");
    assert!(dark(&image, [72.0, 560.0, 372.0, 620.0]) > 600, "the address");
    assert!(dark(&image, [72.0, 400.0, 92.0, 420.0]) > 60, "the ticked box");
    assert_eq!(dark(&image, [72.0, 360.0, 92.0, 380.0]), 0, "the empty box");
    // Nothing runs over the edge of its field.
    assert_eq!(dark(&image, [380.0, 480.0, 590.0, 740.0]), 0);
}

/// What Pillow's colour management (LittleCMS) makes of the same files.
#[test]
fn colours_are_those_that_were_seen() {
    for (name, left, right) in [
        ("turned_gps.jpg", [200, 30, 30], [30, 30, 200]),
        ("display_p3.jpg", [220, 0, 0], [22, 24, 210]),
        ("display_p3.heic", [220, 0, 0], [22, 24, 210]),
        ("cmyk.jpg", [200, 30, 30], [30, 30, 200]),
    ] {
        let made = pressed(file(name)).unwrap();
        let image = pixels(&made.pages[0]);
        let (width, height) = image.dimensions();
        // The first one is turned: its left stands above.
        let upright = width > height;
        let places = if upright {
            [(width / 4, height / 2), (width * 3 / 4, height / 2)]
        } else {
            [(width / 2, height / 4), (width / 2, height * 3 / 4)]
        };
        for ((x, y), wanted) in places.into_iter().zip([left, right]) {
            let found = image.get_pixel(x, y).0;
            let far = found.iter().zip(wanted).any(|(one, other)| i32::from(*one).abs_diff(other) > 12);
            assert!(!far, "{name} at {x}, {y}: {found:?}, not {wanted:?}");
        }
    }
}

#[test]
fn nearly_blank_pages_are_told_not_refused() {
    for (name, blank) in [("blank.pdf", true), ("blank.png", true), ("form.pdf", false), ("plain.pdf", false)] {
        assert_eq!(pressed(file(name)).unwrap().pages[0].nearly_blank, blank, "{name}");
    }
}

#[test]
fn refusals_are_named() {
    let cases = [
        ("avif_inside.heif", Unfit::Avif),
        ("bomb.png", Unfit::TooManyPixels),
        ("locked.pdf", Unfit::Locked),
        ("pages_21.pdf", Unfit::TooManyPages),
        ("huge_page.pdf", Unfit::PageTooLarge),
        ("attachment.pdf", Unfit::Attachment),
        ("attachment_packed.pdf", Unfit::Attachment),
        ("annotation_packed.pdf", Unfit::Attachment),
        ("script_packed.pdf", Unfit::Script),
        ("script_tree.pdf", Unfit::Script),
        ("launch.pdf", Unfit::Launch),
        ("launch_spelled.pdf", Unfit::Launch),
        ("media.pdf", Unfit::Media),
    ];
    for (name, expected) in cases {
        assert_eq!(pressed(file(name)).unwrap_err(), expected, "{name}");
    }
}

#[test]
fn what_is_cut_or_noise_is_broken() {
    for name in ["turned_gps.jpg", "transparent.png", "photo.webp", "plain.pdf", "linear.pdf", "photo.heic"] {
        let mut received = file(name);
        received.truncate(received.len() / 2);
        let outcome = pressed(received).map(|made| made.pages.len());
        assert!(matches!(outcome, Err(Unfit::Broken | Unfit::HeicUnreadable)), "{name}: {outcome:?}");
    }
    let noise = (0_u32..9_000).map(|place| (place.wrapping_mul(2_654_435_761) >> 13) as u8);
    for head in [&b"\xFF\xD8\xFF"[..], b"\x89PNG\r\n\x1A\n", b"%PDF-1.7\n", b"RIFF\0\x20\0\0WEBPVP8 "] {
        let received = head.iter().copied().chain(noise.clone()).collect();
        assert_eq!(pressed(received).unwrap_err(), Unfit::Broken);
    }
}

#[test]
fn a_file_of_two_kinds_loses_the_other() {
    let zip = b"PK\x03\x04\x14\0\0\0\0\0aaaabbbbccccdddd\x05\0\0\0a.txtMARKER";
    let html = b"<script>alert('MARKER')</script>";
    for (name, tail) in
        [("plain.pdf", &zip[..]), ("turned_gps.jpg", html), ("transparent.png", html), ("photo.webp", zip)]
    {
        let received = [&file(name), tail].concat();
        let made = pressed(received).unwrap_or_else(|unfit| panic!("{name}: {unfit}"));
        assert!(!holds(&made.kept, b"MARKER") && !holds(&made.pages[0].jpeg, b"MARKER"), "{name}");
    }
    assert_eq!(pressed([&zip[..], &file("plain.pdf")].concat()).unwrap_err(), Unfit::Archive);
}

#[test]
fn limits_are_the_settings() {
    let tight = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    assert_eq!(pressed(Vec::new()).unwrap_err(), Unfit::Empty);
    let padded = [file("plain.pdf"), vec![b' '; 1 << 20]].concat();
    assert_eq!(pressed_within(padded, &tight(|limits| limits.received_mb = 1)).unwrap_err(), Unfit::TooLarge);
    let kept = tight(|limits| limits.kept_mb = 0);
    assert_eq!(pressed_within(file("plain.pdf"), &kept).unwrap_err(), Unfit::TooLarge);
    let narrow = tight(|limits| limits.side_pixels = 639);
    for name in ["photo.webp", "turned_gps.jpg", "transparent.png"] {
        assert_eq!(pressed_within(file(name), &narrow).unwrap_err(), Unfit::TooManyPixels, "{name}");
    }
    let narrow = tight(|limits| limits.side_pixels = 319);
    assert_eq!(pressed_within(file("photo.heic"), &narrow).unwrap_err(), Unfit::TooManyPixels);
    assert_eq!(pressed_within(file("pages_21.pdf"), &tight(|limits| limits.pages = 21)).unwrap().pages.len(), 21);
}

#[test]
fn words_are_the_same_in_the_database_and_in_json() {
    for unfit in Unfit::ALL {
        assert_eq!(serde_json::to_value(unfit).unwrap(), unfit.as_str());
    }
    for kind in Kind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
}
