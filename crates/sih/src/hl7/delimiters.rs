//! MSH-1 and MSH-2: each message says which characters cut it up.

/// The five characters of HL7 v2.5 §2.5.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Delimiters {
    pub(super) field: char,
    pub(super) component: char,
    pub(super) repetition: char,
    pub(super) escape: char,
    pub(super) subcomponent: char,
}

/// What we write, and what everyone recommends.
pub(super) const STANDARD: Delimiters =
    Delimiters { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' };

impl Delimiters {
    /// From the line that starts with `MSH`. All different, all ASCII punctuation, or the cut would be ambiguous.
    pub(super) fn of(header: &str) -> Option<Self> {
        let rest = header.strip_prefix("MSH")?;
        let mut characters = rest.chars();
        let field = characters.next()?;
        let mut next = || characters.next();
        let (component, repetition, escape, subcomponent) = (next()?, next()?, next()?, next()?);
        let all = [field, component, repetition, escape, subcomponent];
        let distinct = all.iter().enumerate().all(|(place, one)| !all.iter().skip(place + 1).any(|other| other == one));
        let punctuation = all.iter().all(|one| one.is_ascii_punctuation() && *one != '"');
        // A fifth character in MSH-2 is the truncation mark of v2.7; anything longer is something else.
        let ends = match (next(), next()) {
            (None, _) => true,
            (Some(one), _) if one == field => true,
            (Some(mark), after) => mark.is_ascii_punctuation() && after.is_none_or(|one| one == field),
        };
        (distinct && punctuation && ends).then_some(Self { field, component, repetition, escape, subcomponent })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_from_the_header() {
        assert_eq!(Delimiters::of(r"MSH|^~\&|PARVIS"), Some(STANDARD));
        assert_eq!(Delimiters::of(r"MSH|^~\&#|PARVIS"), Some(STANDARD));
        assert_eq!(Delimiters::of("MSH$%*!@$A").map(|found| found.escape), Some('!'));
        for wrong in ["MSH", r"MSH|^~\", r"MSH|^^\&|", r"MSH|a~\&|", "MSH|^~\\\"|", r"MSH|^~\&ab|", "PID|1"] {
            assert_eq!(Delimiters::of(wrong), None, "{wrong}");
        }
    }
}
