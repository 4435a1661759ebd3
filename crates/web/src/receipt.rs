//! The signed receipt of an act (CRPA art. L112-11), the same in each room: a page to read or print, and the three
//! files with which `openssl` alone verifies it. The room says which act and which facts; the rest is here.

use actix_web::{HttpResponse, http::header};
use askama::Template;
use serde::Deserialize;
use storage::proof::{ActView, Keyring, Receipt};

use crate::{Ctx, Problem, page};

/// A receipt, and the page it belongs to.
#[derive(Debug)]
pub struct SignedReceipt {
    title: String,
    receipt: Receipt,
    /// The public key that verifies it, PEM: the hospital's, the same for everybody.
    key: String,
    /// The address of the object; its receipt is at `{at}/receipt`.
    at: String,
}

/// What `{at}/receipt.{file}` may ask for.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReceiptFile {
    /// The text that was signed, UTF-8.
    Txt,
    /// Its signature, 64 bytes, Ed25519.
    Sig,
    /// The public key, PEM.
    Pem,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage<'a> {
    ctx: &'a Ctx,
    signed: &'a SignedReceipt,
    signature: String,
}

impl SignedReceipt {
    /// Signs `facts` of one act. `at` is the page of the object the act was about.
    pub fn of(
        keyring: &Keyring,
        title: String,
        act: &ActView,
        facts: &[(String, String)],
        at: String,
    ) -> Result<Self, Problem> {
        let receipt = Receipt::sign(keyring, &title, act, facts);
        let mut keys = keyring.public_pem().into_iter();
        let key = keys.find(|(id, _)| *id == receipt.key_id).map(|(_, pem)| pem);
        let key = key.ok_or_else(|| Problem::unexpected("a receipt signed by an unknown key"))?;
        Ok(Self { title, receipt, key, at })
    }

    pub fn page(&self, ctx: &Ctx) -> Result<HttpResponse, Problem> {
        page(&ReceiptPage { ctx, signed: self, signature: self.receipt.signature_base64() })
    }

    pub fn file(self, file: ReceiptFile) -> HttpResponse {
        let (kind, name, content) = match file {
            ReceiptFile::Txt => ("text/plain; charset=utf-8", "accuse.txt", self.receipt.text.into_bytes()),
            ReceiptFile::Sig => ("application/octet-stream", "accuse.sig", self.receipt.signature),
            ReceiptFile::Pem => ("application/x-pem-file", "cle.pem", self.key.into_bytes()),
        };
        let disposition = format!("attachment; filename=\"{name}\"");
        HttpResponse::Ok().content_type(kind).insert_header((header::CONTENT_DISPOSITION, disposition)).body(content)
    }
}
