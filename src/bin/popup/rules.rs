//! What always passes on the site in front, and taking it back.

use keyward::message::{PageRequest, Rule};
use keyward::web::extension::{text, text_with};
use keyward::web::words;
use sycamore::prelude::*;

use crate::Popup;

pub(crate) fn view(popup: Popup) -> View {
    let rules = create_selector(move || popup.site.with(|site| site.rules.clone()));
    view! {
        (if rules.with(Vec::is_empty) {
            View::default()
        } else {
            let items: Vec<View> = rules.get_clone().into_iter().map(|rule| item(popup, rule)).collect();
            view! {
                section(aria-labelledby="rules") {
                    h2(id="rules") { (text("popupRules")) }
                    ul(class="list") { (items) }
                }
            }
        })
    }
}

fn item(popup: Popup, rule: Rule) -> View {
    let name = words::key(&rule.detector);
    let about = format!(
        "{} · {}",
        words::reason(&rule.reason),
        text_with("popupRuleSince", &[&words::day(rule.created_ms)])
    );
    let label = text_with("popupWithdrawOf", &[&name]);
    let said = text_with("popupWithdrawn", &[&name]);
    let press = move |_: web_sys::MouseEvent| {
        let request = PageRequest::WithdrawRule {
            origin: rule.origin.clone(),
            detector: rule.detector.clone(),
        };
        popup.change(request, said.clone());
    };
    view! {
        li(class="rule") {
            div {
                p(class="name") { (name) }
                p(class="note") { (about) }
            }
            button(r#type="button", class="small", aria-label=label, on:click=press) {
                (text("popupWithdraw"))
            }
        }
    }
}
