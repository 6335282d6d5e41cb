//! The state of the guard on the site in front, and its switch.

use keyward::message::{Mode, Outcome, PageRequest, SetMode, SiteReply};
use keyward::origin::WebOrigin;
use keyward::web::extension::{text, text_with};
use keyward::web::view::Text;
use keyward::web::words;
use sycamore::prelude::*;

use crate::Popup;

/// What of the reply is shown here; the section is drawn again only when it changes.
#[derive(Clone, PartialEq)]
struct Shown {
    watched: bool,
    origin: Option<String>,
    mode: Mode,
    sending: Option<bool>,
    /// Whether a key was seen leaving it.
    left: bool,
}

impl Shown {
    fn of(site: &SiteReply) -> Self {
        Self {
            watched: site.watched,
            origin: site.origin.clone(),
            mode: site.mode,
            sending: site.sending,
            left: site.origin.is_some()
                && site.recent.iter().any(|finding| {
                    finding.outcome == Outcome::SeenLeaving && finding.origin == site.origin
                }),
        }
    }

    /// The class of the section, which gives it its colour, and the texts of state and meaning.
    fn state(&self) -> (&'static str, String, &'static str) {
        match (self.watched, self.mode) {
            (false, _) => ("site quiet", text("popupUnwatched"), "popupUnwatchedAbout"),
            (true, Mode::On) if self.origin.is_none() => {
                ("site on", text("popupOn"), "popupOpaqueAbout")
            }
            (true, Mode::On) => ("site on", text("popupOn"), "popupOnAbout"),
            (true, Mode::Paused { until_ms }) => (
                "site off",
                text_with("popupPaused", &[&words::time(until_ms)]),
                "popupPausedAbout",
            ),
            (true, Mode::Off) => ("site off", text("popupOff"), "popupOffAbout"),
        }
    }
}

pub(crate) fn view(popup: Popup) -> View {
    let shown = create_selector(move || popup.site.with(Shown::of));
    view! { ({
        let shown = shown.get_clone();
        let (class, state, about) = shown.state();
        let name = name(&shown);
        let switch = switch(popup, &shown);
        let sending = sending(popup, &shown);
        let left = left(&shown);
        view! {
            (left)
            section(class=class, aria-labelledby="state") {
                (name)
                h2(id="state", class="state") {
                    span(class="lamp", aria-hidden="true")
                    (state)
                }
                p(class="note") { (Text { key: about }) }
                (switch)
                (sending)
            }
        }
    }) }
}

fn name(shown: &Shown) -> View {
    let Some(origin) = shown
        .origin
        .as_deref()
        .and_then(|origin| WebOrigin::parse(origin).ok())
    else {
        return if shown.watched {
            view! { p(class="origin") { (Text { key: "popupOpaque" }) } }
        } else {
            View::default()
        };
    };
    let unicode = match origin.unicode() {
        Some(unicode) => view! { p(class="note") { bdi(dir="ltr") { (unicode) } } },
        None => View::default(),
    };
    let shown = origin.to_string();
    view! {
        p(class="origin") { bdi(dir="ltr") { (shown) } }
        (unicode)
    }
}

fn switch(popup: Popup, shown: &Shown) -> View {
    let Some(origin) = shown.origin.clone() else {
        return View::default();
    };
    let button = move |id: &'static str,
                       class: &'static str,
                       mode: SetMode,
                       label: &'static str| {
        let origin = origin.clone();
        let press = move |_: web_sys::MouseEvent| {
            let private = popup.is_private();
            let request = PageRequest::SetSite {
                origin: origin.clone(),
                mode,
                private,
            };
            popup.change(request, said(mode), switches());
        };
        view! { button(r#type="button", id=id, class=class, on:click=press) { (Text { key: label }) } }
    };
    let pause = || button("pause", "", SetMode::Paused, "popupPause");
    let off = || button("off", "", SetMode::Off, "popupSwitchOff");
    let on = || button("on", "primary", SetMode::On, "popupSwitchOn");
    let buttons = match shown.mode {
        Mode::On => vec![pause(), off()],
        Mode::Paused { .. } => vec![on(), off()],
        Mode::Off => vec![on()],
    };
    view! { div(class="actions") { (buttons) } }
}

/// A key that was seen leaving: nothing is to be decided, and the person has to know.
fn left(shown: &Shown) -> View {
    if !shown.left {
        return View::default();
    }
    view! {
        section(class="banner", aria-labelledby="left") {
            h2(id="left") { (Text { key: "popupLeft" }) }
            p { (Text { key: "popupLeftAbout" }) }
        }
    }
}

/// Whether what the site sends by itself is watched, and the exception from it.
fn sending(popup: Popup, shown: &Shown) -> View {
    let (Some(origin), Some(on), Mode::On) = (shown.origin.clone(), shown.sending, shown.mode)
    else {
        return View::default();
    };
    let (about, label) = match on {
        true => ("popupSendingHere", "popupSendingExcept"),
        false => ("popupSendingNotHere", "popupSendingWatch"),
    };
    let press = move |_: web_sys::MouseEvent| {
        let request = PageRequest::SetSendingHere {
            origin: origin.clone(),
            on: !on,
        };
        let said = match on {
            true => "popupSendingNotHere",
            false => "popupSendingHere",
        };
        popup.change(request, text(said), vec!["sending".to_owned()]);
    };
    view! {
        p(class="note", id="sendingHere") { (Text { key: about }) }
        div(class="actions") {
            button(r#type="button", id="sending", class="small", on:click=press) { (Text { key: label }) }
        }
    }
}

/// The buttons of the switch, of which one is always there for a site.
pub(crate) fn switches() -> Vec<String> {
    vec!["on".to_owned(), "pause".to_owned()]
}

fn said(mode: SetMode) -> String {
    match mode {
        SetMode::On => text("popupOn"),
        SetMode::Paused => text("popupPausedAbout"),
        SetMode::Off => text("popupOff"),
    }
}
