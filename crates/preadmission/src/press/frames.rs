//! How a worker answers: frames of one byte for what follows, four for its length (big-endian), then the bytes.
//!
//! | frame | holds |
//! | --- | --- |
//! | `P` | a page: width and height in pixels (4 bytes each, big-endian), 1 when nearly blank else 0, the JPEG |
//! | `C` | the text of the code on a card (UTF-8) |
//! | `K` | the next part of the kept file |
//! | `U` | why the file is refused, as its word; the last frame |
//! | `E` | nothing: all was given; the last frame |

use std::io::{self, Write};

use tokio::io::{AsyncRead, AsyncReadExt};

use super::{Page, Piece, Unfit, code};

/// Bytes of a part of the kept file.
pub(super) const PART: usize = 256 << 10;

/// Bytes of the largest frame that is believed: well above the largest page at the highest setting of its sides.
const LARGEST: usize = 32 << 20;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    Piece(Piece),
    Unfit(Unfit),
    End,
}

pub(super) fn write(frame: &Frame, out: &mut impl Write) -> io::Result<()> {
    match frame {
        Frame::Piece(Piece::Page(page)) => {
            let [width, height] = [page.width.to_be_bytes(), page.height.to_be_bytes()];
            put(out, b'P', &[&width, &height, &[page.nearly_blank.into()], &page.jpeg])
        }
        Frame::Piece(Piece::Code(code)) => put(out, b'C', &[code.as_bytes()]),
        Frame::Piece(Piece::Kept(part)) => put(out, b'K', &[part]),
        Frame::Unfit(unfit) => put(out, b'U', &[unfit.as_str().as_bytes()]),
        Frame::End => put(out, b'E', &[]),
    }
}

fn put(out: &mut impl Write, tag: u8, parts: &[&[u8]]) -> io::Result<()> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let length = u32::try_from(length).map_err(io::Error::other)?;
    out.write_all(&[tag])?;
    out.write_all(&length.to_be_bytes())?;
    parts.iter().try_for_each(|part| out.write_all(part))?;
    out.flush()
}

/// The next frame; `InvalidData` when the other side does not keep to the rules.
pub(super) async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Frame> {
    let tag = from.read_u8().await?;
    let length = from.read_u32().await? as usize;
    if length > LARGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).await?;
    frame(tag, body).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn frame(tag: u8, body: Vec<u8>) -> Option<Frame> {
    match tag {
        b'P' => page(body).map(|page| Frame::Piece(Piece::Page(page))),
        b'C' => code::text(String::from_utf8(body).ok()?).map(|code| Frame::Piece(Piece::Code(code))),
        b'K' => Some(Frame::Piece(Piece::Kept(body))),
        b'U' => Unfit::from_text(str::from_utf8(&body).ok()?).map(Frame::Unfit),
        b'E' => body.is_empty().then_some(Frame::End),
        _ => None,
    }
}

fn page(mut body: Vec<u8>) -> Option<Page> {
    let (head, _) = body.split_first_chunk::<9>()?;
    let [w0, w1, w2, w3, h0, h1, h2, h3, blank] = *head;
    body.drain(..9);
    Some(Page {
        jpeg: body,
        width: u32::from_be_bytes([w0, w1, w2, w3]),
        height: u32::from_be_bytes([h0, h1, h2, h3]),
        nearly_blank: blank == 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_written_is_read() {
        let page = Page { jpeg: vec![1, 2, 3], width: 2500, height: 1, nearly_blank: true };
        let frames = [
            Frame::Piece(Piece::Page(page)),
            Frame::Piece(Piece::Code("AMC=99100001\u{1d}é".to_owned())),
            Frame::Piece(Piece::Kept(vec![7; 300])),
            Frame::Unfit(Unfit::TooManyPixels),
            Frame::End,
        ];
        let mut bytes = Vec::new();
        frames.iter().for_each(|frame| write(frame, &mut bytes).unwrap());
        let mut from = bytes.as_slice();
        for expected in &frames {
            assert_eq!(&read(&mut from).await.unwrap(), expected);
        }
        assert_eq!(read(&mut from).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn what_breaks_the_rules_is_not_believed() {
        let broken: [&[u8]; 7] = [
            b"K\xFF\xFF\xFF\xFF",
            b"P\0\0\0\x03abc",
            b"U\0\0\0\x04nice",
            b"E\0\0\0\x01!",
            b"X\0\0\0\0",
            b"C\0\0\0\x02\xC3\x28",
            b"C\0\0\0\x03a\0b",
        ];
        for bytes in broken {
            assert_eq!(read(&mut &*bytes).await.unwrap_err().kind(), io::ErrorKind::InvalidData, "{bytes:?}");
        }
    }
}
