//! When a provider is asked how an attempt ended, and what its answers are worth. Notifications and returns only bring a
//! look-up forward: no one may ever come.

use jiff::{SignedDuration, Timestamp};

/// A stretch of an attempt's life with its rhythm: until it is `until` minutes old, every `every` minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Stretch {
    pub until: i64,
    pub every: i64,
}

/// The rhythm of look-ups, youngest stretch first; after the last one nobody asks any more.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct Rhythm(Vec<Stretch>);

impl Rhythm {
    /// The stretches must follow one another and each must have a beat.
    pub fn new(stretches: Vec<Stretch>) -> Option<Self> {
        let rhythm = Self(stretches);
        rhythm.is_sound().then_some(rhythm)
    }

    pub fn is_sound(&self) -> bool {
        let grows = self.0.windows(2).all(|pair| matches!(pair, [a, b] if a.until < b.until));
        !self.0.is_empty() && grows && self.0.iter().all(|stretch| stretch.every > 0 && stretch.until > 0)
    }

    /// The next look-up of an attempt that was started at `started`; none once it is too old to be asked about.
    pub fn next(&self, started: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let age = now.duration_since(started).as_mins();
        let stretch = self.0.iter().find(|stretch| age < stretch.until)?;
        now.checked_add(SignedDuration::from_mins(stretch.every)).ok()
    }
}

/// What a provider answered to one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Paid,
    DebitAccepted,
    Refused,
    Abandoned,
    /// Not known yet, or never finished.
    Pending,
    /// The payer is done and the provider is not: it looks at the payment first, and the money may come.
    Examined,
    /// The provider has no such reference (any more).
    Unknown,
    /// A result this program has no meaning for: never *paid*, never *failed*.
    NotUnderstood,
    /// The question itself could not be asked or answered.
    NoAnswer,
}

impl Answer {
    pub const ALL: [Self; 9] = [
        Self::Paid,
        Self::DebitAccepted,
        Self::Refused,
        Self::Abandoned,
        Self::Pending,
        Self::Examined,
        Self::Unknown,
        Self::NotUnderstood,
        Self::NoAnswer,
    ];

    /// Whether it says that money is there, or is coming.
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Paid | Self::DebitAccepted)
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.name() == name)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::DebitAccepted => "debit-accepted",
            Self::Refused => "refused",
            Self::Abandoned => "abandoned",
            Self::Pending => "pending",
            Self::Examined => "examined",
            Self::Unknown => "unknown",
            Self::NotUnderstood => "not-understood",
            Self::NoAnswer => "no-answer",
        }
    }
}

/// What an answer means for an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Change(super::attempt::Change),
    /// Nothing is known yet.
    Wait,
    /// A person of the hospital should look: it should not be so.
    WaitAndAlert,
}

/// How long a provider keeps what it was told, and how long a payer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patience {
    /// Minutes after which an attempt without a result is shown as expired; it is still asked about.
    pub expires_minutes: i64,
    /// Minutes within which a payer who left may still come back and pay on the same reference.
    pub second_thoughts_minutes: i64,
    /// Minutes after which another payer may start, once the provider was asked again; where it cannot be asked,
    /// `expires_minutes` are.
    pub reopens_minutes: i64,
    /// Minutes before which *unknown* only means that the provider has not written it down yet.
    pub known_after_minutes: i64,
}

/// The moment of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Since the attempt was started.
    pub age: SignedDuration,
    /// Since the instant that the provider tells as the end, where it tells one.
    pub ended_since: Option<SignedDuration>,
    /// Whether midnight, where the provider is, lies between the start and the question.
    pub a_night_passed: bool,
    /// Whether the provider can be asked once more. What one says that cannot be is its last word.
    pub again: bool,
}

impl Patience {
    /// How old an attempt is when another payer may start.
    pub fn reopens(&self, can_be_asked: bool) -> SignedDuration {
        SignedDuration::from_mins(if can_be_asked { self.reopens_minutes } else { self.expires_minutes })
    }

