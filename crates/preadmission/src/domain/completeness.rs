//! What is still to be done in a file: computed from what is there, never stored.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{
    answering::Signature,
    catalogue::{Answers, Field, SECTIONS, Section},
    document::State,
    people::{Consent, consent},
    rules::{Class, DESIGNATION, Rule, Rules},
};

/// What rules need to know of a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StayFacts {
    pub class: Class,
    /// Nights in hospital.
    pub sleeps: bool,
    /// Years at the day of entry; none: not known.
    pub age: Option<i16>,
    pub surgery: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    ToDo,
    /// Nothing is there, and nothing has to be.
    Optional,
    InProgress,
    Done,
    ToCorrect,
}

impl Progress {
    pub const fn name(self) -> &'static str {
        match self {
            Self::ToDo => "to-do",
            Self::Optional => "optional",
            Self::InProgress => "in-progress",
            Self::Done => "done",
            Self::ToCorrect => "to-correct",
        }
    }

    /// Whether a file may leave with it so.
    const fn lets_go(self) -> bool {
        matches!(self, Self::Optional | Self::Done)
    }
}

/// One document that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedDocument {
    pub kind: String,
    pub or: Vec<String>,
    pub why: String,
    pub blocks: bool,
    /// How the one that counts stands.
    pub state: State,
}

