//! The form of a row in the browser: reading it, and showing what became of it.

use domain::form::{FieldError, FieldErrors, FormFields};
use domain::millis::from_millis;
use domain::workout::document::Slot;
use domain::workout::exercise_id::ExerciseId;
use domain::workout::load::{LoggedSet, SetFormat};
use domain::workout::training::Units;
use domain::workout::weight::Weight;
use js_sys::Reflect;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use time::OffsetDateTime;
use web_sys::{Element, HtmlElement, HtmlInputElement, NodeList};

use model::RowState;

/// What a person types or chooses.
const FIELDS: [&str; 9] = ["weight", "load", "band", "reps", "left", "right", "seconds", "rir", "note"];

#[derive(Clone)]
pub(super) struct RowForm {
    pub(super) slot: Slot,
    /// The group with the name of the set, around its form.
    group: Element,
    exercise: ExerciseId,
    format: SetFormat,
}

impl RowForm {
    /// Those of the page, in its order.
    pub(super) fn all() -> Vec<Self> {
        document().query_selector_all(".set").map(|groups| Self::each(&groups)).unwrap_or_default()
    }

    fn each(groups: &NodeList) -> Vec<Self> {
        (0..groups.length()).filter_map(|i| Self::of(groups.item(i)?.unchecked_into())).collect()
    }

    pub(super) fn of(group: Element) -> Option<Self> {
        let slot = Slot::parse(&group.id()).ok()?;
        let format = SetFormat::parse(&group.get_attribute("data-format")?)?;
        let exercise = group.query_selector("input[name=exercise]").ok()??.get_attribute("value")?;
        Some(Self { slot, group, exercise: ExerciseId::parse(&exercise).ok()?, format })
    }

    /// What was typed, as a set. The same rules and the same errors as on the server.
    pub(super) fn read(&self, at: OffsetDateTime) -> Result<LoggedSet, FieldErrors> {
        let mut fields = FormFields::default();
        for name in FIELDS {
            let field = self.field(name);
            // Inputs and selects alike.
            if let Some(value) =
                field.and_then(|field| Reflect::get(&field, &"value".into()).ok()?.as_string())
            {
                fields.push(name, value);
            }
        }
        LoggedSet::from_form(&fields, self.exercise.clone(), self.format, self.unit(), at)
    }

    /// The unit that is typed.
    pub(super) fn unit(&self) -> Units {
        let unit = self.input("unit").map(|field| field.value()).unwrap_or_default();
        Units::ALL.iter().copied().find(|one| one.word() == unit).unwrap_or(Units::Kg)
    }

    /// When the set on the page was logged, if it was.
    pub(super) fn logged_at(&self) -> Option<OffsetDateTime> {
        self.group.get_attribute("data-at")?.parse().ok().map(from_millis)
    }

    pub(super) fn least(&self) -> u16 {
        let least = self.group.get_attribute("data-least").and_then(|least| least.parse::<i64>().ok());
        least.map_or(0, |least| least as u16)
    }

    /// What the page says about it.
    pub(super) fn comment(&self) -> String {
        self.text(".comment")
    }

    /// As it is shown.
    pub(super) fn is_current(&self) -> bool {
        self.group.class_name().contains("current")
    }

    pub(super) fn is_skipped(&self) -> bool {
        matches!(self.group.closest("[data-skipped]"), Ok(Some(_)))
    }

    /// `Set 2`.
    pub(super) fn label(&self) -> String {
        self.text(".label")
    }

    fn text(&self, selector: &str) -> String {
        self.find_in(selector).and_then(|element| element.text_content()).unwrap_or_default()
    }

    /// The step of each weight of the card: see [`Steps::text`](domain::workout::steps::Steps::text).
    pub(super) fn steps(&self) -> Option<String> {
        self.group.closest("[data-steps]").ok()??.get_attribute("data-steps")
    }

    pub(super) fn group(&self) -> &Element {
        &self.group
    }

    /// A field by its name.
    pub(super) fn input(&self, name: &str) -> Option<HtmlInputElement> {
        Some(self.field(name)?.unchecked_into())
    }

    /// The same, whatever it is. One copy for all who ask.
    #[inline(never)]
    fn field(&self, name: &str) -> Option<Element> {
        self.find_in(&format!("[name={name}]"))
    }

    #[inline(never)]
    fn find_in(&self, selector: &str) -> Option<Element> {
        self.group.query_selector(selector).ok().flatten()
    }

