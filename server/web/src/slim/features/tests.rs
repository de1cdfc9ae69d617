use super::{Left, left_of, without};

const GARDEN: &str = "feature = \"garden\"";

fn left(text: &str) -> String {
    without(text, "garden").unwrap()
}

#[test]
fn a_condition_without_the_feature_is_as_short_as_it_can_be() {
    let left = |condition| left_of(condition, GARDEN);
    let open = |condition: &str| Left::If(condition.to_owned());
    assert_eq!(left("feature = \"garden\""), Left::Never);
    assert_eq!(left("not(feature = \"garden\")"), Left::Always);
    assert_eq!(left("unix"), open("unix"));
    assert_eq!(left("feature = \"gardener\""), open("feature = \"gardener\""));
    assert_eq!(left("any(feature = \"garden\", unix)"), open("unix"));
    assert_eq!(left("any(feature = \"garden\", unix, test)"), open("any(unix, test)"));
    assert_eq!(left("any(feature = \"garden\")"), Left::Never);
    assert_eq!(left("all(feature = \"garden\", unix)"), Left::Never);
    assert_eq!(left("all(not(feature = \"garden\"), unix)"), open("unix"));
    assert_eq!(left("not(any(feature = \"garden\", unix))"), open("not(unix)"));
    assert_eq!(left("not(all(feature = \"garden\", unix))"), Left::Always);
}

#[test]
fn what_the_feature_turns_on_goes_with_what_is_said_of_it() {
    for (text, expected) in [
        ("#[cfg(feature = \"garden\")]\nmod garden;\nmod house;\n", "mod house;\n"),
        (
            "enum Place {\n    House,\n    /// Outside.\n    #[cfg(feature = \"garden\")]\n    #[allow(dead_code)]\n    Garden(Fence),\n}\n",
            "enum Place {\n    House,\n}\n",
        ),
        (
            "match place {\n    // It has no door.\n    #[cfg(feature = \"garden\")]\n    Place::Garden(fence) if fence.is_open() => {\n        f(\"}\", '}');\n    }\n    Place::House => 1,\n}\n",
            "match place {\n    Place::House => 1,\n}\n",
        ),
        (
            "#[cfg(feature = \"garden\")]\nfn f<'a, T>(\n    t: T,\n) -> &'a str\nwhere\n    T: Plant,\n{\n    \"// {\"\n}\n\nfn g() {}\n",
            "fn g() {}\n",
        ),
        ("let a = 1;\n#[cfg(feature = \"garden\")]\nlet a =\n    a + f(a);\na\n", "let a = 1;\na\n"),
        ("a();\n\n#[cfg(feature = \"garden\")]\nb();\n\nc();\n", "a();\n\nc();\n"),
    ] {
        assert_eq!(left(text), expected);
    }
}

#[test]
fn what_it_turns_off_loses_its_condition() {
    assert_eq!(left("#[cfg(not(feature = \"garden\"))]\nmod yard;\n"), "mod yard;\n");
    assert_eq!(
        left("#[cfg(any(\n    feature = \"garden\",\n    unix,\n))]\nmod a;\n"),
        "#[cfg(unix)]\nmod a;\n"
    );
    let text = "#[cfg_attr(\n    not(feature = \"garden\"),\n    expect(unused, reason = \"no (garden\")\n)]\nfn f() {}\n";
    assert_eq!(left(text), "#[expect(unused, reason = \"no (garden\")]\nfn f() {}\n");
    let text = "#[cfg_attr(not(any(feature = \"garden\", unix)), expect(unused))]\nfn f() {}\n";
    assert_eq!(left(text), "#[cfg_attr(not(unix), expect(unused))]\nfn f() {}\n");
    assert_eq!(left("#[cfg_attr(feature = \"garden\", allow(unused))]\nfn f() {}\n"), "fn f() {}\n");
}

#[test]
fn everything_else_stays() {
    for text in [
        "#[cfg(feature = \"orchard\")]\nmod a;\n",
        "#[cfg(\n    unix\n)]\nmod a;\n",
        "// garden\nfn f() -> bool {\n    cfg!(unix)\n}\n",
    ] {
        assert_eq!(left(text), text);
    }
    // What belongs to another part keeps its marks.
    let text = "// slim: orchard\nmod orchard;\n// slim: end\n#[cfg(feature = \"garden\")]\nmod garden;\n";
    assert_eq!(left(text), "// slim: orchard\nmod orchard;\n// slim: end\n");
}

#[test]
fn what_is_not_understood_is_named() {
    let fault = |text: &str| without(text, "garden").unwrap_err();
    assert!(fault("a\nif cfg!(feature = \"garden\") {}\n").starts_with("line 2 "));
    assert!(fault("#[cfg(feature = \"garden\")]\n").starts_with("line 1: "));
}
