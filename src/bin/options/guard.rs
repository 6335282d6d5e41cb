//! The guard: where it is not on, and what always passes.

use std::rc::Rc;

use keyward::message::{GuardSettings, Loss, Mode, PageRequest, Rule, SetMode, SiteMode};
use keyward::web::extension::{text, text_with};
use keyward::web::permission;
use keyward::web::words;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::{App, Told};
use crate::element::{button, choice, classed, el, is_checked, note, part, said, way};
use crate::harmless;
use crate::place::{self, Section};

pub(crate) fn view(app: App) -> View {
    part(move || match app.guard.get_clone() {
        None => note("popupFailed").into(),
        Some(settings) => shown(app, &settings),
    })
}

fn shown(app: App, settings: &GuardSettings) -> View {
    let loss = match settings.loss {
        Loss::None => View::default(),
        Loss::KeptAside => {
            let seen = button("lossSeen", "popupLostSeen", move |_| {
                app.change_guard(PageRequest::LossSeen {}, None);
            });
            classed("section", "banner")
                .with(said("h2", "popupLost"))
                .with(said("p", "popupLostAbout"))
                .with(classed("div", "actions").with(seen))
                .into()
        }
        Loss::Unavailable => classed("section", "banner")
            .with(said("h2", "popupLost"))
            .with(said("p", "popupUnavailableAbout"))
            .into(),
    };
    let off = settings.off.len();
    let detectors = match off {
        0 => text("optionsAllDetectors"),
        off => text_with("optionsDetectorsOff", &[&off.to_string()]),
    };
    let detectors = el("p")
        .words(&detectors)
        .words(" ")
        .with(said("a", "optionsDetectors").attr("href", &place::of(Section::Detectors)));
    let watched = classed("section", "card")
        .attr("aria-labelledby", "watchedTitle")
        .with(said("h2", "optionsWatched").id("watchedTitle"))
        .with(said("p", "optionsWatchedAbout"))
        .with(detectors)
        .with(
            el("p").with(
                said("a", "optionsSelftest")
                    .attr("href", "selftest.html")
                    .id("selftest"),
            ),
        );
    View::from(vec![
        loss,
        watched.into(),
        sending(app, settings),
        sign(app, settings.sign),
        modes(app, &settings.sites),
        rules(app, &settings.rules),
        harmless::view(app, &settings.harmless),
    ])
}

/// The switch of what pages send by themselves, which takes a permission.
fn sending(app: App, settings: &GuardSettings) -> View {
    let on = settings.sending;
    let press = move |_| {
        if on {
            return app.change_guard(PageRequest::SetSending { on: false }, None);
        }
        // In the turn of the click: later the browser would not ask.
        let allowed = permission::request_scripts();
        spawn_local(async move {
            let allowed = match allowed {
                Ok(allowed) => allowed.await.unwrap_or(false),
                Err(_) => false,
            };
            match allowed {
                true => app.change_guard(PageRequest::SetSending { on: true }, None),
                false => app.tell_text("optionsSendingRefused"),
            }
        });
    };
    let (state, label) = match on {
        true => ("optionsSendingIsOn", "optionsSendingOff"),
        false => ("optionsSendingIsOff", "optionsSendingOn"),
    };
    classed("section", "card")
        .attr("aria-labelledby", "sendingTitle")
        .with(said("h2", "optionsSending").id("sendingTitle"))
        .with(said("p", "optionsSendingAbout"))
        .with(note("optionsSendingCost"))
        .with(said("p", state).id("sendingState"))
        .with(classed("div", "actions").with(button("sending", label, press)))
        .with(match on {
            true => unwatched(app, &settings.unwatched),
            false => View::default(),
        })
        .into()
}

/// The sites that are excepted from it.
fn unwatched(app: App, sites: &[String]) -> View {
    let content: View = match sites {
        [] => note("optionsUnwatchedNone").into(),
        sites => {
            let items = sites.iter().map(|site| {
                let request = PageRequest::SetSendingHere {
                    origin: site.clone(),
                    on: true,
                };
                let said = text_with("optionsWatchedAgain", &[site]);
                let press = move |_| {
                    let told = Told {
                        words: said.clone(),
                        undo: None,
                    };
                    app.change_guard(request.clone(), Some(told));
                };
                let watch = button("", "popupSendingWatch", press)
                    .attr("class", "small")
                    .attr("aria-label", &text_with("optionsWatchOf", &[site]));
                classed("li", "between").with(way(site)).with(watch).into()
            });
            let items: Vec<View> = items.collect();
            classed("ul", "rows plain")
                .attr("aria-labelledby", "unwatched")
                .with(items)
                .into()
        }
    };
    View::from(vec![
        said("h3", "optionsUnwatched").id("unwatched").into(),
        content,
    ])
}

