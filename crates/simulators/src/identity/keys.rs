//! The signing key, kept in a file so that tokens and demonstrations survive a restart.

use std::{fs, io, path::Path};

use data_encoding::HEXLOWER;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use ring::{
    digest::{SHA256, digest},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use serde_json::{Value, json};

/// One ES256 key and its name.
pub(crate) struct Key {
    pub(crate) kid: String,
    secret: EncodingKey,
}

/// The kept key, and one of this start that takes its place when the rotation fault is on.
pub(crate) struct Keys {
    pub(crate) kept: Key,
    pub(crate) rotated: Key,
}

impl Keys {
    pub(crate) fn open(folder: &Path, name: &str) -> io::Result<Self> {
        let path = folder.join(name);
        let document = match fs::read(&path) {
            Ok(document) => document,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let document = generate()?;
                fs::create_dir_all(folder)?;
                write_private(&path, &document)?;
                document
            }
            Err(error) => return Err(error),
        };
        Ok(Self { kept: Key::read(&document)?, rotated: Key::read(&generate()?)? })
    }
}

impl Key {
    fn read(document: &[u8]) -> io::Result<Self> {
        let secret = EncodingKey::from_ec_der(document);
        let jwk = Jwk::from_encoding_key(&secret, Algorithm::ES256).map_err(|_| unusable())?;
        let public = serde_json::to_vec(&jwk)?;
        let print = HEXLOWER.encode(digest(&SHA256, &public).as_ref());
        // FranceConnect's key names hold colons too.
        let kid = format!("demo:ES256:{}", print.get(..12).unwrap_or_default());
        Ok(Self { kid, secret })
    }

    pub(crate) fn sign(&self, claims: &Value, named: bool) -> Option<String> {
        let kid = named.then(|| self.kid.clone());
        let header = Header { kid, typ: None, ..Header::new(Algorithm::ES256) };
        encode(&header, claims, &self.secret).ok()
    }

    pub(crate) fn public(&self) -> Option<Value> {
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&self.secret, Algorithm::ES256).ok()?).ok()?;
        let map = jwk.as_object_mut()?;
        map.insert("kid".to_owned(), json!(self.kid));
        map.insert("use".to_owned(), json!("sig"));
        map.insert("alg".to_owned(), json!("ES256"));
        Some(jwk)
    }
}

#[expect(clippy::disallowed_methods, reason = "ring makes keys only from its own source of randomness")]
fn generate() -> io::Result<Vec<u8>> {
    let random = ring::rand::SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).map_err(|_| unusable())?;
    Ok(document.as_ref().to_vec())
}

fn write_private(path: &Path, document: &[u8]) -> io::Result<()> {
    use std::io::Write;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(document)
}

fn unusable() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not an ES256 key")
}
