#![doc = include_str!("README.md")]

mod archive;
mod code;
mod colour;
mod frames;
mod limits;
mod parent;
mod pdf;
mod photo;
mod sniff;
#[cfg(test)]
pub(crate) mod tests;
pub mod worker;

use std::io;

use image::RgbImage;
use serde::{Deserialize, Serialize};

pub use limits::{Limits, Settings};
pub use parent::{Failure, Press, Pressing};
pub use sniff::sniff;

storage::text_enum! {
    /// What is accepted, as its first bytes say; a file's name and the browser's word count for nothing.
    #[derive(PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Kind {
        Jpeg = "jpeg",
        Png = "png",
        Webp = "webp",
        Heic = "heic",
        Pdf = "pdf",
    }
}

impl Kind {
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
            Self::Pdf => KEPT_TYPE,
        }
    }
}

storage::text_enum! {
    /// Why a file is refused. Each word is a key: what happened and the way out stand in the locale files.
    #[derive(PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Unfit {
        /// Not one byte.
        Empty = "empty",
        /// More bytes than `received_mb`, or than `kept_mb` once rebuilt.
        TooLarge = "too_large",
        /// None of the formats below.
        UnknownFormat = "unknown_format",
        Avif = "avif",
        Gif = "gif",
        Tiff = "tiff",
        Bmp = "bmp",
        /// A drawing or a page that a browser would run.
        Markup = "markup",
        /// Zip, 7z, RAR, gzip: also what hides bombs.
        Archive = "archive",
        /// Word, Excel, OpenDocument, RTF, of yesterday and of today.
        Office = "office",
        Video = "video",
        /// A PDF that asks for a password before it opens; one that only restricts its use is opened.
        Locked = "locked",
        TooManyPixels = "too_many_pixels",
        TooManyPages = "too_many_pages",
        PageTooLarge = "page_too_large",
        /// A PDF that carries other files.
        Attachment = "attachment",
        /// A PDF with JavaScript.
        Script = "script",
        /// A PDF that starts a program or opens another file.
        Launch = "launch",
        /// A PDF with sound, film or a 3D scene.
        Media = "media",
        /// A form whose pages only Adobe's programs can draw (dynamic XFA, ISO 32000-1 §12.7.8).
        DynamicForm = "dynamic_form",
        /// A photo of a kind of HEIC that is not read: the way out is a new photo.
        HeicUnreadable = "heic_unreadable",
        /// It says what it is, but cannot be read as such.
        Broken = "broken",
        TookTooLong = "took_too_long",
        TooMuchMemory = "too_much_memory",
    }
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for Unfit {}

/// The content type of every kept file.
pub const KEPT_TYPE: &str = "application/pdf";

/// One page as the viewer shows it: a JPEG (sRGB or as coded, no metadata), longest side ≤ `longest_side_pixels`.
#[derive(Clone, PartialEq, Eq)]
pub struct Page {
    pub jpeg: Vec<u8>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Hardly anything stands out from the background: worth a warning, never a refusal.
    pub nearly_blank: bool,
}

impl std::fmt::Debug for Page {
    /// Without the picture, which shows a person's papers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { jpeg, width, height, nearly_blank } = self;
        write!(f, "Page({width} x {height}, {} bytes, nearly blank: {nearly_blank})", jpeg.len())
    }
}

/// What the press gives, in this order: every page, the text of the code on a card when it was asked for and is there,
/// then the kept file in parts to be joined.
#[derive(Clone, PartialEq, Eq)]
pub enum Piece {
    Page(Page),
    Code(String),
    Kept(Vec<u8>),
}

impl std::fmt::Debug for Piece {
    /// Without what a card says of a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Page(page) => page.fmt(f),
            Self::Code(code) => write!(f, "Code({} bytes)", code.len()),
            Self::Kept(part) => write!(f, "Kept({} bytes)", part.len()),
        }
    }
}

storage::text_enum! {
    /// What a file is, as far as the press looks at it.
    pub enum Subject {
        /// A card with a square code, which is read.
        Card = "card",
        /// Codes of other papers are nobody's business.
        Paper = "paper",
    }
}

/// Why the rebuilding stopped half-way.
enum Stop {
    Unfit(Unfit),
    /// Nobody listens any more.
    Closed(io::Error),
}

impl From<Unfit> for Stop {
    fn from(unfit: Unfit) -> Self {
        Self::Unfit(unfit)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Closed(error)
    }
}

/// Makes a new file from what is seen of the old one. Only the worker process calls it.
fn rebuild(
    received: Vec<u8>,
    subject: Subject,
    limits: &Limits,
    give: &mut dyn FnMut(Piece) -> io::Result<()>,
) -> Result<(), Stop> {
    if received.len() > limits.received_bytes() {
        return Err(Unfit::TooLarge.into());
    }
    let mut archive = archive::Archive::new();
    let mut code = None;
    let mut look_at = |picture: &RgbImage| {
        if subject == Subject::Card && code.is_none() {
            code = code::read(picture);
        }
    };
    match sniff(&received)? {
        Kind::Pdf => pdf::pages(received, limits, &mut |picture, size| {
            look_at(&picture);
            let page = photo::page(&picture)?;
            archive.add(&page, size);
            Ok(give(Piece::Page(page))?)
        })?,
        kind => {
            let picture = photo::picture(kind, received, limits)?;
            look_at(&picture);
            let page = photo::page(&picture)?;
            archive.add(&page, archive::on_a4(page.width, page.height));
            give(Piece::Page(page))?;
        }
    }
    if let Some(code) = code {
        give(Piece::Code(code))?;
    }
    let kept = archive.finish()?;
    if kept.len() > limits.kept_bytes() {
        return Err(Unfit::TooLarge.into());
    }
    for part in kept.chunks(frames::PART) {
        give(Piece::Kept(part.to_owned()))?;
    }
    Ok(())
}
