//! Whether a file may follow its person when the hospital says that two of its identities are one.

use super::same_person::{Traits, same_person};

/// What is known of a file whose person got another number.
#[derive(Clone, Default)]
pub struct Followed<'a> {
    /// Whom it is of until now: as the hospital told, else as the account that opened it.
    pub before: Option<Traits<'a>>,
    /// Somebody opened it.
    pub opened: bool,
    /// Another account opened, as the patient, a file under the number that stays.
    pub held_by_another: bool,
}

/// A file that nobody opened is the hospital's to name. One that was opened belongs to an account: it follows only the
/// same person, and never to a number under which another account stands.
pub fn may_follow(file: &Followed<'_>, survivor: &Traits<'_>) -> bool {
    let same = || file.before.as_ref().is_some_and(|before| same_person(before, survivor));
    !file.opened || (!file.held_by_another && same())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MA: Traits<'static> = Traits { birth_family: "LE GOFF", given: "Ma", birth_date: "1958-02-14", sex: "F" };
    const ZOE: Traits<'static> = Traits { given: "Zoé", ..MA };

    #[test]
    fn only_the_same_person_takes_an_opened_file_along() {
        let file = |before: &Traits<'static>, opened, held_by_another| Followed {
            before: Some(before.clone()),
            opened,
            held_by_another,
        };
        for (file, follows) in [
            (file(&MA, false, false), true),
            (file(&ZOE, false, true), true),
            (file(&MA, true, false), true),
            (file(&ZOE, true, false), false),
            (file(&MA, true, true), false),
            (Followed { opened: true, ..Followed::default() }, false),
        ] {
            assert_eq!(may_follow(&file, &MA), follows);
        }
    }
}