impl AskedDocument {
    pub const fn progress(&self) -> Progress {
        match self.state {
            state if state.is_to_correct() => Progress::ToCorrect,
            state if state.settles() => Progress::Done,
            _ => Progress::ToDo,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completeness {
    pub sections: Vec<(&'static Section, Progress)>,
    pub documents: Vec<AskedDocument>,
    /// How those who sign for a minor agree, and whether a protected adult agrees.
    pub consent: Consent,
}

/// All that the computation looks at.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub stay: StayFacts,
    pub answers: &'a Answers,
    /// By kind, the documents that still count.
    pub documents: &'a BTreeMap<String, Vec<State>>,
    pub rules: &'a Rules,
    /// Sections that the hospital asks for again and that were not touched since.
    pub to_correct: &'a BTreeSet<String>,
    /// What each signatory of a minor answered; none: nobody may be asked.
    pub signatures: Option<&'a [Signature]>,
    /// How the last designation of a trusted person stands.
    pub designation: Option<Signature>,
    /// The curator of an adult co-signed.
    pub is_co_signed: bool,
}

impl Completeness {
    pub fn compute(facts: &Facts<'_>) -> Self {
        let sections = asked_sections(&facts.stay, facts.answers)
            .map(|section| (section, section_progress(section, facts)))
            .collect();
        let consent = agreed(facts);
        let is_signed = if is_minor(&facts.stay) { consent.serves() } else { facts.is_co_signed };
        let signed = |rule: &&Rule| rule.signatures.is_some() && is_signed;
        // Who was asked by a link need not give the form on paper.
        let designated = facts.designation.is_some_and(|state| state.stands() || state == Signature::Awaited);
        let asked = facts.rules.asked(&facts.stay, facts.answers).filter(|rule| !signed(rule));
        let asked = asked.filter(|rule| !(designated && rule.document == DESIGNATION));
        let mut documents: Vec<_> = asked.map(|rule| document(rule, facts)).collect();
        if facts.signatures.is_some_and(|all| all.contains(&Signature::SoleHolder)) {
            documents.push(document(&sole_holder(), facts));
        }
        Self { sections, documents, consent }
    }

    /// Whether nothing that blocks is missing.
    pub fn may_be_sent(&self) -> bool {
        let sections = self.sections.iter().filter(|(section, _)| section.blocks);
        let documents = self.documents.iter().filter(|document| document.blocks);
        sections.map(|(_, progress)| *progress).chain(documents.map(AskedDocument::progress)).all(Progress::lets_go)
            // What was refused is given again, cover or not, or said to be missing.
            && self.documents.iter().all(|document| document.progress() != Progress::ToCorrect)
            && !self.consent.stops()
    }

    /// How many of the tasks are done, and how many there are.
    pub fn count(&self) -> (usize, usize) {
        let all = || {
            self.sections
                .iter()
                .map(|(_, progress)| *progress)
                .chain(self.documents.iter().map(AskedDocument::progress))
        };
        (all().filter(|progress| progress.lets_go()).count(), all().count())
    }

    pub fn of_section(&self, name: &str) -> Option<Progress> {
        self.sections.iter().find(|(section, _)| section.name == name).map(|(_, progress)| *progress)
    }
}

/// Below 18 at entry; somebody whose age is not known is an adult.
pub fn is_minor(stay: &StayFacts) -> bool {
    stay.age.is_some_and(|age| age < 18)
}

/// A minor's holders sign; a protected adult is asked first, and nobody goes on against a refusal.
fn agreed(facts: &Facts<'_>) -> Consent {
    if !is_minor(&facts.stay) {
        let refuses = facts.answers.get("situation.adult-agrees").is_some_and(|answer| answer == "no");
        return if refuses { Consent::Refused } else { Consent::NotNeeded };
    }
    let needed = facts.rules.asked(&facts.stay, facts.answers).filter_map(|rule| rule.signatures).max();
    match facts.signatures {
        Some(signatures) => consent(needed.unwrap_or(1), signatures),
        None => Consent::NotNeeded,
    }
}

/// Whoever says to hold parental authority alone is asked for what says so: a judgment, a birth or a death certificate.
fn sole_holder() -> Rule {
    Rule {
        document: "AUTORITE_PARENTALE".to_owned(),
        or: Vec::new(),
        why: "sole-holder".to_owned(),
        blocks: true,
        class: None,
        from_age: None,
        below_age: None,
        surgery: None,
        signatures: None,
        answered: None,
    }
}

pub fn asked_sections(stay: &StayFacts, answers: &Answers) -> impl Iterator<Item = &'static Section> {
    SECTIONS.iter().filter(move |section| section.asked.holds(stay, answers))
}

/// The fields of a section that are asked, given what is answered.
pub fn asked_fields(
    section: &'static Section,
    stay: &StayFacts,
    answers: &Answers,
) -> impl Iterator<Item = &'static Field> {
    section.fields.iter().filter(move |field| field.asked.holds(stay, answers))
}

fn section_progress(section: &'static Section, facts: &Facts<'_>) -> Progress {
    if facts.to_correct.contains(section.name) {
        return Progress::ToCorrect;
    }
    fields_progress(section, &facts.stay, facts.answers)
}

/// How far the fields of a section are, whatever catalogue it stands in.
pub fn fields_progress(section: &'static Section, stay: &StayFacts, answers: &Answers) -> Progress {
    let value = |field: &Field| answers.get(field.name).map(String::as_str).unwrap_or_default();
    let fields: Vec<&Field> = asked_fields(section, stay, answers).collect();
    if fields.iter().any(|field| field.fault_among(value(field), answers).is_some()) {
        return Progress::ToCorrect;
    }
    let started = fields.iter().any(|field| !value(field).is_empty());
    let missing = fields.iter().any(|field| field.required && value(field).is_empty());
    let asks_something = fields.iter().any(|field| field.required);
    match (started, missing) {
        (false, _) if !asks_something => Progress::Optional,
        (false, _) => Progress::ToDo,
        (true, true) => Progress::InProgress,
        (true, false) => Progress::Done,
    }
}

fn document(rule: &Rule, facts: &Facts<'_>) -> AskedDocument {
    let kinds = std::iter::once(&rule.document).chain(&rule.or);
    let kinds: Vec<&Vec<State>> = kinds.filter_map(|kind| facts.documents.get(kind)).collect();
    // One that was refused must be seen to, even when another of its kind is fine; one of another kind may serve for it.
    let is_fine = |states: &&&Vec<State>| !states.iter().any(|state| state.is_to_correct());
    let given = kinds.iter().filter(is_fine).flat_map(|states| states.iter()).find(|state| state.is_given());
    let any = |wanted: fn(State) -> bool| kinds.iter().flat_map(|states| states.iter()).find(|state| wanted(**state));
    let state = given.or_else(|| any(State::is_to_correct)).or_else(|| any(State::settles)).copied();
    AskedDocument {
        kind: rule.document.clone(),
        or: rule.or.clone(),
        why: rule.why.clone(),
        blocks: rule.blocks,
        state: state.unwrap_or(State::Awaited),
    }
}

/// Full years between a birth date as text and a day; a month or day that is not known counts as the first.
pub fn age_at(birth_date: &str, day: Date) -> Option<i16> {
    let mut parts = birth_date.split('-').map(|part| part.parse::<i16>().ok());
    let year = parts.next().flatten()?;
    let mut rest = parts.map(|part| part.filter(|number| *number > 0).unwrap_or(1));
    let (month, date) = (rest.next().unwrap_or(1), rest.next().unwrap_or(1));
    let before_birthday = (i16::from(day.month()), i16::from(day.day())) < (month, date);
    Some(day.year() - year - i16::from(before_birthday)).filter(|age| (0..=150).contains(age))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADULT: StayFacts = StayFacts { class: Class::Day, sleeps: false, age: Some(42), surgery: true };
    const CHILD: StayFacts = StayFacts { class: Class::Inpatient, sleeps: true, age: Some(7), surgery: true };

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        pairs.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
    }

