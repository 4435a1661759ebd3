//! Stretches of time, half open: the start belongs to them, the end does not, so that neighbours never overlap.

use jiff::{SignedDuration, Timestamp};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    start: Timestamp,
    end: Timestamp,
}

impl Interval {
    /// `None` when nothing lies between the two.
    pub fn new(start: Timestamp, end: Timestamp) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// `None` when it would last no time or end outside the calendar.
    pub fn lasting(start: Timestamp, minutes: i64) -> Option<Self> {
        Self::new(start, start.checked_add(SignedDuration::from_mins(minutes)).ok()?)
    }

    pub const fn start(self) -> Timestamp {
        self.start
    }
    pub const fn end(self) -> Timestamp {
        self.end
    }
    /// Whole minutes.
    pub fn minutes(self) -> i64 {
        self.end.duration_since(self.start).as_mins()
    }
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// The intervals sorted, those that touch or overlap made one.
pub fn union(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.sort_unstable();
    let mut joined: Vec<Interval> = Vec::with_capacity(intervals.len());
    for next in intervals {
        match joined.last_mut() {
            Some(last) if next.start <= last.end => last.end = last.end.max(next.end),
            _ => joined.push(next),
        }
    }
    joined
}

/// What is left of `whole` without `taken`, which [`union`] has put in order.
pub fn without(whole: Interval, taken: &[Interval]) -> Vec<Interval> {
    let first = taken.partition_point(|one| one.end <= whole.start);
    let mut left = Vec::new();
    let mut from = whole.start;
    for one in taken.iter().skip(first).take_while(|one| one.start < whole.end) {
        left.extend(Interval::new(from, one.start));
        from = from.max(one.end);
    }
    left.extend(Interval::new(from, whole.end));
    left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }
    fn span(start: i64, end: i64) -> Interval {
        Interval::new(at(start), at(end)).unwrap()
    }

    #[test]
    fn neighbours_do_not_overlap() {
        assert!(!span(0, 10).overlaps(span(10, 20)));
        assert!(span(0, 11).overlaps(span(10, 20)));
        assert_eq!(Interval::new(at(5), at(5)), None);
        assert_eq!(Interval::lasting(Timestamp::MAX, 1), None);
    }

    #[test]
    fn a_hole_splits_and_a_cover_leaves_nothing() {
        assert_eq!(without(span(0, 60), &[span(10, 20)]), [span(0, 10), span(20, 60)]);
        assert_eq!(without(span(0, 60), &[span(-5, 60)]), []);
        assert_eq!(without(span(0, 60), &[span(60, 70)]), [span(0, 60)]);
    }

    proptest! {
        /// Against the slow truth: each minute of the whole is left exactly when no interval takes it.
        #[test]
        fn subtraction_keeps_exactly_the_free_minutes(
            whole in (0i64..200, 1i64..200),
            taken in prop::collection::vec((-50i64..400, 1i64..90), 0..12),
        ) {
            let whole = span(whole.0, whole.0 + whole.1);
            let taken: Vec<_> = taken.into_iter().map(|(start, length)| span(start, start + length)).collect();
            let left = without(whole, &union(taken.clone()));
            for minute in -60..420 {
                let one = span(minute, minute + 1);
                let free = whole.contains(one) && !taken.iter().any(|t| t.overlaps(one));
                prop_assert_eq!(left.iter().any(|l| l.contains(one)), free, "minute {}", minute);
            }
            prop_assert!(left.windows(2).all(|pair| pair[0].end() < pair[1].start()), "sorted and apart");
        }
    }
}
