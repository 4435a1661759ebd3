//! Cards as telephones take them: the code lies askew among lines of text, in uneven light, a little blurred.

use image::{DynamicImage, GrayImage, Luma};
use kernel::{Random as _, testing::Dice};
use rxing::{BarcodeFormat, Writer, common::BitMatrix, datamatrix::DataMatrixWriter};

use super::*;

pub(super) const TEXT: &str = "N° AMC=99100001\u{1d}N° adhérent=AB12345678\u{1d}255081416802538\u{1d}Fin=20261231";

/// How the card lies before the camera.
pub(super) struct Card {
    pub(super) text: &'static str,
    /// Pixels of one square of the code.
    module: f32,
    /// Degrees.
    turned: f32,
    /// Standard deviation, pixels.
    blur: f32,
    /// Part of the code's width that a thumb covers.
    covered: f32,
}

impl Default for Card {
    fn default() -> Self {
        Self { text: TEXT, module: 5.0, turned: 7.0, blur: 1.0, covered: 0.0 }
    }
}

const SIZE: (u32, u32) = (1_000, 640);

pub(super) fn photo(card: &Card) -> Vec<u8> {
    let code = DataMatrixWriter.encode(card.text, &BarcodeFormat::DATA_MATRIX, 0, 0).unwrap();
    let (sin, cos) = card.turned.to_radians().sin_cos();
    let (across, down) = (SIZE.0 as f32 * 0.65, SIZE.1 as f32 * 0.55);
    let dice = Dice::new(7);
    let mut grain = vec![0; (SIZE.0 * SIZE.1) as usize];
    dice.fill(&mut grain);
    let picture = GrayImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let (x_off, y_off) = (x as f32 - across, y as f32 - down);
        let place = ((x_off * cos + y_off * sin) / card.module, (y_off * cos - x_off * sin) / card.module);
        // The lamp stands on the left.
        let light = 235.0 - 70.0 * across_of(x);
        let grain = f32::from(grain[(y * SIZE.0 + x) as usize] % 13) - 6.0;
        let shade = if is_dark(&code, place, card.covered) { light * 0.25 } else { light };
        Luma([(shade + grain) as u8])
    });
    let blurred = DynamicImage::ImageLuma8(picture).blur(card.blur.max(0.01));
    let mut jpeg = std::io::Cursor::new(Vec::new());
    blurred.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

fn across_of(x: u32) -> f32 {
    x as f32 / SIZE.0 as f32
}

/// A place in squares of the code, from its middle: its own square, white around it, lines of text further away.
fn is_dark(code: &BitMatrix, (x, y): (f32, f32), covered: f32) -> bool {
    let (width, height) = (code.width() as f32, code.height() as f32);
    let (x, y) = (x + width / 2.0, y + height / 2.0);
    if (0.0..width).contains(&x) && (0.0..height).contains(&y) {
        return x < covered * width || code.get(x as u32, y as u32);
    }
    let is_white = (-2.0..width + 2.0).contains(&x) && (-2.0..height + 2.0).contains(&y);
    let (line, letter) = ((y / 8.0).floor() as i32, (x / 2.0).floor() as i32);
    !is_white && y.rem_euclid(8.0) < 3.0 && (letter * 7 + line * 3).rem_euclid(5) < 3
}

/// As many edges as a picture can have.
pub(super) fn noise() -> Vec<u8> {
    let dice = Dice::new(11);
    let mut grain = vec![0; 2_500 * 2_500];
    dice.fill(&mut grain);
    let picture = GrayImage::from_fn(2_500, 2_500, |x, y| Luma([(grain[(y * 2_500 + x) as usize] & 1) * 255]));
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).unwrap();
    png.into_inner()
}

fn read(card: &Card) -> Option<String> {
    pressed_as(photo(card), Subject::Card, &Limits::default()).unwrap().code
}

#[test]
fn a_code_is_read_however_the_card_lies() {
    for turned in [0.0, 7.0, 45.0, 93.0, 182.0, 271.0] {
        let card = Card { turned, ..Card::default() };
        assert_eq!(read(&card).as_deref(), Some(TEXT), "turned by {turned} degrees");
    }
    for (module, blur) in [(3.0, 0.0), (3.0, 1.0), (4.0, 1.2), (7.0, 2.5)] {
        let card = Card { module, blur, ..Card::default() };
        assert_eq!(read(&card).as_deref(), Some(TEXT), "squares of {module} pixels, blur {blur}");
    }
    let short = Card { text: "99100001", module: 9.0, ..Card::default() };
    assert_eq!(read(&short).as_deref(), Some("99100001"));
}

/// The file is kept all the same.
#[test]
fn a_code_that_cannot_be_read_is_none() {
    for (what, card) in [
        ("covered", Card { covered: 0.6, ..Card::default() }),
        ("blurred", Card { blur: 6.0, ..Card::default() }),
        ("nothing but spaces", Card { text: "   ", ..Card::default() }),
    ] {
        let made = pressed_as(photo(&card), Subject::Card, &Limits::default()).unwrap();
        assert_eq!((made.code, made.pages.len()), (None, 1), "{what}");
    }
    assert_eq!(pressed_as(file("photo.webp"), Subject::Card, &Limits::default()).unwrap().code, None);
}

#[test]
fn a_code_is_read_on_the_page_of_a_pdf_and_of_no_other_paper() {
    let scanned = kept(photo(&Card { module: 6.0, ..Card::default() })).unwrap();
    let read = |subject| pressed_as(scanned.clone(), subject, &Limits::default()).unwrap().code;
    assert_eq!(read(Subject::Card).as_deref(), Some(TEXT));
    assert_eq!(read(Subject::Paper), None);
}
