//! A visit as pages show it: the date and the place largest.

use ::web::{Ctx, Phone, when};
use jiff::Timestamp;

use crate::{
    read::{Place, Practitioner},
    store::facts::Surroundings,
};

/// When, where, with whom and why.
pub(super) struct Visit {
    pub(super) when: String,
    /// For machines: RFC 3339 with the offset of the place.
    pub(super) machine: String,
    pub(super) minutes: String,
    pub(super) place: String,
    pub(super) address: Vec<String>,
    pub(super) access_notes: String,
    pub(super) telephone: Phone,
    pub(super) service: String,
    pub(super) reason: String,
    pub(super) instructions: String,
    pub(super) practitioner: String,
}

impl Visit {
    pub(super) fn of(ctx: &Ctx, starts_at: Timestamp, ends_at: Timestamp, around: &Surroundings) -> Self {
        let place = &around.place;
        let lasts = ends_at.duration_since(starts_at).as_mins();
        Self {
            when: ctx.moment(starts_at, &place.zone),
            machine: place.zone.zoned(starts_at).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            minutes: when::duration(lasts),
            place: place.name.clone(),
            address: place.address.clone(),
            access_notes: place.access_notes.clone(),
            // The service knows best, else the site.
            telephone: phone(ctx, &[around.service.telephone.as_deref(), place.telephone.as_deref()]),
            service: around.service.name.clone(),
            reason: around.reason.label.clone(),
            instructions: around.reason.instructions.clone(),
            practitioner: around.practitioner.name(),
        }
    }
}

/// The first number that is known, else the help line.
pub(super) fn phone(ctx: &Ctx, own: &[Option<&str>]) -> Phone {
    Phone::of(own.iter().flatten().next().copied().unwrap_or(&ctx.settings().help_telephone))
}

/// A time to press, with its day.
pub(super) struct Time {
    /// Value of the button: agenda and instant.
    pub(super) value: String,
    pub(super) day: String,
    pub(super) text: String,
    pub(super) practitioner: String,
    pub(super) place: String,
}

impl Time {
    pub(super) fn of(ctx: &Ctx, slot: &crate::domain::Slot, who: Option<&Practitioner>, place: &Place) -> Self {
        let starts_at = slot.time.start();
        let wall = place.zone.wall(starts_at);
        Self {
            value: format!("{}/{starts_at}", slot.agenda),
            day: when::day(ctx.lang(), wall.date()),
            text: when::time(ctx.lang(), wall),
            practitioner: who.map(Practitioner::short_name).unwrap_or_default(),
            place: place.name.clone(),
        }
    }
}
