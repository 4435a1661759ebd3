//! The Ed25519 keys of the house: one signs, all verify.

use std::{fs, path::Path};

use data_encoding::{BASE64, HEXLOWER};
use kernel::{World, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::secret;

/// Before the 32 bytes of an Ed25519 public key in a SubjectPublicKeyInfo (RFC 8410 §4).
const SPKI_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the folder of keys {0} cannot be used: {1}")]
    Folder(String, std::io::Error),
    #[error("{0} is no Ed25519 seed: 64 hexadecimal digits are expected")]
    Seed(String),
}

/// The signing key and those that signed before it.
pub struct Keyring {
    signer: Ed25519KeyPair,
    signer_id: String,
    public: Vec<(String, Vec<u8>)>,
}

impl Keyring {
    /// Reads every `proof-*.seed` of the folder; the last by name signs. An empty folder gets its first key.
    pub fn open(folder: &Path, world: &World) -> Result<Self, KeyError> {
        let failed = |error| KeyError::Folder(folder.display().to_string(), error);
        fs::create_dir_all(folder).map_err(failed)?;
        let mut seeds = seed_files(folder).map_err(failed)?;
        if seeds.is_empty() {
            let path = folder.join("proof-0001.seed");
            secret::bytes32(&path, world).map_err(failed)?;
            seeds.push(path);
        }
        let mut pairs = Vec::new();
        for path in seeds {
            let text = fs::read_to_string(&path).map_err(failed)?;
            pairs.push(pair(text.trim()).ok_or_else(|| KeyError::Seed(path.display().to_string()))?);
        }
        let public = pairs.iter().map(|pair| (key_id(pair), pair.public_key().as_ref().to_vec())).collect();
        let Some(signer) = pairs.pop() else { return Err(KeyError::Seed("nothing".into())) };
        Ok(Self { signer_id: key_id(&signer), signer, public })
    }

    /// The id of the key that signs: the first 16 hexadecimal digits of the SHA-256 of its public half.
    pub fn signer_id(&self) -> &str {
        &self.signer_id
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.signer.sign(message).as_ref().to_vec()
    }

    pub fn verify(&self, key_id: &str, message: &[u8], signature: &[u8]) -> bool {
        let known = self.public.iter().find(|(id, _)| id == key_id);
        known.is_some_and(|(_, key)| UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok())
    }

    /// Key id and PEM of every public key, for whoever wants to verify.
    pub fn public_pem(&self) -> Vec<(String, String)> {
        let pem = |key: &[u8]| {
            let der = [SPKI_PREFIX.as_slice(), key].concat();
            format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64.encode(&der))
        };
        self.public.iter().map(|(id, key)| (id.clone(), pem(key))).collect()
    }
}

fn pair(seed: &str) -> Option<Ed25519KeyPair> {
    let bytes = HEXLOWER.decode(seed.as_bytes()).ok()?;
    Ed25519KeyPair::from_seed_unchecked(&bytes).ok()
}

fn key_id(pair: &Ed25519KeyPair) -> String {
    digest::hex(&digest::sha256(&[pair.public_key().as_ref()])).chars().take(16).collect()
}

fn seed_files(folder: &Path) -> std::io::Result<Vec<std::path::PathBuf>> {
    let mut seeds = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("proof-") && name.ends_with(".seed") {
            seeds.push(path);
        }
    }
    seeds.sort();
    Ok(seeds)
}
