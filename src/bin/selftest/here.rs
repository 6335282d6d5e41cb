//! What this page cannot try, and what is not seen: with the reason, for this browser.

use keyward::message::{PageRequest, SiteReply};
use keyward::web::element::{classed, el, note, put, said};
use keyward::web::extension::{self, text, text_with};
use keyward::web::message::ask;
use sycamore::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

/// Not seen by any means: what, and why.
const NOT_SEEN: [(&str, &str); 5] = [
    ("selftestStreams", "selftestStreamsAbout"),
    ("selftestCoded", "selftestCodedAbout"),
    ("selftestSplit", "selftestSplitAbout"),
    ("selftestPictures", "selftestPicturesAbout"),
    ("selftestBrowserPages", "selftestBrowserPagesAbout"),
];

pub(crate) fn view(is_firefox: bool, sending: bool) -> View {
    let workers = match (sending, is_firefox) {
        (false, _) => "selftestWorkersOff",
        (true, true) => "selftestWorkersFirefox",
        (true, false) => "selftestWorkersChrome",
    };
    let pickers = match (sending, is_firefox) {
        (_, true) => "selftestPickersFirefox",
        (false, false) => "selftestWorkersOff",
        (true, false) => "selftestPickersChrome",
    };
    let elsewhere = [
        ("selftestEditors", "selftestEditorsAbout"),
        ("selftestFrames", "selftestFramesAbout"),
        ("selftestTyping", "selftestTypingAbout"),
        ("selftestWorkers", workers),
        ("selftestPickers", pickers),
    ];
    let list = |lines: &[(&str, &str)]| {
        let items: Vec<View> = lines
            .iter()
            .map(|(title, about)| line(title, about))
            .collect();
        classed("ul", "lines").with(items)
    };
    let tabs = create_signal(text("selftestAsking"));
    let private = create_signal(text("selftestAsking"));
    spawn_local(async move {
        let allowed = extension::is_allowed_in_private_windows().await;
        put(
            private,
            text(match allowed {
                Ok(true) => "selftestPrivateOn",
                _ => "selftestPrivateOff",
            }),
        );
        put(tabs, count_tabs().await);
    });
    let browser = classed("ul", "lines")
        .with(
            el("li")
                .with(said("h3", "selftestTabs"))
                .with(el("p").id("tabs").varying_words(move || tabs.get_clone())),
        )
        .with(
            el("li").with(said("h3", "selftestPrivate")).with(
                el("p")
                    .id("private")
                    .varying_words(move || private.get_clone()),
            ),
        );
    View::from(vec![
        section("browserTitle", "selftestBrowser", None, browser.into()),
        section(
            "elsewhereTitle",
            "selftestElsewhere",
            Some("selftestElsewhereAbout"),
            list(&elsewhere).into(),
        ),
        section(
            "notSeenTitle",
            "selftestNotSeen",
            Some("selftestNotSeenAbout"),
            list(&NOT_SEEN).into(),
        ),
    ])
}

fn section(id: &'static str, title: &str, about: Option<&str>, list: View) -> View {
    let section = el("section")
        .attr("aria-labelledby", id)
        .with(said("h2", title).id(id));
    match about {
        Some(about) => section.with(note(about)),
        None => section,
    }
    .with(list)
    .into()
}

fn line(title: &str, about: &str) -> View {
    el("li")
        .with(said("h3", title))
        .with(said("p", about))
        .into()
}

/// In how many of the open tabs the guard answers.
async fn count_tabs() -> String {
    let own = extension::own_tab().await;
    let tabs = extension::all_tabs().await.unwrap_or_default();
    // All at once: one that does not answer takes a second.
    let asked: Vec<_> = tabs
        .into_iter()
        .filter(|tab| Some(*tab) != own)
        .map(|tab| {
            future_to_promise(async move {
                let site: Option<SiteReply> = ask(&PageRequest::Site {
                    tab_id: tab,
                    private: false,
                })
                .await
                .ok();
                Ok(JsValue::from(site.is_some_and(|site| site.watched)))
            })
        })
        .collect();
    let (mut watched, count) = (0, asked.len());
    for answer in asked {
        if JsFuture::from(answer).await == Ok(JsValue::TRUE) {
            watched += 1;
        }
    }
    match count {
        0 => text("selftestNoTabs"),
        _ => text_with(
            "selftestTabsAbout",
            &[&watched.to_string(), &count.to_string()],
        ),
    }
}
