//! The page on which a person sees what the guard stops in this browser: all of it by script, and by hand what takes a hand.
//!
//! What the page says is believed only because it can say the opposite: with a guard that does nothing, every row has to say that
//! the key came through.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::Key;

use super::files::{Folder, choose, drop_files};
use super::files_pasted::paste_file;
use super::life::copy_folder;
use super::looks::picture;
use super::sending::{PATIENCE, with_it_on};
use super::welcome::whole_picture;
use super::{Scene, Stage, scene};
use crate::browser::{Browser, Kind, Options};
use crate::page::Tab;
use crate::repository;

/// Rows by what a script can do there.
const IN_AND_OUT: [&str; 19] = [
    "text", "search", "url", "email", "tel", "password", "area", "editable", "plain", "shadow",
    "closed", "drawn", "markup", "drop", "piece", "enter", "click", "submit", "hidden",
];
const SENDS: [&str; 8] = [
    "fetch", "xhr", "beacon", "socket", "channel", "form", "open", "link",
];
const BY_HAND: [&str; 2] = ["choose", "take"];

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("selftest/by-script", |stage| Box::pin(by_script(stage))),
        scene("selftest/sending", |stage| Box::pin(sending(stage))),
        scene("selftest/no-guard", |stage| Box::pin(no_guard(stage))),
        scene("selftest/by-hand", |stage| Box::pin(by_hand(stage))),
        scene("selftest/found", |stage| Box::pin(found(stage))),
        scene("selftest/looks", |stage| Box::pin(looks(stage))),
        // Firefox has no window so narrow.
        scene("selftest/narrow", |stage| Box::pin(narrow(stage))).only(Kind::Chrome),
        // Debian's Firefox speaks English.
        scene("selftest/german", |stage| {
            Box::pin(in_language(stage, "de", "Selbsttest"))
        })
        .only(Kind::Chrome),
        scene("selftest/chinese", |stage| {
            Box::pin(in_language(stage, "zh-CN", "自检"))
        })
        .only(Kind::Chrome),
    ]
}

/// Opens the page and waits until the guard is there.
async fn open(tab: &Tab<'_>) -> Result<()> {
    tab.open(&tab.browser.extension_page("selftest.html")?)
        .await?;
    ready(tab).await
}

async fn ready(tab: &Tab<'_>) -> Result<()> {
    tab.within(PATIENCE, "the page can be used", async || {
        let script = "return document.querySelector('#run')?.disabled === false
            && performance.getEntriesByName('usable').length > 0";
        tab.js(script, vec![]).await
    })
    .await
}

/// What the page says of each row.
async fn outcomes(tab: &Tab<'_>) -> Result<BTreeMap<String, String>> {
    let script = "return Object.fromEntries([...document.querySelectorAll('[data-row]')].map(({ dataset }) => [dataset.row, dataset.outcome]))";
    Ok(serde_json::from_value(tab.js(script, vec![]).await?)?)
}

async fn until_outcome(tab: &Tab<'_>, row: &str, outcome: &str) -> Result<()> {
    let script = "return document.querySelector(`[data-row=${arguments[0]}]`).dataset.outcome === arguments[1]";
    let is_so = async || tab.js(script, vec![json!(row), json!(outcome)]).await;
    let waited = tab
        .within(PATIENCE, &format!("{row} is {outcome}"), is_so)
        .await;
    match waited {
        Ok(()) => Ok(()),
        Err(error) => Err(error.context(format!("{:?}", outcomes(tab).await?))),
    }
}

/// Presses the button and waits until all rows have their outcomes.
async fn run(tab: &Tab<'_>) -> Result<()> {
    tab.click("#run").await?;
    tab.within(PATIENCE, "everything is tried", async || {
        let script = "return !!document.querySelector('#summary').textContent";
        tab.js(script, vec![]).await
    })
    .await
}

