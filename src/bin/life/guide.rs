//! The guide that replaces a key: from the provider's page to the proven death of the old one.
//!
//! It can be left at each step. Nothing of where it stands is in the page: each step is one that the background works out from
//! what was ticked off, from the entry itself, and from what the issuer said.

use keyward::life::check;
use keyward::life::rotation::{Event, Step};
use keyward::message::life::PageRequest;
use keyward::message::vault::{self, Bytes, Stored};
use keyward::origin::HttpsOrigin;
use keyward::secret::Secret;
use keyward::web::element::{El, button, classed, el, form, part, put, said, way};
use keyward::web::extension::{text, text_with};
use keyward::web::forms::secret_field::{self, SecretField};
use keyward::web::forms::{Done, problem};
use keyward::web::message::ask_vault;
use keyward::web::{page, words};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::{App, Known, go};
use crate::proof;

/// The title, which gets the focus.
pub(crate) const TITLE: &str = "guideTitle";
const KEY: &str = "newKey";
/// The place that stands for everything that is no site.
const PROGRAMS: &str = "programs";

/// In the order of the list; the last two are both its end.
const STEPS: [(Step, &str); 5] = [
    (Step::OpenPage, "lifeStepOpen"),
    (Step::StoreNew, "lifeStepStore"),
    (Step::MoveUses, "lifeStepMove"),
    (Step::DeleteOld, "lifeStepDelete"),
    (Step::ProveDead, "lifeStepProve"),
];

pub(crate) fn view(app: App, entry: &str) -> View {
    let back = said("a", "lifeBackToAll").attr("href", "#");
    let id = entry.to_owned();
    let name = create_selector(move || app.entry(&id).map(|known| known.name().to_owned()));
    let title = el("h2")
        .id(TITLE)
        .attr("tabindex", "-1")
        .varying_words(move || {
            let name = name.get_clone();
            name.map_or_else(
                || text("lifeGone"),
                |name| text_with("lifeReplaceOf", &[&name]),
            )
        });
    let id = entry.to_owned();
    // Only another step is drawn anew: what is being typed stays.
    let step = create_selector(move || app.entry(&id).map(|known| known.life.step));
    let steps = part(move || step.get().flatten().map_or_else(View::default, list));
    let id = entry.to_owned();
    let panel = part(move || match step.get() {
        None => View::default(),
        Some(step) => panel(app, &id, step),
    });
    classed("section", "card guide")
        .attr("aria-labelledby", TITLE)
        .with(back)
        .with(title)
        .with(steps)
        .with(panel)
        .into()
}

fn list(now: Step) -> View {
    let place = STEPS
        .iter()
        .position(|(step, _)| *step == now)
        .unwrap_or(STEPS.len());
    let items: Vec<View> = STEPS
        .iter()
        .enumerate()
        .map(|(index, (_, key))| {
            let class = match index {
                index if index < place => "done",
                index if index == place => "now",
                _ => "later",
            };
            let item = classed("li", class).with(said("span", key));
            match class {
                "now" => item.attr("aria-current", "step").into(),
                "done" => item
                    .with(classed("span", "aside").text("lifeStepDone"))
                    .into(),
                _ => item.into(),
            }
        })
        .collect();
    classed("ol", "steps").with(items).into()
}

fn panel(app: App, entry: &str, step: Option<Step>) -> View {
    let Some(known) = app
        .known
        .with_untracked(|all| all.iter().find(|known| known.line.entry == entry).cloned())
    else {
        return View::default();
    };
    let content = match step {
        None => vec![
            classed("p", "note").text("lifeGuideAbout").into(),
            tools(vec![
                happens(app, entry, "begin", "lifeBegin", Event::Begin).attr("class", "primary"),
            ]),
        ],
        Some(Step::OpenPage) => open_page(app, &known),
        Some(Step::StoreNew) => store_new(app, &known),
        Some(Step::MoveUses) => move_uses(app, &known),
        Some(Step::DeleteOld) => delete_old(app, &known),
        Some(Step::ProveDead) => proof::view(app, &known),
        Some(step @ (Step::Done | Step::Believed)) => end(app, &known, step),
    };
    classed("div", "step")
        .attr("data-step", &name_of(step))
        .with(content)
        .into()
}

