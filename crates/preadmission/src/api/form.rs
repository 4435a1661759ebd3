//! Forms that carry files, read as they come.

use ::web::Problem;
use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, error::PayloadError, web};
use futures_util::{StreamExt, TryStreamExt};

use crate::press::Unfit;

/// Bytes of a field that is not a file.
const LONGEST_VALUE: usize = 300;

/// The fields of a form, one after the other. What is refused is still read, so that the answer is seen (browsers show
/// "connection reset" otherwise), but no more than `most` bytes of all.
pub(crate) fn open(request: &HttpRequest, payload: web::Payload, most: u64) -> Multipart {
    let mut seen = 0;
    let bounded = payload.map(move |piece| {
        let piece = piece?;
        seen += piece.len() as u64;
        if seen > most { Err(PayloadError::Overflow) } else { Ok(piece) }
    });
    Multipart::new(request.headers(), bounded)
}

pub(crate) async fn next(form: &mut Multipart) -> Result<Option<Field>, Problem> {
    form.try_next().await.map_err(|error| unreadable(&error))
}

/// The value of a short field.
pub(crate) async fn text(mut field: Field) -> Result<String, Problem> {
    let mut value = Vec::new();
    while let Some(piece) = field.try_next().await.map_err(|error| unreadable(&error))? {
        value.extend_from_slice(&piece);
        if value.len() > LONGEST_VALUE {
            return Err(Problem::new(&::web::problem::MALFORMED));
        }
    }
    String::from_utf8(value).map_err(|_| Problem::new(&::web::problem::MALFORMED))
}

/// The name that the sender's file has.
pub(crate) fn file_name(field: &Field) -> String {
    let disposition = field.content_disposition();
    disposition.and_then(|disposition| disposition.get_filename()).unwrap_or_default().to_owned()
}

fn unreadable(error: &actix_multipart::MultipartError) -> Problem {
    use actix_multipart::MultipartError;
    match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible => Problem::new(&::web::problem::UNSUPPORTED_MEDIA),
        MultipartError::Payload(PayloadError::Overflow) => crate::failure::Failure::Unfit(Unfit::TooLarge).into(),
        _ => Problem::new(&::web::problem::MALFORMED),
    }
}
