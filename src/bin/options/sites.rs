//! Approved sites from both sides: what may be filled at a site, and where a key may be filled.

use keyward::message::GuardSettings;
use keyward::message::sites::{Site, join};
use keyward::message::vault::EntryLine;
use keyward::web::extension::text_with;
use sycamore::prelude::*;

use crate::app::{App, name};
use crate::approving;
use crate::element::{button, choice, classed, el, field, part, said, value, way};
use crate::place;

/// The choice of the key that a site is approved for.
const ENTRY: &str = "siteEntry";

pub(crate) fn view(app: App) -> View {
    let by_key = create_signal(false);
    let has_any = create_selector(move || app.entries.with(|entries| !entries.is_empty()));
    let form = part(move || match has_any.get() {
        true => form(app),
        false => classed("div", "empty")
            .with(said("p", "optionsSitesNoKeys"))
            .with(
                said("a", "optionsAdd")
                    .attr("class", "button")
                    .attr("href", place::NEW),
            )
            .into(),
    });
    let side = move |id, label, keys: bool| {
        choice("radio", id, label, |input| {
            input
                .attr("name", "sitesBy")
                .checked(move || by_key.get() == keys)
                .on("change", move |_| by_key.set(keys))
        })
    };
    let sides = el("fieldset")
        .attr("class", "sides")
        .with(classed("legend", "aside").text("optionsOrder"))
        .with(side("bySite", "optionsBySite", false))
        .with(side("byKey", "optionsByKey", true));
    let list = part(move || {
        let entries = app.entries.get_clone();
        if entries.iter().all(|line| line.origins.is_empty()) {
            return match entries.is_empty() {
                true => View::default(),
                false => classed("div", "empty")
                    .with(said("p", "optionsSitesNone"))
                    .into(),
            };
        }
        let groups: Vec<View> = match by_key.get() {
            true => entries
                .iter()
                .filter(|line| !line.origins.is_empty())
                .map(|line| of_key(app, line))
                .collect(),
            false => approved(&entries)
                .iter()
                .map(|site| of_site(app, site, &entries))
                .collect(),
        };
        classed("ul", "groups").with(groups).into()
    });
    View::from(vec![
        form,
        sides.when("hidden", move || !has_any.get()).into(),
        list,
    ])
}

fn form(app: App) -> View {
    let options = part(move || {
        let entries = app.entries.get_clone();
        let options: Vec<View> = entries
            .iter()
            .map(|line| {
                el("option")
                    .attr("value", &line.entry)
                    .words(name(line))
                    .into()
            })
            .collect();
        View::from(options)
    });
    let choose = said("option", "optionsChoose").attr("value", "");
    let select = el("select").with(choose).with(options);
    let chosen = || Some(value(ENTRY)).filter(|entry| !entry.is_empty());
    classed("section", "card")
        .attr("aria-labelledby", "approveTitle")
        .with(said("h2", "optionsApproveTitle").id("approveTitle"))
        .with(field(ENTRY, "optionsForKey", select))
        .with(approving::typing(
            app,
            approving::OF_SITES,
            create_signal(String::new()),
            chosen,
        ))
        .into()
}

/// The sites that are approved for anything, sorted.
fn approved(entries: &[EntryLine]) -> Vec<Site> {
    let nothing = GuardSettings {
        off: Vec::new(),
        sites: Vec::new(),
        rules: Vec::new(),
        sending: false,
        unwatched: Vec::new(),
        sign: false,
        harmless: Vec::new(),
        loss: keyward::message::Loss::None,
    };
    join(&nothing, entries)
}

fn of_site(app: App, site: &Site, entries: &[EntryLine]) -> View {
    let title = classed("h2", "origin").with(way(&site.origin));
    let keys: Vec<View> = site
        .entries
        .iter()
        .filter_map(|(id, _)| entries.iter().find(|line| line.entry == *id))
        .map(|line| {
            let shown = el("a")
                .attr("href", &place::of_entry(&line.entry))
                .words(name(line));
            item(app, line, &site.origin, shown.into())
        })
        .collect();
    group(title.into(), approving::unicode_of(&site.origin), keys)
}

fn of_key(app: App, line: &EntryLine) -> View {
    let link = el("a")
        .attr("href", &place::of_entry(&line.entry))
        .words(name(line));
    let sites: Vec<View> = line
        .origins
        .iter()
        .map(|origin| {
            let shown = el("span")
                .with(way(origin))
                .with(approving::unicode_of(origin));
            item(app, line, origin, shown.into())
        })
        .collect();
    group(el("h2").with(link).into(), View::default(), sites)
}

fn group(title: View, about: View, items: Vec<View>) -> View {
    let list = classed("ul", "rows plain").with(items);
    classed("li", "group")
        .with(title)
        .with(about)
        .with(list)
        .into()
}

fn item(app: App, line: &EntryLine, origin: &str, shown: View) -> View {
    let label = text_with(
        "optionsWithdrawOf",
        &[&format!("{} · {origin}", name(line))],
    );
    let (line, origin) = (line.clone(), origin.to_owned());
    let press = move |_| approving::withdraw(app, &line, &origin);
    let button = button("", "optionsWithdraw", press)
        .attr("class", "small")
        .attr("aria-label", &label);
    let shown = el("span").with(shown);
    classed("li", "between").with(shown).with(button).into()
}