    /// Class, mark, words and buttons.
    pub(super) fn show(&self, state: RowState, waits: bool, comment: &str) {
        let waiting = if waits { " waiting" } else { "" };
        self.group.set_class_name(&format!("set {}{waiting}", state.word()));
        let set_text = |selector: &str, text: &str| {
            if let Some(element) = self.find_in(selector) {
                element.set_text_content(Some(text));
            }
        };
        set_text(".mark", state.mark());
        let spoken = match (state, waits) {
            (RowState::Planned, _) => String::new(),
            (_, false) => format!(", {}", state.spoken()),
            (_, true) => format!(", {}, waiting to be sent", state.spoken()),
        };
        set_text(".spoken", &spoken);
        // It is read out when it changes, and only then.
        if self.comment() != comment {
            set_text(".comment", comment);
        }
        let is_logged = state.is_logged();
        if let Some(log) = self.find_in(".log") {
            log.set_class_name(if is_logged { "log" } else { "log primary" });
        }
        if let Some(clear) = self.find_in(".clear") {
            let _ = clear.toggle_attribute_with_force("hidden", !is_logged);
        }
    }

    /// The plates are those of the weight that stood here when the page was made: beside another one they are hidden.
    pub(super) fn show_plates(&self) {
        if let (Some(weight), Some(plates)) = (self.input("weight"), self.find_in(".plates")) {
            let _ = plates.toggle_attribute_with_force("hidden", weight.value() != weight.default_value());
        }
    }

    /// Shows a set in the fields, except in the one in which the person is typing.
    pub(super) fn fill(&self, set: &LoggedSet) {
        let mut unit = self.unit();
        if let Some(weight) = set.load.weight() {
            unit = weight.unit();
            if let Some(field) = self.input("unit") {
                field.set_value(unit.word());
            }
            if let Some(shown) = self.find_in(".unit") {
                shown.set_text_content(Some(unit.word()));
            }
        }
        let fields = set.to_form(self.format, unit);
        let typing = document().active_element();
        for name in FIELDS {
            let field = self.field(name).filter(|field| Some(field) != typing.as_ref());
            if let Some(field) = field {
                let _ = Reflect::set(&field, &"value".into(), &fields.value(name).into());
            }
        }
        self.show_plates();
    }

    /// Ends typing: the set is logged.
    pub(super) fn leave_fields(&self) {
        let field = document().active_element();
        if let Some(field) =
            field.filter(|field| field.tag_name() == "INPUT" && self.group.contains(Some(field)))
        {
            let _ = field.unchecked_into::<HtmlElement>().blur();
        }
    }

    /// Each next to its field, instead of all that were shown before. The first one gets the focus.
    pub(super) fn show_errors(&self, errors: &[(&'static str, FieldError)]) {
        while let Some(old) = self.find_in("form .error") {
            old.remove();
        }
        for name in FIELDS {
            let Some(field) = self.field(name) else { continue };
            let error = errors.iter().find(|(wrong, _)| *wrong == name).map(|(_, error)| *error);
            self.mark(&field, name, error);
        }
        if let Some((name, _)) = errors.first()
            && let Some(field) = self.field(name)
        {
            let _ = field.unchecked_into::<HtmlElement>().focus();
        }
    }

    fn mark(&self, field: &Element, name: &str, error: Option<FieldError>) {
        let id = format!("{}-{name}", self.slot);
        let error_id = format!("{id}-error");
        let unit = format!("{id}-unit");
        let has_unit = self.find_in(&format!("#{unit}")).is_some();
        let described = match (error.is_some(), has_unit) {
            (true, true) => Some(format!("{error_id} {unit}")),
            (true, false) => Some(error_id.clone()),
            (false, true) => Some(unit),
            (false, false) => None,
        };
        let set = |name: &str, value: Option<&str>| match value {
            Some(value) => field.set_attribute(name, value),
            None => field.remove_attribute(name),
        };
        let _ = set("aria-invalid", error.map(|_| "true"));
        let _ = set("aria-describedby", described.as_deref());
        let Some(error) = error else { return };
        // A note is folded away.
        if let Ok(Some(folded)) = field.closest(".set-note") {
            let _ = folded.set_attribute("open", "");
        }
        if let (Ok(text), Ok(Some(place))) = (document().create_element("p"), field.closest(".set-field")) {
            text.set_class_name("error");
            text.set_id(&error_id);
            text.set_text_content(Some(&error.to_string()));
            let _ = place.append_child(&text);
        }
    }

    /// The rows of the same exercise that come after this one and are still to be done.
    pub(super) fn later_rows(&self) -> Vec<Self> {
        let Ok(Some(card)) = self.group.closest(".block") else { return Vec::new() };
        let Ok(groups) = card.query_selector_all(".set.planned, .set.current") else { return Vec::new() };
        let mut rows = Self::each(&groups);
        rows.retain(|row| row.slot > self.slot && row.exercise == self.exercise);
        rows
    }

    /// Fills in a weight where nothing is.
    pub(super) fn suggest_weight(&self, weight: Weight) {
        if let Some(field) = self.input("weight").filter(|field| field.value().is_empty()) {
            field.set_value(&weight.to_unit(self.unit()).number());
            self.show_plates();
        }
    }
}
