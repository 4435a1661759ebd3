//! What the hospital's system says of stays and identities, to every room that keeps numbers of patients: one message, one
//! transaction, one outcome.

use payment::{Followed, domain::announce::Person};
use preadmission::{
    announcement::{Former, Merged, Notice, Outcome},
    read,
};
use storage::{StorageError, Tx};

/// `days`: how far the entry that a patient told may be from the hospital's.
pub(crate) fn announce(tx: &mut Tx<'_>, notice: &Notice, days: i64) -> Result<Outcome, StorageError> {
    let of_files = preadmission::announce(tx, notice, days)?;
    let Notice::Merged(said) = notice else { return Ok(of_files) };
    Ok(match (of_files, follow(tx, said)?) {
        (Outcome::Conflict, _) | (_, Followed::Doubt) => Outcome::Conflict,
        (Outcome::Unchanged | Outcome::Ignored, Followed::Moved) => Outcome::Changed,
        (other, _) => other,
    })
}

fn follow(tx: &mut Tx<'_>, said: &Merged) -> Result<Followed, StorageError> {
    let known = identity::read::establishments(tx.conn())?.into_iter().find(|one| one.finess == said.establishment);
    let Some(establishment) = known.map(|one| one.id) else { return Ok(Followed::Nothing) };
    let numbers = said.former.iter().filter_map(|former| match former {
        Former::Hospital(number) => Some(number.clone()),
        // As we declared them: no invoice is under a number of ours.
        Former::Ours(_) => None,
    });
    let person = Person {
        // The one that stands at the end of a chain of merges.
        ipp: read::living_number(tx.conn(), establishment, &said.person.ipp)?,
        birth_family: said.person.birth_family.clone(),
        given: said.person.given.clone(),
        birth_date: said.person.birth_date.clone(),
        sex: said.person.sex.clone(),
    };
    let numbers: Vec<String> = numbers.collect();
    let followed = payment::follow_merge(tx, establishment, &numbers, &person)?;
    let Person { ipp, birth_family, given, birth_date, sex } = person;
    let person = identity::proxies::Person { ipp, birth_family, given, birth_date, sex };
    let any = identity::proxies::follow_merge(tx, establishment, &numbers, &person)?;
    Ok(if any { followed.max(Followed::Moved) } else { followed })
}
