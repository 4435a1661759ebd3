//! What a payer is told of their attempt, at each moment no more than what is known, and when their page asks again.

use jiff::SignedDuration;

use super::{attempt::State, creditor::Mode};

/// What was too much is given back by a person of the hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refund {
    None,
    Arranged,
    Done,
}

/// Money of which the provider spoke otherwise than was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Odd {
    /// There is none, or a cashier said that it counts.
    No,
    /// A cashier is to decide.
    Waits,
    /// A cashier said that it does not count: it is given back.
    Refused,
}

/// What was heard last of an attempt that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Nothing that says how it ends.
    Nothing,
    /// The provider was asked, and there was no answer.
    Silence,
    /// An answer without a meaning here, which no person of the hospital has seen to.
    Riddle,
    /// The bank says that it has not decided.
    BankChecks,
    /// The payer's browser said that it was paid, and only a report can confirm that.
    SaidPaid,
    /// The payer's browser came back and did not say that it was paid.
    SaidUnpaid,
}

impl Heard {
    /// Whether money may be moving of which nobody here can know.
    pub const fn is_unclear(self) -> bool {
        matches!(self, Self::Silence | Self::Riddle | Self::BankChecks)
    }
}

/// What is known of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub state: State,
    pub heard: Heard,
    pub mode: Mode,
    pub odd: Odd,
    pub refund: Refund,
}

/// The one sentence of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// The provider is being told of it.
    Preparing,
    /// The payer was sent there; how it ended is not known.
    NotKnownYet,
    /// The provider does not answer: it is asked again and again.
    NoAnswer,
    /// The bank wants to look at it first.
    BankChecks,
    /// The payer says that it was paid: the accountant's report will confirm it in some days.
    Announced,
    /// The payer came back from a page that tells nobody, and it did not say that it was paid.
    SaidUnpaid,
    Paid,
    DebitRegistered,
    /// It went well, and no money moved: a trial.
    Rehearsed,
    /// More than was due: it is given back.
    TooMuch,
    GivenBack,
    /// A person of the hospital looks at it.
    Checked,
    /// A person of the hospital did not take the money: it is given back.
    NotTaken,
    Refused,
    Abandoned,
    Expired,
    NotStarted,
}

