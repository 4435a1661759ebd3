//! Acknowledgements in HL7's original mode (HL7 v2.5 §2.9.2.2): reading those of others, writing ours, and what the
//! sender does about each, which is a table.

mod policy;
mod reading;
mod writing;

pub use policy::{Line, Policy, Verdict};
pub use reading::{Acknowledgement, Code};
pub use writing::{Answer, answer, control_id, refusal};
