//! The popup: what the guard does on the site in front and its switch, and the vault with the keys for that site.
//!
//! The two parts come from two answers of the background, and each is shown as soon as its own is there: a page that does
//! not answer keeps nobody from unlocking.

mod findings;
mod keys;
mod life;
mod rules;
mod site;
mod vault;

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Promise;
use keyward::message::{Loss, Mode, PageRequest, Refusal, SiteReply};
use keyward::web::extension::{self, Tab, text};
use keyward::web::forms::Done;
use keyward::web::kinds;
use keyward::web::message::ask;
use keyward::web::page;
use keyward::web::view::{self, Text};
use sycamore::prelude::*;
use vault::Vault;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

/// What is on the screen.
#[derive(Clone, Copy)]
struct Popup {
    /// Once it is known.
    tab: Signal<Option<Tab>>,
    /// Whether `site` is an answer.
    is_known: Signal<bool>,
    site: Signal<SiteReply>,
    vault: Vault,
    /// What the person is told after a press, for the eye.
    failed: Signal<&'static str>,
    /// And for screen readers only.
    said: Signal<String>,
}

/// Shows the page; ends when all of it can be used.
#[wasm_bindgen]
pub async fn show() {
    let root = page::prepare("popupTitle");
    let made: Rc<Cell<Option<Popup>>> = Rc::default();
    let place = Rc::clone(&made);
    sycamore::render_to(
        move || {
            let popup = Popup::new();
            place.set(Some(popup));
            popup.view()
        },
        &root,
    );
    let popup = made.get().expect("it was made just now");
    let site = popup.begin_site();
    popup.vault.load().await;
    popup.vault.focus();
    // It is never rejected: what fails is on the screen.
    let _ = JsFuture::from(site).await;
}

/// The tab in front, or the one that the address names: the same page can be opened in a tab of its own.
async fn tab() -> Option<Tab> {
    match page::parameter("tab") {
        Some(tab) => Some(Tab {
            id: tab.parse().ok()?,
            private: false,
        }),
        None => extension::active_tab().await.ok(),
    }
}

impl Popup {
    fn new() -> Self {
        Popup {
            tab: create_signal(None),
            is_known: create_signal(false),
            // Not shown before there is an answer.
            site: create_signal(SiteReply {
                watched: false,
                origin: None,
                mode: Mode::On,
                rules: Vec::new(),
                recent: Vec::new(),
                sending: None,
                loss: Loss::None,
            }),
            vault: Vault::new(),
            failed: create_signal(""),
            said: create_signal(String::new()),
        }
    }

    fn view(self) -> View {
        let failed = view::part(move || match self.failed.get() {
            "" => View::default(),
            key => view! { p(class="missing", role="alert") { (Text { key }) } },
        });
        let life = life::view();
        let keys = vault::view(self);
        let about_site = |make: fn(Popup) -> View| {
            view::part(move || match self.is_known.get() {
                true => make(self),
                false => View::default(),
            })
        };
        let loss = about_site(loss);
        let site = about_site(site::view);
        let rules = about_site(rules::view);
        let findings = about_site(findings::view);
        let said = view::words(move || self.said.get_clone());
        let label = text("popupElsewhere");
        view! {
            header {
                h1(class="brand") {
                    img(src="icons/keyward.svg", alt="", width="20", height="20")
                    (Text { key: "popupTitle" })
                }
                nav(aria-label=label) {
                    a(href="life.html", target="_blank", id="life") { (Text { key: "popupLife" }) }
                    a(href="options.html#guard", target="_blank", id="watched") { (Text { key: "popupWatched" }) }
                    a(href="options.html", target="_blank", id="settings") { (Text { key: "popupSettings" }) }
                }
            }
            (failed)
            (loss)
            (life)
            (site)
            (keys)
            (rules)
            (findings)
            p(class="aside", role="status") { (said) }
        }
    }

    /// Asks about the site in front; the promise is fulfilled when the answer is on the screen.
    fn begin_site(self) -> Promise {
        future_to_promise(async move {
            let tab = tab().await;
            self.tab.set(tab);
            match self.ask_site().await {
                Ok(site) => {
                    self.site.set(site);
                    self.is_known.set(true);
                }
                Err(_) => self.failed.set("popupFailed"),
            }
            Ok(JsValue::UNDEFINED)
        })
    }

    async fn ask_site(self) -> Result<SiteReply, Refusal> {
        let tab = self.tab.get_untracked().ok_or(Refusal::Failed)?;
        let site: SiteReply = ask(&PageRequest::Site {
            tab_id: tab.id,
            private: tab.private,
        })
        .await?;
        // Most sites have nothing to name, and the popup opens sooner.
        if !site.recent.is_empty() || !site.rules.is_empty() {
            kinds::load().await;
        }
        Ok(site)
    }

    fn is_private(self) -> bool {
        self.tab.get_untracked().is_some_and(|tab| tab.private)
    }

    /// Asks the background for a change, shows what holds then, and has screen readers say `said`. What was pressed may be
    /// gone by then: the focus goes to the first of `next` that is there.
    fn change(self, request: PageRequest, said: String, next: Vec<String>) {
        spawn_local(async move {
            let changed = match ask::<Done>(&request).await {
                Ok(Done {}) => self.ask_site().await,
                Err(refusal) => Err(refusal),
            };
            match changed {
                Ok(site) => {
                    self.failed.set("");
                    self.said.set(said);
                    self.site.set(site);
                    page::focus_first(&next);
                }
                Err(Refusal::NotStored) => self.failed.set("popupNotStored"),
                Err(_) => self.failed.set("popupFailed"),
            }
        });
    }
}

fn loss(popup: Popup) -> View {
    let loss = create_selector(move || popup.site.with(|site| site.loss));
    let seen = move |_: web_sys::MouseEvent| {
        popup.change(PageRequest::LossSeen {}, String::new(), site::switches());
    };
    view::part(move || {
        let (about, button) = match loss.get() {
            Loss::None => return View::default(),
            Loss::KeptAside => (
                "popupLostAbout",
                view! {
                    div(class="actions") {
                        button(r#type="button", id="lossSeen", on:click=seen) { (Text { key: "popupLostSeen" }) }
                    }
                },
            ),
            Loss::Unavailable => ("popupUnavailableAbout", View::default()),
        };
        view! {
            section(class="banner", aria-labelledby="lost") {
                h2(id="lost") { (Text { key: "popupLost" }) }
                p { (Text { key: about }) }
                (button)
            }
        }
    })
}

fn main() {}
