//! The keys in the popup: those that may be filled on the site in front, and a search over all of them.
//!
//! Filling is asked for here and confirmed in the extension's own window, where a site is approved for a key, too.

use js_sys::JsString;
use keyward::message::fill::{self, Asked};
use keyward::message::vault::{Bytes, EntryLine, PageRequest, Refusal};
use keyward::origin::HttpsOrigin;
use keyward::web::clipboard;
use keyward::web::clock::now_ms;
use keyward::web::extension::{text, text_with};
use keyward::web::message::{ask, ask_vault};
use keyward::web::page;
use keyward::web::view::{self, Text};
use keyward::web::words;
use serde::Deserialize;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::Popup;

/// The first thing to press.
pub(crate) const FIRST: &str = "firstKey";
/// The search over all keys.
const FIND: &str = "findKey";
/// More are not shown at once: the search is there for them.
const MOST_SHOWN: usize = 6;

/// The answer to `copyKey`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Copied {
    key: Bytes,
    until_ms: u64,
}

/// A key may be filled here, may be once the site is approved for it, or nothing can be filled here at all.
#[derive(Clone, Copy, PartialEq)]
enum Here {
    Approved,
    NotApproved,
    Nowhere,
}

pub(crate) fn view(popup: Popup) -> View {
    let entries = popup.vault.entries;
    if entries.with_untracked(Vec::is_empty) {
        return empty();
    }
    let origin = create_selector(move || {
        popup.site.with(|site| {
            let origin = site.origin.as_deref()?;
            HttpsOrigin::parse(origin).ok().map(|_| origin.to_owned())
        })
    });
    let here = view::part(move || match origin.get_clone() {
        Some(origin) => of_site(popup, &origin),
        None => match popup.is_known.get() {
            true => view! { p(class="note") { (Text { key: "popupNoFillHere" }) } },
            false => View::default(),
        },
    });
    let all = all(popup, origin);
    view! {
        (here)
        (all)
    }
}

fn empty() -> View {
    view! {
        p(class="note") { (Text { key: "popupNoKeys" }) }
        a(href="options.html#add", target="_blank", id=FIRST, class="button primary") {
            (Text { key: "popupAddKey" })
        }
    }
}

/// The keys that are approved for the site.
fn of_site(popup: Popup, origin: &str) -> View {
    // Cloned: nothing can be made for a view while a signal is looked at.
    let entries = popup.vault.entries.get_clone_untracked();
    let items: Vec<View> = latest_first(&entries)
        .into_iter()
        .filter(|entry| is_approved(entry, origin))
        .enumerate()
        .map(|(index, entry)| item(popup, entry, Here::Approved, index == 0))
        .collect();
    if items.is_empty() {
        return view! { p(class="note", id="noneHere") { (Text { key: "popupNoKeysHere" }) } };
    }
    view! { ul(class="list", id="keysHere", aria-labelledby="vault") { (items) } }
}

