//! "Lu sur votre carte": what the code on the photo of a card says, to be found right or left alone.

use ::web::{Ctx, PatientCaller, Problem, see_other};
use actix_web::{HttpResponse, web};
use kernel::{DocumentId, PreadmissionId};

use super::fields::said;
use crate::{
    Preadmission, card,
    domain::{
        card::visible,
        catalogue::{self, Answers},
    },
    read::PreadmissionFacts,
};

/// What is offered, as a page shows it.
pub(super) struct CardShown {
    pub(super) document: DocumentId,
    pub(super) code: String,
    /// Words of the field, and the value.
    pub(super) values: Vec<(String, String)>,
}

impl CardShown {
    pub(super) fn of(ctx: &Ctx, facts: &PreadmissionFacts) -> Option<Self> {
        let offered = card::offered(facts)?;
        let answers: Answers = offered.values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let line = |(name, _): &(&'static str, String)| {
            let field = catalogue::field(name)?;
            Some((ctx.t(&field.key()), said(ctx, field, &answers)))
        };
        Some(Self {
            document: offered.document,
            code: visible(&offered.code),
            values: offered.values.iter().filter_map(line).collect(),
        })
    }
}

pub(super) async fn accept(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, DocumentId)>,
) -> Result<HttpResponse, Problem> {
    let (id, document) = path.into_inner();
    room.accept_card(caller.patient, (id, document)).await?;
    Ok(see_other(&format!("/preadmissions/{id}/sections/complementary-cover")))
}
