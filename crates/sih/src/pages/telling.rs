//! The button of a file's page at the admissions desk: what the hospital's system refused is sent again.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use kernel::PreadmissionId;
use storage::Db;
use web::{Problem, StaffCaller, see_other};

use crate::desk::tell_again;

pub(crate) async fn again(
    caller: StaffCaller,
    id: Path<PreadmissionId>,
    db: Data<Db>,
) -> Result<HttpResponse, Problem> {
    tell_again(&db, &caller, *id).await?;
    Ok(see_other(&format!("/desk/preadmissions/{id}")))
}