/// The small sign in fields.
fn sign(app: App, is_on: bool) -> View {
    let switch = choice("checkbox", "sign", "optionsSign", |input| {
        input
            .attr("role", "switch")
            .attr("aria-describedby", "signAbout")
            .checked(move || is_on)
            .on("change", move |event| {
                let on = is_checked(&event);
                app.change_guard(PageRequest::SetSign { on }, None);
            })
    });
    classed("section", "card")
        .attr("aria-labelledby", "signTitle")
        .with(said("h2", "optionsSignTitle").id("signTitle"))
        .with(switch)
        .with(note("optionsSignAbout").id("signAbout"))
        .into()
}

fn modes(app: App, sites: &[SiteMode]) -> View {
    let content: View = match sites {
        [] => note("optionsModesNone").into(),
        sites => {
            let items: Vec<View> = sites.iter().map(|site| mode(app, site)).collect();
            classed("ul", "rows plain").with(items).into()
        }
    };
    classed("section", "card")
        .attr("aria-labelledby", "modesTitle")
        .with(said("h2", "optionsModes").id("modesTitle"))
        .with(content)
        .into()
}

fn mode(app: App, site: &SiteMode) -> View {
    let (words, before) = match site.mode {
        Mode::On => return View::default(),
        Mode::Paused { until_ms } => (
            text_with("popupPaused", &[&words::time(until_ms)]),
            SetMode::Paused,
        ),
        Mode::Off => (text("optionsModeOff"), SetMode::Off),
    };
    let shown = el("span")
        .with(way(&site.origin))
        .with(classed("span", "note").words(&words));
    let label = text_with("optionsSwitchOnOf", &[&site.origin]);
    let origin = site.origin.clone();
    let set = move |mode| PageRequest::SetSite {
        origin: origin.clone(),
        mode,
        private: false,
    };
    let said = text_with("optionsSwitchedOn", &[&site.origin]);
    let press = move |_| {
        let back = set(before);
        let undo = Rc::new(move || app.change_guard(back.clone(), None));
        let told = Told {
            words: said.clone(),
            undo: Some(undo),
        };
        app.change_guard(set(SetMode::On), Some(told));
    };
    let on = button("", "popupSwitchOn", press)
        .attr("class", "small")
        .attr("aria-label", &label);
    classed("li", "between").with(shown).with(on).into()
}

fn rules(app: App, rules: &[Rule]) -> View {
    let content: View = match rules {
        [] => note("optionsRulesNone").into(),
        rules => {
            let items: Vec<View> = rules.iter().map(|one| rule(app, one)).collect();
            classed("ul", "rows plain").with(items).into()
        }
    };
    classed("section", "card")
        .attr("aria-labelledby", "rulesTitle")
        .with(said("h2", "optionsRules").id("rulesTitle"))
        .with(content)
        .into()
}

fn rule(app: App, rule: &Rule) -> View {
    let kind = words::key(&rule.detector);
    let about = format!(
        "{} · {}",
        words::reason(&rule.reason),
        text_with("popupRuleSince", &[&words::day(rule.created_ms)])
    );
    let shown = el("span")
        .with(classed("span", "name").words(&kind))
        .words(" · ")
        .with(way(&rule.origin))
        .with(classed("span", "note").words(&about));
    let label = text_with("popupWithdrawOf", &[&format!("{kind} · {}", rule.origin)]);
    let request = PageRequest::WithdrawRule {
        origin: rule.origin.clone(),
        detector: rule.detector.clone(),
    };
    let words = text_with("popupWithdrawn", &[&kind]);
    let press = move |_| {
        let told = Told {
            words: words.clone(),
            undo: None,
        };
        app.change_guard(request.clone(), Some(told));
    };
    let withdraw = button("", "popupWithdraw", press)
        .attr("class", "small")
        .attr("aria-label", &label);
    classed("li", "between").with(shown).with(withdraw).into()
}
