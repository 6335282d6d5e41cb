//! Keys that went, or may have gone, where they do not belong.

use keyward::life::exposure::{Kind, Standing};
use keyward::message::life::{Exposure, PageRequest};
use keyward::web::clock::now_ms;
use keyward::web::element::{button, classed, el, field, form, line, part, said, way};
use keyward::web::extension::{text, text_with};
use keyward::web::{page, words};
use sycamore::prelude::*;

use crate::app::{App, Known, of_guide};

/// Those that are open, and below them those that are not.
pub(crate) fn view(app: App) -> View {
    // What is being typed about one outlives its drawing.
    let asked: Signal<Option<(String, u32)>> = create_signal(None);
    let reason = create_signal(String::new());
    let list = part(move || {
        let (mut open, mut closed) = (Vec::new(), Vec::new());
        for known in app.known.get_clone() {
            // Newest first.
            for exposure in known.life.exposures.iter().rev() {
                match exposure.standing.is_open() {
                    true => open.push(item(app, &known, exposure, asked, reason)),
                    false => closed.push(item(app, &known, exposure, asked, reason)),
                }
            }
        }
        let open = match open.is_empty() {
            true => App::none("lifeExposedNone"),
            false => classed("ul", "rows").id("exposed").with(open).into(),
        };
        let closed = match closed.is_empty() {
            true => View::default(),
            false => classed("details", "more")
                .with(said("summary", "lifeExposedClosed"))
                .with(classed("ul", "rows").with(closed))
                .into(),
        };
        View::from(vec![open, closed])
    });
    classed("section", "card")
        .attr("aria-labelledby", "exposedTitle")
        .with(said("h2", "lifeExposed").id("exposedTitle"))
        .with(list)
        .into()
}

fn item(
    app: App,
    known: &Known,
    exposure: &Exposure,
    asked: Signal<Option<(String, u32)>>,
    reason: Signal<String>,
) -> View {
    let about = format!(
        "{} · {}",
        words::moment(exposure.at_ms, now_ms()),
        text(match exposure.kind {
            Kind::LetThrough => "lifeKindLetThrough",
            Kind::SeenLeaving => "lifeKindSeenLeaving",
            Kind::InFile => "lifeKindInFile",
            Kind::ByHand => "lifeKindByHand",
        })
    );
    let mut about = classed("p", "note").words(&about);
    if !exposure.place.is_empty() {
        about = about.words(" · ").with(way(&exposure.place));
    }
    let standing = text(match exposure.standing {
        Standing::Open => "lifeStandingOpen",
        Standing::Replaced => "lifeStandingReplaced",
        Standing::Dead => "lifeStandingDead",
        Standing::Mended => "lifeStandingMended",
        Standing::Dismissed => "lifeStandingDismissed",
    });
    let standing = match &exposure.reason {
        Some(reason) => format!("{standing} {reason}"),
        None => standing,
    };
    let class = match exposure.standing.is_open() {
        true => "warning",
        false => "note",
    };
    let item = el("li")
        .with(classed("p", "name").words(known.name()))
        .with(about)
        .with(classed("p", class).words(&standing));
    match exposure.standing.is_open() {
        true => item
            .with(actions(app, known, exposure, asked, reason))
            .into(),
        false => item.into(),
    }
}

fn actions(
    app: App,
    known: &Known,
    exposure: &Exposure,
    asked: Signal<Option<(String, u32)>>,
    reason: Signal<String>,
) -> View {
    let (entry, number) = (known.line.entry.clone(), exposure.number);
    let me = (entry.clone(), number);
    let is_asked = create_selector(move || asked.with(|asked| asked.as_ref() == Some(&me)));
    let guide = of_guide(&entry);
    let name = known.name().to_owned();
    part(move || {
        if is_asked.get() {
            return dismissing(app, entry.clone(), number, asked, reason);
        }
        let replace = said("a", "lifeReplace")
            .attr("class", "button small primary")
            .attr("href", &guide)
            .attr("aria-label", &text_with("lifeReplaceOf", &[&name]));
        let me = (entry.clone(), number);
        let dismiss = button("", "lifeDismiss", move |_| {
            reason.set(String::new());
            asked.set(Some(me.clone()));
            page::focus("dismissReason");
        });
        let label = text_with("lifeDismissOf", &[&name]);
        let dismiss = dismiss
            .attr("class", "small dismiss")
            .attr("aria-label", &label);
        classed("div", "tools").with(replace).with(dismiss).into()
    })
}

fn dismissing(
    app: App,
    entry: String,
    number: u32,
    asked: Signal<Option<(String, u32)>>,
    reason: Signal<String>,
) -> View {
    let send = move || {
        let reason = reason.get_clone_untracked();
        if reason.trim().is_empty() {
            page::focus("dismissReason");
            return;
        }
        asked.set(None);
        let entry = entry.clone();
        let request = PageRequest::DismissExposure {
            entry,
            number,
            reason,
        };
        app.change(request, text("lifeDismissed"));
    };
    let input = line(reason).attr("required", "").attr("maxlength", "200");
    let press = said("button", "lifeDismissNow")
        .attr("type", "submit")
        .id("dismissNow");
    let cancel = button("dismissNot", "lifeCancel", move |_| asked.set(None));
    form("dismissing", send)
        .with(field("dismissReason", "lifeDismissWhy", input))
        .with(classed("div", "tools").with(press).with(cancel))
        .into()
}
