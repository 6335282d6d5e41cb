//! Approving sites by typing them: what was read, in ASCII and as it looks, and what is odd about it.

use std::rc::Rc;

use keyward::approve::{HostNames, Oddity, Unapprovable, typed};
use keyward::message::vault::{EntryLine, PageRequest};
use keyward::origin::HttpsOrigin;
use keyward::web::extension::{text, text_with};
use keyward::web::forms::problem;
use keyward::web::oddity;
use keyward::web::page;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::{App, Told, name};
use crate::element::{button, classed, el, field, form, line, note, part, put, said, way};

/// What the parts of a form are called: one stands beside an entry, one among all sites, and both stay on the page.
#[derive(Clone, Copy)]
pub(crate) struct Names {
    field: &'static str,
    button: &'static str,
    read: &'static str,
    problem: &'static str,
}

/// Beside an entry.
const OF_ENTRY: Names = Names {
    field: "site",
    button: "approve",
    read: "siteRead",
    problem: "siteProblem",
};

/// Among all sites.
pub(crate) const OF_SITES: Names = Names {
    field: "anySite",
    button: "approveAny",
    read: "anySiteRead",
    problem: "anySiteProblem",
};

/// The browser's own reading of host names.
struct BrowserNames;

impl HostNames for BrowserNames {
    fn origin_of(&self, authority: &str) -> Option<String> {
        let address = web_sys::Url::new(&format!("https://{authority}")).ok()?;
        Some(address.origin())
    }
}

/// The sites of an entry.
pub(crate) fn of_entry(app: App, entry: &EntryLine) -> View {
    let list = match entry.origins.is_empty() {
        true => note("optionsNoSites").into(),
        false => {
            let items = entry.origins.iter().map(|origin| item(app, entry, origin));
            View::from(classed("ul", "rows plain").with(items.collect::<Vec<View>>()))
        }
    };
    let id = entry.entry.clone();
    classed("section", "sites")
        .attr("aria-labelledby", "sitesTitle")
        .with(said("h3", "optionsApproved").id("sitesTitle"))
        .with(list)
        .with(typing(app, OF_ENTRY, app.site, move || Some(id.clone())))
        .into()
}

fn item(app: App, entry: &EntryLine, origin: &str) -> View {
    let (entry, origin) = (entry.clone(), origin.to_owned());
    let label = text_with("optionsWithdrawOf", &[&origin]);
    let shown = el("span").with(way(&origin)).with(unicode_of(&origin));
    let press = move |_| withdraw(app, &entry, &origin);
    let button = button("", "optionsWithdraw", press)
        .attr("class", "small")
        .attr("aria-label", &label);
    classed("li", "between").with(shown).with(button).into()
}

/// How an international name looks, where it is one.
pub(crate) fn unicode_of(origin: &str) -> View {
    let unicode = HttpsOrigin::parse(origin)
        .ok()
        .and_then(|origin| origin.unicode());
    match unicode {
        Some(unicode) => classed("span", "note").with(way(&unicode)).into(),
        None => View::default(),
    }
}

/// Takes an approval back, and can give it again.
pub(crate) fn withdraw(app: App, entry: &EntryLine, origin: &str) {
    // What is no origin was never approved.
    let Ok(origin) = HttpsOrigin::parse(origin) else {
        return;
    };
    let again = (entry.entry.clone(), origin.clone());
    let words = text_with("optionsWithdrawn", &[origin.as_str(), name(entry)]);
    let undo = Rc::new(move || {
        let (entry, origin) = again.clone();
        let words = text_with("optionsApprovedAgain", &[origin.as_str()]);
        let told = Told { words, undo: None };
        app.change_and_tell(PageRequest::ApproveOrigin { entry, origin }, told);
    });
    let request = PageRequest::WithdrawOrigin {
        entry: entry.entry.clone(),
        origin,
    };
    let told = Told {
        words,
        undo: Some(undo),
    };
    app.change_and_tell(request, told);
}