fn name_of(step: Option<Step>) -> String {
    step.map_or_else(|| "none".to_owned(), |step| format!("{step:?}"))
}

/// A button by which something happens to the rotation.
pub(crate) fn happens(app: App, entry: &str, id: &str, label: &str, event: Event) -> El {
    let entry = entry.to_owned();
    button(id, label, move |_| {
        let request = PageRequest::Rotate {
            entry: entry.clone(),
            event,
        };
        app.change(request, String::new());
        // What was pressed goes with its step.
        page::focus_in_place(TITLE);
    })
}

pub(crate) fn tools(buttons: Vec<El>) -> View {
    let buttons: Vec<View> = buttons.into_iter().map(View::from).collect();
    classed("div", "tools").with(buttons).into()
}

pub(crate) fn back(app: App, known: &Known) -> El {
    happens(
        app,
        &known.line.entry,
        "stepBack",
        "lifeStepBack",
        Event::Back,
    )
}

/// The link to the provider's page, where it is known. `event` happens when it is followed.
fn link(app: App, known: &Known, event: Option<Event>) -> Option<El> {
    let check = check::of_provider(&known.line.details.provider)?;
    let entry = known.line.entry.clone();
    let link = el("a")
        .attr("class", "button primary")
        .attr("id", "providerPage")
        .attr("href", check.console)
        .attr("target", "_blank")
        .attr("rel", "noreferrer")
        .words(&text_with("lifeOpenPageOf", &[check.provider]));
    Some(link.on("click", move |_| {
        if let Some(event) = event {
            let entry = entry.clone();
            app.change(PageRequest::Rotate { entry, event }, String::new());
        }
    }))
}

fn open_page(app: App, known: &Known) -> Vec<View> {
    let mut buttons = Vec::new();
    buttons.extend(link(app, known, Some(Event::Opened)));
    buttons.push(happens(
        app,
        &known.line.entry,
        "opened",
        "lifeHaveNew",
        Event::Opened,
    ));
    vec![
        classed("p", "").text("lifeOpenAbout").into(),
        tools(buttons),
    ]
}

fn store_new(app: App, known: &Known) -> Vec<View> {
    let trouble = create_signal(String::new());
    let busy = create_signal(false);
    let entry = known.line.entry.clone();
    let send = move || {
        if busy.get_untracked() {
            return;
        }
        put(busy, true);
        let entry = entry.clone();
        spawn_local(async move {
            let refused = store(app, &entry).await.err();
            put(busy, false);
            match refused {
                Some(words) => put(trouble, words),
                None => {
                    app.refresh().await;
                    app.told.set(text("lifeStoredNew"));
                    page::focus_in_place(TITLE);
                }
            }
        });
    };
    let field = secret_field::view(
        SecretField {
            id: KEY,
            label: "lifeNewKey",
            autocomplete: "off",
            described_by: "newKeyProblem",
        },
        move || put(trouble, String::new()),
    );
    let press = classed("button", "primary")
        .attr("type", "submit")
        .id("takeNew")
        .text("lifeStoreNew");
    let form = form("storing", send)
        .with(field)
        .with(keyward::web::element::problem("newKeyProblem", trouble))
        .with(classed("div", "tools").with(press).with(back(app, known)));
    vec![classed("p", "").text("lifeStoreAbout").into(), form.into()]
}

/// Gives the entry the key in the field; the words for what hinders it.
async fn store(app: App, entry: &str) -> Result<(), String> {
    let typed = keyward::web::element::value(KEY);
    let key = Bytes(Secret::new(typed.into_bytes()));
    let known = app
        .known
        .with_untracked(|all| all.iter().find(|known| known.line.entry == entry).cloned());
    let seen = known.map(|known| known.line.revision).unwrap_or_default();
    let request = vault::PageRequest::ReplaceKey {
        entry: entry.to_owned(),
        seen,
        key,
    };
    let stored: Stored = ask_vault(&request).await.map_err(problem::words)?;
    if stored.duplicate {
        return Err(match stored.entry == entry {
            true => text("lifeSameKey"),
            false => text("lifeKeyOfOther"),
        });
    }
    secret_field::clear(KEY);
    Ok(())
}

