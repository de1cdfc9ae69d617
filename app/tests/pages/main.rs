//! What every page promises, whatever it shows.
#![expect(clippy::expect_used, reason = "a test that can’t find what it looks for has failed")]

mod names;
mod notices;
mod player; // slim: trainer
mod player_words; // slim: trainer
mod preferences; // slim: trainer
mod preview; // slim: trainer
mod samples;
mod states; // slim: trainer
mod summary;
mod timeline;

use std::collections::{BTreeMap, BTreeSet};

use model::*;
use scraper::{ElementRef, Html, Selector};

fn select<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).expect("a selector")).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every page: its name, its source and its elements.
fn pages() -> Vec<(&'static str, String, Html)> {
    samples::all()
        .into_iter()
        .map(|(name, signed_in, page)| {
            let source = app::document::render(samples::layout(signed_in), page);
            let parsed = Html::parse_document(&source);
            (name, source, parsed)
        })
        .collect()
}

fn page(wanted: &str) -> Html {
    pages().into_iter().find(|(name, ..)| *name == wanted).expect("a page of this name").2
}

#[test]
fn every_form_of_a_visitor_with_a_session_carries_its_token() {
    for (name, _, page) in pages() {
        for form in select(&page, "form") {
            assert_eq!(form.attr("method"), Some("post"), "{name}");
            let token = Selector::parse("input[name=csrf_token]").expect("a selector");
            let tokens: Vec<_> = form.select(&token).filter_map(|input| input.attr("value")).collect();
            let ours = form.attr("action").is_some_and(|action| action.starts_with("/api/"));
            assert_eq!(
                tokens,
                if ours { vec![samples::TOKEN] } else { vec![] },
                "{name}: {:?}",
                form.attr("action")
            );
        }
    }
}

#[test]
fn without_a_session_there_is_no_token() {
    let layout = Layout { csrf_token: None, ..samples::layout(false) };
    assert!(!app::document::render(layout, Page::Login(samples::login())).contains("csrf_token"));
}

#[test]
fn nothing_needs_unsafe_inline_and_nothing_comes_from_elsewhere() {
    for (name, source, page) in pages() {
        assert!(select(&page, "[style], style").is_empty(), "{name}");
        for script in select(&page, "script") {
            assert!(script.attr("src").is_some() || script.attr("nonce") == Some("bm9uY2U="), "{name}");
        }
        for element in select(&page, "[src], [href]") {
            let url = element.attr("src").or(element.attr("href")).unwrap_or_default();
            assert!(
                url.starts_with('#') || (url.starts_with('/') && !url.starts_with("//")),
                "{name}: {url}"
            );
        }
        assert!(!source.contains(" onclick"), "{name}");
        assert!(source.ends_with("</html>"), "{name}");
    }
}

#[test]
fn ids_are_unique_and_every_reference_to_one_finds_it() {
    for (name, _, page) in pages() {
        let mut ids: Vec<_> = select(&page, "[id]").iter().filter_map(|e| e.attr("id")).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}");
        for attribute in ["for", "aria-labelledby", "aria-describedby", "aria-controls"] {
            for element in select(&page, &format!("[{attribute}]")) {
                for id in element.attr(attribute).unwrap_or_default().split(' ') {
                    assert!(ids.contains(&id), "{name}: {attribute}={id}");
                }
            }
        }
    }
}

#[test]
fn every_page_has_one_heading_of_the_first_level_and_a_title() {
    for (name, _, page) in pages() {
        assert_eq!(select(&page, "h1").len(), 1, "{name}");
        assert_eq!(select(&page, "title").len(), 1, "{name}");
        assert_eq!(select(&page, "main#main").len(), 1, "{name}");
    }
}

#[test]
fn webassembly_is_asked_for_where_there_is_an_island_and_nowhere_else() {
    for (name, source, page) in pages() {
        let islands = name.starts_with("preferences");
        // A workout that cannot be shown has nothing to log. // slim: trainer
        let islands = islands || name.starts_with("workout") && name != "workout-out-of-reach"; // slim: trainer
        assert_eq!(!select(&page, "leptos-island").is_empty(), islands, "{name}");
        assert_eq!(source.contains(".wasm"), islands, "{name}");
        assert_eq!(!select(&page, "script:not([src])").is_empty(), islands, "{name}");
    }
}

/// What `frontend/Cargo.toml` says, as text: a list of islands for each page.
fn islands_by_page() -> BTreeMap<String, BTreeSet<String>> {
    let manifest = include_str!("../../../frontend/Cargo.toml");
    let (_, pages) = manifest.split_once("[package.metadata.pages]\n").expect("the table");
    let lines = pages.lines().take_while(|line| !line.is_empty()).filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(" = "))
        .map(|(page, islands)| {
            let names =
                islands.trim_matches(['[', ']']).split(", ").map(|name| name.trim_matches('"').to_owned());
            (page.to_owned(), names.collect())
        })
        .collect()
}

