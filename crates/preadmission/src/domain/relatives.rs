//! Relatives whom the patient wants told of the stay. Nothing goes to who did not say that they want it, nothing is
//! medical, and whoever asked that their presence is not disclosed has nobody told (CSP art. R1112-45).

use super::people::named;

named! {
    /// What a relative answered.
    Wish {
        Asked = "asked",
        Accepted = "accepted",
        Declined = "declined",
        /// Accepted once, and wants nothing more.
        Stopped = "stopped",
    }
}

named! {
    /// What a relative says.
    Answer {
        Accept = "accept",
        Decline = "decline",
        Stop = "stop",
    }
}

named! {
    /// What this house knows of a stay and may tell.
    News {
        /// The hospital accepted the file: when and where the patient is expected.
        Ready = "ready",
        /// The stay will not take place.
        Cancelled = "cancelled",
    }
}

/// Relatives of one file.
pub const MOST: usize = 3;

impl Wish {
    /// After this answer; none: it means nothing now. Whoever declined or stopped may change their mind.
    pub const fn after(self, answer: Answer) -> Option<Self> {
        match (self, answer) {
            (Self::Asked, Answer::Decline) => Some(Self::Declined),
            (Self::Accepted, Answer::Stop) => Some(Self::Stopped),
            (Self::Asked | Self::Declined | Self::Stopped, Answer::Accept) => Some(Self::Accepted),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_one_after_the_other() {
        let row = |wish: &Wish| -> Vec<&'static str> {
            Answer::ALL.iter().map(|answer| wish.after(*answer).map_or("-", Wish::name)).collect()
        };
        let table: Vec<_> = Wish::ALL.iter().map(row).collect();
        assert_eq!(
            table,
            [["accepted", "declined", "-"], ["-", "-", "stopped"], ["accepted", "-", "-"], ["accepted", "-", "-"]]
        );
    }
}
