//! Whether a stay that the hospital announces is one of which its patient told before.

/// A file that somebody opened for a stay that the hospital had not announced.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// Strict traits of the account that opened it are those of whom the hospital announces.
    pub same_person: bool,
    /// Another account opened, as the patient, a file under the hospital's number of that person.
    pub held_by_another: bool,
    /// Both say hospital stay, day surgery or consultation.
    pub same_kind: bool,
    /// Days between the two entries.
    pub days_apart: i64,
}

/// What comes of an announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meeting {
    /// Nobody told of it: it gets a file of its own.
    New,
    /// It is the stay of this candidate.
    Same(usize),
    /// It may be that of one of these: the desk says.
    Doubtful(Vec<usize>),
}

/// Another person's file is never meant, nor one whose entry is further away than these days. Of what is left a single
/// one of the same kind is the stay; anything else is in doubt.
pub fn meeting(candidates: &[Candidate], days: i64) -> Meeting {
    let near = |one: &Candidate| one.same_person && one.days_apart <= days;
    let near: Vec<usize> = (0..).zip(candidates).filter(|(_, one)| near(one)).map(|(at, _)| at).collect();
    match near.as_slice() {
        [] => Meeting::New,
        [one] if candidates.get(*one).is_some_and(|one| one.same_kind && !one.held_by_another) => Meeting::Same(*one),
        _ => Meeting::Doubtful(near),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FITS: Candidate = Candidate { same_person: true, held_by_another: false, same_kind: true, days_apart: 3 };

    #[test]
    fn only_a_single_file_of_that_person_kind_and_time_is_the_stay() {
        let far = Candidate { days_apart: 4, ..FITS };
        let somebody = Candidate { same_person: false, days_apart: 0, ..FITS };
        let other_kind = Candidate { same_kind: false, ..FITS };
        let held = Candidate { held_by_another: true, ..FITS };
        for (candidates, expected) in [
            (vec![], Meeting::New),
            (vec![FITS], Meeting::Same(0)),
            (vec![far], Meeting::New),
            (vec![somebody], Meeting::New),
            (vec![other_kind], Meeting::Doubtful(vec![0])),
            (vec![held], Meeting::Doubtful(vec![0])),
            (vec![FITS, FITS], Meeting::Doubtful(vec![0, 1])),
            (vec![far, FITS, somebody], Meeting::Same(1)),
            (vec![somebody, other_kind, FITS], Meeting::Doubtful(vec![1, 2])),
        ] {
            assert_eq!(meeting(&candidates, 3), expected, "{candidates:?}");
        }
    }
}