/// Every row, each as it is to be: `by_script` those of text, `sends` those of sending.
async fn expect(tab: &Tab<'_>, by_script: &str, sends: &str) -> Result<()> {
    let context = match tab.browser.kind {
        Kind::Chrome => by_script,
        Kind::Firefox => "unable",
    };
    let mut expected: BTreeMap<String, String> = BTreeMap::new();
    for (rows, outcome) in [
        (&IN_AND_OUT[..], by_script),
        (&SENDS[..], sends),
        (&BY_HAND[..], "untried"),
        (&["context"][..], context),
    ] {
        expected.extend(
            rows.iter()
                .map(|row| ((*row).to_owned(), outcome.to_owned())),
        );
    }
    let all = outcomes(tab).await?;
    ensure!(all == expected, "the page says {all:?}");
    Ok(())
}

async fn by_script(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    open(&tab).await?;
    expect(&tab, "untried", "off").await?;
    run(&tab).await?;
    expect(&tab, "held", "off").await?;
    // The person is asked as on any site.
    let notice = tab.until_notice().await?;
    ensure!(notice.text.contains("DeepSeek"), "it says {}", notice.text);
    tab.escape().await?;
    tab.until_no_notice().await?;
    let count = match tab.browser.kind {
        Kind::Chrome => "20",
        Kind::Firefox => "19",
    };
    let summary = format!("All {count} that were tried were held. Still to be tried by hand: 2.");
    let words = tab.words().await?;
    ensure!(words.contains(&summary), "it says {words}");
    Ok(())
}

/// Where the person has switched it on: the same row by row, and what becomes of workers.
async fn sending(stage: &Stage<'_>) -> Result<()> {
    with_it_on(stage, false, async |tab| {
        open(tab).await?;
        expect(tab, "untried", "untried").await?;
        run(tab).await?;
        expect(tab, "held", "held").await?;
        tab.until_notice().await?;
        tab.escape().await?;
        tab.until_no_notice().await?;
        let words = tab.words().await?;
        let workers = match tab.browser.kind {
            Kind::Chrome => "Seen, not held: Chrome lets no extension stop a request.",
            Kind::Firefox => "Held: Firefox shows each request to Keyward before it leaves.",
        };
        ensure!(words.contains(workers), "it says {words}");
        Ok(())
    })
    .await
}

/// A package whose guard does nothing: the page says so, row by row.
async fn no_guard(stage: &Stage<'_>) -> Result<()> {
    let built = stage.browser().options.extension.clone();
    let built = built.context("the stage has the extension")?;
    let copy = repository().join(format!("target/e2e/no-guard-{}", stage.mark));
    std::fs::remove_dir_all(&copy).ok();
    copy_folder(&built, &copy)?;
    std::fs::write(copy.join("guard.js"), "")?;
    let options = Options {
        extension: Some(copy.canonicalize()?),
        ..stage.browser().options.clone()
    };
    let browser = Browser::start(stage.browser().kind, &options, stage.server()).await?;
    let tab = Tab {
        browser: &browser,
        server: stage.server(),
    };
    let played = async {
        tab.new_tab().await?;
        open(&tab).await?;
        run(&tab).await?;
        expect(&tab, "through", "off").await?;
        tab.must_be_accessible().await?;
        whole_picture(&tab, "selftest-failed").await
    }
    .await;
    browser.stop().await;
    played
}

/// With the keyboard, the clipboard and a file, as a person does.
async fn by_hand(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    open(&tab).await?;
    tab.click("#copy").await?;
    tab.until("it says that it is copied", async || {
        tab.js(
            "return document.querySelector('#told').textContent !== ''",
            vec![],
        )
        .await
    })
    .await?;
    for row in [
        "text", "area", "editable", "plain", "shadow", "closed", "drawn", "markup",
    ] {
        paste_into(&tab, row).await.context(row)?;
    }
    for (row, button) in [
        ("click", "[data-send]"),
        ("submit", "[type=submit]"),
        ("hidden", "[type=submit]"),
    ] {
        tab.click(&format!("[data-row={row}] [data-fill]")).await?;
        tab.click(&format!("[data-row={row}] {button}")).await?;
        stopped(&tab, row).await.context(row)?;
    }
    // It has the focus when it is filled.
    tab.click("[data-row=enter] [data-fill]").await?;
    tab.key(Key::Enter).await?;
    stopped(&tab, "enter").await.context("enter")?;
    // A file, of what the page offers.
    let key = tab
        .js("return document.querySelector('#key').textContent", vec![])
        .await?;
    let key = key.as_str().context("the page shows its key")?.to_owned();
    let folder = Folder::new(stage)?;
    let harmless = folder.file("harmless.env", "MODE=fast\n")?;
    choose(&tab, "#at-choose", &[&harmless]).await?;
    tab.until("the file is there", async || {
        let script = "return document.querySelector('#at-choose').files.length === 1";
        tab.js(script, vec![]).await
    })
    .await?;
    let file = folder.file("made-up.env", format!("DEEPSEEK_API_KEY={key}\n"))?;
    choose(&tab, "#at-choose", &[&file]).await?;
    stopped(&tab, "choose").await?;
    // Each browser's driver can do one of the two.
    tab.find("#at-take").await?.scroll_into_view().await?;
    tab.settle().await?;
    match tab.browser.kind {
        Kind::Chrome => drop_files(&tab, "at-take", &[&file]).await?,
        Kind::Firefox => paste_file(&tab, "#at-take", &file).await?,
    }
    stopped(&tab, "take").await
}

