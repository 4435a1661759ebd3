//! Who acts for the patient, as the desk sees it: who opened the file, who was asked to sign, and what each answered.

use ::web::Ctx;

use crate::{
    pages::shown::Tag,
    read::{Consent, OpenedAs, PreadmissionFacts, Signatory},
};

pub(super) struct People {
    /// Empty: the patient opened it.
    pub(super) opened_as: String,
    /// None: nobody has to agree.
    pub(super) consent: Option<Tag>,
    pub(super) secret: bool,
    pub(super) signatories: Vec<Signer>,
}

pub(super) struct Signer {
    pub(super) name: String,
    /// Under which name they logged in; empty: nobody came.
    pub(super) identified_as: String,
    pub(super) quality: String,
    pub(super) state: Tag,
    pub(super) since: String,
}

impl People {
    pub(super) fn of(ctx: &Ctx, facts: &PreadmissionFacts) -> Self {
        let consent = facts.completeness().consent;
        Self {
            opened_as: match facts.opened_as {
                OpenedAs::Myself => String::new(),
                other => ctx.t(&format!("preadmission-people-as-{}", other.name())),
            },
            consent: (consent != Consent::NotNeeded).then(|| Tag::of_consent(ctx, consent)),
            secret: facts.secret,
            signatories: facts.signatories.iter().map(|one| signer(ctx, facts, one)).collect(),
        }
    }

    pub(super) fn is_worth_showing(&self) -> bool {
        self.secret || self.consent.is_some() || !self.opened_as.is_empty() || !self.signatories.is_empty()
    }
}

fn signer(ctx: &Ctx, facts: &PreadmissionFacts, one: &Signatory) -> Signer {
    Signer {
        name: one.name.clone(),
        identified_as: one.identified_as.clone().unwrap_or_default(),
        quality: ctx.t(&format!("preadmission-people-role-{}", one.quality.name())),
        state: Tag::of_signature(ctx, one.state),
        since: ctx.moment(one.changed_at, &facts.site.zone),
    }
}
