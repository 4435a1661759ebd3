//! Identities that the hospital merges or numbers anew: files follow their person, and never go silently to somebody
//! else's account.

use kernel::{EstablishmentId, PatientId};
use storage::{Conn, StorageError, Tx};

use crate::{
    announcement::{Announcement, Former, HospitalPerson, Merged, Outcome},
    domain::{
        merge::{Followed, may_follow},
        people::OpenedAs,
        same_person::{Traits, same_person},
    },
    read::PreadmissionFacts,
    store::{
        files,
        merges::{self, Merge},
        stays,
    },
};

/// Whose a stay is after a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    /// Of whom the message tells.
    Theirs,
    /// Of whom it was: somebody opened the file who is another person, and the desk is asked.
    Kept,
}

/// What is said under a number that was given up is said of the one that stands for it.
pub(crate) fn under_living_number(
    conn: &mut Conn,
    establishment: EstablishmentId,
    said: &Announcement,
) -> Result<Announcement, StorageError> {
    let ipp = merges::living(conn, establishment, &said.person.ipp)?;
    Ok(Announcement { person: HospitalPerson { ipp, ..said.person.clone() }, ..said.clone() })
}

pub(crate) fn merge(tx: &mut Tx<'_>, establishment: EstablishmentId, said: &Merged) -> Result<Outcome, StorageError> {
    let mut outcome = Outcome::Unchanged;
    let mut person = said.person.clone();
    person.ipp = merges::living(tx.conn(), establishment, &person.ipp)?;
    for former in &said.former {
        let (old, files) = match former {
            Former::Hospital(number) => {
                // It stays for itself when only its status changed.
                if *number != said.person.ipp {
                    let (survivor, is_new) = merges::remember(tx, establishment, number, &said.person.ipp)?;
                    person.ipp = survivor;
                    if is_new && outcome != Outcome::Conflict {
                        outcome = Outcome::Changed;
                    }
                }
                (number.clone(), merges::files_under(tx.conn(), establishment, number)?)
            }
            Former::Ours(patient) => (patient.to_string(), merges::unannounced_of(tx.conn(), establishment, *patient)?),
        };
        for facts in files::of_ids(tx.conn(), &files)? {
            outcome = match (follow(tx, &facts, (&old, &person))?, outcome) {
                (None, before) => before,
                (Some(Given::Kept), _) | (_, Outcome::Conflict) => Outcome::Conflict,
                (Some(Given::Theirs), _) => Outcome::Changed,
            };
        }
    }
    Ok(outcome)
}

/// The file goes along with its person, or the desk is asked. None: it is theirs already, or was asked before.
fn follow(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    (old, person): (&str, &HospitalPerson),
) -> Result<Option<Given>, StorageError> {
    if facts.stay.person.as_ref() == Some(person) || was_asked(tx.conn(), facts, person)? {
        return Ok(None);
    }
    let follows = follows(tx.conn(), facts, person)?;
    merges::note(tx, facts.id, if follows { Merge::Followed } else { Merge::Conflict }, (old, person))?;
    if follows {
        stays::rename(tx, &facts.stay, person)?;
    }
    Ok(Some(if follows { Given::Theirs } else { Given::Kept }))
}

/// A stay that is told anew may name another person. Whoever opened its file keeps it until the desk has said.
pub(crate) fn person_of(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    person: &HospitalPerson,
) -> Result<Given, StorageError> {
    if follows(tx.conn(), facts, person)? {
        return Ok(Given::Theirs);
    }
    if !was_asked(tx.conn(), facts, person)? {
        merges::note(tx, facts.id, Merge::Conflict, (before_number(facts).unwrap_or_default(), person))?;
    }
    Ok(Given::Kept)
}

/// Whether the last word on this file was of that very person: the desk waits to answer, or left it.
fn was_asked(conn: &mut Conn, facts: &PreadmissionFacts, person: &HospitalPerson) -> Result<bool, StorageError> {
    let last = merges::of_file(conn, facts.id)?.pop();
    Ok(last.is_some_and(|last| last.person == *person && matches!(last.outcome, Merge::Conflict | Merge::Left)))
}

fn follows(conn: &mut Conn, facts: &PreadmissionFacts, person: &HospitalPerson) -> Result<bool, StorageError> {
    Ok(may_follow(followed(conn, facts, person)?))
}

/// How the file stands to the person whom the hospital tells.
pub(crate) fn followed(
    conn: &mut Conn,
    facts: &PreadmissionFacts,
    person: &HospitalPerson,
) -> Result<Followed, StorageError> {
    // Whoever opened the file for somebody else is not the patient.
    let me = facts.patient.filter(|_| facts.opened_as == OpenedAs::Myself);
    let account = me.map(|patient| identity::read::patient(conn, patient)).transpose()?.flatten();
    let before = match (&facts.stay.person, &account) {
        (Some(before), _) => Some(of_hospital(before)),
        (None, Some(me)) => Some(Traits {
            birth_family: &me.family_name,
            given: me.first_name(),
            birth_date: me.idp_birthdate.as_deref().or(me.birthdate.as_deref()).unwrap_or_default(),
            sex: match me.gender.as_deref() {
                Some("female") => "F",
                Some("male") => "M",
                _ => "",
            },
        }),
        (None, None) => None,
    };
    let is_renumbered = before_number(facts) != Some(person.ipp.as_str());
    let held_by_another = match me.filter(|_| is_renumbered) {
        Some(patient) => is_held_by_another(conn, facts, (patient, &person.ipp))?,
        None => false,
    };
    let same_person = before.is_some_and(|before| same_person(&before, &of_hospital(person)));
    Ok(Followed { same_person, opened: facts.patient.is_some(), held_by_another })
}

fn before_number(facts: &PreadmissionFacts) -> Option<&str> {
    facts.stay.person.as_ref().map(|before| before.ipp.as_str())
}

fn of_hospital(person: &HospitalPerson) -> Traits<'_> {
    Traits {
        birth_family: &person.birth_family,
        given: &person.given,
        birth_date: &person.birth_date,
        sex: &person.sex,
    }
}

fn is_held_by_another(
    conn: &mut Conn,
    facts: &PreadmissionFacts,
    (patient, number): (PatientId, &str),
) -> Result<bool, StorageError> {
    let under = merges::files_under(conn, facts.establishment.id, number)?;
    let others = files::of_ids(conn, &under)?;
    let another = |file: &PreadmissionFacts| {
        file.opened_as == OpenedAs::Myself && file.patient.is_some_and(|theirs| theirs != patient)
    };
    Ok(others.iter().any(another))
}
