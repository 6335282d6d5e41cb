//! What is left, where the issuer tells: amounts, a curve that is a table, too, what there is to be warned of, and asking by the hour.

use keyward::life::check::{self, Check};
use keyward::life::watch::{self, Alert};
use keyward::message::life::{PageRequest, Point, Refusal, Told};
use keyward::web::clock::now_ms;
use keyward::web::element::{El, button, classed, el, field, part, said, svg, value_of};
use keyward::web::extension::{text, text_with};
use keyward::web::message::ask_life;
use keyward::web::{page, permission, verdict, words};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::{App, Known};

/// Of the curve, in its own units.
const WIDTH: u32 = 600;
const HEIGHT: u32 = 100;
/// Lines of the table, the newest first.
const MOST_LINES: usize = 40;

/// Nothing where no issuer of the person's keys tells.
pub(crate) fn view(app: App) -> View {
    part(move || {
        let told = app.known.get_clone().into_iter().filter_map(|known| {
            let check = check::of_provider(&known.line.details.provider)?;
            check.tells_balance().then_some((known, check))
        });
        let items: Vec<View> = told
            .map(|(known, check)| item(app, &known, check))
            .collect();
        if items.is_empty() {
            return View::default();
        }
        classed("section", "card")
            .attr("aria-labelledby", "balanceTitle")
            .with(said("h2", "balanceTitle").id("balanceTitle"))
            .with(classed("ul", "rows").id("balances").with(items))
            .into()
    })
}

fn item(app: App, known: &Known, check: &'static Check) -> View {
    let mut item = el("li").with(classed("p", "name").words(known.name()));
    let checked = known.life.keys.first().and_then(|key| key.checked.as_ref());
    match checked {
        Some(checked) => {
            for balance in &checked.balances {
                let amount = format!("{} {}", balance.total.as_str(), balance.currency);
                item = item.with(classed("p", "number").words(&amount));
            }
            if !checked.verdict.is_alive() || checked.balances.is_empty() {
                item = item.with(classed("p", "warning").words(&verdict::words(check, checked)));
            }
            let moment = words::moment(checked.at_ms, now_ms());
            item = item.with(classed("p", "note").words(&text_with("lifeCheckedAt", &[&moment])));
        }
        None => item = item.with(classed("p", "note").text("balanceNever")),
    }
    for alert in &known.life.alerts {
        let key = match alert {
            Alert::Low => "balanceLow",
            Alert::Fast => "balanceFast",
        };
        item = item.with(classed("p", "warning").attr("role", "status").text(key));
    }
    item.with(curves(&known.life.points))
        .with(asking(app, known, check))
        .into()
}

/// A curve for each currency, each with its table.
fn curves(points: &[Point]) -> View {
    let mut currencies: Vec<&str> = Vec::new();
    for point in points {
        if !currencies.contains(&point.balance.currency.as_str()) {
            currencies.push(&point.balance.currency);
        }
    }
    let curves = currencies.into_iter().map(|currency| {
        let of_it = points
            .iter()
            .filter(|point| point.balance.currency == currency);
        curve(currency, &of_it.collect::<Vec<_>>())
    });
    View::from(curves.collect::<Vec<View>>())
}

