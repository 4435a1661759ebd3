//! What the patient is given at once (CRPA art. L112-11): a text, and a signature that `openssl` verifies:
//!
//! ```text
//! openssl pkeyutl -verify -pubin -inkey cle.pem -rawin -in accuse.txt -sigfile accuse.sig
//! ```

use data_encoding::BASE64;

use super::{ActView, Keyring};

/// A signed receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// UTF-8, one fact a line, ends with a line feed; the signature covers all of it.
    pub text: String,
    /// 64 bytes, Ed25519.
    pub signature: Vec<u8>,
    pub key_id: String,
}

impl Receipt {
    /// The same act and facts give the same receipt for as long as the key signs.
    pub fn sign(keyring: &Keyring, title: &str, act: &ActView, facts: &[(String, String)]) -> Self {
        let mut text = format!("{}\n\n", one_line(title));
        for (name, value) in facts {
            text += &format!("{} : {}\n", one_line(name), one_line(value));
        }
        text += &format!(
            "\nacte : {}\nobjet : {}\nenregistré le (UTC) : {}\nenregistrement : {}\nempreinte : {}\nclé : {}\n",
            act.kind,
            act.object,
            act.at,
            act.id,
            kernel::digest::hex(&act.commitment),
            keyring.signer_id()
        );
        let signature = keyring.sign(text.as_bytes());
        Self { text, signature, key_id: keyring.signer_id().to_owned() }
    }

    pub fn signature_base64(&self) -> String {
        BASE64.encode(&self.signature)
    }
}

/// A value cannot start a line of its own and so pass for a fact of the house.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}').collect::<Vec<_>>().join(" ")
}