/// The sites, each with its approval, and everything else where the old key may be.
fn move_uses(app: App, known: &Known) -> Vec<View> {
    let entry = known.line.entry.clone();
    let list = part(move || {
        let Some(known) = app.entry(&entry) else {
            return View::default();
        };
        let mut items: Vec<View> = Vec::new();
        for origin in &known.line.origins {
            items.push(place(app, &known, origin, true));
        }
        let used_at = known.line.last_use_at.as_deref().unwrap_or_default();
        if !used_at.is_empty() && !known.line.origins.iter().any(|origin| origin == used_at) {
            items.push(place(app, &known, used_at, false));
        }
        items.push(place(app, &known, PROGRAMS, false));
        classed("ul", "rows").id("uses").with(items).into()
    });
    let done = happens(app, &known.line.entry, "moved", "lifeMoved", Event::Moved)
        .attr("class", "primary");
    vec![
        classed("p", "").text("lifeMoveAbout").into(),
        list,
        tools(vec![done, back(app, known)]),
    ]
}

fn place(app: App, known: &Known, place: &str, is_approved: bool) -> View {
    let entry = known.line.entry.clone();
    let is_done = known.life.places.iter().any(|done| done == place);
    let ticked = {
        let (entry, place) = (entry.clone(), place.to_owned());
        move |event: web_sys::Event| {
            let request = PageRequest::TickPlace {
                entry: entry.clone(),
                place: place.clone(),
                done: keyward::web::element::is_checked(&event),
            };
            app.change(request, String::new());
        }
    };
    let box_ = el("input")
        .attr("type", "checkbox")
        .flag("checked", is_done)
        .on("change", ticked);
    let words = match place {
        PROGRAMS => {
            let variable = &known.line.details.variable;
            match variable.is_empty() {
                true => said("span", "lifePrograms"),
                false => el("span").words(&text_with("lifeProgramsVariable", &[variable])),
            }
        }
        origin => el("span").with(way(origin)),
    };
    let label = classed("label", "choice").with(box_).with(words);
    let item = classed("li", "between").with(label);
    match HttpsOrigin::parse(place) {
        Ok(origin) if is_approved => {
            let withdraw = button("", "lifeWithdraw", move |_| withdraw(app, &entry, &origin));
            let label = text_with("lifeWithdrawOf", &[place]);
            item.with(withdraw.attr("class", "small").attr("aria-label", &label))
                .into()
        }
        _ => item.into(),
    }
}

/// The new key is not for this site any more.
fn withdraw(app: App, entry: &str, origin: &HttpsOrigin) {
    let request = vault::PageRequest::WithdrawOrigin {
        entry: entry.to_owned(),
        origin: origin.clone(),
    };
    let words = text_with("lifeWithdrawn", &[origin.as_str()]);
    spawn_local(async move {
        let told = match ask_vault::<Done>(&request).await {
            Ok(_) => words,
            Err(refusal) => problem::words(refusal),
        };
        app.refresh().await;
        app.told.set(told);
    });
}

fn delete_old(app: App, known: &Known) -> Vec<View> {
    let mut buttons = Vec::new();
    buttons.extend(link(app, known, None));
    buttons.push(happens(
        app,
        &known.line.entry,
        "deleted",
        "lifeDeleted",
        Event::Deleted,
    ));
    buttons.push(back(app, known));
    vec![
        classed("p", "").text("lifeDeleteAbout").into(),
        tools(buttons),
    ]
}

fn end(app: App, known: &Known, step: Step) -> Vec<View> {
    let dead_ms = known
        .life
        .old
        .and_then(|old| known.life.keys.get(old))
        .and_then(|key| key.dead_ms);
    let words = match (step, dead_ms) {
        (Step::Done, Some(dead_ms)) => text_with(
            "lifeProven",
            &[&words::moment(dead_ms, keyward::web::clock::now_ms())],
        ),
        (Step::Done, None) => text("lifeProvenOnce"),
        _ => text("lifeBelieved"),
    };
    let class = match step {
        Step::Done => "good",
        _ => "warning",
    };
    let entry = known.line.entry.clone();
    let finish = button("finish", "lifeFinish", move |_| {
        let request = PageRequest::Rotate {
            entry: entry.clone(),
            event: Event::Leave,
        };
        app.change(request, text("lifeFinished"));
        go("#");
    });
    vec![
        classed("p", class).id("proven").words(&words).into(),
        tools(vec![finish.attr("class", "primary")]),
    ]
}
