//! The trusted person: designated in writing and co-signed by the person designated; whoever designated them changes or
//! takes it back at any time (CSP art. L1111-6).

use super::{people::OpenedAs, people::named};

named! {
    /// How a designation stands.
    Designation {
        /// Their link went out.
        Asked = "asked",
        /// They logged in and agreed.
        Signed = "signed",
        /// A clerk holds the form that both signed.
        Paper = "paper",
        Declined = "declined",
        /// No answer by the day told in the letter.
        Expired = "expired",
        /// Taken back by the patient: the end of this one.
        Revoked = "revoked",
    }
}

named! {
    /// What happens to a designation.
    Act {
        Ask = "ask",
        Sign = "signed",
        Decline = "declined",
        Expire = "expire",
        Receive = "paper",
        Revoke = "revoked",
    }
}

/// Designations of one file, those taken back included.
pub const MOST: i32 = 9;

impl Designation {
    /// After this act; none: it means nothing now. Who declined may change their mind, and so may who signed.
    pub const fn after(self, act: Act) -> Option<Self> {
        match (self, act) {
            (Self::Asked | Self::Declined | Self::Expired, Act::Ask) => Some(Self::Asked),
            (Self::Asked | Self::Declined | Self::Expired, Act::Sign) => Some(Self::Signed),
            (Self::Asked | Self::Signed | Self::Expired, Act::Decline) => Some(Self::Declined),
            (Self::Asked, Act::Expire) => Some(Self::Expired),
            (Self::Asked | Self::Declined | Self::Expired, Act::Receive) => Some(Self::Paper),
            (Self::Asked | Self::Signed | Self::Paper | Self::Declined | Self::Expired, Act::Revoke) => {
                Some(Self::Revoked)
            }
            _ => None,
        }
    }

    /// Co-signed, by login or on paper: only then is somebody a trusted person.
    pub const fn stands(self) -> bool {
        matches!(self, Self::Signed | Self::Paper)
    }

    /// Whether the form on paper need not be asked for.
    pub const fn serves(self) -> bool {
        self.stands() || matches!(self, Self::Asked)
    }
}

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

/// Whether the patient may designate by a link, given who opened the file and what the situation says.
pub fn may_designate(is_minor: bool, opened_as: OpenedAs, is_represented: bool) -> Result<(), OnPaper> {
    match opened_as {
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
    fn one_act_after_the_other() {
        let row = |state: &Designation| -> Vec<&'static str> {
            Act::ALL.iter().map(|act| state.after(*act).map_or("-", Designation::name)).collect()
        };
        let table: Vec<_> = Designation::ALL.iter().map(row).collect();
        // Columns: ask, sign, decline, expire, receive, revoke.
        assert_eq!(
            table,
            [
                ["asked", "signed", "declined", "expired", "paper", "revoked"],
                ["-", "-", "declined", "-", "-", "revoked"],
                ["-", "-", "-", "-", "-", "revoked"],
                ["asked", "signed", "-", "-", "paper", "revoked"],
                ["asked", "signed", "declined", "-", "paper", "revoked"],
                ["-", "-", "-", "-", "-", "-"],
            ]
        );
        let standing: Vec<_> = Designation::ALL.iter().filter(|one| one.stands()).map(|one| one.name()).collect();
        assert_eq!(standing, ["signed", "paper"]);
    }

    #[test]
    fn only_the_patient_designates() {
        assert_eq!(may_designate(false, OpenedAs::Myself, false), Ok(()));
        assert_eq!(may_designate(false, OpenedAs::Myself, true), Err(OnPaper::NeedsLeave));
        for opened_as in OpenedAs::ALL {
            assert_eq!(may_designate(true, *opened_as, false), Err(OnPaper::Minor), "{opened_as:?}");
        }
        for opened_as in [OpenedAs::Holder, OpenedAs::Representative, OpenedAs::Relative] {
            assert_eq!(may_designate(false, opened_as, false), Err(OnPaper::NotThePatient), "{opened_as:?}");
        }
    }
}
