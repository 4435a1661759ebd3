//! Whether a payment may begin: everything that the provider would refuse is refused here first, with words.

use kernel::Money;

use super::{
    Refusal,
    creditor::Terms,
    invoice::{Account, State},
};

/// One invoice that the payer wants to pay, with what they want to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub account: Account,
    /// None: all that is due.
    pub wished: Option<Money>,
}

/// What is to be paid, invoice by invoice, and together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartDecision {
    pub shares: Vec<Money>,
    pub total: Money,
}

/// Decides on the invoices of one creditor.
pub fn decide_start(terms: &Terms, wished: &[Share]) -> Result<StartDecision, Refusal> {
    if !terms.is_open {
        return Err(Refusal::CreditorClosed);
    }
    if wished.is_empty() || (wished.len() > 1 && !terms.several_invoices) {
        return Err(Refusal::NotTogether);
    }
    let shares = wished.iter().map(|share| share_of(terms, *share)).collect::<Result<Vec<_>, _>>()?;
    let total = shares.iter().try_fold(Money::ZERO, |sum, share| sum.checked_add(*share));
    let total = total.ok_or(Refusal::TooMuch { most: terms.most })?;
    if total < terms.least {
        return Err(Refusal::TooLittle { least: terms.least });
    }
    if total > terms.most {
        return Err(Refusal::TooMuch { most: terms.most });
    }
    Ok(StartDecision { shares, total })
}

fn share_of(terms: &Terms, share: Share) -> Result<Money, Refusal> {
    let Share { account, wished } = share;
    match account.state {
        State::Payable => {}
        State::Paying => return Err(Refusal::PaymentUnderWay),
        State::Paid | State::Overpaid => return Err(Refusal::AlreadyPaid),
        State::Disputed => return Err(Refusal::UnderReview),
        State::Titled => return Err(Refusal::Titled),
        State::Cancelled => return Err(Refusal::Cancelled),
        State::SettledElsewhere => return Err(Refusal::SettledElsewhere),
    }
    let due = account.due();
    if due == Money::ZERO {
        return Err(Refusal::AlreadyPaid);
    }
    let wished = wished.unwrap_or(due);
    if wished <= Money::ZERO {
        return Err(Refusal::TooLittle { least: terms.least });
    }
    if wished > due {
        return Err(Refusal::MoreThanDue { due });
    }
    if wished < due && !terms.partial_payment {
        return Err(Refusal::NoPartialPayment);
    }
    leaves_something_payable(terms, due, wished)?;
    Ok(wished)
}

/// A rest that is too small to be paid here would close the way for good.
fn leaves_something_payable(terms: &Terms, due: Money, wished: Money) -> Result<(), Refusal> {
    let rest = due.checked_sub(wished).unwrap_or(Money::ZERO);
    if rest > Money::ZERO && rest < terms.least {
        return Err(Refusal::LeavesTooLittle { least: terms.least });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        let cents = Money::from_cents;
        Terms { is_open: true, least: cents(100), most: cents(100_000), partial_payment: true, several_invoices: true }
    }

    fn share(state: State, amount: i64, received: i64, wished: Option<i64>) -> Share {
        let cents = Money::from_cents;
        Share {
            account: Account { state, amount: cents(amount), received: cents(received) },
            wished: wished.map(cents),
        }
    }

    #[test]
    fn what_may_be_paid_and_what_not() {
        let cents = Money::from_cents;
        let payable = |amount, wished| share(State::Payable, amount, 0, wished);
        let decided = |shares: &[i64]| {
            let shares: Vec<Money> = shares.iter().map(|share| cents(*share)).collect();
            let total = cents(shares.iter().map(|share| share.cents()).sum());
            Ok(StartDecision { shares, total })
        };
        for (wished, expected) in [
            (vec![payable(2400, None)], decided(&[2400])),
            (vec![share(State::Payable, 2400, 1000, None)], decided(&[1400])),
            (vec![payable(2400, Some(1000))], decided(&[1000])),
            (vec![payable(2400, None), payable(60, None)], decided(&[2400, 60])),
            (vec![payable(99, None)], Err(Refusal::TooLittle { least: cents(100) })),
            (vec![payable(100_001, None)], Err(Refusal::TooMuch { most: cents(100_000) })),
            (vec![payable(2400, Some(2401))], Err(Refusal::MoreThanDue { due: cents(2400) })),
            (vec![payable(2400, Some(2350))], Err(Refusal::LeavesTooLittle { least: cents(100) })),
            (vec![payable(2400, Some(-5))], Err(Refusal::TooLittle { least: cents(100) })),
            (vec![payable(2400, None), payable(2400, Some(-2000))], Err(Refusal::TooLittle { least: cents(100) })),
            (vec![], Err(Refusal::NotTogether)),
            (vec![share(State::Paying, 2400, 0, None)], Err(Refusal::PaymentUnderWay)),
            (vec![share(State::Paid, 2400, 2400, None)], Err(Refusal::AlreadyPaid)),
            (vec![share(State::Overpaid, 2400, 4800, None)], Err(Refusal::AlreadyPaid)),
            (vec![share(State::Disputed, 2400, 0, None)], Err(Refusal::UnderReview)),
            (vec![share(State::Titled, 2400, 0, None)], Err(Refusal::Titled)),
            (vec![share(State::Cancelled, 2400, 0, None)], Err(Refusal::Cancelled)),
            (vec![share(State::SettledElsewhere, 2400, 0, None)], Err(Refusal::SettledElsewhere)),
            (vec![payable(i64::MAX, None), payable(i64::MAX, None)], Err(Refusal::TooMuch { most: cents(100_000) })),
        ] {
            assert_eq!(decide_start(&terms(), &wished), expected, "{wished:?}");
        }
    }

    #[test]
    fn what_the_creditor_does_not_allow() {
        let one = share(State::Payable, 2400, 0, None);
        let closed = Terms { is_open: false, ..terms() };
        assert_eq!(decide_start(&closed, &[one]), Err(Refusal::CreditorClosed));
        let strict = Terms { partial_payment: false, several_invoices: false, ..terms() };
        assert_eq!(decide_start(&strict, &[one, one]), Err(Refusal::NotTogether));
        let part = share(State::Payable, 2400, 0, Some(1000));
        assert_eq!(decide_start(&strict, &[part]), Err(Refusal::NoPartialPayment));
    }
}
