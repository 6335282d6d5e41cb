//! The question: which key, where, for how long, why.

use keyward::message::{Answered, PageRequest, PendingReply, Reason, Refusal, Road, Scope};
use keyward::origin::WebOrigin;
use keyward::web::extension::{text, text_with};
use keyward::web::message::ask;
use keyward::web::page;
use keyward::web::transfer;
use keyward::web::view::Text;
use keyward::web::words;
use serde::Deserialize;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{arming, close, close_button};

/// Of the person's own words; the background refuses longer ones.
const MAX_WORDS: &str = "200";

/// With the text of each.
const REASONS: [(&str, &str); 5] = [
    ("testKey", "reasonTestKey"),
    ("revoked", "reasonRevoked"),
    ("falseAlarm", "reasonFalseAlarm"),
    ("siteNeedsIt", "reasonSiteNeedsIt"),
    ("other", "reasonOther"),
];

/// What the person has filled in, and how far the answer is.
#[derive(Clone, Copy)]
struct Form {
    hold: Signal<String>,
    scope: Signal<Scope>,
    reason: Signal<&'static str>,
    words: Signal<String>,
    /// A text of `_locales` that says what is missing.
    missing: Signal<&'static str>,
    stage: Signal<Stage>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    Working,
    /// With the text that says how it ended, where the window stays to say so.
    Ended(&'static str),
}

#[derive(Deserialize)]
struct AnswerReply {
    answered: Answered,
}

pub(crate) fn view(hold: String, pending: &PendingReply) -> View {
    let form = Form {
        hold: create_signal(hold),
        scope: create_signal(Scope::Once),
        reason: create_signal(""),
        words: create_signal(String::new()),
        missing: create_signal(""),
        stage: create_signal(Stage::Open),
    };
    let many = pending.detectors.len() > 1;
    let title = text(if many {
        "confirmTitleMany"
    } else {
        "confirmTitle"
    });
    page::document().set_title(&title);
    let site = site(pending);
    let kinds = kinds(pending);
    let scope = scope(pending, form);
    let reasons = reasons(form);
    let actions = actions(form, many);
    view! {
        h1 { (title) }
        (match form.stage.get() {
            Stage::Ended(how) => view! {
                p(class="banner", role="alert") { (text(how)) }
                (close_button())
            },
            Stage::Open | Stage::Working => View::default(),
        })
        form(
            novalidate=true,
            hidden=matches!(form.stage.get(), Stage::Ended(_)),
            on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                answer(form, false, None);
            },
            on:keydown=move |event: web_sys::KeyboardEvent| {
                if event.key() == "Escape" {
                    answer(form, false, None);
                }
            },
        ) {
            div(class="fields") {
                (site)
                (kinds)
                (scope)
                (reasons)
            }
            (actions)
        }
    }
}

fn site(pending: &PendingReply) -> View {
    let origin = pending
        .origin
        .as_deref()
        .and_then(|origin| WebOrigin::parse(origin).ok());
    let shown = match &origin {
        Some(origin) => {
            let origin = origin.to_string();
            view! { p(class="origin") { bdi(dir="ltr") { (origin) } } }
        }
        None => view! { p(class="origin") { (Text { key: "confirmOpaque" }) } },
    };
    let unicode = match origin.as_ref().and_then(WebOrigin::unicode) {
        Some(unicode) => note(text_with("confirmUnicode", &[&unicode])),
        None => View::default(),
    };
    let insecure = match &origin {
        Some(origin) if !origin.is_https() && !origin.is_loopback() => {
            view! { p(class="warning") { (Text { key: "confirmInsecure" }) } }
        }
        _ => View::default(),
    };
    view! {
        section(aria-labelledby="site") {
            h2(id="site") { (Text { key: "confirmSite" }) }
            (shown)
            (unicode)
            (insecure)
        }
    }
}

fn kinds(pending: &PendingReply) -> View {
    let names: Vec<View> = words::kinds(&pending.detectors)
        .into_iter()
        .map(|name| view! { li { (name) } })
        .collect();
    let road = note(text(match pending.road {
        Road::Paste => "confirmRoadPaste",
        Road::Drop => "confirmRoadDrop",
        Road::Typed => "confirmRoadTyped",
        Road::Enter => "confirmRoadEnter",
        Road::Click => "confirmRoadClick",
        Road::Submit => "confirmRoadSubmit",
        Road::File => "confirmRoadFile",
        Road::Sending => "confirmRoadSending",
        Road::Address => "confirmRoadAddress",
    }));
    view! {
        section(aria-labelledby="kinds") {
            h2(id="kinds") { (Text { key: "confirmKinds" }) }
            ul(class="kinds") { (names) }
            (road)
        }
    }
}

fn scope(pending: &PendingReply, form: Form) -> View {
    if !pending.can_always {
        return note(text(match pending.origin {
            None => "confirmNoAlwaysOpaque",
            Some(_) => "confirmNoAlwaysPrivate",
        }));
    }
    let choice = move |id: &'static str, scope: Scope, label: &'static str| {
        let choose = move |_: web_sys::Event| {
            form.scope.set(scope);
            form.missing.set("");
        };
        view! {
            label(class="choice") {
                input(
                    r#type="radio",
                    name="scope",
                    id=id,
                    prop:checked=form.scope.get() == scope,
                    on:change=choose,
                )
                span { (Text { key: label }) }
            }
        }
    };
    let many = pending.detectors.len() > 1;
    let once = choice("once", Scope::Once, "confirmOnce");
    let always = choice(
        "always",
        Scope::Always,
        if many {
            "confirmAlwaysMany"
        } else {
            "confirmAlways"
        },
    );
    let harmless = match pending.can_harmless {
        true => vec![
            choice("harmlessHere", Scope::HarmlessHere, "confirmHarmlessHere"),
            choice("harmless", Scope::Harmless, "confirmHarmless"),
        ],
        false => Vec::new(),
    };
    view! {
        fieldset {
            legend { (Text { key: "confirmScope" }) }
            (once)
            (always)
            (harmless)
        }
    }
}

