//! What the platform says of a payment: the fields of the form, how it ended, and a signature over both.

use kernel::{Timestamp, World};

use super::{
    Faults,
    form::{Fields, MOMENT, Shop},
    ledger::Choice,
    signature,
};

/// How a try ended; none: nobody is told.
struct Ended {
    result: &'static str,
    authorised: &'static str,
    status: &'static str,
}

const fn ended(choice: Choice) -> Option<Ended> {
    Some(match choice {
        Choice::Pay => Ended { result: "00", authorised: "00", status: "AUTHORISED" },
        Choice::RefusedByBank => Ended { result: "05", authorised: "05", status: "REFUSED" },
        Choice::Abandon => Ended { result: "17", authorised: "", status: "ABANDONED" },
        Choice::Review => Ended { result: "00", authorised: "00", status: "UNDER_VERIFICATION" },
        Choice::Leave | Choice::Retry => return None,
    })
}

/// What the bank wrote down of one try: the same to whomever it is told.
pub(super) struct Try {
    pub(super) choice: Choice,
    uuid: String,
    number: String,
    at: Timestamp,
}

impl Try {
    pub(super) fn new(choice: Choice, world: &World) -> Self {
        let mut number = [0; 3];
        world.fill(&mut number);
        Self {
            choice,
            uuid: world.uuid().simple().to_string(),
            number: data_encoding::HEXLOWER.encode(&number),
            at: world.now(),
        }
    }
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// The shop's server, with what only it is told.
    Server,
    /// The payer's browser.
    Browser,
}

/// The signed result, or what the switches make of it; none: there is none.
pub(super) fn of(form: &Fields, tried: &Try, told: Told, shops: &[Shop], faults: &Faults) -> Option<Fields> {
    let ended = ended(tried.choice)?;
    let mut fields = form.clone();
    fields.remove("signature");
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let mut set = |name: &str, value: String| drop(fields.insert(name.to_owned(), value));
    let paid = tried.choice == Choice::Pay;
    set("vads_result", ended.result.to_owned());
    set("vads_auth_result", ended.authorised.to_owned());
    set("vads_extra_result", String::new());
    set("vads_trans_status", ended.status.to_owned());
    set("vads_operation_type", "DEBIT".to_owned());
    set("vads_trans_uuid", tried.uuid.clone());
    set("vads_auth_number", if paid { tried.number.clone() } else { String::new() });
    set("vads_effective_amount", if paid { text("vads_amount") } else { String::new() });
    set("vads_effective_creation_date", tried.at.strftime(MOMENT).to_string());
    set("vads_card_brand", "CB".to_owned());
    set("vads_card_number", "497010XXXXXX0000".to_owned());
    set("vads_threeds_status", "Y".to_owned());
    if told == Told::Server {
        set("vads_url_check_src", "PAY".to_owned());
        set("vads_hash", tried.uuid.repeat(2));
    }
    lie(&mut fields, faults);
    let mode = fields.get("vads_ctx_mode").cloned().unwrap_or_default();
    let key = shops.iter().find(|shop| shop.site_id == text("vads_site_id"))?.key(&mode)?;
    if !faults.unsigned {
        let key = if faults.forged { "0000000000000000" } else { key };
        let signature = signature::of(&fields, key);
        fields.insert("signature".to_owned(), signature);
    }
    if faults.tampered {
        fields.insert("vads_amount".to_owned(), "1".to_owned());
    }
    Some(fields)
}

/// Another truth, signed like the right one.
fn lie(fields: &mut Fields, faults: &Faults) {
    let other_mode = if fields.get("vads_ctx_mode").is_some_and(|mode| mode == "TEST") { "PRODUCTION" } else { "TEST" };
    for (on, name, value) in [
        (faults.other_amount, "vads_effective_amount", "1"),
        (faults.other_currency, "vads_currency", "756"),
        (faults.other_order, "vads_order_id", "AUTRE000000"),
        (faults.other_site, "vads_site_id", "00000000"),
        (faults.other_mode, "vads_ctx_mode", other_mode),
        (faults.unknown_status, "vads_trans_status", "SOMETHING_NEW"),
        (faults.credit, "vads_operation_type", "CREDIT"),
    ] {
        if on {
            fields.insert(name.to_owned(), value.to_owned());
        }
    }
}
