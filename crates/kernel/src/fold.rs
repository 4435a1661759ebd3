//! Words as a search and a comparison of names see them: lower case, without accents, letters and digits only.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// "Hôpital de Jour — ORL" becomes "hopital de jour orl".
pub fn fold(text: &str) -> String {
    let apart = DecomposingNormalizerBorrowed::new_nfd();
    let lower = text.to_lowercase();
    let plain: String = apart.normalize(&lower).chars().filter(|letter| !is_accent(*letter)).collect();
    let plain = plain.replace('œ', "oe").replace('æ', "ae").replace('ß', "ss");
    let plain = plain.replace('ø', "o").replace('đ', "d").replace('ł', "l");
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Combining diacritical marks (Unicode block U+0300).
const fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_however_they_are_typed() {
        assert_eq!(fold("Hôpital de Jour — O.R.L."), "hopital de jour o r l");
        assert_eq!(fold("CŒUR  d’Été %_\\"), "coeur d ete");
        assert_eq!(fold("Tuấn ØRSTED Łódź"), "tuan orsted lodz");
        assert_eq!(fold(""), "");
    }
}
