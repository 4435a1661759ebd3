//! The link in letters: whoever has it may try to log in to the file, nothing more.

use data_encoding::BASE64URL_NOPAD;
use kernel::{InvitationId, PreadmissionId, digest};

use crate::read::PreadmissionFacts;

/// Makes and checks links. A link is an HMAC of the file's id and generation under a key of the installation: 256 bits
/// that no row of the database gives away, and that letters can write again at any time.
#[derive(Clone)]
pub struct Links([u8; 32]);

impl Links {
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// `/preadmissions/{id}/open?k=…`
    pub fn path(&self, facts: &PreadmissionFacts) -> String {
        format!("/preadmissions/{}/open?k={}", facts.id, self.secret(facts.id, facts.link_generation))
    }

    /// `/invitations/{id}?k=…`: for one person alone, another secret than the file's.
    pub fn invitation_path(&self, facts: &PreadmissionFacts, invitation: InvitationId) -> String {
        format!("/invitations/{invitation}?k={}", self.invitation_secret(facts, invitation))
    }

    fn invitation_secret(&self, facts: &PreadmissionFacts, invitation: InvitationId) -> String {
        let (file, one, generation) = (facts.id.uuid(), invitation.uuid(), facts.link_generation.to_be_bytes());
        let parts: [&[u8]; 4] = [b"invitation", file.as_bytes(), &generation, one.as_bytes()];
        BASE64URL_NOPAD.encode(&digest::keyed(&self.0, &parts))
    }

    pub(crate) fn invitation_fits(&self, facts: &PreadmissionFacts, invitation: InvitationId, secret: &str) -> bool {
        digest::same(self.invitation_secret(facts, invitation).as_bytes(), secret.as_bytes())
    }

    pub(crate) fn secret(&self, id: PreadmissionId, generation: i32) -> String {
        let secret = digest::keyed(&self.0, &[b"preadmission", id.uuid().as_bytes(), &generation.to_be_bytes()]);
        BASE64URL_NOPAD.encode(&secret)
    }

    pub(crate) fn fits(&self, facts: &PreadmissionFacts, secret: &str) -> bool {
        digest::same(self.secret(facts.id, facts.link_generation).as_bytes(), secret.as_bytes())
    }
}

/// Prints nothing of the key.
impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Links")
    }
}
