//! One bounded request to a provider. The client is built by the server with redirects off, so that no endpoint can
//! send us to an inner address.

use std::time::Duration;

use openidconnect::http::{HeaderValue, Request, Response, StatusCode, header::CONTENT_TYPE};

/// Past this a login page has lost its reader.
const DEADLINE: Duration = Duration::from_secs(10);
/// Descriptions, key sets and tokens are a few kilobytes.
const LARGEST: usize = 256 * 1024;

#[derive(Debug, thiserror::Error)]
#[error("the provider did not answer in a usable way")]
pub(super) struct NoAnswer;

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

/// Sends and reads at most [`LARGEST`] bytes. A 5xx is no answer: the provider is in trouble.
pub(super) async fn send(request: reqwest::RequestBuilder) -> Result<Answer, NoAnswer> {
    let mut response = request.timeout(DEADLINE).send().await.map_err(|_| NoAnswer)?;
    let status = response.status();
    if status.is_server_error() {
        return Err(NoAnswer);
    }
    let content_type = essence(response.headers().get(CONTENT_TYPE));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| NoAnswer)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(NoAnswer);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, content_type, body })
}

/// The bridge the crate asks for: its request through our client.
pub(super) async fn bridge(http: &reqwest::Client, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, NoAnswer> {
    let (parts, body) = request.into_parts();
    let answer = send(http.request(parts.method, parts.uri.to_string()).headers(parts.headers).body(body)).await?;
    let mut response = Response::new(answer.body);
    *response.status_mut() = answer.status;
    if let Ok(value) = HeaderValue::from_str(&answer.content_type) {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    Ok(response)
}

/// `application/jwt; charset=utf-8` is `application/jwt`.
fn essence(value: Option<&HeaderValue>) -> String {
    let text = value.and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
