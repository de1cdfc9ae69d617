//! Joined style sheets as a whole, and a comparison with a complete CSS tokenizer.

use std::fs;
use std::path::Path;

use cssparser::{ParseError, Parser, Token};
use proptest::prelude::*;

use super::check::check;
use super::imports::join;
use super::minify::minify;
use super::tokens::tokens;
use crate::Profile;
use crate::builder::compress::add_precompressed;
use crate::builder::files::OutputFile;
use crate::builder::find_workspace;

/// Joins `main.css` and other files, given by name and content.
fn joined_for(profile: Profile, main: &str, others: &[(&str, &str)]) -> Result<String, String> {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("sub")).unwrap();
    for (name, css) in [("main.css", main)].iter().chain(others) {
        fs::write(dir.path().join(name), css).unwrap();
    }
    join(dir.path(), "main.css", profile).map_err(|error| error.to_string())
}

fn joined(main: &str, others: &[(&str, &str)]) -> Result<String, String> {
    joined_for(Profile::Release, main, others)
}

#[test]
fn imports_are_inlined_in_order() {
    let others =
        [("a.css", "@import url(sub/c.css);\na { color: blue }"), ("sub/c.css", "c { color: red; }")];
    let css =
        joined("/* why */\n@import \"a.css\";\n@import url(\"./sub/../a.css\");\nb { color: red }", &others);
    let once = "c{color:red}a{color:blue}";
    assert_eq!(css.unwrap(), format!("{once}{once}b{{color:red}}"));
}

#[test]
fn a_relative_import_starts_from_the_importing_file() {
    let others =
        [("sub/c.css", "@import 'd.css'; @import '../e.css';"), ("sub/d.css", "d{}"), ("e.css", "e{}")];
    assert_eq!(joined("@import 'sub/c.css';", &others).unwrap(), "d{}e{}");
}

#[test]
fn development_keeps_the_sources_readable() {
    let css =
        joined_for(Profile::Development, "@import \"a.css\";\nb { color: red }\n", &[("a.css", "a {\n}\n")]);
    assert_eq!(css.unwrap(), "\n/* style/a.css */\na {\n}\n\n/* style/main.css */\n\nb { color: red }\n");
}

#[test]
fn conditions_of_an_import_become_blocks_around_it() {
    let wrapped = |conditions: &str| {
        joined(&format!("@import \"a.css\" {conditions};"), &[("a.css", "a { & b { color: red } }")]).unwrap()
    };
    let rule = "a{& b{color:red}}";
    assert_eq!(wrapped("layer(base.forms)"), format!("@layer base.forms{{{rule}}}"));
    assert_eq!(wrapped("layer"), format!("@layer {{{rule}}}"));
    assert_eq!(
        wrapped("screen and (width >= 40rem)"),
        format!("@media screen and (width >= 40rem){{{rule}}}")
    );
    assert_eq!(
        wrapped("layer(base) supports(not (display: grid)) print, (hover)"),
        format!("@media print,(hover){{@supports (not (display:grid)){{@layer base{{{rule}}}}}}}")
    );
}

#[test]
fn the_order_of_layers_stays_before_the_imports() {
    let css = joined(
        "@charset \"utf-8\";\n@layer a, b;\n@import \"a.css\" layer(b);\n@layer c;\nd{}",
        &[("a.css", "")],
    );
    assert_eq!(css.unwrap(), "@layer a,b;@layer b{}@layer c;d{}");
}

#[test]
fn byte_order_marks_and_windows_line_ends_are_read_as_browsers_do() {
    let css =
        joined("@import 'a.css';\r\nb {\r\n  content: \"c\\\r\nd\"\r\n}", &[("a.css", "\u{feff}a {\r\n}")]);
    assert_eq!(css.unwrap(), "a{}b{content:\"c\\\nd\"}");
}

#[test]
fn an_error_names_file_line_and_column() {
    let message =
        joined("@import \"a.css\";", &[("a.css", "a { color: blue }\n\nb { color red }\n")]).unwrap_err();
    assert_eq!(message, "style/a.css:3:5: expected a declaration, `name: value`");
    let message = joined("a {}\n\u{e9} { color: \"red }\n", &[]).unwrap_err();
    assert_eq!(message, "style/main.css:2:12: this string is not closed on its line");
    let message = joined("a {\n  b { color: red }\n", &[]).unwrap_err();
    assert_eq!(message, "style/main.css:1:3: this `{` is never closed");
}

