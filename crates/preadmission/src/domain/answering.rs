//! Who is asked, by a link of their own, to answer about somebody else's stay: a holder of parental authority, the trusted
//! person, the person in charge of a protected adult. What each may answer, and what may follow on what.

use super::{
    invitation::Purpose,
    people::{Measure, Quality, named},
};

/// As what somebody is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    Holder(Quality),
    TrustedPerson,
    /// Of a protected adult; until they came, nobody knows under which measure.
    InCharge(Option<Measure>),
}

impl Capacity {
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::Holder(_) => Purpose::ParentalAuthority,
            Self::TrustedPerson => Purpose::TrustedPerson,
            Self::InCharge(_) => Purpose::Representative,
        }
    }

    /// The quality or the measure, as it is written down.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Holder(quality) => Some(quality.name()),
            Self::InCharge(Some(measure)) => Some(measure.name()),
            Self::TrustedPerson | Self::InCharge(None) => None,
        }
    }

    pub fn read(purpose: Purpose, word: Option<&str>) -> Option<Self> {
        match (purpose, word) {
            (Purpose::ParentalAuthority, Some(word)) => Quality::named(word).map(Self::Holder),
            (Purpose::TrustedPerson, None) => Some(Self::TrustedPerson),
            (Purpose::Representative, None) => Some(Self::InCharge(None)),
            (Purpose::Representative, Some(word)) => Measure::named(word).map(|measure| Self::InCharge(Some(measure))),
            _ => None,
        }
    }

    /// Whether they speak for the patient, and fill in the file beside them (CSP art. L1111-4).
    pub fn represents(self) -> bool {
        matches!(self, Self::InCharge(Some(measure)) if measure.represents())
    }

    /// What they may answer. Who represents the patient acts in the file instead.
    pub fn answers(self) -> &'static [Signature] {
        match self {
            _ if self.represents() => &[],
            Self::Holder(_) => &[Signature::Signed, Signature::SoleHolder, Signature::Refused],
            Self::TrustedPerson | Self::InCharge(_) => &[Signature::Signed, Signature::Refused],
        }
    }

    /// Whether this answer needs the statement of who gives it. A holder of parental authority states it whatever they
    /// answer; nobody need state anything to decline.
    pub fn must_state(self, answer: Signature) -> bool {
        matches!(self, Self::Holder(_)) || answer != Signature::Refused
    }
}

/// How many may be asked for this purpose in one file, those taken back included.
pub const fn most(purpose: Purpose) -> i32 {
    if matches!(purpose, Purpose::ParentalAuthority) { 4 } else { 9 }
}

named! {
    /// What is known of somebody's answer.
    Signature {
        /// Their link went out.
        Awaited = "awaited",
        /// They logged in and agreed.
        Signed = "signed",
        Refused = "refused",
        /// None by the day told in the letter.
        NoAnswer = "no-answer",
        NotReachable = "not-reachable",
        /// Signed by who declares to hold parental authority alone, and gives the document that says so.
        SoleHolder = "sole-holder",
        /// A clerk holds the form that patient and trusted person signed.
        Paper = "paper",
        /// Taken back, or in charge no longer: the end.
        Revoked = "revoked",
    }
}

impl Signature {
    /// Whether it may become this one. Whoever answered may change their mind, and who declined may be asked again.
    pub fn may_become(self, next: Self, purpose: Purpose) -> bool {
        use Signature::{Awaited, NoAnswer, NotReachable, Paper, Refused, Revoked, Signed, SoleHolder};
        let came = !matches!(self, Awaited | NoAnswer | NotReachable);
        match (purpose, next) {
            _ if self == Revoked => false,
            (Purpose::ParentalAuthority, Awaited | NoAnswer | NotReachable) => !came,
            (Purpose::ParentalAuthority, Signed | Refused | SoleHolder) => true,
            (Purpose::TrustedPerson, Paper) | (Purpose::TrustedPerson | Purpose::Representative, Awaited | Signed) => {
                !self.stands()
            }
            (Purpose::TrustedPerson | Purpose::Representative, Refused) => !matches!(self, Refused | Paper),
            (Purpose::TrustedPerson | Purpose::Representative, NoAnswer) => self == Awaited,
            (Purpose::TrustedPerson | Purpose::Representative, Revoked) => true,
            _ => false,
        }
    }

