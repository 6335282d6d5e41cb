//! The last findings: kinds, place, road, time and how each ended. There is no text of theirs to show.

use keyward::message::Finding;
use keyward::web::clock::now_ms;
use keyward::web::view::Text;
use keyward::web::words;
use sycamore::prelude::*;

use crate::Popup;

/// More are not shown at once; all of them are in the settings.
const MOST_SHOWN: usize = 5;

pub(crate) fn view(popup: Popup) -> View {
    let here = create_selector(move || popup.site.with(|site| site.origin.clone()));
    let recent = create_selector(move || popup.site.with(|site| site.recent.clone()));
    // Where there is no site in front, or nothing on it, all of them say more.
    let everywhere = create_signal(popup.site.with_untracked(|site| {
        !site
            .recent
            .iter()
            .any(|finding| finding.origin.is_some() && finding.origin == site.origin)
    }));
    let choice = move |id: &'static str, all: bool, label: &'static str| {
        view! {
            label(class="segment") {
                input(
                    r#type="radio",
                    name="findings",
                    id=id,
                    prop:checked=everywhere.get() == all,
                    on:change=move |_: web_sys::Event| everywhere.set(all),
                )
                span { (Text { key: label }) }
            }
        }
    };
    let choices = move || {
        if here.with(Option::is_none) {
            return View::default();
        }
        let here = choice("here", false, "popupRecentHere");
        let all = choice("all", true, "popupRecentAll");
        view! {
            fieldset(class="segments") {
                legend(class="aside") { (Text { key: "popupRecent" }) }
                (here)
                (all)
            }
        }
    };
    let list = move || {
        let here = here.get_clone();
        let all = everywhere.get() || here.is_none();
        let shown = recent
            .get_clone()
            .into_iter()
            .filter(|finding| all || finding.origin == here);
        let mut items: Vec<View> = shown.map(|finding| item(&finding, all)).collect();
        let more = items.len() > MOST_SHOWN;
        items.truncate(MOST_SHOWN);
        if items.is_empty() {
            let none = if all {
                "popupRecentNone"
            } else {
                "popupRecentNoneHere"
            };
            return view! { p(class="note") { (Text { key: none }) } };
        }
        let rest = match more {
            false => View::default(),
            true => view! {
                a(href="options.html#activity", target="_blank", id="activity") { (Text { key: "popupRecentRest" }) }
            },
        };
        view! {
            ul(class="list", aria-labelledby="recent") { (items) }
            (rest)
        }
    };
    view! {
        section(aria-labelledby="recent") {
            div(class="heading") {
                h2(id="recent") { (Text { key: "popupRecent" }) }
                (choices())
            }
            (list())
        }
    }
}

fn item(finding: &Finding, with_origin: bool) -> View {
    let names = words::kinds(&finding.detectors).join(", ");
    let about = format!(
        "{} · {} · {}",
        words::moment(finding.found_ms, now_ms()),
        words::road(finding.road),
        words::outcome(finding.outcome)
    );
    let origin = match (&finding.origin, with_origin) {
        (_, false) => View::default(),
        (None, true) => view! { p(class="note") { (Text { key: "popupNoOrigin" }) } },
        (Some(origin), true) => {
            let origin = origin.clone();
            view! { p(class="note") { bdi(dir="ltr") { (origin) } } }
        }
    };
    let reason = match &finding.reason {
        Some(reason) => {
            let reason = words::reason(reason);
            view! { p(class="note") { (reason) } }
        }
        None => View::default(),
    };
    view! {
        li(class="finding") {
            p(class="name") { (names) }
            (origin)
            p(class="note") { (about) }
            (reason)
        }
    }
}