#[test]
fn a_missing_import_is_reported_in_the_file_that_imports_it() {
    let message =
        joined("@import \"sub/c.css\";", &[("sub/c.css", "\n  @import \"gone.css\";")]).unwrap_err();
    assert_eq!(message, "style/sub/c.css:2:3: cannot import gone.css: style/sub/gone.css not found");
}

#[test]
fn an_import_that_leads_back_to_itself_is_an_error() {
    let others = [("a.css", "@import \"b.css\";"), ("b.css", "\n@import \"a.css\";")];
    let message = joined("@import \"a.css\";", &others).unwrap_err();
    let chain = "main.css -> a.css -> b.css -> a.css";
    assert_eq!(message, format!("style/b.css:2:1: {chain}: this import leads back to itself"));
}

#[test]
fn an_import_from_outside_is_an_error() {
    for address in
        ["https://cdn.example/x.css", "//cdn.example/x.css", "/x.css", "../x.css", "sub/../../x.css"]
    {
        for import in
            [format!("\"{address}\""), format!("url({address})"), format!("url( '{address}' ) print")]
        {
            let message = joined(&format!("@import {import};"), &[]).unwrap_err();
            assert!(message.starts_with("style/main.css:1:1: cannot import "), "{message}");
            assert!(message.ends_with("only files below style/ can be imported"), "{message}");
        }
    }
}

#[test]
fn imports_that_a_browser_would_ignore_are_errors() {
    for main in [
        "a {}\n@import \"a.css\";",
        "\n@import \"a.css\" print { a {} }",
        "\n@media print { @import \"a.css\"; }",
    ] {
        let message = joined(main, &[("a.css", "")]).unwrap_err();
        assert!(message.starts_with("style/main.css:2:"), "{message}");
        assert!(
            message.ends_with("an @import must end with `;` and precede all rules of its file"),
            "{message}"
        );
    }
    assert!(joined("@import a.css;", &[]).unwrap_err().contains("expected a file name in quotes"));
    assert!(joined("@namespace \"x\";", &[]).unwrap_err().contains("@namespace"));
}

#[test]
fn our_own_style_sheet_stays_below_4_kb_and_keeps_all_its_tokens() {
    let style = find_workspace(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap().join("style");
    let release = join(&style, "main.css", Profile::Release).unwrap();
    let development = join(&style, "main.css", Profile::Development).unwrap();
    assert_eq!(significant(&release), significant(&development));

    let sheet = OutputFile::asset(Profile::Release, "main", "css", release.into_bytes());
    let compressed = add_precompressed(vec![sheet]).unwrap();
    let brotli = compressed.iter().find(|file| file.path.ends_with(".br")).unwrap();
    assert!(brotli.contents.len() <= 4000, "{} bytes", brotli.contents.len());
}

/// All tokens but comments, with `" "` for blanks.
fn all(css: &str) -> Vec<String> {
    let mut found = Vec::new();
    flatten(&mut Parser::new(css), &mut found);
    found
}

fn flatten(parser: &mut Parser<'_>, found: &mut Vec<String>) {
    while let Ok(token) = parser.next_including_whitespace() {
        let close = match token {
            Token::Function(_) | Token::ParenthesisBlock => Some(")"),
            Token::SquareBracketBlock => Some("]"),
            Token::CurlyBracketBlock => Some("}"),
            _ => None,
        };
        match token {
            Token::WhiteSpace(_) if found.last().is_some_and(|last| last == " ") => {}
            Token::WhiteSpace(_) => found.push(" ".to_owned()),
            token => found.push(format!("{token:?}")),
        }
        if let Some(close) = close {
            let inside = parser.parse_nested_block(|inside| {
                flatten(inside, found);
                Ok::<_, ParseError<()>>(())
            });
            inside.unwrap();
            found.push(close.to_owned());
        }
    }
}

/// [`all`] without the blanks that cannot matter, and without `;` at the end of a block.
fn significant(css: &str) -> Vec<String> {
    let punctuation = |token: &str| matches!(token, "CurlyBracketBlock" | "}" | "Semicolon" | "Comma");
    let opens = |token: &str| {
        matches!(token, "SquareBracketBlock" | "ParenthesisBlock" | "Colon") || token.starts_with("Function(")
    };
    let mut kept: Vec<String> = Vec::new();
    for token in all(css) {
        let needs_no_blank = punctuation(&token) || token == ")" || token == "]";
        if needs_no_blank && kept.last().is_some_and(|last| last == " ") {
            kept.pop();
        }
        if token == " " && kept.last().is_none_or(|last| punctuation(last) || opens(last)) {
            continue;
        }
        while matches!(&*token, "}" | "Semicolon") && kept.last().is_some_and(|last| last == "Semicolon") {
            kept.pop();
        }
        kept.push(token);
    }
    kept.pop_if(|last| last == " ");
    kept
}

fn gap() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", " ", " ", "\n\t", "/* a */", " /**/ ", "/* ; */ /* } */", "/*:*/ "])
}

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "--b",
        "-1",
        "+1",
        "1.5",
        ".5",
        "1e3",
        "2n",
        "100%",
        "#fff",
        "+",
        "-",
        "*",
        "/",
        ">",
        "~",
        "|",
        "=",
        "<",
        "!",
        "&",
        ".",
        "^",
        "$",
        ",",
        ":",
        "@c",
        "<!--",
        "-->",
        "--",
        "\\26",
        "\\26 ",
        "\\{",
        "\\\"",
        "\u{e9}",
        "u",
        "\"x  /* y */ ;\"",
        "'it\\'s {'",
        " url( d/*e.png )",
        "url( \"f  g\" )",
        "url(h\\))",
        "calc(1px + -2px)",
        "var(--i, )",
        "( a : b )",
        "[ c = d ]",
        "( [ ] )",
        "j(k;l)",
        "m({n:o; })",
    ])
}

