//! `object_store` speaking S3 through the house's own HTTP client.

use std::{fs, io, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use http_body_util::BodyExt;
use object_store::{
    ClientOptions, ObjectStore, RetryConfig,
    aws::AmazonS3Builder,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
    },
};

use super::settings::S3;

pub(super) fn open(settings: &S3, client: reqwest::Client) -> io::Result<Arc<dyn ObjectStore>> {
    let secret = fs::read_to_string(&settings.secret_access_key_file).map_err(|error| {
        io::Error::new(error.kind(), format!("{}: {error}", settings.secret_access_key_file.display()))
    })?;
    let timeout = Duration::from_secs(settings.timeout_seconds);
    let store = AmazonS3Builder::new()
        .with_endpoint(&settings.endpoint)
        .with_allow_http(settings.endpoint.starts_with("http:"))
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_access_key_id(&settings.access_key_id)
        .with_secret_access_key(secret.trim())
        .with_retry(RetryConfig { max_retries: 2, retry_timeout: timeout, ..RetryConfig::default() })
        .with_http_connector(Outgoing { client, timeout })
        .build()
        .map_err(io::Error::other)?;
    Ok(Arc::new(store))
}

/// The house's client: no redirect followed, rustls with ring.
#[derive(Debug, Clone)]
struct Outgoing {
    client: reqwest::Client,
    timeout: Duration,
}

impl HttpConnector for Outgoing {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

impl HttpService for Outgoing {
    fn call<'s, 'f>(&'s self, request: HttpRequest) -> BoxFuture<'f, Result<HttpResponse, HttpError>>
    where
        's: 'f,
    {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let url = parts.uri.to_string().parse().map_err(|error| HttpError::new(HttpErrorKind::Request, error))?;
            let mut request: reqwest::Request = reqwest::Request::new(parts.method, url);
            *request.headers_mut() = parts.headers;
            *request.timeout_mut() = Some(self.timeout);
            *request.body_mut() = Some(reqwest::Body::wrap(body));
            let response: http::Response<reqwest::Body> = self.client.execute(request).await.map_err(failed)?.into();
            Ok(response.map(|body| HttpResponseBody::new(body.map_err(failed))))
        })
    }
}

/// The address stays out of it: `object_store` tells it where it is no secret.
fn failed(error: reqwest::Error) -> HttpError {
    let kind = match () {
        () if error.is_timeout() => HttpErrorKind::Timeout,
        () if error.is_connect() => HttpErrorKind::Connect,
        () if error.is_body() || error.is_decode() => HttpErrorKind::Interrupted,
        () => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error.without_url())
}
