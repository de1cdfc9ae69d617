//! The summary of a form that comes back: its links are named like the fields they lead to.

use std::collections::BTreeSet;

use domain::form::{FieldError, FieldErrors};
use model::{FormState, Page};
use scraper::{Html, Selector};

use super::{samples, select, text};

/// What people fill in.
const FIELDS: &str = "main input:not([type=hidden]), main select, main textarea";

/// The forms of a page that may come back. One that is missing here is found below, by its fields.
fn forms(page: &mut Page) -> Vec<&mut FormState> {
    match page {
        Page::Login(page) => vec![&mut page.form],
        Page::Register(page) => vec![&mut page.form],
        Page::Preferences(page) => vec![&mut page.form],
        Page::Account(page) => vec![&mut page.profile_form, &mut page.password_form, &mut page.delete_form],
        Page::Confirm(page) => vec![&mut page.form],
        Page::DemoConsent(page) => vec![&mut page.form], // slim: demo-provider
        _ => vec![],
    }
}

fn render(signed_in: bool, page: &Page) -> Html {
    Html::parse_document(&app::document::render(samples::layout(signed_in), page.clone()))
}

/// The names of fields, seen or not.
fn names(page: &Html, selector: &str) -> BTreeSet<String> {
    select(page, selector).iter().filter_map(|field| field.attr("name")).map(str::to_owned).collect()
}

/// The same page with an error in each of these fields.
fn refused(page: &Page, fields: &BTreeSet<String>) -> Page {
    let mut errors = FieldErrors::default();
    for field in fields {
        errors.add(field.clone().leak(), FieldError::Invalid);
    }
    let mut page = page.clone();
    for form in forms(&mut page) {
        *form = FormState { errors: errors.clone(), values: form.values.clone(), alert: None };
    }
    page
}

/// What stands in front of a field.
fn visible_label(page: &Html, field: &str) -> String {
    let labels = select(page, &format!("label[for='{field}'], fieldset[id='{field}'] > legend"));
    assert_eq!(labels.len(), 1, "{field}");
    text(labels[0])
}

#[test]
fn every_field_has_a_link_with_its_own_label() {
    let link = Selector::parse("a[href^='#']").expect("a selector");
    let mut seen = BTreeSet::new();
    for (name, signed_in, mut page) in samples::all() {
        // slim: trainer
        // Their rows have names of their own, and tests (`player.rs`).
        if matches!(page, Page::Workout(_) | Page::EditWorkout(_)) {
            continue;
        }
        // slim: end
        let fields = names(&render(signed_in, &page), FIELDS);
        if forms(&mut page).is_empty() {
            assert!(fields.is_empty(), "{name} has a form that is not listed in `forms`");
            continue;
        }
        let html = render(signed_in, &refused(&page, &fields));
        let summaries = select(&html, "main div.alert[role=alert]");
        assert_eq!(summaries.len(), 1, "{name}");
        let mut linked = BTreeSet::new();
        for link in summaries[0].select(&link) {
            let field = link.attr("href").unwrap_or_default().trim_start_matches('#').to_owned();
            assert_eq!(text(link), visible_label(&html, &field), "{name}: {field}");
            linked.insert(field);
        }
        assert_eq!(linked, fields, "{name}");
        seen.extend(fields);
    }
    assert!(seen.len() >= 8, "{seen:?}");
}

#[test]
fn nothing_links_to_a_field_that_nobody_sees() {
    for (name, signed_in, mut page) in samples::all() {
        if forms(&mut page).is_empty() {
            continue;
        }
        // slim: demo-provider
        // Those of the demo provider belong to its protocol and have no errors.
        if matches!(page, Page::DemoConsent(_)) {
            continue;
        }
        // slim: end
        let mut hidden = names(&render(signed_in, &page), "main input[type=hidden]");
        hidden.remove("csrf_token");
        let html = render(signed_in, &refused(&page, &hidden));
        assert!(select(&html, "main div.alert[role=alert] a").is_empty(), "{name}: {hidden:?}");
    }
}
