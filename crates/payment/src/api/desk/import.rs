//! `POST /api/v1/desk/payment-reports`: takes a report of money in.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use futures_util::StreamExt;
use kernel::EstablishmentId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::ImportedView;
use crate::{
    Payments,
    desk::{
        Cashier,
        reports::{Imported, LARGEST, Offered},
    },
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Whose {
    #[param(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    /// The creditor's key in the settings.
    creditor: String,
    /// The profile's key in the settings.
    profile: String,
    #[serde(default)]
    file_name: String,
}

#[utoipa::path(post, path = "/api/v1/desk/payment-reports", tag = "payment", operation_id = "import_payment_report",
    params(Whose), request_body(content = String, content_type = "text/csv", description = "At most 16 MiB and 200,000 lines."),
    responses(
        (status = 201, body = ImportedView),
        (status = 200, description = "The same file was imported before.", body = ImportedView),
        (status = 404, description = "No such creditor or profile."),
        (status = 413),
        (status = 422, description = "Lines that cannot be read: nothing was imported.", content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn handler(
    room: web::Data<Payments>,
    caller: StaffCaller,
    whose: web::Query<Whose>,
    mut payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = payload.next().await {
        bytes.extend_from_slice(&piece.map_err(|_| Problem::new(&::web::problem::MALFORMED))?);
        if bytes.len() > LARGEST {
            return Err(Problem::new(&::web::problem::TOO_LARGE));
        }
    }
    let Whose { establishment, creditor, profile, file_name } = whose.into_inner();
    let file_name = file_name.chars().filter(|c| !c.is_control()).take(200).collect();
    let offered = Offered { establishment, creditor, profile, file_name, bytes };
    match room.import(&Cashier::from(&caller), offered).await? {
        Imported::New(id) => Ok(HttpResponse::Created().json(ImportedView { id, is_known: false })),
        Imported::Same(id) => Ok(HttpResponse::Ok().json(ImportedView { id, is_known: true })),
        Imported::Unreadable(faults) => {
            let error = |fault: &crate::domain::report::Fault| {
                serde_json::json!({
                    "pointer": format!("/lines/{}", fault.number), "code": format!("payment-report-fault-{}", fault.what),
                })
            };
            let errors: Vec<serde_json::Value> = faults.iter().map(error).collect();
            Err(Problem::new(&::web::problem::INVALID).member("errors", errors))
        }
    }
}
