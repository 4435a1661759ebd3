//! Who acts for the patient: holders of parental authority, representatives of protected adults, relatives who help.
//! The portal writes down what they say and how it fits together; it never decides in their place.

/// An enum whose values have one written name each, the same in the database, in forms and in the interface.
macro_rules! named {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $value:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$what])* $value,)+ }
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$value),+];
            pub const fn name(self) -> &'static str {
                match self { $(Self::$value => $text,)+ }
            }
            pub fn named(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == text)
            }
        }
    };
}

pub(super) use named;

use super::answering::Signature;

named! {
    /// What whoever opened the file is to the patient.
    OpenedAs {
        Myself = "self",
        /// Of parental authority over a minor (Code civil art. 371-1).
        Holder = "holder",
        /// Of a protected adult, for the person and not only for goods (CSP art. L1111-4).
        Representative = "representative",
        /// Helps to fill in, and has no say.
        Relative = "relative",
    }
}

named! {
    /// As whom somebody signs for a minor.
    Quality {
        Mother = "mother",
        Father = "father",
        Guardian = "guardian",
        /// Aide sociale à l'enfance.
        Ase = "ase",
        Other = "other",
    }
}

named! {
    /// The measure of a protected adult.
    Measure {
        Tutelle = "tutelle",
        Curatelle = "curatelle",
        Sauvegarde = "sauvegarde",
        Habilitation = "habilitation",
        Mandat = "mandat",
    }
}

named! {
    /// How the signatures of a file fit together.
    Consent {
        /// Nobody has to sign: an adult, or a stay kept secret from the holders.
        NotNeeded = "not-needed",
        Awaited = "awaited",
        Given = "given",
        /// As many as needed were asked, somebody signed, and others do not answer: the hospital decides.
        Undecided = "undecided",
        Refused = "refused",
        /// One agrees and one refuses.
        Conflict = "conflict",
    }
}

impl Consent {
    /// Whether nothing may go on before people agree.
    pub const fn stops(self) -> bool {
        matches!(self, Self::Refused | Self::Conflict)
    }

    /// Whether signatures serve as the signed sheet of paper.
    pub const fn serves(self) -> bool {
        matches!(self, Self::Given | Self::Undecided)
    }
}

/// Surgery and anaesthesia of a minor are no usual acts: both holders of parental authority agree (Code civil
/// art. 372-2, CSP art. L1111-4). `needed` is how many the hospital wants, two unless its rules say otherwise.
pub fn consent(needed: usize, signatures: &[Signature]) -> Consent {
    let count = |wanted: &[Signature]| signatures.iter().filter(|one| wanted.contains(one)).count();
    let agreed = count(&[Signature::Signed, Signature::SoleHolder]);
    let silent = count(&[Signature::NoAnswer, Signature::NotReachable]);
    match (agreed, count(&[Signature::Refused])) {
        _ if needed == 0 => Consent::NotNeeded,
        (0, 1..) => Consent::Refused,
        (_, 1..) => Consent::Conflict,
        (agreed, _) if agreed >= needed || count(&[Signature::SoleHolder]) > 0 => Consent::Given,
        (agreed, _) if agreed > 0 && agreed.saturating_add(silent) >= needed => Consent::Undecided,
        _ => Consent::Awaited,
    }
}

/// How somebody asks to open a file that is not their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    Holder(Quality),
    Representative {
        measure: Measure,
        /// Whether the order is about the person; one about goods alone gives no say in care.
        person: bool,
    },
    Relative,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoClaim {
    /// Answers that do not go together, such as a parent of an adult.
    #[error("not for this patient")]
    NotForThisPatient,
    #[error("the authority was not stated")]
    NotStated,
    /// Curatelle, and measures about goods alone (CSP art. L1111-4).
    #[error("this measure gives no say")]
    GivesNoSay,
}

impl Claim {
    /// From words: a quality, `representative` with their measure and its scope, or `relative`. Else the word that is wrong.
    pub fn said(role: &str, measure: &str, scope: &str) -> Result<Self, &'static str> {
        match (role, Quality::named(role)) {
            (_, Some(quality)) => Ok(Self::Holder(quality)),
            ("representative", _) => {
                let measure = Measure::named(measure).ok_or("measure")?;
                Ok(Self::Representative { measure, person: scope == "person" })
            }
            ("relative", _) => Ok(Self::Relative),
            _ => Err("role"),
        }
    }

    /// Of who was asked as the person in charge: a curator helps, and has no say (CSP art. L1111-4).
    pub const fn of_in_charge(measure: Measure, person: bool) -> Self {
        if measure.represents() { Self::Representative { measure, person } } else { Self::Relative }
    }
}