impl News {
    pub const ALL: [Self; 17] = [
        Self::Preparing,
        Self::NotKnownYet,
        Self::NoAnswer,
        Self::BankChecks,
        Self::Announced,
        Self::SaidUnpaid,
        Self::Paid,
        Self::DebitRegistered,
        Self::Rehearsed,
        Self::TooMuch,
        Self::GivenBack,
        Self::Checked,
        Self::NotTaken,
        Self::Refused,
        Self::Abandoned,
        Self::Expired,
        Self::NotStarted,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::NotKnownYet => "not-known-yet",
            Self::NoAnswer => "no-answer",
            Self::BankChecks => "bank-checks",
            Self::Announced => "announced",
            Self::SaidUnpaid => "said-unpaid",
            Self::Paid => "paid",
            Self::DebitRegistered => "debit-registered",
            Self::Rehearsed => "rehearsed",
            Self::TooMuch => "too-much",
            Self::GivenBack => "given-back",
            Self::Checked => "checked",
            Self::NotTaken => "not-taken",
            Self::Refused => "refused",
            Self::Abandoned => "abandoned",
            Self::Expired => "expired",
            Self::NotStarted => "not-started",
        }
    }

    pub fn of(known: Known) -> Self {
        match (known.state, known.refund) {
            (State::Created, _) => Self::Preparing,
            (State::Redirected, _) => Self::under_way(known.heard),
            (State::Refused, _) => Self::Refused,
            (State::Abandoned, _) => Self::Abandoned,
            (State::Expired, _) => Self::Expired,
            (State::Failed, _) => Self::NotStarted,
            (State::Paid | State::DebitAccepted, _) if !known.mode.is_real() => Self::Rehearsed,
            (State::Paid | State::DebitAccepted, _) if known.odd == Odd::Waits => Self::Checked,
            (State::Paid | State::DebitAccepted, _) if known.odd == Odd::Refused => Self::NotTaken,
            (State::Paid | State::DebitAccepted, Refund::Arranged) => Self::TooMuch,
            (State::Paid | State::DebitAccepted, Refund::Done) => Self::GivenBack,
            (State::Paid, Refund::None) => Self::Paid,
            (State::DebitAccepted, Refund::None) => Self::DebitRegistered,
        }
    }

    const fn under_way(heard: Heard) -> Self {
        match heard {
            Heard::Nothing => Self::NotKnownYet,
            Heard::Silence => Self::NoAnswer,
            Heard::Riddle => Self::Checked,
            Heard::BankChecks => Self::BankChecks,
            Heard::SaidPaid => Self::Announced,
            Heard::SaidUnpaid => Self::SaidUnpaid,
        }
    }

    pub const fn is_open(self) -> bool {
        self.is_awaited() || matches!(self, Self::Preparing | Self::SaidUnpaid)
    }

    /// Whether the provider's answer may come at any moment.
    pub const fn is_awaited(self) -> bool {
        matches!(self, Self::NotKnownYet | Self::NoAnswer | Self::BankChecks)
    }

    /// Whether a payer who did not finish may go on, or begin again later.
    pub const fn may_be_left(self) -> bool {
        matches!(self, Self::NotKnownYet | Self::SaidUnpaid)
    }

    /// Whether the payer may begin again, as far as this attempt is concerned.
    pub const fn may_be_tried_again(self) -> bool {
        matches!(
            self,
            Self::NotTaken | Self::Refused | Self::Abandoned | Self::Expired | Self::NotStarted | Self::Rehearsed
        )
    }

    /// Whether it is money that can be acknowledged.
    pub const fn is_acknowledged(self) -> bool {
        matches!(self, Self::Paid | Self::DebitRegistered | Self::TooMuch | Self::GivenBack)
    }

    /// When a page that shows it asks again: less and less often, and not at all once it is over or after two hours.
    pub fn asks_again_after(self, age: SignedDuration) -> Option<SignedDuration> {
        let seconds = match (self, age.as_mins()) {
            (Self::Preparing, 0..5) => 2,
            (news, 0..2) if news.is_awaited() => 5,
            (news, 2..10) if news.is_awaited() => 15,
            (news, 10..120) if news.is_awaited() => 60,
            _ => return None,
        };
        Some(SignedDuration::from_secs(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_said_than_is_known() {
        let known = |state| {
            let (odd, refund) = (Odd::No, Refund::None);
            Known { state, heard: Heard::Nothing, mode: Mode::Production, odd, refund }
        };
        let expected = [
            News::Preparing,
            News::NotKnownYet,
            News::Paid,
            News::DebitRegistered,
            News::Refused,
            News::Abandoned,
            News::Expired,
            News::NotStarted,
        ];
        assert_eq!(State::ALL.map(|state| News::of(known(state))), expected);
        for (heard, news) in [
            (Heard::Nothing, News::NotKnownYet),
            (Heard::Silence, News::NoAnswer),
            (Heard::Riddle, News::Checked),
            (Heard::BankChecks, News::BankChecks),
            (Heard::SaidPaid, News::Announced),
            (Heard::SaidUnpaid, News::SaidUnpaid),
        ] {
            assert_eq!(News::of(Known { heard, ..known(State::Redirected) }), news);
            assert_eq!(News::of(Known { heard, ..known(State::Paid) }), News::Paid, "an answer is worth more");
        }
        for state in [State::Paid, State::DebitAccepted] {
            for (known, news) in [
                (Known { mode: Mode::Test, odd: Odd::Waits, ..known(state) }, News::Rehearsed),
                (Known { mode: Mode::Activation, ..known(state) }, News::Rehearsed),
                (Known { odd: Odd::Waits, refund: Refund::Arranged, ..known(state) }, News::Checked),
                (Known { odd: Odd::Refused, refund: Refund::Arranged, ..known(state) }, News::NotTaken),
                (Known { refund: Refund::Arranged, ..known(state) }, News::TooMuch),
                (Known { refund: Refund::Done, ..known(state) }, News::GivenBack),
            ] {
                assert_eq!(News::of(known), news);
            }
        }
    }

    #[test]
    fn a_page_asks_less_and_less_often_and_stops() {
        let after =
            |news: News, minutes| news.asks_again_after(SignedDuration::from_mins(minutes)).map(|d| d.as_secs());
        let rhythm: Vec<Option<i64>> = [0, 2, 10, 119, 120].map(|age| after(News::NotKnownYet, age)).to_vec();
        assert_eq!(rhythm, [Some(5), Some(15), Some(60), Some(60), None]);
        assert_eq!((after(News::Preparing, 0), after(News::Preparing, 5)), (Some(2), None));
        assert_eq!((after(News::NoAnswer, 1), after(News::SaidUnpaid, 1)), (Some(5), None));
        let over = News::ALL.into_iter().filter(|news| !news.is_open());
        assert!(over.clone().all(|news| after(news, 0).is_none()), "{over:?}");
    }

    #[test]
    fn what_is_acknowledged_is_not_paid_again() {
        for news in News::ALL {
            assert!(!(news.is_acknowledged() && news.may_be_tried_again()), "{}", news.name());
            assert!(!(news.is_open() && news.may_be_tried_again()), "{}", news.name());
        }
    }
}