    pub fn judge(&self, answer: Answer, asked: Asked) -> Verdict {
        use super::attempt::Change;
        let old = |minutes: i64| asked.age >= SignedDuration::from_mins(minutes);
        let ended = asked.ended_since.unwrap_or(asked.age);
        match answer {
            Answer::Paid => Verdict::Change(Change::Pay),
            Answer::DebitAccepted => Verdict::Change(Change::AcceptDebit),
            Answer::Refused => Verdict::Change(Change::Refuse),
            Answer::Abandoned if asked.again && ended < SignedDuration::from_mins(self.second_thoughts_minutes) => {
                Verdict::Wait
            }
            Answer::Abandoned => Verdict::Change(Change::Abandon),
            Answer::Pending if old(self.expires_minutes) => Verdict::Change(Change::Expire),
            Answer::Examined if old(self.expires_minutes) => Verdict::WaitAndAlert,
            Answer::Pending | Answer::Examined => Verdict::Wait,
            // What never reached the bank is forgotten in the following night.
            Answer::Unknown if asked.a_night_passed && old(self.known_after_minutes) => Verdict::Change(Change::Expire),
            Answer::Unknown | Answer::NotUnderstood => Verdict::WaitAndAlert,
            Answer::NoAnswer => Verdict::Wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::attempt::Change, *};

    fn rhythm() -> Rhythm {
        let stretch = |until, every| Stretch { until, every };
        Rhythm::new(vec![stretch(1, 1), stretch(10, 3), stretch(120, 10), stretch(1440, 60), stretch(10_080, 1440)])
            .unwrap()
    }

    #[test]
    fn the_rhythm_slows_down_and_ends() {
        let started: Timestamp = "2026-12-01T10:00:00Z".parse().unwrap();
        let next = |minutes: i64| {
            let now = started + SignedDuration::from_mins(minutes);
            rhythm().next(started, now).map(|at| at.duration_since(now).as_mins())
        };
        let expected = [
            (0, Some(1)),
            (1, Some(3)),
            (9, Some(3)),
            (10, Some(10)),
            (119, Some(10)),
            (120, Some(60)),
            (1440, Some(1440)),
            (10_079, Some(1440)),
            (10_080, None),
        ];
        for (age, wait) in expected {
            assert_eq!(next(age), wait, "{age} minutes");
        }
    }

    #[test]
    fn a_rhythm_that_stands_still_or_goes_back_is_refused() {
        let stretch = |until, every| Stretch { until, every };
        for wrong in [vec![], vec![stretch(5, 0)], vec![stretch(5, 1), stretch(5, 2)], vec![stretch(0, 1)]] {
            assert_eq!(Rhythm::new(wrong.clone()), None, "{wrong:?}");
        }
    }

    #[test]
    fn each_answer_at_each_age() {
        let patience =
            Patience { expires_minutes: 120, second_thoughts_minutes: 2, reopens_minutes: 20, known_after_minutes: 20 };
        let change = Verdict::Change;
        for (answer, age, ended, a_night_passed, expected) in [
            (Answer::Paid, 100_000, None, true, change(Change::Pay)),
            (Answer::DebitAccepted, 0, None, false, change(Change::AcceptDebit)),
            (Answer::Refused, 0, None, false, change(Change::Refuse)),
            (Answer::Abandoned, 30, Some(1), false, Verdict::Wait),
            (Answer::Abandoned, 30, Some(2), false, change(Change::Abandon)),
            (Answer::Abandoned, 1, None, false, Verdict::Wait),
            (Answer::Abandoned, 30, None, false, change(Change::Abandon)),
            (Answer::Pending, 119, None, true, Verdict::Wait),
            (Answer::Pending, 120, None, false, change(Change::Expire)),
            (Answer::Examined, 119, None, false, Verdict::Wait),
            (Answer::Examined, 120, None, true, Verdict::WaitAndAlert),
            (Answer::Unknown, 5, None, true, Verdict::WaitAndAlert),
            (Answer::Unknown, 900, None, false, Verdict::WaitAndAlert),
            (Answer::Unknown, 20, None, true, change(Change::Expire)),
            (Answer::NotUnderstood, 100_000, None, true, Verdict::WaitAndAlert),
            (Answer::NoAnswer, 100_000, None, true, Verdict::Wait),
        ] {
            let minutes = SignedDuration::from_mins;
            let asked = Asked { age: minutes(age), ended_since: ended.map(minutes), a_night_passed, again: true };
            assert_eq!(patience.judge(answer, asked), expected, "{answer:?} at {age}");
            let last_word = if answer == Answer::Abandoned { change(Change::Abandon) } else { expected };
            assert_eq!(patience.judge(answer, Asked { again: false, ..asked }), last_word, "{answer:?} at {age}");
        }
    }
}
