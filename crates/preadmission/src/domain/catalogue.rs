//! The sections of a file and their fields, as data: one page, one form and one verb of the API serve them all.

use std::collections::BTreeMap;

use super::{
    card,
    completeness::StayFacts,
    places::{self, Born},
    value::{Fault, Kind, YES_NO},
};

/// Answers by the name of their field.
pub type Answers = BTreeMap<String, String>;

#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// Stands in addresses and in the keys of its words.
    pub name: &'static str,
    pub fields: &'static [Field],
    pub asked: When,
    /// Whether the file waits for it. Nothing about cover ever does.
    pub blocks: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// `section.field`: the name under which its answer is kept.
    pub name: &'static str,
    pub kind: Kind,
    /// Token of HTML's `autocomplete`; empty: none fits.
    pub autocomplete: &'static str,
    pub required: bool,
    pub asked: When,
}

/// When something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Always,
    /// Only who sleeps in the hospital.
    Inpatient,
    /// From 18 years at entry; also when the age is not known.
    Adult,
    /// From 16 years at entry (CSS art. L162-5-3 for the doctor one declares); also when the age is not known.
    FromSixteen,
    /// When another field has this value.
    Answered(&'static str, &'static str),
    /// When another field is answered with anything but this value.
    AnsweredOtherwise(&'static str, &'static str),
}

impl When {
    pub fn holds(self, stay: &StayFacts, answers: &Answers) -> bool {
        match self {
            Self::Always => true,
            Self::Inpatient => stay.sleeps,
            Self::Adult => stay.age.is_none_or(|age| age >= 18),
            Self::FromSixteen => stay.age.is_none_or(|age| age >= 16),
            Self::Answered(field, value) => answers.get(field).is_some_and(|answer| answer == value),
            Self::AnsweredOtherwise(field, value) => {
                answers.get(field).is_some_and(|answer| !answer.is_empty() && answer != value)
            }
        }
    }
}

impl When {
    /// Whether it may come to be asked with what is not answered yet: paper cannot ask one question after the other.
    pub fn may_hold(self, stay: &StayFacts, answers: &Answers) -> bool {
        let is_open = |field| answers.get(field).is_none_or(|answer: &String| answer.is_empty());
        match self {
            Self::Answered(field, _) | Self::AnsweredOtherwise(field, _) if is_open(field) => true,
            other => other.holds(stay, answers),
        }
    }
}

impl Field {
    pub(super) const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, autocomplete: "", required: false, asked: When::Always }
    }
    const fn fills(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }
    pub(super) const fn must(self) -> Self {
        Self { required: true, ..self }
    }
    pub(super) const fn if_answered(self, field: &'static str, value: &'static str) -> Self {
        Self { asked: When::Answered(field, value), ..self }
    }

    const fn unless_answered(self, field: &'static str, value: &'static str) -> Self {
        Self { asked: When::AnsweredOtherwise(field, value), ..self }
    }

    /// What is wrong with a kept value; nothing is wrong with an empty one.
    pub fn fault(&self, value: &str) -> Option<Fault> {
        self.kind.read(value).err()
    }

    /// What is wrong with a kept value among the others.
    pub fn fault_among(&self, value: &str, answers: &Answers) -> Option<Fault> {
        let is_over = || self.kind == Kind::Place && places::is_over(value, &born(answers));
        self.fault(value).or_else(|| is_over().then_some(Fault::PlaceThen))
    }

    /// Whether an answer binds whoever gives it, and is proven as an act of its own.
    pub fn is_consent(&self) -> bool {
        let others = ["situation.adult-agrees", "private-room.undertaking", "presence.secret"];
        self.name.starts_with("consents.") || others.contains(&self.name)
    }

    /// The key of its words: dots are not letters of a key.
    pub fn key(&self) -> String {
        format!("preadmission-field-{}", self.name.replace('.', "-"))
    }
}

pub const BIRTH_DATE: &str = "identity.birth-date";

/// The day of birth that the answers tell.
pub fn born(answers: &Answers) -> Born {
    Born::of(answers.get(BIRTH_DATE).map(String::as_str).unwrap_or_default())
}

const fn section(name: &'static str, fields: &'static [Field]) -> Section {
    Section { name, fields, asked: When::Always, blocks: true }
}

