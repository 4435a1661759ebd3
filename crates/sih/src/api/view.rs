//! Deliveries as JSON.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    desk::{Detail, Hospital, Line, Shown},
    hl7::Outline,
};

#[derive(Serialize, ToSchema)]
pub(super) struct HospitalView {
    id: String,
    name: String,
}

impl From<Hospital> for HospitalView {
    fn from(hospital: Hospital) -> Self {
        Self { id: hospital.id.to_string(), name: hospital.name }
    }
}

/// One message to one system.
#[derive(Serialize, ToSchema)]
pub(super) struct DeliveryView {
    id: String,
    /// What happened: `appointment.booked`…
    event: String,
    /// Who is told: `sih`, `mail`, `sms`.
    consumer: String,
    establishment: HospitalView,
    /// What it happened to.
    object: String,
    #[schema(example = "refused")]
    state: &'static str,
    /// MSH-10 of the HL7 message: the same at every try.
    message_id: String,
    attempts: i32,
    #[schema(format = DateTime)]
    created_at: String,
    /// Not before; only while it is still to be sent.
    #[schema(format = DateTime)]
    next_try_at: Option<String>,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    last_error: Option<String>,
    acknowledgement: Option<String>,
    dropped_reason: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct FieldView {
    #[schema(example = "PID-5")]
    name: String,
    value: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct SegmentView {
    segment: String,
    fields: Vec<FieldView>,
}

/// One HL7 message and what was answered to it; empty when nothing was.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageView {
    #[schema(example = "ADT A05")]
    event: String,
    /// MSH-10.
    control_id: String,
    #[schema(format = DateTime)]
    rendered_at: String,
    #[schema(format = DateTime)]
    answered_at: Option<String>,
    message: Vec<SegmentView>,
    answer: Vec<SegmentView>,
}

/// A delivery with its HL7 messages in the order in which they leave.
#[derive(Serialize, ToSchema)]
pub(super) struct DetailView {
    #[serde(flatten)]
    delivery: DeliveryView,
    messages: Vec<MessageView>,
}

impl From<Shown> for MessageView {
    fn from(shown: Shown) -> Self {
        Self {
            event: shown.event,
            control_id: shown.control_id,
            rendered_at: shown.rendered_at.to_string(),
            answered_at: shown.answered_at.map(|at| at.to_string()),
            message: segments(shown.message),
            answer: segments(shown.answer),
        }
    }
}

impl From<Line> for DeliveryView {
    fn from(line: Line) -> Self {
        let next_try_at = line.next_try().map(|at| at.to_string());
        let Line { delivery, hospital } = line;
        Self {
            id: delivery.id.to_string(),
            event: delivery.event,
            consumer: delivery.consumer,
            establishment: hospital.into(),
            object: delivery.object.to_string(),
            state: delivery.state.as_str(),
            message_id: delivery.message_id,
            attempts: delivery.attempts,
            created_at: delivery.created_at.to_string(),
            next_try_at,
            ended_at: delivery.ended_at.map(|at| at.to_string()),
            last_error: delivery.last_error,
            acknowledgement: delivery.acknowledgement,
            dropped_reason: delivery.dropped_reason,
        }
    }
}

impl From<Detail> for DetailView {
    fn from(detail: Detail) -> Self {
        Self { delivery: detail.line.into(), messages: detail.messages.into_iter().map(MessageView::from).collect() }
    }
}

pub(super) fn segments(outlines: Vec<Outline>) -> Vec<SegmentView> {
    let field = |(name, value)| FieldView { name, value };
    let segment =
        |one: Outline| SegmentView { segment: one.segment, fields: one.fields.into_iter().map(field).collect() };
    outlines.into_iter().map(segment).collect()
}
