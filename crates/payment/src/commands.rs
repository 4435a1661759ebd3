//! What happens to invoices and attempts, each in one transaction.

use jiff::{SignedDuration, Timestamp};
use kernel::{EventKind, InvoiceId, Money, PatientId, PaymentAttemptId, VisitId};
use serde_json::json;
use storage::{StorageError, Tx, tx::Act, tx::Event};

use crate::{
    domain::{
        Refusal,
        announce::{self, Announcement, Effect},
        attempt::{self, Change},
        compare::{Difference, Particulars, differences},
        creditor::Creditor,
        invoice::{self, Account},
        lookups::{Asked, Patience, Rhythm, Verdict},
        start::{self, decide_start},
        terms::Email,
    },
    failure::Failure,
    port::Finding,
    store::{
        attempts::{self, After, Attempt, Share},
        invoices::{self, Invoice, Name},
        lookups::{self, AskedBy},
        refunds::{self, Refund},
    },
};

/// The kinds of act in the proof register.
pub(crate) const STARTED: &str = "payment.started";
pub(crate) const SETTLED: &str = "payment.settled";
