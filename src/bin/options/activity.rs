//! What the guard stopped and what was filled, since the browser was opened.

use keyward::fill::Refusal;
use keyward::message::fill::{PageRequest as FillRequest, Past};
use keyward::message::{Finding, PageRequest};
use keyward::web::clock::now_ms;
use keyward::web::extension::text;
use keyward::web::js::to_js;
use keyward::web::message::ask;
use keyward::web::words;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::App;
use crate::element::{classed, el, note, part, put, said, way};
use crate::place::{self, Section};

pub(crate) fn view(app: App) -> View {
    let findings: Signal<Vec<Finding>> = create_signal(Vec::new());
    let fills: Signal<Vec<Past>> = create_signal(Vec::new());
    create_effect(move || {
        app.happened.track();
        if app.section() == Section::Activity {
            spawn_local(async move {
                if let Ok(read) = ask(&PageRequest::Recent { private: false }).await {
                    put(findings, read);
                }
                if let Ok(read) = ask(&FillRequest::FillRecent {}).await {
                    put(fills, read);
                }
            });
        }
    });
    let stopped = part(move || {
        let items: Vec<View> = findings.with(|all| all.iter().map(finding).collect());
        list(items, "optionsFindingsNone")
    });
    let filled = part(move || {
        // Names are known while the vault is open.
        app.entries.track();
        let items: Vec<View> = fills.with(|all| all.iter().map(|past| fill(app, past)).collect());
        list(items, "optionsFillsNone")
    });
    View::from(vec![
        section("findingsTitle", "optionsFindings", stopped),
        section("fillsTitle", "optionsFills", filled),
    ])
}

fn section(id: &str, title: &str, content: View) -> View {
    classed("section", "card")
        .attr("aria-labelledby", id)
        .with(said("h2", title).id(id))
        .with(content)
        .into()
}

fn list(items: Vec<View>, none: &str) -> View {
    match items.is_empty() {
        true => note(none).into(),
        false => classed("ul", "rows plain").with(items).into(),
    }
}

fn finding(finding: &Finding) -> View {
    let name = classed("span", "name").words(&words::kinds(&finding.detectors).join(", "));
    let place = match &finding.origin {
        Some(origin) => way(origin),
        None => said("span", "popupNoOrigin"),
    };
    let mut about = format!(
        "{} · {} · {}",
        words::moment(finding.found_ms, now_ms()),
        words::road(finding.road),
        words::outcome(finding.outcome)
    );
    if let Some(reason) = &finding.reason {
        about.push_str(" · ");
        about.push_str(&words::reason(reason));
    }
    item(name.into(), place.into(), &about)
}

fn fill(app: App, past: &Past) -> View {
    let named = past
        .entry
        .as_ref()
        .and_then(|entry| Some((entry, app.name_of(entry)?)));
    let name = match named {
        Some((entry, name)) => el("a").attr("href", &place::of_entry(entry)).words(&name),
        None => said("span", "optionsKey"),
    };
    let place = match &past.origin {
        Some(origin) => way(origin.as_str()),
        None => said("span", "popupNoOrigin"),
    };
    let how = match past.refused {
        None => text("optionsFilled"),
        Some(refusal) => refused(refusal),
    };
    let about = format!("{} · {how}", words::moment(past.at_ms, now_ms()));
    item(name.into(), place.into(), &about)
}

fn item(name: View, place: View, about: &str) -> View {
    el("li")
        .with(el("p").with(name).words(" · ").with(place))
        .with(classed("p", "note").words(about))
        .into()
}

/// Each refusal has its text under `refusal` and its name.
fn refused(refusal: Refusal) -> String {
    let name = to_js(&refusal).ok().and_then(|name| name.as_string());
    let name = name.unwrap_or_default();
    let (first, rest) = name.split_at(name.len().min(1));
    text(&format!("refusal{}{rest}", first.to_ascii_uppercase()))
}