fn curve(currency: &str, points: &[&Point]) -> View {
    let places: Vec<_> = points
        .iter()
        .map(|point| (point.at_ms, &point.balance.total))
        .collect();
    let line = watch::line(&places, WIDTH, HEIGHT);
    let (Some(first), Some(last), false) = (points.first(), points.last(), line.is_empty()) else {
        return View::default();
    };
    let amount = |point: &Point| format!("{} {currency}", point.balance.total.as_str());
    let label = text_with(
        "balanceCurve",
        &[
            &amount(first),
            &words::day(first.at_ms),
            &amount(last),
            &words::day(last.at_ms),
        ],
    );
    let drawn = svg("svg")
        .attr("class", "curve")
        .attr("role", "img")
        .attr("aria-label", &label)
        .attr("viewBox", &format!("0 -2 {WIDTH} {}", HEIGHT + 4))
        .attr("preserveAspectRatio", "none")
        .with(svg("polyline").attr("points", &line));
    let lines = points.iter().rev().take(MOST_LINES).map(|point| {
        let time = el("td").words(&words::moment(point.at_ms, now_ms()));
        el("tr")
            .with(time)
            .with(el("td").words(&amount(point)))
            .into()
    });
    let head = el("tr")
        .with(said("th", "balanceTime").attr("scope", "col"))
        .with(said("th", "balanceAmount").attr("scope", "col"));
    let table = el("table")
        .with(el("thead").with(head))
        .with(el("tbody").with(lines.collect::<Vec<View>>()));
    let details = classed("details", "more")
        .with(said("summary", "balanceTable"))
        .with(table);
    el("figure").with(drawn).with(details).into()
}

fn asking(app: App, known: &Known, check: &'static Check) -> El {
    let entry = known.line.entry.clone();
    let low = known
        .life
        .low
        .as_ref()
        .map_or("", |low| low.as_str())
        .to_owned();
    let is_hourly = known.life.is_hourly;
    let id = format!("ask-{entry}");
    let press = {
        let (entry, id) = (entry.clone(), id.clone());
        move |_| {
            // In the turn of the click: later the browser would not ask.
            let allowed = permission::request(&check.permission());
            let (entry, id) = (entry.clone(), id.clone());
            app.told.set(text_with("lifeAsking", &[check.host]));
            spawn_local(async move {
                let allowed = match allowed {
                    Ok(allowed) => allowed.await.unwrap_or(false),
                    Err(_) => false,
                };
                let asked = match allowed {
                    true => ask_life::<Told>(&PageRequest::CheckKey { entry, earlier: 0 }).await,
                    false => Err(Refusal::NotAllowed),
                };
                app.refresh().await;
                app.told.set(match &asked {
                    Ok(told) => verdict::words(check, &told.checked),
                    Err(refusal) => verdict::refused(check, *refusal),
                });
                page::focus_in_place(&id);
            });
        }
    };
    let hourly = {
        let (entry, low) = (entry.clone(), known.life.low.clone());
        move |_: web_sys::Event| {
            let allowed = permission::request(&check.permission());
            let (entry, low) = (entry.clone(), low.clone());
            spawn_local(async move {
                let allowed = match allowed {
                    Ok(allowed) => allowed.await.unwrap_or(false),
                    Err(_) => false,
                };
                let told = match allowed || is_hourly {
                    true => text("balanceSet"),
                    false => verdict::refused(check, Refusal::NotAllowed),
                };
                let is_hourly = !is_hourly && allowed;
                app.change(
                    PageRequest::SetWatch {
                        entry,
                        is_hourly,
                        low,
                    },
                    told,
                );
            });
        }
    };
    let threshold = {
        let entry = entry.clone();
        move |event: web_sys::Event| {
            let typed = value_of(&event).trim().replace(',', ".");
            let amount = keyward::life::amount::Amount::parse(&typed);
            if amount.is_none() && !typed.is_empty() {
                app.told.set(text("balanceNoAmount"));
                return;
            }
            let request = PageRequest::SetWatch {
                entry: entry.clone(),
                is_hourly,
                low: amount,
            };
            app.change(request, text("balanceSet"));
        }
    };
    let switch = el("input")
        .attr("type", "checkbox")
        .id(&format!("hourly-{entry}"))
        .flag("checked", is_hourly)
        .on("change", hourly);
    let switch = classed("label", "choice")
        .with(switch)
        .with(said("span", "balanceHourly"));
    let amount = el("input")
        .attr("type", "text")
        .attr("inputmode", "decimal")
        .attr("autocomplete", "off")
        .attr("value", &low)
        .on("change", threshold);
    classed("div", "inside")
        .with(classed("div", "tools").with(button(&id, "balanceAsk", press)))
        .with(switch)
        .with(field(&format!("low-{entry}"), "balanceBelow", amount))
}
