//! What always passes on the site in front, and taking it back.

use keyward::message::{PageRequest, Rule};
use keyward::web::extension::text_with;
use keyward::web::view::Text;
use keyward::web::words;
use sycamore::prelude::*;

use crate::{Popup, site};

pub(crate) fn view(popup: Popup) -> View {
    let rules = create_selector(move || popup.site.with(|site| site.rules.clone()));
    view! {
        (if rules.with(Vec::is_empty) {
            View::default()
        } else {
            let items: Vec<View> = rules
                .get_clone()
                .into_iter()
                .enumerate()
                .map(|(index, rule)| item(popup, index, rule))
                .collect();
            view! {
                section(aria-labelledby="rules") {
                    h2(id="rules") { (Text { key: "popupRules" }) }
                    ul(class="list") { (items) }
                }
            }
        })
    }
}

fn item(popup: Popup, index: usize, rule: Rule) -> View {
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
        // The rule that moves up to this place, or the one before it.
        let mut next = vec![id(index), id(index.saturating_sub(1))];
        next.extend(site::switches());
        popup.change(request, said.clone(), next);
    };
    let id = id(index);
    view! {
        li(class="rule") {
            div {
                p(class="name") { (name) }
                p(class="note") { (about) }
            }
            button(r#type="button", id=id, class="small", aria-label=label, on:click=press) {
                (Text { key: "popupWithdraw" })
            }
        }
    }
}

fn id(index: usize) -> String {
    format!("withdraw-{index}")
}