    fn compute(stay: StayFacts, answers: &Answers, documents: &[(&str, State)], wrong: &[&str]) -> Completeness {
        let mut by_kind: BTreeMap<String, Vec<State>> = BTreeMap::new();
        for (kind, state) in documents {
            by_kind.entry((*kind).to_owned()).or_default().push(*state);
        }
        let to_correct = wrong.iter().map(|name| (*name).to_owned()).collect();
        let rules = Rules::shipped().unwrap();
        let facts = Facts {
            stay,
            answers,
            documents: &by_kind,
            rules: &rules,
            to_correct: &to_correct,
            signatures: None,
            designation: None,
            is_co_signed: false,
        };
        Completeness::compute(&facts)
    }

    #[test]
    fn a_section_in_each_progress() {
        let of = |pairs: &[(&str, &str)], section: &str, wrong: &[&str]| {
            compute(ADULT, &answers(pairs), &[], wrong).of_section(section)
        };
        assert_eq!(of(&[], "consents", &[]), Some(Progress::ToDo));
        assert_eq!(of(&[("consents.dmp-feeding", "deny")], "consents", &[]), Some(Progress::InProgress));
        let both = [("consents.dmp-feeding", "deny"), ("consents.dmp-consultation", "permit")];
        assert_eq!(of(&both, "consents", &[]), Some(Progress::Done));
        assert_eq!(of(&both, "consents", &["consents"]), Some(Progress::ToCorrect));
        assert_eq!(of(&[("contact.mobile", "12")], "contact", &[]), Some(Progress::ToCorrect));
        assert_eq!(of(&[], "remarks", &[]), Some(Progress::Optional));
        assert_eq!(of(&[("trusted-person.wished", "no")], "trusted-person", &[]), Some(Progress::Done));
        assert_eq!(of(&[("trusted-person.wished", "yes")], "trusted-person", &[]), Some(Progress::InProgress));
        assert_eq!(of(&[], "private-room", &[]), None, "nobody sleeps there");
    }

    #[test]
    fn what_is_asked_follows_the_stay_and_the_answers() {
        let kinds = |stay, pairs: &[(&str, &str)]| -> Vec<String> {
            compute(stay, &answers(pairs), &[], &[]).documents.into_iter().map(|one| one.kind).collect()
        };
        assert_eq!(kinds(ADULT, &[]), ["CN_RECTO", "CN_VERSO", "ATTEST_VITALE"]);
        assert_eq!(kinds(CHILD, &[]), ["LIVRET_FAMILLE", "ID_PARENT", "AUTORISATION_OPERER", "ATTEST_VITALE"]);
        assert_eq!(kinds(StayFacts { surgery: false, ..CHILD }, &[]), ["LIVRET_FAMILLE", "ID_PARENT", "ATTEST_VITALE"]);
        assert_eq!(kinds(StayFacts { age: None, ..ADULT }, &[]), ["CN_RECTO", "CN_VERSO", "ATTEST_VITALE"]);
        let goods = [("situation.protection", "represented"), ("situation.protection-scope", "goods")];
        assert_eq!(kinds(ADULT, &goods), ["CN_RECTO", "CN_VERSO", "ATTEST_VITALE"], "goods alone give no say");
        let represented = kinds(ADULT, &[("situation.protection-scope", "person"), ("situation.sick-leave", "yes")]);
        assert_eq!(represented, ["CN_RECTO", "CN_VERSO", "MESURE_PROTECTION", "ATTEST_VITALE", "ARRET_TRAVAIL"]);
        let sections: Vec<&str> = asked_sections(&CHILD, &Answers::new()).map(|section| section.name).collect();
        assert!(sections.contains(&"private-room") && !sections.contains(&"trusted-person"), "{sections:?}");
    }

