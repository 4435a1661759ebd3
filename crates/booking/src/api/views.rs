//! What the interface shows of the room's things. Instants are UTC; `time_zone` is that of the site.

use jiff::Timestamp;
use kernel::{
    AgendaId, AppointmentId, EstablishmentId, HoldId, PractitionerId, Rpps, ServiceId, SiteId, VisitReasonId, Zone,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    availability::Offer,
    read::{AppointmentFacts, Practitioner},
    store::{
        catalogue::{Reason, Receiving, Service},
        holds::Hold,
    },
};

/// A consultation service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServiceView {
    #[schema(value_type = String, format = Uuid)]
    id: ServiceId,
    #[schema(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    name: String,
    /// Code of the national nomenclature TRE_R38.
    speciality: &'static str,
    speciality_label: &'static str,
    description: String,
    telephone: Option<String>,
}

impl From<Service> for ServiceView {
    fn from(service: Service) -> Self {
        Self {
            id: service.facts.id,
            establishment: service.establishment,
            name: service.facts.name,
            speciality: service.facts.speciality.code(),
            speciality_label: service.facts.speciality.label(),
            description: service.description,
            telephone: service.facts.telephone,
        }
    }
}

/// Why one comes to a service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VisitReasonView {
    #[schema(value_type = String, format = Uuid)]
    id: VisitReasonId,
    #[schema(value_type = String, format = Uuid)]
    service: ServiceId,
    label: String,
    minutes: i32,
    /// What to bring and to do before.
    instructions: String,
    /// Whether it is booked online; otherwise by telephone.
    open: bool,
    /// A patient cancels alone until so many minutes before.
    cancel_deadline_minutes: i32,
}

impl From<Reason> for VisitReasonView {
    fn from(reason: Reason) -> Self {
        Self {
            id: reason.id,
            service: reason.service,
            label: reason.label,
            minutes: reason.minutes,
            instructions: reason.instructions,
            open: reason.open,
            cancel_deadline_minutes: reason.cancel_deadline_minutes,
        }
    }
}

/// Who receives.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PractitionerView {
    #[schema(value_type = String, format = Uuid)]
    id: PractitionerId,
    #[schema(value_type = String)]
    rpps: Rpps,
    name: String,
}

impl From<Practitioner> for PractitionerView {
    fn from(who: Practitioner) -> Self {
        Self { id: who.id, name: who.name(), rpps: who.rpps }
    }
}

/// Who receives, in which service and on which site.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReceivingView {
    practitioner: PractitionerView,
    #[schema(value_type = String, format = Uuid)]
    service: ServiceId,
    #[schema(value_type = String, format = Uuid)]
    site: SiteId,
}

impl From<Receiving> for ReceivingView {
    fn from(one: Receiving) -> Self {
        Self { practitioner: one.practitioner.into(), service: one.service, site: one.site }
    }
}

/// A time to choose.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SlotView {
    #[schema(value_type = String, format = Uuid)]
    visit_reason: VisitReasonId,
    #[schema(value_type = String, format = Uuid)]
    agenda: AgendaId,
    #[schema(value_type = String, format = Uuid)]
    practitioner: PractitionerId,
    #[schema(value_type = String, format = Uuid)]
    site: SiteId,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// Your hold of this time, if you keep it already.
    #[schema(value_type = Option<String>, format = Uuid)]
    hold: Option<HoldId>,
}

impl From<&Offer> for SlotView {
    fn from(offer: &Offer) -> Self {
        Self {
            visit_reason: offer.slot.reason,
            agenda: offer.slot.agenda,
            practitioner: offer.practitioner,
            site: offer.site,
            starts_at: offer.slot.time.start(),
            ends_at: offer.slot.time.end(),
            hold: offer.kept,
        }
    }
}

/// A time that is kept for you.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HoldView {
    #[schema(value_type = String, format = Uuid)]
    id: HoldId,
    #[schema(value_type = String, format = Uuid)]
    visit_reason: VisitReasonId,
    #[schema(value_type = String, format = Uuid)]
    agenda: AgendaId,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl From<Hold> for HoldView {
    fn from(hold: Hold) -> Self {
        Self {
            id: hold.id,
            visit_reason: hold.slot.reason,
            agenda: hold.slot.agenda,
            starts_at: hold.slot.time.start(),
            ends_at: hold.slot.time.end(),
            expires_at: hold.until,
        }
    }
}

/// Where one is received.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlaceView {
    #[schema(value_type = String, format = Uuid)]
    site: SiteId,
    #[schema(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    name: String,
    address: Vec<String>,
    telephone: Option<String>,
    access_notes: String,
    /// IANA name.
    #[schema(value_type = String)]
    time_zone: Zone,
}

/// An appointment of yours.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppointmentView {
    #[schema(value_type = String, format = Uuid)]
    id: AppointmentId,
    /// What to read out on the telephone.
    reference: String,
    /// `booked` or `cancelled`.
    state: &'static str,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    booked_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    cancelled_at: Option<Timestamp>,
    /// You may cancel online until then.
    #[schema(value_type = String, format = DateTime)]
    cancellable_until: Timestamp,
    #[schema(value_type = String, format = Uuid)]
    service: ServiceId,
    service_name: String,
    #[schema(value_type = String, format = Uuid)]
    visit_reason: VisitReasonId,
    visit_reason_label: String,
    instructions: String,
    practitioner: PractitionerView,
    place: PlaceView,
}

impl From<AppointmentFacts> for AppointmentView {
    fn from(facts: AppointmentFacts) -> Self {
        Self {
            cancellable_until: facts.cancellable_until(),
            id: facts.id,
            reference: facts.reference,
            state: facts.state.name(),
            starts_at: facts.starts_at,
            ends_at: facts.ends_at,
            booked_at: facts.booked_at,
            cancelled_at: facts.cancelled_at,
            service: facts.service.id,
            service_name: facts.service.name,
            visit_reason: facts.reason.id,
            visit_reason_label: facts.reason.label,
            instructions: facts.reason.instructions,
            practitioner: facts.practitioner.into(),
            place: PlaceView {
                site: facts.place.site,
                establishment: facts.place.establishment,
                name: facts.place.name,
                address: facts.place.address,
                telephone: facts.place.telephone,
                access_notes: facts.place.access_notes,
                time_zone: facts.place.zone,
            },
        }
    }
}

/// What was just booked; the appointment itself is at its address.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookedView {
    #[schema(value_type = String, format = Uuid)]
    pub(crate) id: AppointmentId,
    /// What to read out on the telephone.
    pub(crate) reference: String,
    /// `booked`.
    pub(crate) state: &'static str,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) ends_at: Timestamp,
}

/// A list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listed<T> {
    pub(crate) items: Vec<T>,
}

impl<T> Listed<T> {
    pub(crate) fn of<S>(items: Vec<S>) -> Self
    where
        T: From<S>,
    {
        Self { items: items.into_iter().map(T::from).collect() }
    }
}

/// A refusal (RFC 9457). `alternatives` holds up to three other times where they may help.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemView {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    instance: Option<String>,
    alternatives: Option<Vec<SlotView>>,
}
