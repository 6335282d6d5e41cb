//! The popup: what the guard does on the site in front, and the switch for it.

mod findings;
mod rules;
mod site;

use keyward::message::{Loss, PageRequest, Refusal, SiteReply};
use keyward::web::extension::{self, Tab};
use keyward::web::message::ask;
use keyward::web::page;
use keyward::web::view::Text;
use serde::Deserialize;
use sycamore::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// What is on the screen.
#[derive(Clone, Copy)]
struct Popup {
    tab: Signal<Tab>,
    site: Signal<SiteReply>,
    /// What the person is told after a press, for the eye.
    failed: Signal<&'static str>,
    /// And for screen readers only.
    said: Signal<String>,
}

/// The answer to a change.
#[derive(Deserialize)]
struct Done {}

/// Shows the page.
#[wasm_bindgen]
pub async fn show() {
    let root = page::prepare("popupTitle");
    let loaded = match tab().await {
        Some(tab) => load(tab).await.map(|site| (tab, site)),
        None => Err(Refusal::Failed),
    };
    sycamore::render_to(
        move || match loaded {
            Ok((tab, site)) => popup(tab, site),
            Err(_) => view! {
                (brand())
                p(class="banner", role="alert") { (Text { key: "popupFailed" }) }
            },
        },
        &root,
    );
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

async fn load(tab: Tab) -> Result<SiteReply, Refusal> {
    ask(&PageRequest::Site {
        tab_id: tab.id,
        private: tab.private,
    })
    .await
}

fn popup(tab: Tab, site: SiteReply) -> View {
    let popup = Popup {
        tab: create_signal(tab),
        site: create_signal(site),
        failed: create_signal(""),
        said: create_signal(String::new()),
    };
    let loss = loss(popup);
    let site = site::view(popup);
    let rules = rules::view(popup);
    let findings = findings::view(popup);
    view! {
        (brand())
        (match popup.failed.get() {
            "" => View::default(),
            failed => view! { p(class="missing", role="alert") { (Text { key: failed }) } },
        })
        (loss)
        (site)
        (rules)
        (findings)
        p(class="aside", role="status") { (popup.said.get_clone()) }
    }
}

fn brand() -> View {
    view! {
        h1(class="brand") {
            img(src="icons/keyward.svg", alt="", width="20", height="20")
            (Text { key: "popupTitle" })
        }
    }
}

fn loss(popup: Popup) -> View {
    let loss = create_selector(move || popup.site.with(|site| site.loss));
    view! {
        (match loss.get() {
            Loss::None => View::default(),
            Loss::KeptAside => view! {
                section(class="banner", aria-labelledby="lost") {
                    h2(id="lost") { (Text { key: "popupLost" }) }
                    p { (Text { key: "popupLostAbout" }) }
                    div(class="actions") {
                        button(r#type="button", id="lossSeen", on:click=move |_| popup.change(PageRequest::LossSeen {}, String::new(), site::switches())) {
                            (Text { key: "popupLostSeen" })
                        }
                    }
                }
            },
            Loss::Unavailable => view! {
                section(class="banner", aria-labelledby="lost") {
                    h2(id="lost") { (Text { key: "popupLost" }) }
                    p { (Text { key: "popupUnavailableAbout" }) }
                }
            },
        })
    }
}

impl Popup {
    /// Asks the background for a change, shows what holds then, and has screen readers say `said`. What was pressed may be
    /// gone by then: the focus goes to the first of `next` that is there.
    fn change(self, request: PageRequest, said: String, next: Vec<String>) {
        spawn_local(async move {
            let changed = match ask::<Done>(&request).await {
                Ok(Done {}) => load(self.tab.get_untracked()).await,
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

fn main() {}
