//! What the cashier's desk sees and does, for its pages and its API alike.

pub(crate) mod count;
pub(crate) mod creditors;
pub(crate) mod deeds;
pub(crate) mod look;
pub mod reports;
pub mod told;

use ::web::StaffCaller;
use kernel::{EstablishmentId, StaffId};

/// Who acts at the desk, and where they work: nothing of other establishments exists for them.
#[derive(Debug, Clone)]
pub struct Cashier {
    pub staff: StaffId,
    pub of: Vec<EstablishmentId>,
}

impl From<&StaffCaller> for Cashier {
    fn from(caller: &StaffCaller) -> Self {
        Self { staff: caller.staff, of: caller.establishments.clone() }
    }
}
