//! Frames out of a stream of bytes and back. A frame that is broken is not dropped: it is handed over as it came,
//! so that the receiver can keep it and refuse it.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

const START: u8 = 0x0b;
const END: u8 = 0x1c;
const CARRIAGE_RETURN: u8 = 0x0d;

/// Why a frame is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Another frame began before this one ended.
    Interrupted,
    /// The connection ended, or stayed silent, before the frame did.
    Unterminated,
    /// Longer than allowed; what follows on this connection is not read.
    TooLarge,
    /// Bytes that are in no frame.
    Unframed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Without the marks; cut at the limit when the fault is `TooLarge`.
    pub bytes: Bytes,
    pub fault: Option<Fault>,
}

#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    #[error("the message holds bytes that would end its frame")]
    Unframeable,
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

#[derive(Debug)]
pub struct Codec {
    max_frame: usize,
    /// How far the buffer was searched, so that a slow frame is not searched again and again.
    searched: usize,
    /// After a frame too large, nothing more is believed on this connection.
    deaf: bool,
}

impl Codec {
    /// `max_frame` in bytes, the marks not counted.
    pub fn new(max_frame: usize) -> Self {
        Self { max_frame, searched: 0, deaf: false }
    }

    /// Bytes before a frame: white space is tolerated, anything else is handed over.
    fn unframed(&mut self, buffer: &mut BytesMut) -> Option<Frame> {
        let start = buffer.iter().position(|byte| *byte == START);
        let before = buffer.get(..start.unwrap_or(buffer.len())).unwrap_or_default();
        if before.iter().all(u8::is_ascii_whitespace) {
            buffer.advance(start.unwrap_or(buffer.len()));
            return None;
        }
        match start {
            Some(start) => Some(Frame { bytes: buffer.split_to(start).freeze(), fault: Some(Fault::Unframed) }),
            None if buffer.len() > self.max_frame => Some(self.too_large(buffer, Fault::Unframed)),
            None => None,
        }
    }

    fn too_large(&mut self, buffer: &mut BytesMut, fault: Fault) -> Frame {
        self.deaf = true;
        let bytes = buffer.split_to(self.max_frame.min(buffer.len())).freeze();
        buffer.clear();
        Frame { bytes, fault: Some(fault) }
    }

    /// What is left when no more will come.
    pub(super) fn remainder(&mut self, buffer: &mut BytesMut) -> Option<Frame> {
        self.searched = 0;
        let framed = buffer.first() == Some(&START);
        buffer.advance(usize::from(framed));
        let bytes = buffer.split().freeze();
        let nothing = !framed && bytes.iter().all(u8::is_ascii_whitespace);
        let fault = if framed { Fault::Unterminated } else { Fault::Unframed };
        (!nothing && !self.deaf).then_some(Frame { bytes, fault: Some(fault) })
    }
}

impl Decoder for Codec {
    type Item = Frame;
    type Error = FrameError;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Frame>, FrameError> {
        if self.deaf {
            buffer.clear();
            return Ok(None);
        }
        if let Some(frame) = self.unframed(buffer) {
            return Ok(Some(frame));
        }
        // From here the buffer is empty, holds unframed bytes still to come, or starts with the mark.
        if buffer.first() != Some(&START) {
            return Ok(None);
        }
        let content = buffer.get(1..).unwrap_or_default();
        let new = content.get(self.searched..).unwrap_or_default();
        let mark = new.iter().position(|byte| matches!(*byte, START | END)).map(|place| place + self.searched);
        if mark.unwrap_or(content.len()) > self.max_frame {
            buffer.advance(1);
            return Ok(Some(self.too_large(buffer, Fault::TooLarge)));
        }
        let Some(mark) = mark else {
            self.searched = content.len();
            return Ok(None);
        };
        match (content.get(mark).copied(), content.get(mark + 1).copied()) {
            (Some(END), None) => {
                self.searched = mark;
                Ok(None)
            }
            (Some(END), Some(CARRIAGE_RETURN)) => Ok(Some(self.take(buffer, mark, 2, None))),
            // The end mark alone: the sender forgot the CR. What follows is read as the next frame.
            (Some(END), Some(_)) => Ok(Some(self.take(buffer, mark, 1, Some(Fault::Unterminated)))),
            _ => Ok(Some(self.take(buffer, mark, 0, Some(Fault::Interrupted)))),
        }
    }

    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<Frame>, FrameError> {
        match self.decode(buffer)? {
            Some(frame) => Ok(Some(frame)),
            None => Ok(self.remainder(buffer)),
        }
    }
}

