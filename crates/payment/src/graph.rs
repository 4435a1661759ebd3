//! The two state machines as graphs (Mermaid), drawn from the tables that the program itself follows.

use crate::domain::{attempt, invoice};

/// Both, as the README shows them.
pub fn states() -> String {
    let invoices = invoice::STEPS.iter().map(|(from, by, to)| (from.name(), by.name(), to.name()));
    let attempts = attempt::STEPS.iter().map(|(from, by, to)| (from.name(), by.name(), to.name()));
    format!("### Invoice\n\n{}\n### Attempt\n\n{}", graph(invoices), graph(attempts))
}

type Step = (&'static str, &'static str, &'static str);

/// One arrow between two states, however many changes lead from one to the other.
fn graph(steps: impl Iterator<Item = Step>) -> String {
    let mut arrows: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    for (from, by, to) in steps {
        match arrows.iter_mut().find(|arrow| (arrow.0, arrow.1) == (from, to)) {
            Some((_, _, changes)) => changes.push(by),
            None => arrows.push((from, to, vec![by])),
        }
    }
    // A hyphen ends a name there.
    let id = |name: &str| name.replace('-', "_");
    let line =
        |(from, to, by): &(&str, &str, Vec<&str>)| format!("    {} --> {}: {}\n", id(from), id(to), by.join(", "));
    let lines: String = arrows.iter().map(line).collect();
    format!("```mermaid\nstateDiagram-v2\n{lines}```\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_shows_the_tables_of_the_program() {
        assert!(include_str!("../README.md").contains(&states()), "`parvis states payment` draws them anew");
    }

    #[test]
    fn every_step_is_an_arrow() {
        let drawn = states();
        let changes = drawn.lines().filter_map(|line| line.split_once(": ")).map(|(_, by)| by.split(", ").count());
        assert_eq!(changes.sum::<usize>(), invoice::STEPS.len() + attempt::STEPS.len());
        assert!(drawn.contains("    titled --> settled_elsewhere: settle elsewhere\n"), "{drawn}");
    }
}
