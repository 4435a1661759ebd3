//! The only diesel of this room.

pub(crate) mod sessions;
