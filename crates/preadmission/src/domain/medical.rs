//! The medical questionnaire before anaesthesia, as data. It is no part of the file: other people read it, and it is
//! due at another time.

use jiff::{SignedDuration, Timestamp};

use super::{
    catalogue::{Answers, Field, Section, When},
    completeness::{Progress, StayFacts, fields_progress},
    value::{Kind, YES_NO},
};

/// The anaesthesia consultation takes place at least 48 hours before what is planned (CSP art. D6124-92): the
/// questionnaire is due then at the latest.
pub fn due(entry_at: Timestamp) -> Timestamp {
    entry_at.saturating_sub(SignedDuration::from_hours(48)).unwrap_or(Timestamp::MIN)
}

const fn section(name: &'static str, fields: &'static [Field]) -> Section {
    Section { name, fields, asked: When::Always, blocks: true }
}

/// In the order of the pages. Nobody's answers are judged here: no triage.
pub const SECTIONS: &[Section] = &[
    section(
        "medical-body",
        &[
            Field::new("medical-body.weight", Kind::Number).must(),
            Field::new("medical-body.height", Kind::Number).must(),
            Field::new("medical-body.pregnancy", Kind::Choice(&["yes", "no", "possible", "not-concerned"])).must(),
        ],
    ),
    section(
        "medical-history",
        &[
            Field::new("medical-history.diseases", Kind::LongText),
            Field::new("medical-history.operations", Kind::LongText),
            Field::new("medical-history.anaesthesia", YES_NO).must(),
            Field::new("medical-history.anaesthesia-trouble", Kind::LongText)
                .must()
                .if_answered("medical-history.anaesthesia", "yes"),
            Field::new("medical-history.family-trouble", YES_NO).must(),
        ],
    ),
    section(
        "medical-allergies",
        &[
            Field::new("medical-allergies.any", YES_NO).must(),
            Field::new("medical-allergies.which", Kind::LongText).must().if_answered("medical-allergies.any", "yes"),
        ],
    ),
    section(
        "medical-treatments",
        &[
            Field::new("medical-treatments.any", YES_NO).must(),
            Field::new("medical-treatments.which", Kind::LongText).must().if_answered("medical-treatments.any", "yes"),
            Field::new("medical-treatments.anticoagulant", YES_NO).must(),
            Field::new("medical-treatments.anticoagulant-name", Kind::Text)
                .must()
                .if_answered("medical-treatments.anticoagulant", "yes"),
        ],
    ),
    section(
        "medical-habits",
        &[
            Field::new("medical-habits.tobacco", Kind::Choice(&["never", "stopped", "yes"])).must(),
            Field::new("medical-habits.alcohol", Kind::Choice(&["never", "sometimes", "daily"])).must(),
            Field::new("medical-habits.other", Kind::LongText),
        ],
    ),
    section(
        "medical-devices",
        &[
            Field::new("medical-devices.any", YES_NO).must(),
            Field::new("medical-devices.which", Kind::LongText).must().if_answered("medical-devices.any", "yes"),
            Field::new("medical-devices.sleep-apnoea", YES_NO).must(),
            Field::new("medical-devices.teeth", YES_NO).must(),
        ],
    ),
];

pub fn find(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name)
}

/// Each section with how far it is.
pub fn progress(stay: &StayFacts, answers: &Answers) -> Vec<(&'static Section, Progress)> {
    SECTIONS.iter().map(|section| (section, fields_progress(section, stay, answers))).collect()
}

/// Whether it can be sent: everything that must be answered is.
pub fn may_be_sent(stay: &StayFacts, answers: &Answers) -> bool {
    progress(stay, answers).iter().all(|(_, progress)| matches!(progress, Progress::Done | Progress::Optional))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::Class;

    const STAY: StayFacts = StayFacts { class: Class::Day, sleeps: false, age: Some(42), surgery: true };

    #[test]
    fn it_goes_when_all_that_must_be_is_answered() {
        let mut answers: Answers = [
            ("medical-body.weight", "70"),
            ("medical-body.height", "172"),
            ("medical-body.pregnancy", "no"),
            ("medical-history.anaesthesia", "no"),
            ("medical-history.family-trouble", "no"),
            ("medical-allergies.any", "no"),
            ("medical-treatments.any", "no"),
            ("medical-treatments.anticoagulant", "no"),
            ("medical-habits.tobacco", "never"),
            ("medical-habits.alcohol", "never"),
            ("medical-devices.any", "no"),
            ("medical-devices.sleep-apnoea", "no"),
            ("medical-devices.teeth", "no"),
        ]
        .map(|(field, value)| (field.to_owned(), value.to_owned()))
        .into();
        assert!(may_be_sent(&STAY, &answers));
        for field in answers.keys() {
            let mut less = answers.clone();
            less.remove(field);
            assert!(!may_be_sent(&STAY, &less), "sent without {field}");
        }
        answers.insert("medical-treatments.anticoagulant".into(), "yes".into());
        assert!(!may_be_sent(&STAY, &answers), "which anticoagulant?");
        answers.insert("medical-treatments.anticoagulant-name".into(), "apixaban".into());
        assert!(may_be_sent(&STAY, &answers));
    }

    #[test]
    fn no_name_stands_in_the_file_too() {
        for section in SECTIONS {
            assert!(crate::domain::catalogue::find(section.name).is_none(), "{}", section.name);
            assert!(section.fields.iter().all(|field| field.name.starts_with(&format!("{}.", section.name))));
        }
    }

    #[test]
    fn due_two_days_before() {
        let entry: Timestamp = "2026-12-10T07:00:00Z".parse().unwrap();
        assert_eq!(due(entry).to_string(), "2026-12-08T07:00:00Z");
    }
}
