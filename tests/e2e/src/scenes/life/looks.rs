//! How the page about the life of keys looks, with everything on it, and its log. Pictures go to `target/e2e/pictures`.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::{ask, key, make_vault, store};
use crate::browser::Kind;
use crate::page::Tab;
use crate::scenes::looks::picture;
use crate::scenes::{Scene, Stage, scene};

pub(super) fn scenes() -> Vec<Scene> {
    vec![
        scene("life/looks/light", |stage| Box::pin(light(stage))),
        scene("life/looks/dark", |stage| Box::pin(dark(stage))),
        // Firefox has no window so narrow.
        scene("life/looks/narrow", |stage| Box::pin(narrow(stage))).only(Kind::Chrome),
        scene("life/looks/german", |stage| {
            Box::pin(in_language(stage, "de", "Protokoll"))
        })
        .only(Kind::Chrome),
        scene("life/looks/chinese", |stage| {
            Box::pin(in_language(stage, "zh-CN", "日志"))
        })
        .only(Kind::Chrome),
    ]
}

/// A key that leaked, one that is old, and one whose guide was begun.
async fn furnished(tab: &Tab<'_>) -> Result<String> {
    tab.open(&tab.browser.extension_page("popup.html")?).await?;
    ask(*tab, json!({ "type": "removeVault" })).await?;
    make_vault(*tab).await?;
    let leaked = store(*tab, &key(0x61)).await?;
    let mark = json!({ "type": "markExposed", "entry": leaked, "place": "a chat, by mistake" });
    ask(*tab, mark).await?;
    let rotated = store(*tab, &key(0x62)).await?;
    for site in ["https://tool.example", "https://other-tool.example"] {
        let approve = json!({ "type": "approveOrigin", "entry": rotated, "origin": site });
        ask(*tab, approve).await?;
    }
    for event in ["begin", "opened"] {
        ask(
            *tab,
            json!({ "type": "rotate", "entry": rotated, "event": event }),
        )
        .await?;
    }
    let now = tab.extension_js("return Date.now()").await?;
    let old_ms = now.as_u64().context("no time")? - 200 * 24 * 60 * 60 * 1000;
    let candidate = json!({
        "details": { "name": "very old", "provider": "Stripe" },
        "origins": [], "key": key(0x63).as_bytes(), "notes": [], "earlier": [],
        "createdMs": old_ms, "keyChangedMs": old_ms,
    });
    ask(
        *tab,
        json!({ "type": "importPreview", "candidates": [candidate] }),
    )
    .await?;
    ask(*tab, json!({ "type": "importTake", "chosen": [0] })).await?;
    Ok(rotated)
}

async fn each(tab: &Tab<'_>, rotated: &str, name: &str) -> Result<()> {
    let page = tab.browser.extension_page("life.html")?;
    tab.open(&page).await?;
    tab.until_there("#advice").await?;
    picture(tab, &format!("life-top-{name}")).await?;
    tab.js(
        "document.querySelector('#dueTitle').scrollIntoView()",
        vec![],
    )
    .await?;
    picture(tab, &format!("life-due-{name}")).await?;
    tab.js(
        "document.querySelector('#adviceTitle').scrollIntoView()",
        vec![],
    )
    .await?;
    picture(tab, &format!("life-advice-{name}")).await?;
    tab.click("#showLog").await?;
    tab.until_there(".bars").await?;
    tab.js(
        "document.querySelector('#logTitle').scrollIntoView()",
        vec![],
    )
    .await?;
    picture(tab, &format!("life-log-{name}")).await?;
    tab.must_be_accessible().await?;
    tab.must_fit().await?;
    tab.open("about:blank").await?;
    tab.open(&format!("{page}#guide/{rotated}")).await?;
    tab.until_there("#newKey").await?;
    picture(tab, &format!("life-guide-{name}")).await?;
    tab.must_be_accessible().await?;
    tab.must_fit().await
}

async fn light(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    let rotated = furnished(tab).await?;
    each(tab, &rotated, "light").await?;
    log(tab).await?;
    ask(*tab, json!({ "type": "lockVault" })).await?;
    tab.until_there("#unlockSecret").await?;
    picture(tab, "life-locked-light").await?;
    tab.must_be_accessible().await?;
    ask(*tab, json!({ "type": "removeVault" })).await?;
    Ok(())
}

/// What was recorded is found, and what is looked for is what is saved.
async fn log(tab: &Tab<'_>) -> Result<()> {
    tab.open("about:blank").await?;
    tab.open(&tab.browser.extension_page("life.html")?).await?;
    tab.click("#showLog").await?;
    let listed = async || {
        tab.js(
            "return document.querySelectorAll('.events > li').length",
            vec![],
        )
        .await
    };
    tab.until("the log is shown", async || {
        Ok((listed().await?.as_u64() > Some(5)).into())
    })
    .await?;
    tab.click("#logSearch").await?;
    tab.type_text("tool.example site").await?;
    tab.until("two are found", async || Ok((listed().await? == 2).into()))
        .await?;
    let words = tab.words().await?;
    ensure!(words.contains("https://other-tool.example"), "{words:?}");
    for part in [&key(0x61)[5..15], &key(0x62)[5..15]] {
        ensure!(!words.contains(part), "characters of a key are in the log");
    }
    // What is saved, read from the address that the page makes for it.
    let catch = "window.saved = []; const make = URL.createObjectURL; URL.createObjectURL = (blob) => { blob.text().then((text) => saved.push(text)); return make.call(URL, blob); }";
    tab.js(catch, vec![]).await?;
    tab.click("#logCsv").await?;
    tab.click("#logJson").await?;
    let saved = async || tab.js("return window.saved", vec![]).await;
    tab.until("both are saved", async || {
        Ok(saved()
            .await?
            .as_array()
            .is_some_and(|all| all.len() == 2)
            .into())
    })
    .await?;
    let saved = saved().await?;
    let mut texts = saved
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|text| text.as_str());
    ensure!(
        texts.all(|text| text.matches("https://").count() == 2),
        "saved {saved}"
    );
    Ok(())
}

async fn dark(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    tab.in_the_dark(async || {
        let rotated = furnished(tab).await?;
        each(tab, &rotated, "dark").await?;
        ask(*tab, json!({ "type": "removeVault" })).await.map(drop)
    })
    .await
}

async fn narrow(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    let rotated = furnished(tab).await?;
    tab.narrow(640).await?;
    each(tab, &rotated, "narrow").await?;
    ask(*tab, json!({ "type": "removeVault" })).await.map(drop)
}

/// In a browser of that language. What it says is read by people, so the pictures are what counts.
async fn in_language(stage: &Stage<'_>, language: &'static str, word: &str) -> Result<()> {
    stage
        .in_language(language, async |stage| {
            let tab = stage.tab;
            let rotated = furnished(&tab).await?;
            each(&tab, &rotated, language).await?;
            let title = tab
                .js("return document.title + document.body.innerText", vec![])
                .await?;
            tab.open("about:blank").await?;
            tab.open(&tab.browser.extension_page("life.html")?).await?;
            tab.until_there("#showLog").await?;
            let words = tab.words().await?;
            ensure!(words.contains(word), "it does not say {word}: {title}");
            Ok(())
        })
        .await
}
