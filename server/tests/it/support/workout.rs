//! The forms of the player, filled in as a browser sends them.

use scraper::{ElementRef, Html, Selector};

use crate::support::browser::{Answer, Browser};

/// Names and values.
pub(crate) type Fields = Vec<(String, String)>;

fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

/// Every form of a page with this action, with what it would send.
pub(crate) fn forms_of(page: &Answer, action: &str) -> Vec<Fields> {
    let html = Html::parse_document(&page.body);
    html.select(&select(&format!("form[action='{action}']"))).map(fields).collect()
}

fn fields(form: ElementRef<'_>) -> Fields {
    let input = |input: ElementRef<'_>| {
        Some((input.attr("name")?.to_owned(), input.attr("value").unwrap_or_default().to_owned()))
    };
    let choice = |choice: ElementRef<'_>| {
        let chosen = choice.select(&select("option[selected]")).next();
        let chosen = chosen.or(choice.select(&select("option")).next());
        let value = chosen.and_then(|option| option.attr("value")).unwrap_or_default();
        Some((choice.attr("name")?.to_owned(), value.to_owned()))
    };
    let (of_inputs, of_choices) = (select("input"), select("select"));
    form.select(&of_inputs).filter_map(input).chain(form.select(&of_choices).filter_map(choice)).collect()
}

pub(crate) fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// The same form with other values typed.
pub(crate) fn typed(mut fields: Fields, values: &[(&str, &str)]) -> Fields {
    for (name, value) in values {
        let field = fields.iter_mut().find(|(key, _)| key == name);
        field.unwrap_or_else(|| panic!("no field {name}")).1 = (*value).to_owned();
    }
    fields
}

impl Browser {
    /// Sends a form just as its page has it.
    pub(crate) async fn submit(&self, action: &str, fields: &Fields) -> Answer {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post_bare(action, &fields).await
    }

    /// The form of a set.
    pub(crate) async fn row(&self, slot: &str) -> Fields {
        let page = self.get("/workout").await;
        let rows = forms_of(&page, "/api/workouts/log").into_iter();
        rows.into_iter().find(|row| value(row, "slot") == slot).unwrap_or_else(|| panic!("no row {slot}"))
    }

    /// Logs a set as it is planned.
    pub(crate) async fn log(&self, slot: &str) -> Answer {
        self.submit("/api/workouts/log", &self.row(slot).await).await
    }

    /// Logs every set as it is planned, and finishes. The path of the workout's page.
    pub(crate) async fn train(&self) -> String {
        let slots: Vec<String> = forms_of(&self.get("/workout").await, "/api/workouts/log")
            .iter()
            .map(|row| value(row, "slot").to_owned())
            .filter(|slot| slot.contains('s'))
            .collect();
        for slot in slots {
            self.log(&slot).await.assert_redirect(&format!("/workout#{slot}"));
        }
        let finish = forms_of(&self.get("/workout").await, "/api/workouts/finish").remove(0);
        let answer = self.submit("/api/workouts/finish", &finish).await;
        let path = answer.location().strip_suffix("?saved=true");
        path.unwrap_or_else(|| panic!("{} {}", answer.status, answer.location())).to_owned()
    }

    /// Finishes without the sets that are not logged. The path of the workout's page.
    pub(crate) async fn finish_early(&self) -> String {
        const FINISH: &str = "/api/workouts/finish";
        let finish = forms_of(&self.get("/workout").await, FINISH).remove(0);
        self.submit(FINISH, &finish).await.assert_redirect("/workout/review");
        let finish = forms_of(&self.get("/workout/review").await, FINISH).remove(0);
        let answer = self.submit(FINISH, &finish).await;
        let path = answer.location().strip_suffix("?saved=true");
        path.unwrap_or_else(|| panic!("{} {}", answer.status, answer.location())).to_owned()
    }
}
