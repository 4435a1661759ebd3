//! What a report of money and our own payments say of one another: each line finds one payment at most, each payment one
//! line, by the provider's reference, else by reference of the debt, amount and day.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::{Money, PaymentAttemptId};

use super::report::Line;

/// A payment that moves money, as far as a report can know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub id: PaymentAttemptId,
    pub refdet: String,
    pub amount: Money,
    pub day: Date,
    /// The provider's own reference.
    pub reference: Option<String>,
    /// Whether its money is here, for all we know.
    pub is_settled: bool,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Money there and here.
    Settled(PaymentAttemptId),
    /// Money there; here the payment waits, or ended without money.
    Waiting(PaymentAttemptId),
    /// Money there that nobody here knows of.
    Nothing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// For each line, in their order.
    pub lines: Vec<Found>,
    /// Money here, of the days of the report, that is not in it.
    pub absent: Vec<PaymentAttemptId>,
}

/// The days of a report: from its first to its last.
pub fn period(lines: &[Line]) -> Option<(Date, Date)> {
    Some((lines.iter().map(|line| line.day).min()?, lines.iter().map(|line| line.day).max()?))
}

pub fn reconcile(lines: &[Line], known: &[Known], window_days: i32) -> Outcome {
    let mut matching = Matching { lines, known, found: vec![None; lines.len()], taken: vec![false; known.len()] };
    matching.by_reference();
    // What is settled here goes first: a second try of the same invoice must not take the line of the one that paid.
    matching.by_debt(true, window_days.into());
    matching.by_debt(false, window_days.into());
    matching.end()
}

fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// What stands on each side under one debt and amount, by place.
#[derive(Default)]
struct Both {
    lines: Vec<usize>,
    payments: Vec<usize>,
}