    /// Given, by login or on paper.
    pub const fn stands(self) -> bool {
        matches!(self, Self::Signed | Self::SoleHolder | Self::Paper)
    }

    /// They were asked and said no, or nothing.
    pub const fn fails(self) -> bool {
        matches!(self, Self::Refused | Self::NoAnswer | Self::NotReachable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The states that each may become, in the order of the table.
    fn table(purpose: Purpose) -> Vec<String> {
        let letter = |from: &Signature, to: &Signature| if from.may_become(*to, purpose) { 'x' } else { '-' };
        let row = |from: &Signature| Signature::ALL.iter().map(|to| letter(from, to)).collect();
        Signature::ALL.iter().map(row).collect()
    }

    /// Rows and columns: awaited, signed, refused, no answer, not reachable, sole holder, paper, revoked.
    #[test]
    fn one_answer_after_the_other() {
        let holder = ["xxxxxx--", "-xx--x--", "-xx--x--", "xxxxxx--", "xxxxxx--", "-xx--x--"];
        assert_eq!(table(Purpose::ParentalAuthority)[..6], holder);
        let trusted = table(Purpose::TrustedPerson);
        let [awaited, signed, refused, silent, paper, revoked] = [0, 1, 2, 3, 6, 7].map(|at| trusted[at].as_str());
        assert_eq!(
            [awaited, signed, refused, silent, paper, revoked],
            ["xxxx--xx", "--x----x", "xx----xx", "xxx---xx", "-------x", "--------"]
        );
        let in_charge = table(Purpose::Representative);
        let [awaited, signed, refused, silent, revoked] = [0, 1, 2, 3, 7].map(|at| in_charge[at].as_str());
        assert_eq!(
            [awaited, signed, refused, silent, revoked],
            ["xxxx---x", "--x----x", "xx-----x", "xxx----x", "--------"]
        );
        assert!(table(Purpose::Relative).iter().all(|row| row == "--------"), "relatives have answers of their own");
    }

    #[test]
    fn a_capacity_is_read_as_it_was_written() {
        let measures = Measure::ALL.iter().map(|measure| Capacity::InCharge(Some(*measure)));
        let holders = Quality::ALL.iter().map(|quality| Capacity::Holder(*quality));
        for one in measures.chain(holders).chain([Capacity::TrustedPerson, Capacity::InCharge(None)]) {
            assert_eq!(Capacity::read(one.purpose(), one.word()), Some(one));
        }
        for (purpose, word) in [
            (Purpose::ParentalAuthority, None),
            (Purpose::ParentalAuthority, Some("tutelle")),
            (Purpose::TrustedPerson, Some("mother")),
            (Purpose::Representative, Some("mother")),
            (Purpose::Relative, None),
        ] {
            assert_eq!(Capacity::read(purpose, word), None, "{purpose:?} {word:?}");
        }
    }

    #[test]
    fn only_who_represents_the_person_acts_in_their_place() {
        let acting: Vec<_> = Measure::ALL.iter().filter(|one| Capacity::InCharge(Some(**one)).represents()).collect();
        assert_eq!(acting, [&Measure::Tutelle, &Measure::Sauvegarde, &Measure::Habilitation, &Measure::Mandat]);
        assert!(Capacity::InCharge(Some(Measure::Tutelle)).answers().is_empty());
        assert_eq!(Capacity::InCharge(Some(Measure::Curatelle)).answers(), Capacity::TrustedPerson.answers());
        assert!(!Capacity::TrustedPerson.must_state(Signature::Refused));
        assert!(Capacity::Holder(Quality::Mother).must_state(Signature::Refused));
    }
}
