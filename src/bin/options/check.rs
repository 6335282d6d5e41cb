//! Asking a key's issuer whether it still takes it, what came of it, and when the key is to be replaced.
//!
//! A check is noted with the entry, which then has another revision, so that the panel around this part is made anew: what
//! was told stays in between, and so does the focus.

use std::cell::RefCell;

use keyward::life::check::{self, Check, Verdict};
use keyward::life::rotation::Due;
use keyward::message::life::{Checked, EntryLife, PageRequest, Refusal, Told};
use keyward::message::vault::EntryLine;
use keyward::web::clock::now_ms;
use keyward::web::extension::{text, text_with};
use keyward::web::message::ask_life;
use keyward::web::permission;
use keyward::web::verdict;
use keyward::web::words;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::element::{self, El, classed, el, focus_soon, part, put, said};

const CHECK: &str = "checkKey";

thread_local! {
    /// The entry that was checked last, and how, until its panel is there again.
    static LAST: RefCell<Option<(String, Told)>> = const { RefCell::new(None) };
}

/// The part for an entry: when it is due, and the check where there is one for its provider.
pub(crate) fn view(entry: &EntryLine) -> View {
    let told: Signal<Option<Told>> = create_signal(None);
    let due: Signal<Option<(Due, Option<u64>)>> = create_signal(None);
    spawn_local(load(entry.entry.clone(), told, due));
    let due = part(move || due.get().map_or_else(View::default, due_of));
    let section = classed("section", "check").with(due);
    match check::of_provider(&entry.details.provider) {
        Some(check) => asking(section, check, entry, told),
        None => section.into(),
    }
}

/// When the key is to be replaced.
fn due_of((due, at_ms): (Due, Option<u64>)) -> View {
    let (Some(at_ms), false) = (at_ms, due == Due::Never) else {
        return element::note("lifeNeverDue").id("due").into();
    };
    let (class, key) = match due {
        Due::Overdue => ("warning", "lifeOverdue"),
        Due::Soon => ("warning", "lifeDueSoon"),
        _ => ("note", "lifeDue"),
    };
    let words = text_with(key, &[&words::day(at_ms)]);
    classed("p", class).id("due").words(&words).into()
}

fn asking(
    section: El,
    check: &'static Check,
    entry: &EntryLine,
    told: Signal<Option<Told>>,
) -> View {
    let busy = create_signal(false);
    let trouble = create_signal(String::new());
    let id = entry.entry.clone();
    let last = LAST.with_borrow_mut(|last| last.take_if(|(entry, _)| *entry == id));
    if let Some((_, last)) = last {
        told.set(Some(last));
        focus_soon(CHECK);
    }
    let press = move |_| {
        if busy.get_untracked() {
            return;
        }
        // In the turn of the click: later the browser would not ask.
        let allowed = permission::request(&check.permission());
        put(busy, true);
        put(trouble, String::new());
        let id = id.clone();
        spawn_local(async move {
            let allowed = match allowed {
                Ok(allowed) => allowed.await.unwrap_or(false),
                Err(_) => false,
            };
            let answer = match allowed {
                true => {
                    ask_life(&PageRequest::CheckKey {
                        entry: id.clone(),
                        earlier: 0,
                    })
                    .await
                }
                false => Err(Refusal::NotAllowed),
            };
            put(busy, false);
            match answer {
                Ok(answer) => {
                    LAST.set(answer_to_keep(id, &answer));
                    put(told, Some(answer));
                }
                Err(refusal) => put(trouble, verdict::refused(check, refusal)),
            }
        });
    };
    let label = move || match busy.get() {
        true => text_with("lifeAsking", &[check.host]),
        false => text("lifeCheck"),
    };
    let press = el("button")
        .attr("type", "button")
        .id(CHECK)
        .varying("aria-disabled", move || {
            busy.get().then(|| "true".to_owned())
        })
        .varying_words(label)
        .on("click", press);
    let about = classed("p", "note").words(&text_with("lifeAbout", &[check.host]));
    let result = part(move || match told.get_clone() {
        Some(told) => result(check, &told),
        None => View::default(),
    });
    section
        .attr("aria-labelledby", "checkTitle")
        .with(said("h3", "lifeTitle").id("checkTitle"))
        .with(about)
        .with(classed("div", "actions").with(press))
        .with(element::problem("checkProblem", trouble))
        .with(el("div").attr("role", "status").id("checked").with(result))
        .into()
}

/// What was not noted would not be seen after the panel was made anew; and it is not.
fn answer_to_keep(entry: String, told: &Told) -> Option<(String, Told)> {
    told.kept.then(|| (entry, told.clone()))
}

/// What was seen before.
async fn load(entry: String, told: Signal<Option<Told>>, due: Signal<Option<(Due, Option<u64>)>>) {
    // What cannot be read is not shown; the button says more.
    let lives: Vec<EntryLife> = ask_life(&PageRequest::KeyLives {})
        .await
        .unwrap_or_default();
    let Some(life) = lives.into_iter().find(|life| life.entry == entry) else {
        return;
    };
    put(due, Some((life.due, life.due_ms)));
    let checked = life.keys.into_iter().next().and_then(|key| key.checked);
    if let Some(checked) = checked {
        put(
            told,
            Some(Told {
                checked,
                kept: true,
            }),
        );
    }
}

fn result(check: &Check, told: &Told) -> View {
    let Checked {
        at_ms,
        verdict,
        balances,
        ..
    } = &told.checked;
    let mark = match verdict {
        verdict if verdict.is_alive() => "good",
        Verdict::Dead => "bad",
        _ => "unknown",
    };
    let mut result = classed("div", "result")
        .attr("data-verdict", mark)
        .with(classed("p", "verdict").words(&verdict::words(check, &told.checked)));
    for balance in balances {
        let amount = format!("{} {}", balance.total.as_str(), balance.currency);
        result = result.with(classed("p", "balance").words(&text_with("lifeBalance", &[&amount])));
    }
    let moment = words::moment(*at_ms, now_ms());
    let when = classed("p", "note").words(&text_with("lifeCheckedAt", &[&moment]));
    let result = result.with(when);
    if told.kept {
        result.into()
    } else {
        result.with(element::note("lifeNotKept")).into()
    }
}