/// As what the file is opened for somebody who holds its letter and knows the birth date.
pub fn judge(claim: Claim, is_minor: bool, stated: bool) -> Result<OpenedAs, NoClaim> {
    let opened_as = match (claim, is_minor) {
        (Claim::Holder(_), true) => OpenedAs::Holder,
        (Claim::Representative { measure, person }, false) if person && measure.represents() => {
            OpenedAs::Representative
        }
        (Claim::Representative { .. }, false) => return Err(NoClaim::GivesNoSay),
        (Claim::Relative, false) => OpenedAs::Relative,
        _ => return Err(NoClaim::NotForThisPatient),
    };
    if stated { Ok(opened_as) } else { Err(NoClaim::NotStated) }
}

impl Measure {
    /// Whether it can make somebody speak for the person; a curatelle assists and never does.
    pub const fn represents(self) -> bool {
        !matches!(self, Self::Curatelle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair of states, for one holder and for two.
    #[test]
    fn two_signatures_together() {
        let letter = |consent| match consent {
            Consent::NotNeeded => '-',
            Consent::Awaited => '.',
            Consent::Given => 'g',
            Consent::Undecided => 'u',
            Consent::Refused => 'r',
            Consent::Conflict => 'C',
        };
        // Rows and columns: awaited, signed, refused, no answer, not reachable, sole holder.
        let holders = &Signature::ALL[..6];
        let table = |needed| -> Vec<String> {
            let row = |one: &Signature| holders.iter().map(|other| letter(consent(needed, &[*one, *other]))).collect();
            holders.iter().map(row).collect()
        };
        assert_eq!(table(2), ["..r..g", ".gCuug", "rCrrrC", ".ur..g", ".ur..g", "ggCggg"]);
        assert_eq!(table(1), [".gr..g", "ggCggg", "rCrrrC", ".gr..g", ".gr..g", "ggCggg"]);
        assert!(table(0).iter().all(|row| row == "------"));
    }

    #[test]
    fn one_alone_and_nobody() {
        for (signature, expected) in Signature::ALL.iter().zip([
            Consent::Awaited,
            Consent::Awaited,
            Consent::Refused,
            Consent::Awaited,
            Consent::Awaited,
            Consent::Given,
        ]) {
            assert_eq!(consent(2, &[*signature]), expected, "{signature:?}");
        }
        assert_eq!(consent(1, &[Signature::Signed]), Consent::Given);
        assert_eq!(consent(2, &[]), Consent::Awaited);
        assert_eq!(consent(2, &[Signature::Signed, Signature::Signed, Signature::Refused]), Consent::Conflict);
    }

    #[test]
    fn who_may_open_for_whom() {
        let representative = |measure, person| Claim::Representative { measure, person };
        for (claim, minor, adult) in [
            (Claim::Holder(Quality::Mother), Ok(OpenedAs::Holder), Err(NoClaim::NotForThisPatient)),
            (Claim::Relative, Err(NoClaim::NotForThisPatient), Ok(OpenedAs::Relative)),
            (representative(Measure::Tutelle, true), Err(NoClaim::NotForThisPatient), Ok(OpenedAs::Representative)),
            (representative(Measure::Mandat, true), Err(NoClaim::NotForThisPatient), Ok(OpenedAs::Representative)),
            (representative(Measure::Tutelle, false), Err(NoClaim::NotForThisPatient), Err(NoClaim::GivesNoSay)),
            (representative(Measure::Curatelle, true), Err(NoClaim::NotForThisPatient), Err(NoClaim::GivesNoSay)),
        ] {
            assert_eq!(judge(claim, true, true), minor, "{claim:?} of a minor");
            assert_eq!(judge(claim, false, true), adult, "{claim:?} of an adult");
            assert!(judge(claim, true, false).is_err() && judge(claim, false, false).is_err(), "{claim:?} unstated");
        }
    }

    #[test]
    fn a_claim_in_words() {
        assert_eq!(Claim::said("father", "", ""), Ok(Claim::Holder(Quality::Father)));
        let represents = Claim::Representative { measure: Measure::Mandat, person: true };
        assert_eq!(Claim::said("representative", "mandat", "person"), Ok(represents));
        assert_eq!(Claim::said("representative", "none", "person"), Err("measure"));
        assert_eq!(Claim::said("neighbour", "tutelle", "person"), Err("role"));
        assert_eq!(Claim::of_in_charge(Measure::Mandat, true), represents);
        assert_eq!(Claim::of_in_charge(Measure::Curatelle, true), Claim::Relative);
    }

    #[test]
    fn names_are_read_back() {
        assert!(OpenedAs::ALL.iter().all(|one| OpenedAs::named(one.name()) == Some(*one)));
        assert_eq!(OpenedAs::named("perhaps"), None);
    }
}
