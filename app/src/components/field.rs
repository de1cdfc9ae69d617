//! Fields with their label, hint and error.

use leptos::prelude::*;

use crate::model::FormState;

/// One input of a form. Its id is its name, so a name may stand on a page once only.
pub(crate) struct Field {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: Option<&'static str>,
    hint: Option<&'static str>,
    range: Option<(u16, u16)>,
}

impl Field {
    /// A line of text.
    pub(crate) fn text(name: &'static str, label: &'static str) -> Self {
        Self { name, label, kind: "text", autocomplete: None, hint: None, range: None }
    }

    /// An e-mail address.
    pub(crate) fn email(name: &'static str, label: &'static str) -> Self {
        Self { kind: "email", ..Self::text(name, label) }
    }

    /// A password. What was typed never comes back.
    pub(crate) fn password(name: &'static str, label: &'static str) -> Self {
        Self { kind: "password", ..Self::text(name, label) }
    }

    /// A whole number within these bounds.
    pub(crate) fn number(name: &'static str, label: &'static str, from: u16, to: u16) -> Self {
        Self { kind: "number", range: Some((from, to)), ..Self::text(name, label) }
    }

    /// What a password manager should make of it.
    pub(crate) fn autocomplete(self, word: &'static str) -> Self {
        Self { autocomplete: Some(word), ..self }
    }

    /// One line below the label.
    pub(crate) fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// The field with the form's value and error.
    pub(crate) fn view(self, form: &FormState) -> AnyView {
        let Self { name, label, kind, autocomplete, hint, range } = self;
        let value = (kind != "password").then(|| form.values.value(name).to_owned());
        let input = view! {
            <input
                id=name
                name=name
                type=kind
                value=value
                required=""
                autocomplete=autocomplete
                min=range.map(|(from, _)| from)
                max=range.map(|(_, to)| to)
                inputmode=range.map(|_| "numeric")
                spellcheck=(kind == "email").then_some("false")
                aria-invalid=invalid(form, name)
                aria-describedby=described_by(form, name, hint.is_some())
            />
        };
        view! {
            <div class="field">
                <label for=name>{label}</label>
                {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
                // The script that shows passwords puts its button into this room.
                {if kind == "password" {
                    view! { <div class="password">{input}</div> }.into_any()
                } else {
                    input.into_any()
                }}
                {error(form, name)}
            </div>
        }
        .into_any()
    }
}

/// A choice of one: `(word, label)` each.
pub(crate) fn select(
    form: &FormState,
    name: &'static str,
    label: &'static str,
    options: impl Iterator<Item = (&'static str, &'static str)>,
) -> AnyView {
    let chosen = form.values.value(name);
    let options = options
        .map(|(word, label)| view! { <option value=word selected=word == chosen>{label}</option> })
        .collect::<Vec<_>>();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select
                id=name
                name=name
                aria-invalid=invalid(form, name)
                aria-describedby=described_by(form, name, false)
            >
                {options}
            </select>
            {error(form, name)}
        </div>
    }
    .into_any()
}

/// A choice of any number, as a group of check boxes under one name.
pub(crate) fn check_boxes(
    form: &FormState,
    name: &'static str,
    legend: &'static str,
    hint: &'static str,
    options: impl Iterator<Item = (&'static str, &'static str)>,
) -> AnyView {
    let boxes = options
        .map(|(word, label)| {
            let checked = form.values.all(name).any(|value| value == word);
            view! {
                <label class="check">
                    <input type="checkbox" name=name value=word checked=checked />
                    {label}
                </label>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <fieldset class="field" aria-describedby=described_by(form, name, true)>
            <legend>{legend}</legend>
            <p class="hint" id=format!("{name}-hint")>{hint}</p>
            <div class="checks">{boxes}</div>
            {error(form, name)}
        </fieldset>
    }
    .into_any()
}

fn invalid(form: &FormState, name: &str) -> Option<&'static str> {
    form.errors.get(name).map(|_| "true")
}

fn described_by(form: &FormState, name: &str, hint: bool) -> Option<String> {
    match (form.errors.get(name).is_some(), hint) {
        (true, true) => Some(format!("{name}-error {name}-hint")),
        (true, false) => Some(format!("{name}-error")),
        (false, true) => Some(format!("{name}-hint")),
        (false, false) => None,
    }
}

fn error(form: &FormState, name: &str) -> AnyView {
    form.errors
        .get(name)
        .map(|error| view! { <p class="error" id=format!("{name}-error")>{error.to_string()}</p> })
        .into_any()
}
