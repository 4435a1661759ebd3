//! The form of an object: frames of 256 KiB, each encrypted and authenticated on its own, so that neither a whole file
//! nor more than one frame is ever held, and a range is read without what stands before it.
//!
//! Frame `i` is AES-256-GCM (NIST SP 800-38D) under the file's own key with the nonce `i`; the key encrypts one file
//! only, so no nonce comes twice. Bound to each frame: the file's id, its place, and whether it is the last. Hence a
//! frame that is changed, moved, missing at the end, or taken from another file does not open.

use std::ops::Range;

use kernel::FileId;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    error::Unspecified,
};

use super::keys::DataKey;

/// Bytes of a frame before encryption; the last may be shorter, even empty.
pub const FRAME: usize = 256 << 10;
pub(super) const TAG: usize = 16;

const PLAIN: u64 = FRAME as u64;
const SEALED: u64 = PLAIN + TAG as u64;

pub(super) struct Cipher {
    key: LessSafeKey,
    id: FileId,
}

impl Cipher {
    pub(super) fn new(key: &DataKey, id: FileId) -> Result<Self, Unspecified> {
        Ok(Self { key: LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key)?), id })
    }

    /// Encrypts the frame where it stands and puts its tag behind it.
    pub(super) fn seal(&self, index: u64, last: bool, frame: &mut Vec<u8>) -> Result<(), Unspecified> {
        self.key.seal_in_place_append_tag(nonce(index), self.place(index, last), frame)
    }

    /// Decrypts the frame where it stands and takes its tag away.
    pub(super) fn open(&self, index: u64, last: bool, frame: &mut Vec<u8>) -> Result<(), Unspecified> {
        let length = self.key.open_in_place(nonce(index), self.place(index, last), frame)?.len();
        frame.truncate(length);
        Ok(())
    }

    fn place(&self, index: u64, last: bool) -> Aad<Vec<u8>> {
        let file = self.id.uuid();
        Aad::from([b"parvis file 1".as_slice(), file.as_bytes(), &index.to_be_bytes(), &[u8::from(last)]].concat())
    }
}

fn nonce(index: u64) -> Nonce {
    let [a, b, c, d, e, f, g, h] = index.to_be_bytes();
    Nonce::assume_unique_for_key([0, 0, 0, 0, a, b, c, d, e, f, g, h])
}

/// Where things lie in the object of a file of this many bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) size: u64,
}

impl Layout {
    /// The index of the last frame; an empty file has one, empty.
    pub(super) fn last(self) -> u64 {
        self.size.div_ceil(PLAIN).saturating_sub(1)
    }

    /// Bytes of the whole object.
    pub(super) fn object_size(self) -> u64 {
        self.size + (self.last() + 1) * TAG as u64
    }

    /// The frames that hold these bytes of the file; an empty range lies in one, too, so that it is authenticated.
    pub(super) fn frames(self, range: &Range<u64>) -> (u64, u64) {
        let last_byte = range.end.saturating_sub(1).max(range.start);
        ((range.start / PLAIN).min(self.last()), (last_byte / PLAIN).min(self.last()))
    }

    /// The bytes of the object that hold these frames.
    pub(super) fn span(self, (first, last): (u64, u64)) -> Range<u64> {
        first * SEALED..((last + 1) * SEALED).min(self.object_size())
    }

    /// Bytes of an encrypted frame.
    pub(super) fn sealed_length(self, index: u64) -> usize {
        let left = self.object_size() - index * SEALED;
        usize::try_from(left.min(SEALED)).unwrap_or(usize::MAX)
    }

    /// The part of a frame's own bytes that a range of the file asks for.
    pub(super) fn within(self, index: u64, range: &Range<u64>) -> Range<usize> {
        let start = index * PLAIN;
        let clip = |at: u64| usize::try_from(at.saturating_sub(start).min(PLAIN)).unwrap_or(FRAME);
        clip(range.start)..clip(range.end)
    }
}

#[cfg(test)]
mod tests {
    use kernel::World;

    use super::*;

    #[test]
    fn a_frame_opens_in_its_place_only() {
        let world = World::system();
        let (key, id) = (world.bytes32(), world.id());
        let mut sealed = b"a frame".to_vec();
        Cipher::new(&key, id).unwrap().seal(3, false, &mut sealed).unwrap();
        let opens = |key: &DataKey, id, index, last, sealed: &[u8]| {
            let mut frame = sealed.to_vec();
            Cipher::new(key, id).unwrap().open(index, last, &mut frame).is_ok() && frame == b"a frame"
        };
        assert!(opens(&key, id, 3, false, &sealed));
        assert!(!opens(&key, id, 2, false, &sealed), "moved");
        assert!(!opens(&key, id, 3, true, &sealed), "made the last");
        assert!(!opens(&key, world.id(), 3, false, &sealed), "another file's");
        assert!(!opens(&world.bytes32(), id, 3, false, &sealed), "another key's");
        assert!(!opens(&key, id, 3, false, &sealed[..sealed.len() - 1]), "cut");
    }

    #[test]
    fn ranges_lie_in_their_frames() {
        let layout = Layout { size: 2 * PLAIN + 5 };
        assert_eq!((layout.last(), layout.object_size()), (2, 2 * SEALED + 5 + 16));
        assert_eq!(layout.span(layout.frames(&(PLAIN..PLAIN + 1))), SEALED..2 * SEALED);
        assert_eq!(layout.span(layout.frames(&(PLAIN - 1..2 * PLAIN + 1))), 0..layout.object_size());
        assert_eq!(layout.within(1, &(PLAIN + 2..PLAIN + 9)), 2..9);
        assert_eq!(layout.within(0, &(PLAIN - 1..2 * PLAIN)), FRAME - 1..FRAME);
        let exact = Layout { size: PLAIN };
        assert_eq!((exact.last(), exact.object_size()), (0, SEALED));
        assert_eq!(Layout { size: 0 }.object_size(), 16);
    }
}