/// A search over all keys. Those that are not approved here are shown without one where no other is.
fn all(popup: Popup, origin: ReadSignal<Option<String>>) -> View {
    let entries = popup.vault.entries;
    let count = entries.with_untracked(Vec::len);
    let query = create_signal(String::new());
    let typed = move |_: web_sys::Event| query.set(page::value(FIND));
    let found = view::part(move || {
        let origin = origin.get_clone();
        let query = query.with(|query| lower(query));
        let words: Vec<&str> = query.split_whitespace().collect();
        let entries = entries.get_clone();
        let approved = |entry: &EntryLine| {
            origin
                .as_deref()
                .is_some_and(|origin| is_approved(entry, origin))
        };
        let any_here = entries.iter().any(approved);
        let mut found: Vec<&EntryLine> = latest_first(&entries);
        found.retain(|entry| match words.is_empty() {
            true => !any_here && !approved(entry),
            false => matches(entry, &words),
        });
        results(popup, &found, origin.is_some(), !words.is_empty(), approved)
    });
    if count < 2 {
        return found;
    }
    let label = text_with("popupFind", &[&count.to_string()]);
    view! {
        div(class="field") {
            label(r#for=FIND) { (label) }
            input(r#type="search", id=FIND, autocomplete="off", prop:spellcheck=false, on:input=typed)
        }
        (found)
    }
}

fn results(
    popup: Popup,
    found: &[&EntryLine],
    can_fill: bool,
    is_searched: bool,
    approved: impl Fn(&EntryLine) -> bool,
) -> View {
    if found.is_empty() {
        return match is_searched {
            true => view! { p(class="note", role="status") { (Text { key: "popupNoneFound" }) } },
            false => View::default(),
        };
    }
    let items: Vec<View> = found
        .iter()
        .take(MOST_SHOWN)
        .map(|entry| {
            let here = match (can_fill, approved(entry)) {
                (false, _) => Here::Nowhere,
                (true, true) => Here::Approved,
                (true, false) => Here::NotApproved,
            };
            item(popup, entry, here, false)
        })
        .collect();
    let more = match found.len().saturating_sub(MOST_SHOWN) {
        0 => View::default(),
        more => {
            let words = text_with("popupMoreKeys", &[&more.to_string()]);
            view! { p(class="note") { (words) } }
        }
    };
    let label = text("popupAllKeys");
    view! {
        ul(class="list", id="keysFound", aria-label=label) { (items) }
        (more)
    }
}

fn item(popup: Popup, entry: &EntryLine, here: Here, is_first: bool) -> View {
    let name = entry.details.name.clone();
    let about = about(entry);
    let copy = {
        let (id, name) = (entry.entry.clone(), name.clone());
        let label = text_with("popupCopyOf", &[&name]);
        let press = move |_: web_sys::MouseEvent| copy(popup, id.clone(), name.clone());
        view! {
            button(r#type="button", class="small copy", aria-label=label, on:click=press) {
                (Text { key: "popupCopy" })
            }
        }
    };
    let fill = {
        let id = entry.entry.clone();
        let press = move |_: web_sys::MouseEvent| fill(popup, id.clone());
        let (class, key, of) = match here {
            Here::Approved => ("small fill primary", "popupFill", "popupFillOf"),
            Here::NotApproved => ("small fill", "popupApprove", "popupApproveOf"),
            Here::Nowhere => ("", "", ""),
        };
        match here {
            Here::Nowhere => View::default(),
            _ => {
                let label = text_with(of, &[&name]);
                let id = is_first.then_some(FIRST);
                view! {
                    button(r#type="button", id=id, class=class, aria-label=label, on:click=press) {
                        (Text { key })
                    }
                }
            }
        }
    };
    view! {
        li(class="key") {
            div {
                p(class="name") { (name) }
                p(class="note") { (about) }
            }
            div(class="presses") {
                (fill)
                (copy)
            }
        }
    }
}

/// Who issued it and when it was used last, and where.
fn about(entry: &EntryLine) -> String {
    let used = match (entry.last_use_ms, entry.last_use_at.as_deref()) {
        (None, _) => text("popupNeverUsed"),
        (Some(ms), None | Some("")) => text_with("popupUsed", &[&words::moment(ms, now_ms())]),
        (Some(ms), Some(origin)) => {
            let host = origin.strip_prefix("https://").unwrap_or(origin);
            text_with("popupUsedAt", &[&words::moment(ms, now_ms()), host])
        }
    };
    match entry.details.provider.as_str() {
        "" => used,
        provider => format!("{provider} · {used}"),
    }
}

/// Has the background ask the page and open the window, which takes the popup's place.
fn fill(popup: Popup, entry: String) {
    let Some(tab) = popup.tab.get_untracked() else {
        return popup.failed.set("popupFailed");
    };
    let request = fill::PageRequest::Fill {
        tab_id: tab.id,
        entry: Some(entry),
    };
    spawn_local(async move {
        match ask::<Asked>(&request).await {
            // A popup goes by itself where the window comes to the front; in a tab of its own it stays.
            Ok(Asked { .. }) => {
                if page::parameter("tab").is_none() {
                    let _ = page::window().close();
                }
            }
            Err(_) => popup.failed.set("popupFailed"),
        }
    });
}

fn copy(popup: Popup, entry: String, name: String) {
    spawn_local(async move {
        let copied: Copied = match ask_vault(&PageRequest::CopyKey { entry }).await {
            Ok(copied) => copied,
            Err(refusal) => return popup.vault.refused(refusal),
        };
        match put_on_clipboard(&copied.key).await {
            Ok(()) => {
                let seconds = copied.until_ms.saturating_sub(now_ms()).div_ceil(1000);
                let words = text_with("popupCopied", &[&name, &seconds.to_string()]);
                popup.vault.told.set(words);
            }
            Err(refusal) => popup.vault.refused(refusal),
        }
    });
}

async fn put_on_clipboard(key: &Bytes) -> Result<(), Refusal> {
    let text = key.text()?;
    clipboard::write(&text).await.map_err(|_| Refusal::Failed)
}

fn latest_first(entries: &[EntryLine]) -> Vec<&EntryLine> {
    let mut sorted: Vec<&EntryLine> = entries.iter().collect();
    sorted.sort_by_key(|entry| std::cmp::Reverse(entry.last_use_ms.unwrap_or(0)));
    sorted
}

fn is_approved(entry: &EntryLine, origin: &str) -> bool {
    entry.origins.iter().any(|approved| approved == origin)
}

/// Whether each of the words is somewhere in what the person says about the key.
fn matches(entry: &EntryLine, words: &[&str]) -> bool {
    let details = &entry.details;
    let mut texts = [
        details.name.as_str(),
        &details.provider,
        &details.owner,
        &details.scope,
        &details.purpose,
        &details.variable,
    ]
    .join("\n");
    for origin in &entry.origins {
        texts.push('\n');
        texts.push_str(origin);
    }
    let texts = lower(&texts);
    words.iter().all(|word| texts.contains(word))
}

/// By the browser: Rust's tables for it are 4 KB.
fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}