fn reasons(form: Form) -> View {
    let choice = |(id, label): (&'static str, &'static str)| {
        let choose = move |_: web_sys::Event| {
            form.reason.set(id);
            form.missing.set("");
        };
        view! {
            label(class="choice") {
                input(
                    r#type="radio",
                    name="reason",
                    id=id,
                    prop:checked=form.reason.get() == id,
                    on:change=choose,
                )
                span { (Text { key: label }) }
            }
        }
    };
    let choices: Vec<View> = REASONS.into_iter().map(choice).collect();
    view! {
        // That it is no key is the reason.
        fieldset(hidden=is_harmless(form.scope.get())) {
            legend {
                (text(if form.scope.get() == Scope::Always { "confirmReason" } else { "confirmReasonOptional" }))
            }
            (choices)
            div(class="words", hidden=form.reason.get() != "other") {
                label(r#for="words") { (Text { key: "confirmReasonWords" }) }
                input(
                    r#type="text",
                    id="words",
                    maxlength=MAX_WORDS,
                    autocomplete="off",
                    bind:value=form.words,
                )
            }
        }
    }
}

fn actions(form: Form, many: bool) -> View {
    let armed = arming::armed();
    let (keep_out, through) = if many {
        ("confirmKeepOutMany", "confirmLetThroughMany")
    } else {
        ("confirmKeepOut", "confirmLetThrough")
    };
    let missing = move || match form.missing.get() {
        "" => String::new(),
        key => text(key),
    };
    let progress = move || match form.stage.get() {
        Stage::Working => text("confirmWorking"),
        Stage::Open | Stage::Ended(_) => String::new(),
    };
    let press = move |event: web_sys::MouseEvent| {
        // The signal too: a press that began while the button was shown can end after it was taken back.
        if event.is_trusted() && armed.get_untracked() {
            let_through(form);
        }
    };
    view! {
        p(class="missing", role="alert") { (missing()) }
        p(class="note", role="status") { (progress()) }
        div(class="actions") {
            button(
                r#type="submit",
                id="keepOut",
                class="primary",
                disabled=form.stage.get() != Stage::Open,
            ) { (text(keep_out)) }
            button(
                r#type="button",
                id="letThrough",
                class="danger",
                disabled=!armed.get() || form.stage.get() != Stage::Open,
                on:click=press,
            ) { (text(through)) }
        }
    }
}

fn is_harmless(scope: Scope) -> bool {
    matches!(scope, Scope::Harmless | Scope::HarmlessHere)
}

fn note(words: String) -> View {
    view! { p(class="note") { (words) } }
}

fn let_through(form: Form) {
    let words = form.words.with_untracked(|words| words.trim().to_owned());
    let is_needless = is_harmless(form.scope.get_untracked());
    if is_needless || form.reason.get_untracked() != "other" || words.is_empty() {
        return let_through_for(form, words);
    }
    // The reason is kept as plain text, with the rule: no place for a key.
    spawn_local(async move {
        let missing = match transfer::holds_key(&words).await {
            Ok(false) => return let_through_for(form, words),
            Ok(true) => "confirmWordsKey",
            Err(_) => "confirmFailed",
        };
        form.missing.set(missing);
        page::focus("words");
    });
}

/// `words` are those of the person, where they chose to give a reason of their own.
fn let_through_for(form: Form, words: String) {
    let always = form.scope.get_untracked() == Scope::Always;
    let own_words = form.reason.get_untracked() == "other";
    let reason = match form.reason.get_untracked() {
        "testKey" => Some(Reason::TestKey),
        "revoked" => Some(Reason::Revoked),
        "falseAlarm" => Some(Reason::FalseAlarm),
        "siteNeedsIt" => Some(Reason::SiteNeedsIt),
        "other" if !words.is_empty() => Some(Reason::Other { words }),
        _ => None,
    };
    if always && reason.is_none() {
        let (missing, field) = if own_words {
            ("confirmWordsMissing", "words")
        } else {
            ("confirmReasonMissing", "testKey")
        };
        form.missing.set(missing);
        page::focus(field);
        return;
    }
    answer(form, true, reason);
}

fn answer(form: Form, allow: bool, reason: Option<Reason>) {
    if form.stage.get_untracked() != Stage::Open {
        return;
    }
    form.missing.set("");
    form.stage.set(Stage::Working);
    let scope = form.scope.get_untracked();
    let hold = form.hold.get_clone_untracked();
    spawn_local(async move {
        let request = PageRequest::Answer {
            hold,
            allow,
            scope,
            reason,
        };
        let ended = match ask::<AnswerReply>(&request).await {
            Ok(AnswerReply {
                answered: Answered::KeptOut | Answered::LetThrough,
            }) => return close(),
            Ok(AnswerReply {
                answered: Answered::PageChanged,
            }) => "confirmPageChanged",
            Ok(AnswerReply {
                answered: Answered::NotRemembered,
            }) => "confirmNotRemembered",
            Err(Refusal::UnknownHold) => "confirmNothing",
            Err(_) => "confirmFailed",
        };
        form.stage.set(Stage::Ended(ended));
        page::focus("close");
    });
}
