use super::without;

fn left(text: &str) -> String {
    without(text, "garden").unwrap()
}

#[test]
fn what_has_no_mark_stays_to_the_last_byte() {
    for text in [
        "",
        "a",
        "a\r\nb",
        "// slimmer: garden\n",
        "# slim: orchard\na\n# slim: end\n",
        "x // slim: garden-shed\n",
    ] {
        assert_eq!(left(text), text);
    }
}

#[test]
fn a_line_goes_with_its_mark() {
    assert_eq!(left("mod a;\nmod garden; // slim: garden\nmod z;\n"), "mod a;\nmod z;\n");
    assert_eq!(left("a = 1\ngarden = 2 # slim: garden"), "a = 1\n");
    assert_eq!(left("@import 'a';\n@import 'garden'; /* slim: garden */\n"), "@import 'a';\n");
    assert_eq!(
        left("| a | b |\n| garden | c <!-- slim: garden --> |\n| d | e |\n"),
        "| a | b |\n| d | e |\n"
    );
}

#[test]
fn a_region_goes_with_its_marks() {
    for (begin, end) in
        [("// ", ""), ("    // ", ""), ("# ", ""), ("-- ", ""), ("/* ", " */"), ("<!-- ", " -->")]
    {
        let text = format!("a\n{begin}slim: garden{end}\nb\nc\n{begin}slim: end{end}\nd\n");
        assert_eq!(left(&text), "a\nd\n", "{begin}");
    }
}

#[test]
fn no_gap_is_left() {
    assert_eq!(left("a\n\n# slim: garden\nb\n# slim: end\n\nc\n"), "a\n\nc\n");
    assert_eq!(left("a\n# slim: garden\nb\n# slim: end\n\nc\n"), "a\n\nc\n");
    assert_eq!(left("# slim: garden\nb\n# slim: end\n\nc\n"), "c\n");
    assert_eq!(left("a\n\n![b](b.png) <!-- slim: garden -->\n\nc\n"), "a\n\nc\n");
}

#[test]
fn a_text_on_a_line_goes_with_its_marks() {
    let text = "It has accounts, <!-- slim: garden -->a garden, <!-- slim: end -->and sessions.\n";
    assert_eq!(left(text), "It has accounts, and sessions.\n");
    let text = "f(a, /* slim: garden */ b, /* slim: end */ c) + g(/* slim: garden */ b, /* slim: end */ d)\n";
    assert_eq!(left(text), "f(a,  c) + g( d)\n");
    let text = "Home is <!-- slim: garden -->a garden<!-- slim: instead a page slim: end -->.\n";
    assert_eq!(left(text), "Home is a page.\n");
}

#[test]
fn something_else_may_take_its_place() {
    let text = "a\n    // slim: garden\n    b\n    // slim: instead\n    // c {\n    //     d\n    //\n    // }\n    // slim: end\ne\n";
    assert_eq!(left(text), "a\n    c {\n        d\n\n    }\ne\n");
    let text = "a\n<!-- slim: garden -->\nb\n<!-- slim: instead\nc\n\n- d\nslim: end -->\ne\n";
    assert_eq!(left(text), "a\nc\n\n- d\ne\n");
    let text = "a\n# slim: garden\nb\n# slim: instead\n# c\n# slim: end\n";
    assert_eq!(left(text), "a\nc\n");
}

#[test]
fn other_parts_keep_their_marks() {
    let text = "// slim: orchard\na\nb // slim: garden\n// slim: end\n";
    assert_eq!(left(text), "// slim: orchard\na\n// slim: end\n");
}

#[test]
fn a_region_goes_with_those_of_other_parts_in_it() {
    let inner =
        "// slim: orchard\nb\n// slim: instead\n// c\n// slim: end\nd /* slim: orchard */e/* slim: end */\n";
    let text = format!("a\n// slim: garden\n{inner}f\n// slim: instead\n// g\n// slim: end\nh\n");
    assert_eq!(left(&text), "a\ng\nh\n");
    let without_orchard = without(&text, "orchard").unwrap();
    assert_eq!(without_orchard, "a\n// slim: garden\nc\nd \nf\n// slim: instead\n// g\n// slim: end\nh\n");
    assert_eq!(left(&without_orchard), "a\ng\nh\n");
    let text = "a\n<!-- slim: garden -->\nb <!-- slim: orchard -->c<!-- slim: end -->\n<!-- slim: orchard -->\nd\n<!-- slim: instead\ne\nslim: end -->\n<!-- slim: end -->\nf\n";
    assert_eq!(left(text), "a\nf\n");
}

#[test]
fn what_several_parts_need_goes_with_the_last_or_with_the_first() {
    let text = "a\nb // slim: garden/orchard/yard\n// slim: garden&orchard\nc\n// slim: end\n";
    let without_garden = left(text);
    assert_eq!(without_garden, "a\nb // slim: orchard/yard\n");
    assert_eq!(without(&without_garden, "orchard").unwrap(), "a\nb // slim: yard\n");
    assert_eq!(without(text, "yard").unwrap(), text.replace("/yard", ""));
    assert_eq!(without("b // slim: yard\n", "yard").unwrap(), "");
    let text = "a<!-- slim: garden/orchard -->, b<!-- slim: end -->, c<!-- slim: garden&orchard -->, d<!-- slim: end -->\n";
    assert_eq!(left(text), "a<!-- slim: orchard -->, b<!-- slim: end -->, c\n");
    assert_eq!(without(&left(text), "orchard").unwrap(), "a, c\n");
}

#[test]
fn a_mark_that_is_wrong_is_named_with_its_line() {
    let fault = |text: &str| without(text, "garden").unwrap_err();
    assert!(fault("a\n// slim: garden\nb\n").starts_with("line 2: "));
    assert!(fault("a\nslim: garden\n").contains("in no comment"));
    assert!(fault("// slim: garden\n// slim: orchard\nb\n// slim: end\n").starts_with("line 1: "));
}