    #[test]
    fn a_word_why_counts_and_another_document_serves() {
        let state = |documents: &[(&str, State)]| {
            let of = compute(ADULT, &Answers::new(), documents, &[]);
            of.documents.iter().map(|one| (one.state, one.progress())).take(2).collect::<Vec<_>>()
        };
        let (to_do, done) = ((State::Awaited, Progress::ToDo), |state| (state, Progress::Done));
        assert_eq!(state(&[]), [to_do, to_do]);
        assert_eq!(state(&[("CN_RECTO", State::NotAvailable)]), [done(State::NotAvailable), to_do]);
        assert_eq!(state(&[("JUSTIFICATIF_ID", State::Received)]), [done(State::Received); 2]);
        let refused = (State::Refused, Progress::ToCorrect);
        assert_eq!(state(&[("CN_RECTO", State::ToReview), ("CN_RECTO", State::Refused)])[0], refused);
        assert_eq!(state(&[("CN_RECTO", State::Infected)])[0], (State::Infected, Progress::ToCorrect));
    }

    /// A passport that was refused does not hold back the card that was given instead, nor the other way round.
    #[test]
    fn another_kind_serves_for_a_refused_one() {
        let of = |documents: &[(&str, State)]| compute(ADULT, &Answers::new(), documents, &[]).documents[0].state;
        let passport = ("JUSTIFICATIF_ID", State::Refused);
        assert_eq!(of(&[passport]), State::Refused);
        assert_eq!(of(&[passport, ("CN_RECTO", State::ToReview)]), State::ToReview);
        assert_eq!(of(&[("CN_RECTO", State::Refused), ("JUSTIFICATIF_ID", State::Accepted)]), State::Accepted);
        assert_eq!(of(&[passport, ("CN_RECTO", State::NotAvailable)]), State::Refused, "a word is no document");
        assert_eq!(of(&[passport, ("JUSTIFICATIF_ID", State::ToReview)]), State::Refused, "it is still to be seen");
    }

    /// Who was asked by a link need not give the form on paper; who declined or did not answer may.
    #[test]
    fn the_form_of_a_trusted_person() {
        let (answers, documents, rules) =
            (answers(&[("trusted-person.wished", "yes")]), BTreeMap::new(), Rules::shipped().unwrap());
        let to_correct = BTreeSet::new();
        let form = |designation| {
            let of = Completeness::compute(&Facts {
                stay: ADULT,
                answers: &answers,
                documents: &documents,
                rules: &rules,
                to_correct: &to_correct,
                signatures: None,
                designation,
                is_co_signed: false,
            });
            of.documents.into_iter().find(|one| one.kind == DESIGNATION).map(|one| one.blocks)
        };
        let asked = |designation| form(Some(designation));
        assert_eq!(form(None), Some(false), "offered, never forced");
        for designation in [Signature::Awaited, Signature::Signed, Signature::Paper] {
            assert_eq!(asked(designation), None, "{designation:?}");
        }
        for designation in [Signature::Refused, Signature::NoAnswer, Signature::Revoked] {
            assert_eq!(asked(designation), Some(false), "{designation:?}");
        }
    }

    /// Signatures serve as the sheet of paper, and nothing leaves while people disagree.
    #[test]
    fn signatures_of_holders() {
        let of = |stay, signatures: Option<&[Signature]>, pairs: &[(&str, &str)]| {
            let (answers, documents, rules) = (answers(pairs), BTreeMap::new(), Rules::shipped().unwrap());
            let to_correct = BTreeSet::new();
            let of = Completeness::compute(&Facts {
                stay,
                answers: &answers,
                documents: &documents,
                rules: &rules,
                to_correct: &to_correct,
                signatures,
                designation: None,
                is_co_signed: false,
            });
            let asked = |kind: &str| of.documents.iter().any(|one| one.kind == kind);
            (of.consent, asked("AUTORISATION_OPERER"), asked("AUTORITE_PARENTALE"))
        };
        use Signature::{Refused, Signed, SoleHolder};
        let simple = StayFacts { surgery: false, ..CHILD };
        assert_eq!(of(CHILD, Some(&[]), &[]), (Consent::Awaited, true, false));
        assert_eq!(of(CHILD, Some(&[Signed]), &[]), (Consent::Awaited, true, false));
        assert_eq!(of(CHILD, Some(&[Signed, Signed]), &[]), (Consent::Given, false, false));
        assert_eq!(of(CHILD, Some(&[SoleHolder]), &[]), (Consent::Given, false, true));
        assert_eq!(of(CHILD, Some(&[Signed, Refused]), &[]), (Consent::Conflict, true, false));
        assert_eq!(of(CHILD, None, &[]), (Consent::NotNeeded, true, false), "kept secret: paper, or a word why");
        assert_eq!(of(simple, Some(&[Signed]), &[]), (Consent::Given, false, false));
        assert_eq!(of(simple, Some(&[Signed, Refused]), &[]), (Consent::Conflict, false, false));
        assert_eq!(of(ADULT, Some(&[]), &[]), (Consent::NotNeeded, false, false));
        let refuses = [("situation.adult-agrees", "no")];
        assert_eq!(of(ADULT, Some(&[]), &refuses), (Consent::Refused, false, false));
    }

