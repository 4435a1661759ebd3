//! The table of rules as a form shows and reads it: each line is texts, right or wrong, so that what was typed comes back.

use super::super::Typed;
use crate::domain::rules::{Class, Rule, Rules, RulesFault};

/// Empty lines to be filled in.
const SPARE: usize = 3;
/// Lines that a form may have.
const MOST: usize = 60;
/// Other documents that serve as well, in one line: as many as can be chosen, and as many as are read.
const OTHERS: usize = 2;
const MOST_OTHERS: usize = 8;

#[derive(Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) document: String,
    pub(super) or: Vec<String>,
    pub(super) why: String,
    pub(super) blocks: bool,
    pub(super) class: String,
    pub(super) from_age: String,
    pub(super) below_age: String,
    pub(super) surgery: String,
    pub(super) signatures: String,
    pub(super) answered: String,
}

impl Line {
    fn of(rule: &Rule) -> Self {
        let number = |value: Option<i16>| value.map(|value| value.to_string()).unwrap_or_default();
        Self {
            document: rule.document.clone(),
            or: with_room(rule.or.clone()),
            why: rule.why.clone(),
            blocks: rule.blocks,
            class: match rule.class {
                None => "",
                Some(Class::Inpatient) => "inpatient",
                Some(Class::Day) => "day",
                Some(Class::External) => "external",
            }
            .to_owned(),
            from_age: number(rule.from_age),
            below_age: number(rule.below_age),
            surgery: match rule.surgery {
                None => "",
                Some(true) => "yes",
                Some(false) => "no",
            }
            .to_owned(),
            signatures: rule.signatures.map(|count| count.to_string()).unwrap_or_default(),
            answered: rule.answered.as_ref().map(|(field, value)| format!("{field}={value}")).unwrap_or_default(),
        }
    }

    fn typed(typed: &Typed, at: usize) -> Self {
        let get = |name: &str| typed.get(&format!("{name}-{at}")).to_owned();
        let or = (0..MOST_OTHERS).map(|place| get(&format!("or-{place}"))).filter(|or| !or.is_empty());
        Self {
            document: get("document"),
            or: with_room(or.collect()),
            why: get("why"),
            blocks: typed.has(&format!("blocks-{at}")),
            class: get("class"),
            from_age: get("from-age"),
            below_age: get("below-age"),
            surgery: get("surgery"),
            signatures: get("signatures"),
            answered: get("answered"),
        }
    }

    fn rule(&self) -> Result<Rule, RulesFault> {
        let fault = |text: &str| RulesFault::Unreadable(text.to_owned());
        let age = |text: &str| match text {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| fault(text)),
        };
        Ok(Rule {
            document: self.document.clone(),
            or: self.or.iter().filter(|or| !or.is_empty()).cloned().collect(),
            why: self.why.clone(),
            blocks: self.blocks,
            class: class_of(&self.class),
            from_age: age(&self.from_age)?,
            below_age: age(&self.below_age)?,
            surgery: match self.surgery.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            signatures: match self.signatures.as_str() {
                "" => None,
                text => Some(text.parse().map_err(|_| fault(text))?),
            },
            answered: self.answered.split_once('=').map(|(field, value)| (field.to_owned(), value.to_owned())),
        })
    }
}

fn with_room(mut or: Vec<String>) -> Vec<String> {
    or.resize(or.len().max(OTHERS), String::new());
    or
}

pub(super) fn class_of(text: &str) -> Option<Class> {
    match text {
        "inpatient" => Some(Class::Inpatient),
        "day" => Some(Class::Day),
        "external" => Some(Class::External),
        _ => None,
    }
}

pub(super) fn lines_of(table: &Rules) -> Vec<Line> {
    table.0.iter().map(Line::of).collect()
}

/// The lines of a form; those without a document are not rules.
pub(super) fn typed_lines(typed: &Typed) -> Vec<Line> {
    (0..MOST).map(|at| Line::typed(typed, at)).filter(|line| !line.document.is_empty()).collect()
}

/// The lines as a form shows them, with empty ones to be filled in.
pub(super) fn with_spare(mut lines: Vec<Line>) -> Vec<Line> {
    lines.extend((0..SPARE).map(|_| Line { or: with_room(Vec::new()), ..Line::default() }));
    lines
}

pub(super) fn read(lines: &[Line]) -> Result<Rules, RulesFault> {
    let table: Vec<Rule> = lines.iter().map(Line::rule).collect::<Result<_, _>>()?;
    let text = serde_json::to_string(&Rules(table)).map_err(|fault| RulesFault::Unreadable(fault.to_string()))?;
    Rules::read(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the form of these lines sends.
    fn sent(lines: &[Line]) -> Typed {
        let mut fields = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let texts = [
                ("document", &line.document),
                ("why", &line.why),
                ("class", &line.class),
                ("from-age", &line.from_age),
                ("below-age", &line.below_age),
                ("surgery", &line.surgery),
                ("signatures", &line.signatures),
                ("answered", &line.answered),
            ];
            fields.extend(texts.map(|(name, value)| (format!("{name}-{at}"), value.clone())));
            fields.extend(line.or.iter().enumerate().map(|(place, or)| (format!("or-{place}-{at}"), or.clone())));
            fields.extend(line.blocks.then(|| (format!("blocks-{at}"), "yes".to_owned())));
        }
        Typed(fields)
    }

    #[test]
    fn a_table_goes_through_the_form_unchanged() {
        let mut table = Rules::shipped().unwrap();
        table.0[0].or = ["JUSTIFICATIF_ID", "LIVRET_FAMILLE", "ID_PARENT"].map(str::to_owned).into();
        let lines = with_spare(lines_of(&table));
        assert_eq!(read(&typed_lines(&sent(&lines))).unwrap(), table);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_stays_as_it_was_typed() {
        let mut lines = lines_of(&Rules::shipped().unwrap());
        lines[0].from_age = "dix-huit".into();
        let typed = typed_lines(&sent(&lines));
        assert!(typed == lines, "as it was typed");
        assert_eq!(read(&typed).unwrap_err(), RulesFault::Unreadable("dix-huit".into()));
    }
}
