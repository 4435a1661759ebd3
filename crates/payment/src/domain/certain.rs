//! Whether an invoice is surely this patient's. Nobody confirms it with a link or a paper, so that it takes more than where
//! they do: every strict trait (RNIV: birth name, given name, birth date, sex) whole and the same, and no second person whom
//! the hospital could mean.

use identity::{
    read::PatientFacts,
    same_person::{self, Traits, same_person},
};
use kernel::PatientId;

use super::announce::Person;

/// Whether the hospital's person and the one who logged in agree in all that is known, with nothing unknown.
pub fn is_certain(person: &Person, me: &PatientFacts) -> bool {
    same_person::is_certain(&traits(person), me)
}

/// Whether the hospital can mean one person by both: what one side does not know differs from nothing.
pub fn is_same(one: &Person, other: &Person) -> bool {
    same_person(&traits(one), &traits(other))
}

/// Whether what the hospital told of others leaves a doubt: a second person of the same traits, or a first account of
/// this one.
pub fn leaves_doubt(person: &Person, patient: PatientId, others: &[(Person, Option<PatientId>)]) -> bool {
    others.iter().any(|(other, theirs)| {
        let is_same_number = other.ipp == person.ipp;
        let is_namesake = !is_same_number && same_person(&traits(person), &traits(other));
        let is_elsewhere = is_same_number && theirs.is_some_and(|theirs| theirs != patient);
        let has_another_number = !is_same_number && *theirs == Some(patient);
        is_namesake || is_elsewhere || has_another_number
    })
}

/// As they are compared.
pub(crate) fn traits(person: &Person) -> Traits<'_> {
    Traits {
        birth_family: &person.birth_family,
        given: &person.given,
        birth_date: &person.birth_date,
        sex: &person.sex,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> Person {
        Person {
            ipp: "8000042".to_owned(),
            birth_family: "D'ESSAI".to_owned(),
            given: "Hélène".to_owned(),
            birth_date: "1957-11-02".to_owned(),
            sex: "F".to_owned(),
        }
    }

    fn me() -> PatientFacts {
        let text = |text: &str| Some(text.to_owned());
        PatientFacts {
            id: kernel::testing::world().0.id(),
            family_name: "D’Essai".to_owned(),
            given_names: "Hélène Odette".to_owned(),
            given_name_array: vec!["Hélène".to_owned(), "Odette".to_owned()],
            preferred_username: None,
            gender: text("female"),
            birthdate: text("1957-11-02"),
            idp_birthdate: None,
            birthplace: None,
            birthcountry: None,
            email: None,
            phone: None,
            language: "fr".to_owned(),
        }
    }

    #[test]
    fn every_strict_trait_is_whole_and_the_same() {
        assert!(is_certain(&person(), &me()));
        assert!(is_certain(&Person { given: "HELENE ODETTE".to_owned(), ..person() }, &me()), "all given names");
        for (other, why) in [
            (Person { birth_family: "ESSAI".to_owned(), ..person() }, "birth name"),
            (Person { given: "Odette".to_owned(), ..person() }, "given name"),
            (Person { birth_date: "1957-11-03".to_owned(), ..person() }, "birth date"),
            (Person { birth_date: "1957-11".to_owned(), ..person() }, "birth date not whole"),
            (Person { sex: "M".to_owned(), ..person() }, "sex"),
            (Person { sex: "U".to_owned(), ..person() }, "sex not known"),
        ] {
            assert!(!is_certain(&other, &me()), "{why}");
        }
        let unsure = PatientFacts { idp_birthdate: Some("1957-11-00".to_owned()), ..me() };
        assert!(!is_certain(&person(), &unsure), "the provider does not know the day");
        assert!(!is_certain(&person(), &PatientFacts { gender: None, ..me() }), "the provider does not know the sex");
    }

    #[test]
    fn whoever_else_could_be_meant_is_a_doubt() {
        let mine = me().id;
        let world = kernel::testing::world_with_seed(9).0;
        let another: PatientId = world.id();
        let namesake = Person { ipp: "9".to_owned(), ..person() };
        let stranger = Person { ipp: "9".to_owned(), given: "Zoé".to_owned(), ..person() };
        for (others, doubt) in [
            (vec![(person(), None)], false),
            (vec![(person(), Some(mine))], false),
            (vec![(stranger.clone(), None)], false),
            (vec![(stranger.clone(), Some(another))], false),
            (vec![(namesake, None)], true),
            (vec![(person(), Some(another))], true),
            (vec![(stranger, Some(mine))], true),
        ] {
            assert_eq!(leaves_doubt(&person(), mine, &others), doubt, "{}", others.len());
        }
    }
}
