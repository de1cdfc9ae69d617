//! Fields with label, hint and error. Each takes its value and its error from the [`FormState`] of the
//! surrounding form.

use leptos::prelude::*;

use crate::components::markup::IntoMarkup as _;
use model::FormState;

/// The type of a [`Field`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Email,
    /// Never filled in again after an error.
    Password,
    // slim: trainer
    /// A whole number between the two, inclusive.
    Number(u16, u16),
    Date,
    Time,
    /// A number that may have decimals, with a comma or a point.
    Decimal,
    // slim: end
}

impl Kind {
    fn attribute(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Password => "password",
            // slim: trainer
            // Number fields of browsers differ in the commas they accept.
            Self::Decimal => "text",
            Self::Number(..) => "number",
            Self::Date => "date",
            Self::Time => "time",
            // slim: end
        }
    }

    // slim: trainer
    fn bounds(self) -> Option<(u16, u16)> {
        if let Self::Number(from, to) = self { Some((from, to)) } else { None }
    }

    fn keyboard(self) -> Option<&'static str> {
        match self {
            Self::Number(..) => Some("numeric"),
            Self::Decimal => Some("decimal"),
            Self::Text | Self::Email | Self::Password | Self::Date | Self::Time => None,
        }
    }
    // slim: end
}

/// One input of a form.
#[component]
pub(crate) fn Field(
    /// Also the element's id, so it must be unique on the page.
    name: &'static str,
    label: &'static str,
    #[prop(default = Kind::Text)] kind: Kind,
    /// Tells password managers what belongs in it.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// One line below the label.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// May be left empty.
    #[prop(optional)]
    optional: bool,
    /// The id of a `<datalist>` with suggestions.
    #[prop(optional)]
    list: Option<&'static str>,
) -> impl IntoView {
    let form = expect_context::<FormState>();
    let value = (kind != Kind::Password).then(|| form.values.value(name).to_owned());
    let input = view! {
        <input
            id=name
            name=name
            type=kind.attribute()
            value=value
            required=!optional
            list=list
            autocomplete=autocomplete
            min=kind.bounds().map(|(from, _)| from) // slim: trainer
            max=kind.bounds().map(|(_, to)| to) // slim: trainer
            inputmode=kind.keyboard() // slim: trainer
            spellcheck=(kind == Kind::Email || list.is_some()).then_some("false")
            aria-invalid=invalid(&form, name)
            aria-describedby=described_by(&form, name, hint.is_some())
        />
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            // The script that shows passwords inserts its button into this element.
            {if kind == Kind::Password {
                view! { <div class="password">{input}</div> }.into_markup()
            } else {
                input.into_markup()
            }}
            <FieldError name=name />
        </div>
    }
}

/// A single choice.
#[component]
pub(crate) fn Select<I>(
    /// Also the element's id.
    name: &'static str,
    label: &'static str,
    /// For each option, the word that is sent and the label that is shown.
    options: I,
) -> impl IntoView
where
    I: Iterator<Item = (&'static str, &'static str)>,
{
    let form = expect_context::<FormState>();
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
                aria-invalid=invalid(&form, name)
                aria-describedby=described_by(&form, name, false)
            >
                {options}
            </select>
            <FieldError name=name />
        </div>
    }
}

// slim: trainer
/// A single box, which sends `yes` when it is ticked and nothing otherwise.
#[component]
pub(crate) fn CheckBox(
    /// Also the element's id.
    name: &'static str,
    label: &'static str,
) -> impl IntoView {
    let form = expect_context::<FormState>();
    let checked = form.values.value(name) == "yes";
    view! {
        <div class="field">
            <label class="check" for=name>
                <input
                    type="checkbox"
                    id=name
                    name=name
                    value="yes"
                    checked=checked
                    aria-invalid=invalid(&form, name)
                    aria-describedby=described_by(&form, name, false)
                />
                {label}
            </label>
            <FieldError name=name />
        </div>
    }
}

/// A multiple choice, as a group of check boxes with one name.
#[component]
pub(crate) fn CheckBoxes<I>(
    name: &'static str,
    legend: &'static str,
    hint: &'static str,
    /// For each option, the word that is sent and the label that is shown.
    options: I,
) -> impl IntoView
where
    I: Iterator<Item = (&'static str, &'static str)>,
{
    let form = expect_context::<FormState>();
    let boxes = options
        .map(|(word, label)| {
            let checked = form.values.all(name).any(|value| value == word);
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        name=name
                        value=word
                        checked=checked
                        aria-invalid=invalid(&form, name)
                    />
                    {label}
                </label>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <fieldset class="field" id=name tabindex="-1" aria-describedby=described_by(&form, name, true)>
            <legend>{legend}</legend>
            <p class="hint" id=format!("{name}-hint")>{hint}</p>
            <div class="checks">{boxes}</div>
            <FieldError name=name />
        </fieldset>
    }
}
// slim: end

/// The error of a field, below it.
#[component]
fn FieldError(name: &'static str) -> impl IntoView {
    let form = expect_context::<FormState>();
    form.errors
        .get(name)
        .map(|error| view! { <p class="error" id=format!("{name}-error")>{error.to_string()}</p> })
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
