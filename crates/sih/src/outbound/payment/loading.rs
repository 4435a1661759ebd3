//! From what payment and identity know to what is told of money: the one place that knows both.

use kernel::PaymentAttemptId;
use payment::read::{self, Person, Settled, Share};
use storage::{Conn, StorageError};

use super::facts::{Debtor, PaymentTold, ShareTold};

/// The facts of a settled payment.
pub fn payment(conn: &mut Conn, id: PaymentAttemptId) -> Result<Option<PaymentTold>, StorageError> {
    let Some(settled) = read::settled(conn, id)? else { return Ok(None) };
    let hospital = identity::read::establishment(conn, settled.establishment)?;
    // The clocks of its first site: an invoice names none.
    let site = identity::read::sites(conn, Some(settled.establishment))?.into_iter().next();
    let (Some(hospital), Some(site)) = (hospital, site) else { return Ok(None) };
    let debtors = debtors(&settled);
    Ok(Some(PaymentTold {
        id: settled.id,
        finess: hospital.finess,
        zone: site.zone,
        means: settled.means,
        paid_at: settled.paid_at,
        settled_at: settled.settled_at,
        authorisation: settled.authorisation,
        debtors,
    }))
}

/// Invoices of one person stand together: by the hospital's number of the patient.
fn debtors(settled: &Settled) -> Vec<Debtor> {
    let mut debtors: Vec<Debtor> = Vec::new();
    for (rank, share) in (1..).zip(&settled.shares) {
        let told = share_told(rank, share);
        let person = &share.invoice.person;
        match debtors.iter_mut().find(|one| is_same(&one.person, person)) {
            Some(known) => known.shares.push(told),
            None => debtors.push(Debtor { person: person.clone(), shares: vec![told] }),
        }
    }
    debtors
}

fn is_same(one: &Person, other: &Person) -> bool {
    one.ipp == other.ipp
}

fn share_told(rank: usize, share: &Share) -> ShareTold {
    let invoice = &share.invoice;
    ShareTold {
        rank,
        source: invoice.source.clone(),
        number: invoice.number.clone(),
        refdet: invoice.refdet.to_string(),
        visit: invoice.visit_number.clone(),
        amount: share.amount,
    }
}
