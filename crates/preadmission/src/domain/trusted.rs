//! The trusted person: designated in writing by the patient alone, and co-signed by the person designated; whoever
//! designated them changes or takes it back at any time (CSP art. L1111-6).

use super::people::OpenedAs;

/// Why nobody can be asked by a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnPaper {
    /// Not a minor's matter.
    Minor,
    /// Only the patient designates: nobody does it for them.
    NotThePatient,
    /// Somebody represents the patient: the judge or the family council gives leave.
    NeedsLeave,
}

/// Whether the patient may designate by a link, given who asks and what the situation says.
pub fn may_designate(is_minor: bool, acts_as: OpenedAs, is_represented: bool) -> Result<(), OnPaper> {
    match acts_as {
        _ if is_minor => Err(OnPaper::Minor),
        OpenedAs::Myself if is_represented => Err(OnPaper::NeedsLeave),
        OpenedAs::Myself => Ok(()),
        OpenedAs::Holder | OpenedAs::Representative | OpenedAs::Relative => Err(OnPaper::NotThePatient),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_patient_designates() {
        assert_eq!(may_designate(false, OpenedAs::Myself, false), Ok(()));
        assert_eq!(may_designate(false, OpenedAs::Myself, true), Err(OnPaper::NeedsLeave));
        for acts_as in OpenedAs::ALL {
            assert_eq!(may_designate(true, *acts_as, false), Err(OnPaper::Minor), "{acts_as:?}");
        }
        for acts_as in [OpenedAs::Holder, OpenedAs::Representative, OpenedAs::Relative] {
            assert_eq!(may_designate(false, acts_as, false), Err(OnPaper::NotThePatient), "{acts_as:?}");
        }
    }
}
