//! The guard: values that the person said are no keys.

use keyward::message::{HarmlessValue, PageRequest};
use keyward::web::extension::{text, text_with};
use keyward::web::words;
use sycamore::prelude::*;

use crate::app::{App, Told};
use crate::element::{button, classed, el, note, said, way};

pub(crate) fn view(app: App, values: &[HarmlessValue]) -> View {
    let content: View = match values {
        [] => note("optionsHarmlessNone").into(),
        values => {
            let items: Vec<View> = values
                .iter()
                .enumerate()
                .map(|(index, one)| value(app, index, one))
                .collect();
            classed("ul", "rows plain").with(items).into()
        }
    };
    classed("section", "card")
        .attr("aria-labelledby", "harmlessTitle")
        .with(said("h2", "optionsHarmless").id("harmlessTitle"))
        .with(content)
        .into()
}

fn value(app: App, index: usize, value: &HarmlessValue) -> View {
    let kind = words::key(&value.detector);
    let place = match &value.origin {
        Some(origin) => origin.clone(),
        None => text("optionsHarmlessEverywhere"),
    };
    let about = text_with("popupRuleSince", &[&words::day(value.created_ms)]);
    let shown = el("span")
        .with(classed("span", "name").words(&kind))
        .words(" · ");
    let shown = match &value.origin {
        Some(origin) => shown.with(way(origin)),
        None => shown.words(&place),
    };
    let label = text_with("popupWithdrawOf", &[&format!("{kind} · {place}")]);
    let request = PageRequest::WithdrawHarmless {
        index,
        created_ms: value.created_ms,
    };
    let press = move |_| {
        let told = Told {
            words: text("optionsHarmlessWithdrawn"),
            undo: None,
        };
        app.change_guard(request.clone(), Some(told));
    };
    let withdraw = button("", "popupWithdraw", press)
        .attr("class", "small")
        .attr("aria-label", &label);
    let shown = shown.with(classed("span", "note").words(&about));
    classed("li", "between").with(shown).with(withdraw).into()
}
