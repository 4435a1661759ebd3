//! What a file is, by its first bytes.

use super::{Kind, Unfit};

/// Beginnings that say all.
const BEGINNINGS: &[(&[u8], Result<Kind, Unfit>)] = &[
    (b"\xFF\xD8\xFF", Ok(Kind::Jpeg)),
    (b"\x89PNG\r\n\x1A\n", Ok(Kind::Png)),
    (b"%PDF-", Ok(Kind::Pdf)),
    (b"GIF8", Err(Unfit::Gif)),
    (b"II*\0", Err(Unfit::Tiff)),
    (b"MM\0*", Err(Unfit::Tiff)),
    (b"BM", Err(Unfit::Bmp)),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Err(Unfit::Office)),
    (b"{\\rtf", Err(Unfit::Office)),
    (b"7z\xBC\xAF\x27\x1C", Err(Unfit::Archive)),
    (b"Rar!\x1A\x07", Err(Unfit::Archive)),
    (b"\x1F\x8B", Err(Unfit::Archive)),
    (b"\x1A\x45\xDF\xA3", Err(Unfit::Video)),
    (b"<", Err(Unfit::Markup)),
];

/// Brands of ISO 23008-12 (HEIF): HEVC inside, still or a burst.
const HEVC: &[&[u8]] = &[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"];
const AV1: &[&[u8]] = &[b"avif", b"avis", b"avio"];
/// HEIF without a word about what is inside: the decoder will tell.
const ANY_HEIF: &[&[u8]] = &[b"mif1", b"mif2", b"msf1"];

/// What a file is, by its first bytes (the first 512 are enough).
pub fn sniff(head: &[u8]) -> Result<Kind, Unfit> {
    if head.is_empty() {
        return Err(Unfit::Empty);
    }
    if head.starts_with(b"RIFF") {
        let webp = head.get(8..12) == Some(b"WEBP");
        return if webp { Ok(Kind::Webp) } else { Err(Unfit::Video) };
    }
    if head.get(4..8) == Some(b"ftyp") {
        return boxes(head);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Err(zip(head));
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let beginnings = BEGINNINGS.iter().find(|(beginning, _)| head.starts_with(beginning));
    let found = beginnings.or_else(|| BEGINNINGS.iter().find(|(beginning, _)| is_text(beginning, text)));
    found.map_or(Err(Unfit::UnknownFormat), |(_, kind)| *kind)
}

/// PDF and markup may follow a byte order mark and white space.
fn is_text(beginning: &[u8], text: &[u8]) -> bool {
    matches!(beginning, b"%PDF-" | b"<") && text.starts_with(beginning)
}

/// The family of MP4: the `ftyp` box names a major brand, a version, then compatible brands (ISO 14496-12 §4.3).
fn boxes(head: &[u8]) -> Result<Kind, Unfit> {
    let size = head.first_chunk::<4>().map_or(0, |size| u32::from_be_bytes(*size) as usize);
    let body = head.get(8..size.min(head.len())).unwrap_or_default();
    let brands: Vec<&[u8]> = body.chunks_exact(4).collect();
    let any = |known: &[&[u8]]| brands.iter().any(|brand| known.contains(brand));
    if any(HEVC) {
        Ok(Kind::Heic)
    } else if any(AV1) {
        Err(Unfit::Avif)
    } else if any(ANY_HEIF) {
        Ok(Kind::Heic)
    } else {
        Err(Unfit::Video)
    }
}

/// OOXML begins with its table of types or relations, OpenDocument with its type uncompressed.
fn zip(head: &[u8]) -> Unfit {
    let names: [&[u8]; 5] =
        [b"[Content_Types].xml", b"_rels/", b"word/", b"docProps/", b"mimetypeapplication/vnd.oasis"];
    let first = head.get(30..).unwrap_or_default();
    if names.iter().any(|name| first.starts_with(name)) { Unfit::Office } else { Unfit::Archive }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell() {
        let table: &[(&[u8], Result<Kind, Unfit>)] = &[
            (b"", Err(Unfit::Empty)),
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF<script>", Ok(Kind::Jpeg)),
            (b"\x89PNG\r\n\x1A\n", Ok(Kind::Png)),
            (b"\x89PNG\n", Err(Unfit::UnknownFormat)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Ok(Kind::Webp)),
            (b"RIFF\x10\0\0\0AVI LIST", Err(Unfit::Video)),
            (b"RIFF", Err(Unfit::Video)),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Ok(Kind::Heic)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Ok(Kind::Heic)),
            (b"\0\0\0\x14ftypmif1\0\0\0\0mif1", Ok(Kind::Heic)),
            (b"\0\0\0\x18ftypavif\0\0\0\0avifmif1", Err(Unfit::Avif)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1", Err(Unfit::Avif)),
            (b"\0\0\0\x18ftypqt  \0\0\0\0qt  qt  ", Err(Unfit::Video)),
            // A size that lies past the end, and one that leaves no room for a brand.
            (b"\xFF\xFF\xFF\xFFftypheic", Ok(Kind::Heic)),
            (b"\0\0\0\x08ftypheic", Err(Unfit::Video)),
            (b"%PDF-1.7\n", Ok(Kind::Pdf)),
            (b"\xEF\xBB\xBF\r\n%PDF-1.7\n", Ok(Kind::Pdf)),
            (b"junk %PDF-1.7\n", Err(Unfit::UnknownFormat)),
            (b"GIF89a", Err(Unfit::Gif)),
            (b"II*\0\x08", Err(Unfit::Tiff)),
            (b"MM\0*\0", Err(Unfit::Tiff)),
            (b"BM\x3A\0", Err(Unfit::Bmp)),
            (b"PK\x03\x04\x14\0\0\0\x08\0aaaabbbbccccdddd\x05\0\0\0a.txt", Err(Unfit::Archive)),
            (b"PK\x03\x04\x14\0\0\0\x08\0aaaabbbbccccdddd\x13\0\0\0[Content_Types].xml", Err(Unfit::Office)),
            (
                b"PK\x03\x04\x14\0\0\0\0\0aaaabbbbccccdddd\x08\0\0\0mimetypeapplication/vnd.oasis.opendocument.text",
                Err(Unfit::Office),
            ),
            (b"PK\x05\x06", Err(Unfit::Archive)),
            (b"7z\xBC\xAF\x27\x1C", Err(Unfit::Archive)),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Err(Unfit::Office)),
            (b"{\\rtf1", Err(Unfit::Office)),
            (b"  <svg xmlns='http://www.w3.org/2000/svg'>", Err(Unfit::Markup)),
            (b"<!doctype html>", Err(Unfit::Markup)),
            (b"\x1A\x45\xDF\xA3", Err(Unfit::Video)),
            (b"X5O!P%@AP", Err(Unfit::UnknownFormat)),
        ];
        for (head, expected) in table {
            assert_eq!(sniff(head), *expected, "{}", String::from_utf8_lossy(head));
        }
    }
}