impl Codec {
    fn take(&mut self, buffer: &mut BytesMut, length: usize, end: usize, fault: Option<Fault>) -> Frame {
        self.searched = 0;
        buffer.advance(1);
        let bytes = buffer.split_to(length).freeze();
        buffer.advance(end);
        Frame { bytes, fault }
    }
}

impl Encoder<&[u8]> for Codec {
    type Error = FrameError;

    fn encode(&mut self, message: &[u8], buffer: &mut BytesMut) -> Result<(), FrameError> {
        if message.iter().any(|byte| matches!(*byte, START | END)) {
            return Err(FrameError::Unframeable);
        }
        buffer.reserve(message.len() + 3);
        buffer.put_u8(START);
        buffer.put_slice(message);
        buffer.put_slice(&[END, CARRIAGE_RETURN]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Everything decoded from chunks of the stream, in whatever pieces it arrives.
    fn decode(stream: &[u8], piece: usize, max: usize) -> Vec<(Vec<u8>, Option<Fault>)> {
        let (mut codec, mut buffer, mut frames) = (Codec::new(max), BytesMut::new(), Vec::new());
        for chunk in stream.chunks(piece) {
            buffer.put_slice(chunk);
            while let Some(frame) = codec.decode(&mut buffer).unwrap() {
                frames.push((frame.bytes.to_vec(), frame.fault));
            }
        }
        while let Some(frame) = codec.decode_eof(&mut buffer).unwrap() {
            frames.push((frame.bytes.to_vec(), frame.fault));
        }
        frames
    }

    #[test]
    fn whole_and_broken_frames() {
        for (stream, frames) in [
            (&b"\x0bA\x1c\x0d\x0bB\x1c\x0d"[..], vec![("A", None), ("B", None)]),
            (b"\r\n\x0bA\x1c\x0d\n", vec![("A", None)]),
            (b"\x0bA\x0bB\x1c\x0d", vec![("A", Some(Fault::Interrupted)), ("B", None)]),
            (b"\x0bA", vec![("A", Some(Fault::Unterminated))]),
            (b"\x0bA\x1c", vec![("A\u{1c}", Some(Fault::Unterminated))]),
            (b"\x0bA\x1c\x0bB\x1c\x0d", vec![("A", Some(Fault::Unterminated)), ("B", None)]),
            (b"GET / HTTP/1.1\r\n\r\n", vec![("GET / HTTP/1.1\r\n\r\n", Some(Fault::Unframed))]),
            (b"junk\x0bA\x1c\x0d", vec![("junk", Some(Fault::Unframed)), ("A", None)]),
            (b"\x0b123456789\x1c\x0d\x0bB\x1c\x0d", vec![("12345678", Some(Fault::TooLarge))]),
            (b"\x0b12345678\x1c\x0d", vec![("12345678", None)]),
            (b"\x0b\x1c\x0d", vec![("", None)]),
            (b"", vec![]),
        ] {
            for piece in 1..=stream.len().max(1) {
                let expected: Vec<_> = frames.iter().map(|(text, fault)| (text.as_bytes().to_vec(), *fault)).collect();
                let max = if stream.starts_with(b"GET") { 100 } else { 8 };
                assert_eq!(decode(stream, piece, max), expected, "in pieces of {piece}");
            }
        }
    }

    #[test]
    fn a_message_cannot_end_its_own_frame() {
        let mut buffer = BytesMut::new();
        assert!(matches!(Codec::new(9).encode(b"a\x1cb".as_slice(), &mut buffer), Err(FrameError::Unframeable)));
        assert!(buffer.is_empty());
    }

    proptest! {
        #[test]
        fn what_is_framed_comes_back(messages in prop::collection::vec("[^\u{b}\u{1c}]{0,40}", 0..5), piece in 1..30_usize) {
            let mut buffer = BytesMut::new();
            for message in &messages {
                Codec::new(0).encode(message.as_bytes(), &mut buffer).unwrap();
            }
            let frames = decode(&buffer, piece, 200);
            let expected: Vec<_> = messages.iter().map(|message| (message.clone().into_bytes(), None)).collect();
            prop_assert_eq!(frames, expected);
        }

        #[test]
        fn any_stream_is_survived(stream in prop::collection::vec(prop_oneof![any::<u8>(), Just(0x0b), Just(0x1c), Just(0x0d)], 0..200), piece in 1..20_usize) {
            let frames = decode(&stream, piece, 50);
            prop_assert!(frames.iter().all(|(bytes, _)| bytes.len() <= 51));
        }
    }
}