/// The form in which a site is typed, for the entry that `chosen` names when it is sent.
pub(crate) fn typing(
    app: App,
    names: Names,
    written: Signal<String>,
    chosen: impl Fn() -> Option<String> + 'static,
) -> View {
    let problem = create_signal(String::new());
    let read = create_memo(move || {
        let written = written.get_clone();
        (!written.trim().is_empty()).then(|| typed(&written, &BrowserNames))
    });
    let odd = create_memo(move || match read.get_clone() {
        Some(Ok(origin)) => oddity::of(&origin, &approved(app)),
        _ => Vec::new(),
    });
    create_effect(move || {
        written.track();
        problem.set(String::new());
    });
    let is_grave = create_selector(move || odd.with(|odd| odd.iter().any(Oddity::is_grave)));
    let about = part(move || match read.get_clone() {
        Some(Ok(origin)) => read_as(&origin, &odd.get_clone()),
        // What is not finished is no mistake yet.
        Some(Err(Unapprovable::NotAnAddress)) | None => View::default(),
        Some(Err(reason)) => classed("p", "warning").words(&refused(reason)).into(),
    });
    let send = move || {
        let origin = match read.get_clone() {
            Some(Ok(origin)) => origin,
            Some(Err(reason)) => return problem.set(refused(reason)),
            None => return problem.set(refused(Unapprovable::NotAnAddress)),
        };
        match chosen() {
            Some(entry) => approve(app, entry, origin, names.field, written, problem),
            None => problem.set(text("optionsChooseKeyFirst")),
        }
    };
    let input = line(written)
        .attr("inputmode", "url")
        .attr("placeholder", "https://")
        .attr(
            "aria-describedby",
            &format!("{} {}", names.read, names.problem),
        );
    let label = move || {
        let anyway = is_grave.get();
        text(if anyway {
            "optionsApproveAnyway"
        } else {
            "optionsApprove"
        })
    };
    let class = move || Some(if is_grave.get() { "danger" } else { "" }.to_owned());
    let press = el("button")
        .attr("type", "submit")
        .id(names.button)
        .varying("class", class)
        .varying_words(label);
    let status = classed("div", "read").id(names.read).attr("role", "status");
    form("approving", send)
        .with(
            classed("div", "joined")
                .with(field(names.field, "optionsSite", input))
                .with(press),
        )
        .with(status.with(about))
        .with(crate::element::problem(names.problem, problem))
        .into()
}

fn approve(
    app: App,
    entry: String,
    origin: HttpsOrigin,
    field: &'static str,
    written: Signal<String>,
    told: Signal<String>,
) {
    spawn_local(async move {
        let words = text_with("optionsApprovedNow", &[origin.as_str()]);
        let request = PageRequest::ApproveOrigin { entry, origin };
        let approved = app.ask::<keyward::web::forms::Done>(&request).await;
        match approved {
            Ok(_) => {
                put(written, String::new());
                app.refresh().await;
                app.tell(words);
                page::focus(field);
            }
            Err(refusal) => put(told, problem::words(refusal)),
        }
    });
}

/// What an address was read as.
fn read_as(origin: &HttpsOrigin, odd: &[Oddity]) -> View {
    let unicode = match origin.unicode() {
        Some(unicode) => {
            let words = text_with("confirmUnicode", &[&unicode]);
            View::from(classed("p", "note").words(&words))
        }
        None => View::default(),
    };
    let read = classed("p", "origin").with(way(origin.as_str()));
    let mut parts: Vec<View> = vec![read.into(), unicode];
    parts.extend(odd.iter().map(|odd| {
        let class = match odd.is_grave() {
            true => "missing",
            false => "warning",
        };
        View::from(classed("p", class).words(&oddity::words(odd)))
    }));
    View::from(parts)
}

/// All sites that are approved for anything.
fn approved(app: App) -> Vec<HttpsOrigin> {
    app.entries.with(|entries| {
        let origins = entries.iter().flat_map(|line| &line.origins);
        origins
            .filter_map(|origin| HttpsOrigin::parse(origin).ok())
            .collect()
    })
}

/// Why a place cannot be approved.
fn refused(reason: Unapprovable) -> String {
    text(match reason {
        Unapprovable::Http => "optionsSiteHttp",
        Unapprovable::File => "optionsSiteFile",
        Unapprovable::Opaque => "optionsSiteOpaque",
        Unapprovable::Extension => "optionsSiteExtension",
        Unapprovable::Internal => "optionsSiteInternal",
        Unapprovable::Scheme => "optionsSiteScheme",
        Unapprovable::Wildcard => "optionsSiteWildcard",
        Unapprovable::UserInfo => "optionsSiteUserInfo",
        Unapprovable::TrailingDot => "optionsSiteTrailingDot",
        Unapprovable::NotCanonical => "optionsSiteNotCanonical",
        _ => "optionsSiteNotAnAddress",
    })
}