    /// A curator's answer holds nothing back by itself; a hospital that asks for it on paper takes it by a link, too.
    #[test]
    fn the_co_signature_of_a_curator() {
        let answers = answers(&[("situation.protection", "assisted")]);
        let (documents, to_correct) = (BTreeMap::new(), BTreeSet::new());
        let asked = |rules: &Rules, is_co_signed| {
            let of = Completeness::compute(&Facts {
                stay: ADULT,
                answers: &answers,
                documents: &documents,
                rules,
                to_correct: &to_correct,
                signatures: Some(&[]),
                designation: None,
                is_co_signed,
            });
            (of.consent, of.documents.iter().any(|one| one.kind == "ACCORD_CURATEUR" && one.blocks))
        };
        let shipped = Rules::shipped().unwrap();
        assert_eq!(asked(&shipped, false), (Consent::NotNeeded, false));
        let rule = r#"[{"document":"ACCORD_CURATEUR","why":"assisted","blocks":true,"signatures":1,
            "answered":["situation.protection","assisted"]}]"#;
        let strict = Rules::read(rule).unwrap();
        assert_eq!(asked(&strict, false), (Consent::NotNeeded, true));
        assert_eq!(asked(&strict, true), (Consent::NotNeeded, false));
    }

    /// Everything that blocks is there, nothing of the cover is.
    #[test]
    fn cover_never_holds_a_file_back() {
        let filled = enough(&ADULT);
        let of = compute(ADULT, &filled, &[("JUSTIFICATIF_ID", State::NotAvailable)], &[]);
        assert!(of.may_be_sent(), "{of:?}");
        assert_eq!(of.of_section("compulsory-cover"), Some(Progress::ToDo));
        let (done, all) = of.count();
        assert!(done < all);
        for field in filled.keys() {
            let mut less = filled.clone();
            less.remove(field);
            let of = compute(ADULT, &less, &[("JUSTIFICATIF_ID", State::NotAvailable)], &[]);
            assert!(!of.may_be_sent(), "sent without {field}");
        }
        assert!(!compute(ADULT, &filled, &[], &[]).may_be_sent(), "no proof of identity and no word why");
        assert!(
            !compute(ADULT, &filled, &[("JUSTIFICATIF_ID", State::Received), ("ATTEST_VITALE", State::Refused)], &[])
                .may_be_sent()
        );
    }

    /// The shortest answers that let a file go.
    fn enough(stay: &StayFacts) -> Answers {
        let mut filled = Answers::new();
        for section in SECTIONS.iter().filter(|section| section.blocks && section.asked.holds(stay, &Answers::new())) {
            for field in section
                .fields
                .iter()
                .filter(|field| field.required && field.asked == super::super::catalogue::When::Always)
            {
                use super::super::value::Kind;
                let value = match field.kind {
                    Kind::Choice(words) if words.contains(&"no") => "no",
                    Kind::Choice(words) => words[0],
                    Kind::Date => "1984-03-12",
                    Kind::Phone => "+33612345678",
                    Kind::Postcode => "21000",
                    Kind::Place => "21231",
                    _ => "Essai",
                };
                filled.insert(field.name.to_owned(), value.to_owned());
            }
        }
        filled
    }

    #[test]
    fn years_at_a_day() {
        let day = jiff::civil::date(2026, 11, 21);
        for (birth, age) in [
            ("2008-11-21", Some(18)),
            ("2008-11-22", Some(17)),
            ("2008-11", Some(18)),
            ("2008-00-00", Some(18)),
            ("1948", Some(78)),
            ("2027-01-01", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(age_at(birth, day), age, "{birth}");
        }
    }
}
