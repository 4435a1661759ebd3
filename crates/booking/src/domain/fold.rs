//! Words as a search compares them: lower case, without accents, letters and digits only.

/// "Hôpital de Jour — ORL" becomes "hopital de jour orl".
pub fn fold(text: &str) -> String {
    let plain: String = text.to_lowercase().chars().map(plain_letter).collect();
    let joined = plain.replace('œ', "oe").replace('æ', "ae");
    joined.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn plain_letter(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ý' | 'ÿ' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_however_they_are_typed() {
        assert_eq!(fold("Hôpital de Jour — O.R.L."), "hopital de jour o r l");
        assert_eq!(fold("CŒUR  d’Été %_\\"), "coeur d ete");
        assert_eq!(fold(""), "");
    }
}
