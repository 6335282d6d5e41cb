//! How good all of it is, and what would make it better.

use keyward::life::advice::{self, Advice, Topic};
use keyward::web::element::{classed, el, part, said};
use keyward::web::extension::{text, text_with};
use sycamore::prelude::*;

use crate::app::{App, of_guide};

/// The score.
pub(crate) fn score(app: App) -> View {
    let score = create_selector(move || {
        let (vault, entries) = app.facts();
        advice::score(&vault, &entries)
    });
    part(move || {
        let score = score.get();
        let number = score.to_string();
        let meter = el("meter")
            .attr("min", "0")
            .attr("max", "100")
            .attr("low", "50")
            .attr("high", "90")
            .attr("optimum", "100")
            .attr("aria-labelledby", "score")
            .attr("value", &number);
        let about = match score {
            100 => "lifeScoreAll",
            _ => "lifeScoreAbout",
        };
        classed("section", "card score")
            .with(
                classed("p", "number")
                    .id("score")
                    .words(&text_with("lifeScore", &[&number])),
            )
            .with(meter)
            .with(classed("p", "note").text(about))
            .into()
    })
}

/// What is not good, each with what mends it; and what is.
pub(crate) fn view(app: App) -> View {
    let lines = part(move || {
        let (vault, facts) = app.facts();
        let (mut bad, mut good) = (Vec::new(), Vec::new());
        let mut add = |advice: Advice, line: View| match advice.is_good {
            true => good.push(line),
            false => bad.push(line),
        };
        for (known, facts) in app.known.get_clone().iter().zip(&facts) {
            for advice in advice::of_entry(facts) {
                let line = of_entry(advice, known.name(), &known.line.entry, facts.origins);
                add(advice, line);
            }
        }
        for advice in advice::of_vault(&vault, &facts) {
            add(advice, of_vault(advice));
        }
        let bad = match bad.is_empty() {
            true => App::none("lifeAdviceNone"),
            false => classed("ul", "rows").id("advice").with(bad).into(),
        };
        let good = match good.is_empty() {
            true => View::default(),
            false => classed("details", "more")
                .with(said("summary", "lifeGood"))
                .with(classed("ul", "rows").with(good))
                .into(),
        };
        View::from(vec![bad, good])
    });
    classed("section", "card")
        .attr("aria-labelledby", "adviceTitle")
        .with(said("h2", "lifeAdvice").id("adviceTitle"))
        .with(lines)
        .into()
}

fn of_entry(advice: Advice, name: &str, entry: &str, origins: usize) -> View {
    let options = format!("options.html#keys/{entry}");
    let (good, bad, mend, address) = match advice.topic {
        Topic::Exposure => (
            "lifeGoodExposure",
            "lifeBadExposure",
            "lifeReplace",
            of_guide(entry),
        ),
        Topic::Alive => (
            "lifeGoodAlive",
            "lifeBadAlive",
            "lifeReplace",
            of_guide(entry),
        ),
        Topic::Age => ("lifeGoodAge", "lifeBadAge", "lifeReplace", of_guide(entry)),
        _ => ("lifeGoodSharing", "lifeBadSharing", "lifeSites", options),
    };
    if advice.is_good {
        return line(&text_with(good, &[name]), None);
    }
    let words = match advice.topic {
        Topic::Sharing => text_with(bad, &[name, &origins.to_string()]),
        _ => text_with(bad, &[name]),
    };
    line(&words, Some((mend, &address)))
}

fn of_vault(advice: Advice) -> View {
    let (good, bad, mend, address) = match advice.topic {
        Topic::Recovery => (
            "lifeGoodRecovery",
            "lifeBadRecovery",
            "lifeMakeCode",
            "options.html#vault",
        ),
        Topic::Backup => (
            "lifeGoodBackup",
            "lifeBadBackup",
            "lifeMakeBackup",
            "options.html#backup",
        ),
        Topic::LockTime => (
            "lifeGoodLockTime",
            "lifeBadLockTime",
            "lifeSetLock",
            "options.html#vault",
        ),
        Topic::ScreenLock => (
            "lifeGoodScreenLock",
            "lifeBadScreenLock",
            "lifeSetLock",
            "options.html#vault",
        ),
        _ => (
            "lifeGoodSecondFactor",
            "lifeBadSecondFactor",
            "lifeSetFactor",
            "factor.html",
        ),
    };
    match advice.is_good {
        true => line(&text(good), None),
        false => line(&text(bad), Some((mend, address))),
    }
}

fn line(words: &str, mend: Option<(&str, &str)>) -> View {
    let item = classed("li", "between").with(el("span").words(words));
    match mend {
        None => item.into(),
        Some((label, address)) => {
            let link = said("a", label)
                .attr("class", "button small")
                .attr("href", address);
            item.with(link).into()
        }
    }
}
