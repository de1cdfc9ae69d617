//! Makes a style sheet smaller without changing any of its tokens: it removes comments, blanks without a
//! meaning and the last `;` of a block. To shorten values or merge rules, it would have to know every property.

use super::tokens::{Kind, Token};

/// `tokens` must be balanced.
pub(super) fn minify(tokens: &[Token<'_>]) -> String {
    let mut minified = String::new();
    let mut before: Option<&Token<'_>> = None;
    let mut rest = tokens;
    while let Some(gap) = rest.iter().position(|token| !token.is_gap()) {
        let token = &rest[gap];
        if let Some(before) = before {
            push_gap(&mut minified, before, &rest[..gap], token);
        }
        rest = &rest[gap + 1..];
        if !is_needless(token, rest) {
            minified.push_str(token.text);
        }
        before = Some(token);
    }
    minified
}

/// A `;` separates declarations, so none is needed before `}` or another `;`. Within the value of a custom
/// property it is text like any other.
fn is_needless(token: &Token<'_>, following: &[Token<'_>]) -> bool {
    let next = following.iter().find(|token| !token.is_gap());
    token.text == ";" && !token.raw && next.is_some_and(|next| matches!(next.text, ";" | "}"))
}

fn push_gap(minified: &mut String, before: &Token<'_>, gap: &[Token<'_>], after: &Token<'_>) {
    let Some(first) = gap.first() else { return };
    if !separates(before, after) {
        return;
    }
    let blank = gap.iter().any(|token| token.kind == Kind::Blank);
    // `\26/**/ b` is two words, `\26 b` is one: the blank would end the escape.
    let after_escape = first.kind == Kind::Comment && before.kind == Kind::Word && before.text.contains('\\');
    if !blank || after_escape {
        minified.push_str("/**/");
    }
    if blank {
        minified.push(' ');
    }
}

/// Whether the gap between two tokens may have a meaning. Next to this punctuation it has none. Around `+` and
/// `-` it has one in `calc()`; before `(`, `[` and `:` in selectors and media queries.
fn separates(before: &Token<'_>, after: &Token<'_>) -> bool {
    // `--empty: ;` is valid in all browsers, `--empty:;` only in newer ones.
    let empty_value = before.text == ":" && matches!(after.text, ";" | "}");
    let within_raw = before.raw && after.raw;
    let at_punctuation = matches!(before.text, "{" | "}" | ";" | "," | "(" | "[" | ":")
        || matches!(after.text, "{" | "}" | ";" | "," | ")" | "]");
    empty_value || within_raw || !at_punctuation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::css::tokens::tokens;

    fn minified(css: &str) -> String {
        minify(&tokens(css).unwrap())
    }

    #[test]
    fn comments_needless_blanks_and_the_last_semicolon_go() {
        let css = "/* a */\na ,\n b { color : red ; /* b */ margin: 0 1px;; }\n\n\nc{ }\n";
        assert_eq!(minified(css), "a,b{color :red;margin:0 1px}c{}");
    }

    #[test]
    fn blanks_that_mean_something_stay() {
        for css in [
            "a :is(b,c) [d] .e>f + g ~ h{width:calc(100% - 2 * (1px + 2px))}",
            "a{font:700 1rem/1.1 var(--a) var(--b);margin:-1px -2px}",
            "@media screen and (400px <= width < 70rem) and (hover:hover){a{b:c}}",
            "@container card (width >= 40rem){a{b:c}}",
            "@supports not (color:light-dark(red,blue)){a{b:c}}",
            "a:nth-child(2n + 1 of .b){color:red !important}",
            "@page :first{margin:0}",
        ] {
            assert_eq!(minified(css), css);
        }
    }

    #[test]
    fn modern_css_is_kept() {
        for css in [
            "@layer a,b;@layer a{.b{&:hover{c:d}& .e{f:g}> .h{i:j}}}",
            "a:has(> img){color:color-mix(in oklab,var(--a),light-dark(#000,#fff) 22%)}",
            "@property --a{syntax:'<length>';inherits:false;initial-value:0px}",
            "@scope (.a) to (.b){:scope{c:d}}@starting-style{a{opacity:0}}",
            "a{color:rgb(from var(--b) r g b/50%);width:if(style(--c:d):1px;else:2px)}",
        ] {
            let spaced =
                css.replace('{', " {\n  ").replace('}', "\n}\n").replace(',', ", ").replace(';', " ;\n");
            assert_eq!(minified(&spaced), css);
        }
    }

    #[test]
    fn values_of_custom_properties_are_only_trimmed() {
        assert_eq!(minified("a { --b: ; --c:{ d: e; } ; }"), "a{--b: ;--c:{ d: e; }}");
        assert_eq!(minified("a { --b:  x ,\n  y ; --c: z : ( 1 ) }"), "a{--b:x , y;--c:z : ( 1 )}");
        assert_eq!(minified("a{--b: ;}"), "a{--b: }");
    }

    #[test]
    fn strings_and_addresses_are_never_touched() {
        let css =
            "a{b:\"  /* c */ ;} \";d:url(data:image/svg+xml;utf8,/*e*/);f:'it\\'s';g:url( h ) url(\"i  j\")}";
        assert_eq!(minified(css), css);
    }

    #[test]
    fn a_comment_that_separates_stays_as_an_empty_one() {
        assert_eq!(minified("a{b:c/* d */e;f:1/* g */px}"), "a{b:c/**/e;f:1/**/px}");
        assert_eq!(minified("a{b:\\26/* c */ d}"), "a{b:\\26/**/ d}");
    }
}
