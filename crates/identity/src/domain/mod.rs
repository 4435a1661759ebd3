//! What identity decides, without reading or writing anything.

pub(crate) mod contact;
pub(crate) mod granted;
pub(crate) mod mobile;
pub(crate) mod proxy;
pub(crate) mod return_to;
pub(crate) mod traits;
