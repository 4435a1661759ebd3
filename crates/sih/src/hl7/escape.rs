//! Escape sequences (HL7 v2.5 §2.7), both ways.

use std::fmt::Write as _;

use data_encoding::HEXUPPER_PERMISSIVE;

use super::{charset::Charset, delimiters::Delimiters};

/// Writes a text with the standard delimiters so that nothing in it can end a value, a segment or an MLLP frame.
pub(super) fn escape(text: &str, out: &mut String) {
    // Two quotes alone mean "delete the value"; a text that happens to be so is written by its codes.
    if text == "\"\"" {
        out.push_str(r"\X2222\");
        return;
    }
    for letter in text.chars() {
        match letter {
            '|' => out.push_str(r"\F\"),
            '^' => out.push_str(r"\S\"),
            '&' => out.push_str(r"\T\"),
            '~' => out.push_str(r"\R\"),
            '\\' => out.push_str(r"\E\"),
            '\n' => out.push_str(r"\.br\"),
            control if control.is_ascii_control() => {
                // Writing to a String does not fail.
                let _ = write!(out, r"\X{:02X}\", u32::from(control));
            }
            plain => out.push(plain),
        }
    }
}

/// Reads a value back. A sequence that says nothing to us is kept as it stands: text is never lost.
pub(super) fn unescape(raw: &str, delimiters: &Delimiters, charset: Charset) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once(delimiters.escape) {
        out.push_str(before);
        let Some((body, following)) = after.split_once(delimiters.escape) else {
            out.push(delimiters.escape);
            out.push_str(after);
            return out;
        };
        match meaning(body, delimiters, charset) {
            Some(text) => out.push_str(&text),
            None => {
                out.push(delimiters.escape);
                out.push_str(body);
                out.push(delimiters.escape);
            }
        }
        rest = following;
    }
    out.push_str(rest);
    out
}

fn meaning(body: &str, delimiters: &Delimiters, charset: Charset) -> Option<String> {
    match body {
        "F" => Some(delimiters.field.into()),
        "S" => Some(delimiters.component.into()),
        "T" => Some(delimiters.subcomponent.into()),
        "R" => Some(delimiters.repetition.into()),
        "E" => Some(delimiters.escape.into()),
        ".br" | ".sp" => Some("\n".to_owned()),
        // Highlighting on and off: presentation only.
        "H" | "N" => Some(String::new()),
        _ => {
            let digits = body.strip_prefix('X').filter(|digits| !digits.is_empty())?;
            let bytes = HEXUPPER_PERMISSIVE.decode(digits.as_bytes()).ok()?;
            Some(charset.decode_lossy(&bytes))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::delimiters::STANDARD, *};

    fn read(raw: &str) -> String {
        unescape(raw, &STANDARD, Charset::Utf8)
    }

    #[test]
    fn each_sequence() {
        assert_eq!(read(r"A\F\B\S\C\T\D\R\E\E\F"), r"A|B^C&D~E\F");
        assert_eq!(read(r"ligne 1\.br\ligne 2"), "ligne 1\nligne 2");
        assert_eq!(read(r"No\XC3AB\l \H\gras\N\"), "Noël gras");
        assert_eq!(unescape(r"No\XEB\l", &STANDARD, Charset::Latin9), "Noël");
    }

    #[test]
    fn what_is_unknown_or_broken_stays() {
        for raw in [r"\Zabc\", r"\X\", r"\X0\", r"\XGG\", r"fin\", r"\.in+4\", r"\\"] {
            assert_eq!(read(raw), raw);
        }
    }

    #[test]
    fn nothing_dangerous_is_written_bare() {
        let mut out = String::new();
        escape("a\r\u{b}\u{1c}\nb\u{0}", &mut out);
        assert_eq!(out, r"a\X0D\\X0B\\X1C\\.br\b\X00\");
    }
}