struct Matching<'a> {
    lines: &'a [Line],
    known: &'a [Known],
    /// For each line, the place of its payment.
    found: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl<'a> Matching<'a> {
    fn pair(&mut self, line: usize, payment: usize) {
        if let (Some(found), Some(taken)) = (self.found.get_mut(line), self.taken.get_mut(payment)) {
            (*found, *taken) = (Some(payment), true);
        }
    }

    fn is_free(&self, payment: usize) -> bool {
        self.taken.get(payment) == Some(&false)
    }

    /// The provider's reference names one payment; another amount is another matter, for a person.
    fn by_reference(&mut self) {
        let named = self.known.iter().enumerate();
        let places: HashMap<&str, (usize, Money)> =
            named.filter_map(|(at, one)| Some((one.reference.as_deref()?, (at, one.amount)))).collect();
        for (at, line) in self.lines.iter().enumerate() {
            let named = line.reference.as_deref().and_then(|reference| places.get(reference));
            if let Some((payment, _)) = named.filter(|(payment, sum)| *sum == line.amount && self.is_free(*payment)) {
                self.pair(at, *payment);
            }
        }
    }

    /// Within each debt and amount, both in the order of their days: pairing the earliest that still fit leaves out no
    /// pair that could be made.
    fn by_debt(&mut self, settled: bool, window_days: i64) {
        let mut debts: HashMap<(&'a str, Money), Both> = HashMap::new();
        let (lines, known) = (self.lines, self.known);
        for (at, line) in lines.iter().enumerate().filter(|(at, _)| matches!(self.found.get(*at), Some(None))) {
            debts.entry((&line.refdet, line.amount)).or_default().lines.push(at);
        }
        for (at, one) in known.iter().enumerate().filter(|(at, one)| one.is_settled == settled && self.is_free(*at)) {
            if let Some(both) = debts.get_mut(&(one.refdet.as_str(), one.amount)) {
                both.payments.push(at);
            }
        }
        for Both { lines: mut waiting, mut payments } in debts.into_values() {
            waiting.sort_by_key(|at| lines.get(*at).map(|line| line.day));
            payments.sort_by_key(|at| known.get(*at).map(|one| one.day));
            let mut payments = payments.into_iter().peekable();
            for at in waiting {
                let Some(line) = lines.get(at) else { continue };
                // Days from the payment to its line.
                let late =
                    |payment: &usize| known.get(*payment).map_or(i64::MAX, |one| days_between(one.day, line.day));
                while payments.peek().is_some_and(|payment| late(payment) > window_days) {
                    payments.next();
                }
                if let Some(payment) = payments.next_if(|payment| late(payment) >= -window_days) {
                    self.pair(at, payment);
                }
            }
        }
    }

    fn end(self) -> Outcome {
        let found = self.found.iter().map(|place| place.and_then(|place| self.known.get(place)));
        let lines = found.map(|one| match one {
            Some(one) if one.is_settled => Found::Settled(one.id),
            Some(one) => Found::Waiting(one.id),
            None => Found::Nothing,
        });
        let days = period(self.lines);
        let is_of_these = |one: &Known| days.is_some_and(|(from, until)| (from..=until).contains(&one.day));
        let left = self.known.iter().zip(&self.taken).filter(|(one, taken)| !**taken && one.is_settled);
        Outcome {
            lines: lines.collect(),
            absent: left.filter(|(one, _)| is_of_these(one)).map(|(one, _)| one.id).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::World;
    use proptest::prelude::*;

    use super::*;

    fn day(day: i8) -> Date {
        jiff::civil::date(2026, 11, day)
    }

    fn line(refdet: &str, cents: i64, on: i8, reference: Option<&str>) -> Line {
        let reference = reference.map(str::to_owned);
        Line {
            number: 1,
            day: day(on),
            refdet: refdet.to_owned(),
            amount: Money::from_cents(cents),
            reference,
            authorisation: None,
        }
    }

    fn known(refdet: &str, cents: i64, on: i8, is_settled: bool) -> Known {
        let id = World::system().id();
        let amount = Money::from_cents(cents);
        Known { id, refdet: refdet.to_owned(), amount, day: day(on), reference: Some(id.to_string()), is_settled }
    }

    #[test]
    fn three_lists() {
        let here = [
            known("FACT01", 2400, 10, true),
            known("FACT02", 2400, 10, false),
            known("FACT03", 2400, 11, true),
            known("FACT04", 2400, 20, true),
        ];
        let there = [
            line("FACT01", 2400, 11, None),
            line("FACT02", 2400, 10, None),
            line("FACT01", 2500, 10, None),
            line("FACT09", 2400, 12, None),
        ];
        let outcome = reconcile(&there, &here, 1);
        let expected = [Found::Settled(here[0].id), Found::Waiting(here[1].id), Found::Nothing, Found::Nothing];
        assert_eq!(outcome.lines, expected);
        assert_eq!(outcome.absent, [here[2].id], "the last one is of another day");
    }

    #[test]
    fn the_same_twice_is_two() {
        let here = [known("FACT01", 2400, 10, true), known("FACT01", 2400, 12, true), known("FACT01", 2400, 12, false)];
        let there = [line("FACT01", 2400, 12, None), line("FACT01", 2400, 11, None), line("FACT01", 2400, 13, None)];
        let outcome = reconcile(&there, &here, 1);
        let expected = [Found::Settled(here[1].id), Found::Settled(here[0].id), Found::Waiting(here[2].id)];
        assert_eq!(outcome.lines, expected, "each line finds its own");
        let once = reconcile(&there[..1], &here[1..2], 1);
        assert_eq!((once.lines, once.absent), (vec![Found::Settled(here[1].id)], vec![]));
        let twice = reconcile(&[there[0].clone(), there[0].clone()], &here[1..2], 1);
        assert_eq!(twice.lines, [Found::Settled(here[1].id), Found::Nothing]);
    }

    #[test]
    fn the_providers_reference_goes_before_days_and_not_before_amounts() {
        let here = [known("FACT01", 2400, 1, true), known("FACT01", 2400, 10, true)];
        let named = here[0].reference.clone().unwrap();
        let outcome = reconcile(&[line("FACT01", 2400, 10, Some(&named))], &here, 1);
        assert_eq!(outcome.lines, [Found::Settled(here[0].id)]);
        let odd = reconcile(&[line("FACT01", 2500, 10, Some(&named))], &here, 1);
        assert_eq!(odd.lines, [Found::Nothing]);
    }

    proptest! {
        /// As many pairs as the best of all ways to make them, each within its window, nobody in two.
        #[test]
        fn as_many_pairs_as_there_can_be(
            lines in prop::collection::vec(1i8..12, 0..6),
            payments in prop::collection::vec(1i8..12, 0..6),
            window in 0i32..4,
        ) {
            let there: Vec<Line> = lines.iter().map(|on| line("FACT01", 2400, *on, None)).collect();
            let here: Vec<Known> = payments.iter().map(|on| known("FACT01", 2400, *on, true)).collect();
            let outcome = reconcile(&there, &here, window);
            let mut pairs = Vec::new();
            for (line, found) in there.iter().zip(&outcome.lines) {
                let Found::Settled(id) = found else { continue };
                let one = here.iter().find(|one| one.id == *id).unwrap();
                prop_assert!((i32::from(line.day.day()) - i32::from(one.day.day())).abs() <= window);
                pairs.push(*id);
            }
            let made = pairs.len();
            pairs.sort_unstable();
            pairs.dedup();
            prop_assert_eq!(pairs.len(), made);
            prop_assert_eq!(made, best(&lines, &payments, window));
        }
    }

    /// By trying every way.
    fn best(lines: &[i8], payments: &[i8], window: i32) -> usize {
        let Some((first, rest)) = lines.split_first() else { return 0 };
        let fits = |payment: i8| (i32::from(*first) - i32::from(payment)).abs() <= window;
        let with = (0..payments.len()).filter(|at| fits(payments[*at])).map(|at| {
            let others: Vec<i8> =
                payments.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, one)| *one).collect();
            1 + best(rest, &others, window)
        });
        with.max().unwrap_or(0).max(best(rest, payments, window))
    }
}
