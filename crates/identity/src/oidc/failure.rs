//! Why a login did not succeed. Nothing here carries a token, a code or a trait: these texts may be logged.

/// A token that must not be believed (OpenID Connect Core 3.1.3.7 and 5.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    #[error("not a well-formed token")]
    Malformed,
    #[error("signed with a key the provider does not publish")]
    UnknownKey,
    #[error("signature or algorithm refused")]
    Signature,
    #[error("wrong issuer")]
    Issuer,
    #[error("wrong audience")]
    Audience,
    #[error("issued to another party")]
    Party,
    #[error("expired")]
    Expired,
    #[error("issued too long ago or in the future")]
    IssuedAt,
    #[error("not valid yet")]
    NotYet,
    #[error("wrong or missing nonce")]
    Nonce,
    #[error("no subject")]
    Subject,
    #[error("userinfo speaks of another subject")]
    OtherSubject,
    #[error("level of assurance missing or too low")]
    Assurance,
}

/// Why a login failed, for the log and for choosing a page; the patient never reads these words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginFailure {
    #[error("the identity provider does not answer")]
    Unavailable,
    #[error("the identity provider describes itself unacceptably: {0}")]
    Misdescribed(&'static str),
    #[error("the callback names another issuer, or none where one is promised")]
    OtherIssuer,
    #[error("the token endpoint refused the code: {0}")]
    CodeRefused(String),
    #[error("the token endpoint gave no ID token")]
    NoIdToken,
    #[error("ID token: {0}")]
    IdToken(TokenFault),
    #[error("userinfo: {0}")]
    Userinfo(TokenFault),
}

impl LoginFailure {
    /// Trying again later may help, without anybody repairing anything.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable)
    }
}
