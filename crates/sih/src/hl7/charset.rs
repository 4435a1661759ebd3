//! The character sets of French interfaces (IHE PAM France §6.1): MSH-18 says which.

use encoding_rs::{Encoding, ISO_8859_15, UTF_8, WINDOWS_1252};
use icu_normalizer::DecomposingNormalizerBorrowed;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Charset {
    #[default]
    #[serde(rename = "UNICODE UTF-8")]
    Utf8,
    #[serde(rename = "8859/15")]
    Latin9,
    /// Read only: nothing of ours is written in it.
    #[serde(skip)]
    Latin1,
}

/// The bytes are not text of the declared set, or the text has a character the set cannot write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("text that {0} cannot hold")]
pub struct BadText(pub &'static str);

impl Charset {
    /// As written in MSH-18 (table 0211).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UNICODE UTF-8",
            Self::Latin9 => "8859/15",
            Self::Latin1 => "8859/1",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "UNICODE UTF-8" | "UTF-8" => Some(Self::Utf8),
            "8859/15" => Some(Self::Latin9),
            "8859/1" | "ASCII" => Some(Self::Latin1),
            _ => None,
        }
    }

    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Latin9 => ISO_8859_15,
            // The same printable characters, plus those that careless senders put among its controls (œ, €).
            Self::Latin1 => WINDOWS_1252,
        }
    }

    pub fn decode(self, bytes: &[u8]) -> Result<String, BadText> {
        let text = self.encoding().decode_without_bom_handling_and_without_replacement(bytes);
        text.map(std::borrow::Cow::into_owned).ok_or(BadText(self.name()))
    }

    /// For bytes inside an escape, where one bad byte must not lose the whole message.
    pub(super) fn decode_lossy(self, bytes: &[u8]) -> String {
        self.encoding().decode_without_bom_handling(bytes).0.into_owned()
    }

    /// What 8859/15 lacks is written by its nearest plain letters, as identities are in French systems (their strict
    /// form is A to Z); what has none is refused, never lost in silence.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, BadText> {
        if self == Self::Utf8 {
            return Ok(text.as_bytes().to_vec());
        }
        let mut bytes = Vec::with_capacity(text.len());
        for letter in text.chars() {
            let written = self.written(letter).or_else(|| self.written_plainly(letter));
            bytes.extend(written.ok_or(BadText(self.name()))?);
        }
        Ok(bytes)
    }

    fn written(self, letter: char) -> Option<Vec<u8>> {
        let mut text = [0; 4];
        match self.encoding().encode(letter.encode_utf8(&mut text)) {
            (bytes, _, false) => Some(bytes.into_owned()),
            _ => None,
        }
    }

    /// Without its accents, or by what looks like it.
    fn written_plainly(self, letter: char) -> Option<Vec<u8>> {
        if let Some(other) = lookalike(letter) {
            return self.written(other);
        }
        let mut text = [0; 4];
        let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(letter.encode_utf8(&mut text)).into_owned();
        let mut letters = apart.chars();
        let (base, accents) = (letters.next()?, letters.as_str());
        (!accents.is_empty() && base.is_ascii_alphabetic()).then(|| self.written(base))?
    }
}

/// What French typing produces, and letters that Unicode does not take apart.
fn lookalike(letter: char) -> Option<char> {
    Some(match letter {
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{2010}'..='\u{2015}' => '-',
        '\u{202f}' | '\u{2009}' => '\u{a0}',
        '\u{2022}' => '\u{b7}',
        'Ł' => 'L',
        'ł' => 'l',
        'Đ' => 'D',
        'đ' => 'd',
        'ı' => 'i',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_letters_in_each_set() {
        for charset in [Charset::Utf8, Charset::Latin9] {
            let bytes = charset.encode("Œuvre à 12 € de Noël, L’Haÿ").unwrap();
            let back = charset.decode(&bytes).unwrap();
            assert_eq!(back.replace('’', "'"), "Œuvre à 12 € de Noël, L'Haÿ");
        }
        assert_eq!(Charset::Latin9.encode("€").unwrap(), [0xa4]);
        assert_eq!(Charset::Latin1.decode(&[0xe9, 0x80]).unwrap(), "é€");
    }

    #[test]
    fn foreign_accents_leave_the_letter() {
        for (name, written) in
            [("Łukasz", "Lukasz"), ("Tuấn", "Tuan"), ("Őry", "Ory"), ("Đặng", "Dang"), ("Ñandú", "Ñandú")]
        {
            let bytes = Charset::Latin9.encode(name).unwrap();
            assert_eq!(Charset::Latin9.decode(&bytes).unwrap(), written);
        }
    }

    #[test]
    fn what_a_set_cannot_hold_is_refused() {
        for foreign in ["李", "Κώστας", "Ω", "🙂"] {
            assert_eq!(Charset::Latin9.encode(foreign), Err(BadText("8859/15")), "{foreign}");
        }
        assert_eq!(Charset::Utf8.decode(&[b'a', 0xe9]), Err(BadText("UNICODE UTF-8")));
    }
}
