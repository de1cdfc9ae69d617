//! Single-line input, and the characters it must not contain.

use crate::form::FieldError;

/// One line of 1 to `max` characters; surrounding spaces are dropped.
///
/// # Errors
/// [`FieldError::Required`] if nothing visible is left, [`FieldError::TooLong`], and [`FieldError::Invalid`]
/// for characters that would break the line or change its direction.
pub(crate) fn line(typed: &str, max: u32) -> Result<&str, FieldError> {
    let text = typed.trim();
    if text.chars().all(is_invisible) {
        Err(FieldError::Required)
    } else if text.chars().count() > max as usize {
        Err(FieldError::TooLong(max))
    } else if is_one_line(text) {
        Ok(text)
    } else {
        Err(FieldError::Invalid)
    }
}

/// Whether a text stays on its line and does not affect the text around it: no control characters (including
/// NUL), no line or paragraph separators, and nothing that changes the reading direction of what follows.
/// Otherwise a name could disguise what is next to it: after `U+202E`, `gpj.exe` reads `exe.jpg`.
pub(crate) fn is_one_line(text: &str) -> bool {
    !text.chars().any(|c| {
        c.is_control()
            || matches!(c,
                // Line and paragraph separator.
                '\u{2028}' | '\u{2029}'
                // Bidi_Control (Unicode Standard Annex #9).
                | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
                // Tags are invisible, so text can be hidden in them.
                | '\u{e0000}'..='\u{e007f}')
    })
}

/// Invisible characters: spaces, joiners, fillers. They may be part of a text (emoji and Persian need
/// joiners), but not all of it.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_any_language_stays_on_its_line() {
        for text in ["", "Zoë", "李小龍", "مریم", "می‌خواهم", "👩‍👩‍👧", "a b"] {
            assert!(is_one_line(text), "{text:?}");
        }
        for text in
            ["a\nb", "a\tb", "\0", "a\u{85}b", "a\u{2028}b", "\u{202e}gpj.exe", "a\u{2066}b", "a\u{e0041}"]
        {
            assert!(!is_one_line(text), "{text:?}");
        }
    }

    #[test]
    fn joiners_and_spaces_are_invisible() {
        for c in [' ', '\u{a0}', '\u{3000}', '\u{200b}', '\u{200d}', '\u{3164}', '\u{feff}'] {
            assert!(is_invisible(c), "{c:?}");
        }
        for c in ['a', '.', 'é', '字', '💪'] {
            assert!(!is_invisible(c), "{c:?}");
        }
    }
}