const LINKS: Kind = Kind::Choice(&["spouse", "parent", "child", "family", "friend", "other"]);
const CONSENT: Kind = Kind::Choice(&["permit", "deny"]);

/// In the order of the task list.
pub const SECTIONS: &[Section] = &[
    section(
        "identity",
        &[
            Field::new("identity.birth-family", Kind::Text).fills("family-name").must(),
            Field::new("identity.used-family", Kind::Text),
            Field::new("identity.given", Kind::Text).fills("given-name").must(),
            Field::new(BIRTH_DATE, Kind::Date).fills("bday").must(),
            Field::new("identity.sex", Kind::Choice(&["F", "M", "U"])).fills("sex").must(),
            Field::new("identity.birth-place", Kind::Place).must(),
        ],
    ),
    section(
        "contact",
        &[
            Field::new("contact.address", Kind::Text).fills("street-address").must(),
            Field::new("contact.postcode", Kind::Postcode).fills("postal-code").must(),
            Field::new("contact.city", Kind::Text).fills("address-level2").must(),
            Field::new("contact.mobile", Kind::Phone).fills("tel").must(),
            Field::new("contact.email", Kind::Email).fills("email"),
            Field::new("contact.language", Kind::Text).fills("language"),
            Field::new("contact.interpreter", YES_NO),
        ],
    ),
    section(
        "situation",
        &[
            Field::new("situation.family", Kind::Choice(&["single", "couple", "separated", "widowed"])),
            Field::new("situation.profession", Kind::Text).fills("organization-title"),
            Field::new("situation.sick-leave", YES_NO),
            Field::new("situation.work-accident", YES_NO),
            Field::new("situation.protection", Kind::Choice(&["none", "represented", "assisted"])).must(),
            Field::new(
                "situation.protection-measure",
                Kind::Choice(&["tutelle", "habilitation", "mandat", "sauvegarde"]),
            )
            .must()
            .if_answered("situation.protection", "represented"),
            // An order about goods alone gives nobody a say in care (CSP art. L1111-4).
            Field::new("situation.protection-scope", Kind::Choice(&["person", "goods"]))
                .must()
                .if_answered("situation.protection", "represented"),
            Field::new("situation.protection-until", Kind::Date).if_answered("situation.protection", "represented"),
            Field::new("situation.adult-agrees", Kind::Choice(&["yes", "no", "cannot-say"]))
                .must()
                .if_answered("situation.protection-scope", "person"),
            Field::new("situation.protector-name", Kind::Text)
                .must()
                .if_answered("situation.protection", "represented"),
            Field::new("situation.protector-phone", Kind::Phone)
                .must()
                .if_answered("situation.protection", "represented"),
            Field::new("situation.curator-name", Kind::Text).if_answered("situation.protection", "assisted"),
            Field::new("situation.curator-phone", Kind::Phone).if_answered("situation.protection", "assisted"),
        ],
    ),
    Section {
        asked: When::FromSixteen,
        ..section(
            "attending-physician",
            &[
                Field::new("attending-physician.declared", YES_NO).must(),
                Field::new("attending-physician.name", Kind::Text)
                    .must()
                    .if_answered("attending-physician.declared", "yes"),
                Field::new("attending-physician.city", Kind::Text)
                    .must()
                    .if_answered("attending-physician.declared", "yes"),
            ],
        )
    },
    section(
        "person-to-notify",
        &[
            Field::new("person-to-notify.wished", YES_NO).must(),
            Field::new("person-to-notify.name", Kind::Text).must().if_answered("person-to-notify.wished", "yes"),
            Field::new("person-to-notify.link", LINKS).must().if_answered("person-to-notify.wished", "yes"),
            Field::new("person-to-notify.phone", Kind::Phone).must().if_answered("person-to-notify.wished", "yes"),
        ],
    ),
    // Offered, never forced; not a minor's matter (CSP art. L1111-6).
    Section {
        asked: When::Adult,
        ..section(
            "trusted-person",
            &[
                Field::new("trusted-person.wished", YES_NO).must(),
                Field::new("trusted-person.name", Kind::Text).must().if_answered("trusted-person.wished", "yes"),
                Field::new("trusted-person.link", LINKS).if_answered("trusted-person.wished", "yes"),
                Field::new("trusted-person.address", Kind::Text).if_answered("trusted-person.wished", "yes"),
                Field::new("trusted-person.phone", Kind::Phone).must().if_answered("trusted-person.wished", "yes"),
                Field::new("trusted-person.email", Kind::Email).if_answered("trusted-person.wished", "yes"),
            ],
        )
    },
    Section {
        blocks: false,
        ..section(
            "compulsory-cover",
            &[
                Field::new("compulsory-cover.covered", YES_NO).must(),
                Field::new("compulsory-cover.nir", Kind::Nir).must().if_answered("compulsory-cover.covered", "yes"),
                Field::new("compulsory-cover.insured", Kind::Choice(&["self", "spouse", "parent"]))
                    .must()
                    .if_answered("compulsory-cover.covered", "yes"),
                // Who else is insured is told to the hospital's system by name (IN1-16).
                Field::new("compulsory-cover.insured-family", Kind::Text)
                    .unless_answered("compulsory-cover.insured", "self"),
                Field::new("compulsory-cover.insured-given", Kind::Text)
                    .unless_answered("compulsory-cover.insured", "self"),
                Field::new("compulsory-cover.fund", Kind::Fund).if_answered("compulsory-cover.covered", "yes"),
                Field::new("compulsory-cover.until", Kind::Date).if_answered("compulsory-cover.covered", "yes"),
                Field::new(
                    "compulsory-cover.full",
                    Kind::Choice(&["none", "long-illness", "maternity", "war-pension"]),
                )
                .if_answered("compulsory-cover.covered", "yes"),
            ],
        )
    },
    Section {
        blocks: false,
        ..section(
            "complementary-cover",
            &[
                Field::new("complementary-cover.covered", Kind::Choice(&["mutual", "css", "ame", "none"])).must(),
                Field::new("complementary-cover.name", Kind::Text)
                    .must()
                    .if_answered("complementary-cover.covered", "mutual"),
                Field::new("complementary-cover.amc", Kind::Number)
                    .must()
                    .if_answered("complementary-cover.covered", "mutual"),
                Field::new("complementary-cover.member", Kind::Number)
                    .must()
                    .if_answered("complementary-cover.covered", "mutual"),
                Field::new("complementary-cover.until", Kind::Date)
                    .if_answered("complementary-cover.covered", "mutual"),
                Field::new(card::CODE, Kind::Code).if_answered("complementary-cover.covered", "mutual"),
            ],
        )
    },
    Section {
        asked: When::Inpatient,
        ..section(
            "private-room",
            &[
                Field::new("private-room.wished", YES_NO).must(),
                Field::new("private-room.undertaking", Kind::Choice(&["agreed"]))
                    .must()
                    .if_answered("private-room.wished", "yes"),
            ],
        )
    },
    // CSP art. R1112-45.
    section("presence", &[Field::new("presence.secret", YES_NO).must()]),
    section(
        "consents",
        &[Field::new("consents.dmp-feeding", CONSENT).must(), Field::new("consents.dmp-consultation", CONSENT).must()],
    ),
    // CSP art. R1111-17.
    Section {
        asked: When::Adult,
        ..section(
            "advance-directives",
            &[
                Field::new("advance-directives.written", YES_NO),
                Field::new("advance-directives.place", Kind::Text).if_answered("advance-directives.written", "yes"),
            ],
        )
    },
    section("remarks", &[Field::new("remarks.text", Kind::LongText)]),
];

pub fn find(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name)
}

/// The field that bears this full name.
pub fn field(name: &str) -> Option<&'static Field> {
    SECTIONS.iter().flat_map(|section| section.fields).find(|field| field.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_one_each_and_stand_in_their_section() {
        let mut seen = BTreeSet::new();
        for section in SECTIONS {
            for field in section.fields {
                assert!(field.name.starts_with(&format!("{}.", section.name)), "{}", field.name);
                assert!(seen.insert(field.name), "{} stands twice", field.name);
                if let When::Answered(other, value) | When::AnsweredOtherwise(other, value) = field.asked {
                    let other = section.fields.iter().find(|one| one.name == other).expect("of the same section");
                    assert_eq!(other.fault(value), None, "{} waits for a value that cannot be", field.name);
                }
            }
        }
    }

    #[test]
    fn nothing_about_cover_blocks() {
        let blocking: Vec<&str> = SECTIONS.iter().filter(|one| one.blocks).map(|one| one.name).collect();
        assert!(blocking.iter().all(|name| !name.contains("cover")), "{blocking:?}");
    }
}
