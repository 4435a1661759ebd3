//! The reference a patient reads out on the telephone.

/// No 0, 1, I, L, O or U: nothing to mistake when read aloud or copied by hand.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Ten letters in two groups of five, such as `K7M2Q-9XD4R`: 49 bits, so that one cannot be guessed from another.
pub fn public_reference(random: [u8; 32]) -> String {
    // Bytes from 240 on would favour some letters; of 32 bytes, ten that fit are as good as certain, and
    // the last ones only repeat the alphabet's first letter.
    let letters = random.iter().filter(|byte| **byte < 240).filter_map(|byte| ALPHABET.get(usize::from(byte % 30)));
    let mut text: String = letters.chain(std::iter::repeat(&b'2')).take(10).map(|letter| char::from(*letter)).collect();
    text.insert(5, '-');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_clear_letters() {
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::try_from(place * 7).unwrap();
        }
        assert_eq!(public_reference(bytes), "29GQY-7ENW5".to_owned());
        assert_eq!(public_reference([255; 32]), "22222-22222");
    }
}