fn value() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec((piece(), gap()), 0..6);
    pieces.prop_map(|pieces| pieces.into_iter().flat_map(|(piece, gap)| [piece, gap]).collect())
}

fn rule() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["color", "--x", "--y-z", "-webkit-a"]);
    let declaration = (name, gap(), gap(), value(), gap())
        .prop_map(|(name, a, b, value, c)| format!("{name}{a}:{b}{value};{c}"));
    let block = prop::collection::vec(declaration, 0..4).prop_map(|all| all.concat());
    let flat =
        (value(), block, gap()).prop_map(|(prelude, block, gap)| format!("q{prelude}{{{gap}{block}}}"));
    flat.prop_recursive(3, 12, 3, |inner| {
        (value(), prop::collection::vec((inner, gap()), 0..3), gap()).prop_map(|(prelude, inner, gap)| {
            let inner: String = inner.into_iter().flat_map(|(rule, gap)| [rule, gap.to_owned()]).collect();
            format!("@r{prelude}{{{gap}{inner}}}")
        })
    })
}

/// The tokens, if they are a style sheet: random pieces may open a bracket, a string or a comment.
fn valid(css: &str) -> Result<Vec<super::tokens::Token<'_>>, TestCaseError> {
    let read = tokens(css).map_err(|fault| TestCaseError::reject(fault.message))?;
    check(&read).map_err(|fault| TestCaseError::reject(fault.message))?;
    Ok(read)
}

proptest! {
    #[test]
    fn minifying_changes_no_token(css in rule()) {
        let read = valid(&css)?;
        let minified = minify(&read);
        prop_assert!(minified.len() <= css.len());
        prop_assert_eq!(significant(&minified), significant(&css), "{}", minified);
    }

    #[test]
    fn what_is_minified_cannot_get_any_smaller(css in rule()) {
        let read = valid(&css)?;
        let minified = minify(&read);
        prop_assert_eq!(minify(&tokens(&minified).unwrap()), minified);
    }

    #[test]
    fn values_of_custom_properties_keep_even_their_blanks(value in value(), a in gap(), b in gap()) {
        let css = format!("a {{ --x:{a}{value}{b}; c: d }}");
        let read = valid(&css)?;
        let minified = minify(&read);
        let kept = minified.strip_prefix("a{--x:").and_then(|rest| rest.strip_suffix(";c:d}"));
        let trimmed = |css: &str| {
            let mut tokens = all(css);
            tokens.pop_if(|last| last == " ");
            let blank = tokens.first().is_some_and(|first| first == " ");
            tokens.split_off(usize::from(blank))
        };
        prop_assert_eq!(trimmed(kept.unwrap()), trimmed(&format!("{a}{value}{b}")), "{}", minified);
    }

    #[test]
    fn no_input_makes_the_tokenizer_panic_or_lose_a_byte(css in any::<String>()) {
        if let Ok(read) = tokens(&css) {
            prop_assert_eq!(read.iter().map(|token| token.text).collect::<String>(), css);
        }
    }
}
