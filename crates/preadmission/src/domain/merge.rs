//! Whether a file may follow its person when the hospital says that two of its identities are one.

/// What is known of a file whose person got another number.
#[derive(Debug, Clone, Copy, Default)]
pub struct Followed {
    /// Whom it is of until now, as the hospital told or else as the account that opened it, has the traits of who stays.
    pub same_person: bool,
    /// Somebody opened it.
    pub opened: bool,
    /// Another account opened, as the patient, a file under the number that stays.
    pub held_by_another: bool,
}

/// A file that nobody opened is the hospital's to name. One that was opened belongs to an account: it follows only the
/// same person, and never to a number under which another account stands.
pub const fn may_follow(file: Followed) -> bool {
    !file.opened || (!file.held_by_another && file.same_person)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_person_takes_an_opened_file_along() {
        for (same_person, opened, held_by_another, follows) in [
            (true, false, false, true),
            (false, false, true, true),
            (true, true, false, true),
            (false, true, false, false),
            (true, true, true, false),
            (false, true, true, false),
        ] {
            assert_eq!(may_follow(Followed { same_person, opened, held_by_another }), follows);
        }
    }
}