#[test]
fn a_page_loads_the_module_that_has_its_islands() {
    let listed = islands_by_page();
    let mut seen = BTreeMap::<String, BTreeSet<String>>::new();
    for (name, _, page) in pages() {
        for link in select(&page, "link[rel=modulepreload]") {
            let module = link.attr("href").and_then(|href| href.strip_prefix("/pkg/")?.strip_suffix(".js"));
            let module = module.expect("a module of the sample layout").to_owned();
            assert_eq!(link.attr("data-wasm"), Some(format!("/pkg/{module}.wasm").as_str()), "{name}");
            let islands = select(&page, "leptos-island").into_iter().filter_map(|island| {
                // `RestBar_11906872319255471553`
                island.attr("data-component")?.rsplit_once('_').map(|(name, _)| name.to_owned())
            });
            seen.entry(module).or_default().extend(islands);
        }
    }
    assert_eq!(seen, listed);
}

#[test]
fn the_plain_script_comes_with_a_login_and_with_passwords_only() {
    for (name, _, page) in pages() {
        let signed_in = !select(&page, "header form[action='/api/auth/logout']").is_empty();
        let listens = !select(&page, &format!("html[data-events='{}']", model::EVENTS)).is_empty();
        assert_eq!(listens, signed_in, "{name}");
        let needed = signed_in || !select(&page, "input[type=password]").is_empty();
        let needed = needed || name.starts_with("workout") || name == "sheet"; // slim: trainer
        assert_eq!(!select(&page, "script[src]").is_empty(), needed, "{name}");
    }
}

#[test]
fn what_people_typed_is_text_and_never_markup() {
    for (name, source, page) in pages() {
        assert!(!source.contains("Robin <b>"), "{name}");
        assert!(select(&page, "header b").is_empty(), "{name}");
    }
    let account = Page::Account(Box::new(samples::account()));
    assert!(app::document::render(samples::layout(true), account).contains("Robin &lt;b&gt;"));
}

#[test]
fn a_form_that_comes_back_keeps_the_input_but_no_password() {
    let page = page("register");
    let value = |name: &str| select(&page, &format!("input[name={name}]"))[0].attr("value");
    assert_eq!(value("display_name"), Some("Robin \"R\" <b>"));
    assert_eq!(value("email"), Some("robin@example.com"));
    assert_eq!(value("password"), None);
}

#[test]
fn an_error_is_next_to_its_field() {
    let page = page("register");
    let field = select(&page, "#password")[0];
    assert_eq!(field.attr("aria-invalid"), Some("true"));
    assert_eq!(field.attr("aria-describedby"), Some("password-error password-hint"));
    assert_eq!(text(select(&page, "#password-error")[0]), "Use at least 8 characters.");
    assert_eq!(select(&page, "#display_name")[0].attr("aria-invalid"), None);
}

#[test]
fn messages_have_the_words_of_the_contract() {
    assert_eq!(text(select(&page("login"), "[role=alert]")[0]), "Email or password is incorrect.");
    let saved = page("preferences-saved");
    let statuses: Vec<_> = select(&saved, "[role=status]").into_iter().map(text).collect();
    assert_eq!(statuses, ["Preferences saved."]);
}

#[test]
fn the_way_back_survives_the_provider() {
    let page = page("login");
    let link = select(&page, "a[href^='/auth/acme']")[0];
    assert_eq!(link.attr("href"), Some("/auth/acme?return_to=%2Fhistory%3Fa%3D1%26b%3D%C3%BC"));
    assert_eq!(select(&page, "input[name=return_to]")[0].attr("value"), Some("/history?a=1&b=ü"));
}

#[test]
fn the_theme_is_there_from_the_first_byte() {
    use domain::preferences::Theme;
    for theme in Theme::ALL.iter().copied() {
        let mut layout = samples::layout(false);
        layout.site.theme = theme;
        let html = app::document::render(layout, Page::Problem(Problem::NotFound));
        assert!(
            html.starts_with(&format!("<!DOCTYPE html><html lang=\"en\" data-theme=\"{}\">", theme.word()))
        );
    }
}

#[test]
fn the_preferences_form_has_every_field() {
    let page = page("preferences");
    let names: BTreeSet<_> =
        select(&page, "form#preferences [name]").iter().filter_map(|e| e.attr("name")).collect();
    let fields = domain::preferences::Preferences::fields().chain(["csrf_token"]);
    let fields = fields.chain(["preset"]); // slim: trainer
    let fields = fields.collect();
    assert_eq!(names, fields);
}

#[test]
fn only_other_sessions_can_be_ended_one_by_one() {
    let page = page("session");
    let items = select(&page, "ul[aria-label='Active sessions'] > li");
    let marked: Vec<_> = items.iter().map(|item| text(*item).contains("This device")).collect();
    assert_eq!(marked, [true, false, false]);
    let ends: Vec<_> = items.iter().map(|item| text(*item).contains("End this session")).collect();
    assert_eq!(ends, [false, true, true]);
    assert!(text(select(&page, "main")[0]).contains("and 2 more"));
}

#[test]
fn while_the_store_is_unavailable_a_notice_says_so() {
    let layout = Layout { store_unavailable: true, ..samples::layout(false) };
    let html = Html::parse_document(&app::document::render(layout, Page::Login(LoginPage::default())));
    assert!(text(select(&html, "[role=status]")[0]).contains("can’t check"));
}