async fn paste_into(tab: &Tab<'_>, row: &str) -> Result<()> {
    tab.click(&format!("#at-{row}")).await.ok();
    tab.paste().await?;
    stopped(tab, row).await
}

/// It is asked about, and the row says that it was held.
async fn stopped(tab: &Tab<'_>, row: &str) -> Result<()> {
    tab.until_notice().await?;
    tab.escape().await?;
    tab.until_no_notice().await?;
    until_outcome(tab, row, "held").await
}

/// From the options and from the first page, by links.
async fn found(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    for page in ["options.html#guard", "welcome.html"] {
        tab.open(&tab.browser.extension_page(page)?).await?;
        tab.until_there("#selftest").await?;
        tab.settle().await?;
        tab.click("#selftest").await?;
        tab.within(PATIENCE, "the page is there", async || {
            tab.js("return location.pathname === '/selftest.html'", vec![])
                .await
        })
        .await?;
        ready(&tab).await?;
    }
    // A site in another tab answers, and this page says so.
    let here = tab.browser.driver.window().await?;
    tab.new_tab().await?;
    tab.open(&format!(
        "https://{}/plain/field.html?kind=textarea&script=plain.js&style=none.css",
        stage.host("open")
    ))
    .await?;
    tab.back_to(here).await?;
    open(&tab).await?;
    tab.within(PATIENCE, "the tabs are counted", async || {
        let script =
            "return /answers in [1-9]\\d* of/.test(document.querySelector('#tabs').textContent)";
        tab.js(script, vec![]).await
    })
    .await
}

async fn looks(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    open(&tab).await?;
    tab.must_be_accessible().await?;
    // By the keyboard alone.
    tab.find("#run").await?.focus().await?;
    tab.key(Key::Enter).await?;
    tab.until_notice().await?;
    picture(&tab, "selftest-asks").await?;
    tab.escape().await?;
    tab.until_no_notice().await?;
    tab.until("the focus is where it was", async || {
        tab.js("return document.activeElement.id === 'run'", vec![])
            .await
    })
    .await?;
    tab.must_be_accessible().await?;
    whole_picture(&tab, "selftest-light").await?;
    tab.in_the_dark(async || {
        tab.must_be_accessible().await?;
        whole_picture(&tab, "selftest-dark").await
    })
    .await
}

async fn narrow(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    tab.narrow(568).await?;
    open(&tab).await?;
    run(&tab).await?;
    tab.until_notice().await?;
    tab.escape().await?;
    tab.until_no_notice().await?;
    tab.must_fit().await?;
    tab.must_be_accessible().await?;
    whole_picture(&tab, "selftest-narrow").await
}

async fn in_language(stage: &Stage<'_>, language: &'static str, title: &str) -> Result<()> {
    stage
        .in_language(language, async |stage| {
            let tab = stage.tab;
            open(&tab).await?;
            let words = tab.words().await?;
            ensure!(words.contains(title), "it says {words}");
            run(&tab).await?;
            tab.until_notice().await?;
            tab.escape().await?;
            tab.until_no_notice().await?;
            tab.must_fit().await?;
            tab.must_be_accessible().await?;
            whole_picture(&tab, &format!("selftest-{language}")).await
        })
        .await
}
