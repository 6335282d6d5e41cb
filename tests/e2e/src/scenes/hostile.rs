//! Pages that work against the guard: nothing they can do in their own world lets a key in.

use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::Key;

use super::{Scene, Stage, scene};
use crate::page::Tab;
use crate::samples::{DEEPSEEK_REDACTED, deepseek};

/// Tricks of `pages/hostile.js` under which the notice works as everywhere.
const HARMLESS: [&str; 11] = [
    "prototypes",
    "listeners",
    "throwing",
    "clobbered",
    "moved",
    "frozen",
    "trapped-roots",
    "own-realm",
    "foreign-listeners",
    "clock",
    "strict-types",
];
/// Tricks that can spoil the notice itself; the key stays out all the same.
const SPOILING: [&str; 12] = [
    "synthetic",
    "removed",
    "transparent",
    "hidden",
    "covered",
    "focus-stealer",
    "inert",
    "scrolled-away",
    "re-inserted",
    "popover",
    "searching",
    "styled",
];

pub fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for trick in HARMLESS {
        scenes.push(scene(format!("hostile/paste/{trick}"), move |stage| {
            Box::pin(paste(stage, trick))
        }));
        scenes.push(scene(format!("hostile/submit/{trick}"), move |stage| {
            Box::pin(submit(stage, trick))
        }));
    }
    for trick in SPOILING {
        scenes.push(scene(format!("hostile/stays-out/{trick}"), move |stage| {
            Box::pin(stays_out(stage, trick))
        }));
    }
    scenes
}

async fn open(stage: &Stage<'_>, trick: &str) -> Result<()> {
    let tab = stage.tab;
    tab.copy(&format!("key {}.", deepseek())).await?;
    tab.open(&format!(
        "https://{}/hostile.html?trick={trick}",
        stage.host("hostile")
    ))
    .await?;
    // Keys only: on such a page the drivers cannot find or click elements.
    tab.js("window.focusField()", vec![]).await?;
    tab.type_text("ab").await?;
    tab.key(Key::Left).await?;
    tab.until_text("ab").await?;
    tab.forget_events().await
}

/// Only what could carry the text; the page that forges events sees its own.
async fn saw_nothing(tab: &Tab<'_>) -> Result<()> {
    let seen = tab.events().await?;
    let trusted: Vec<_> = seen
        .iter()
        .filter(|event| event["trusted"] == true && event["type"] != "change")
        .collect();
    ensure!(trusted.is_empty(), "the page saw {trusted:?}");
    Ok(())
}

async fn paste(stage: &Stage<'_>, trick: &str) -> Result<()> {
    let tab = stage.tab;
    open(stage, trick).await?;
    tab.paste().await?;
    tab.until_notice().await?;
    saw_nothing(&tab).await?;
    tab.escape().await?;
    saw_nothing(&tab).await?;
    tab.type_text("x").await?;
    tab.until_text("axb").await?;
    tab.paste().await?;
    tab.press("redacted").await?;
    tab.until_text(&format!("axkey {DEEPSEEK_REDACTED}.b"))
        .await
}

async fn submit(stage: &Stage<'_>, trick: &str) -> Result<()> {
    let tab = stage.tab;
    open(stage, trick).await?;
    tab.type_text(&format!(" {} ", deepseek())).await?;
    send(&tab).await?;
    tab.until_notice().await?;
    tab.press("Redact it").await?;
    tab.until_text(&format!("a {DEEPSEEK_REDACTED} b")).await?;
    tab.until_no_notice().await?;
    let posted = || stage.server().received("/submit", "text=");
    let own = |body: &str| body.contains("redacted%3A+DeepSeek");
    let before = posted().len();
    send(&tab).await?;
    tab.until("the form is posted", async || {
        Ok((posted().len() > before).into())
    })
    .await?;
    ensure!(
        posted().iter().skip(before).all(|form| own(&form.body)),
        "posted: {:?}",
        posted()
    );
    ensure!(
        !posted().iter().any(|form| form.body.contains(&deepseek())),
        "the key was posted"
    );
    Ok(())
}

/// From the field to the button, and Enter on it.
async fn send(tab: &Tab<'_>) -> Result<()> {
    tab.js("window.focusField()", vec![]).await?;
    tab.key(Key::Tab).await?;
    tab.key(Key::Enter).await
}

async fn stays_out(stage: &Stage<'_>, trick: &str) -> Result<()> {
    let tab = stage.tab;
    open(stage, trick).await?;
    tab.js("window.attempts = 0", vec![]).await?;
    tab.paste().await?;
    let tried = async || tab.js("return window.attempts >= 20", vec![]).await;
    tab.until("the page has tried it twenty times", tried)
        .await?;
    saw_nothing(&tab).await?;
    tab.until_text("ab").await?;
    // What a person does who sees something odd, or nothing at all.
    for key in [Key::Enter, Key::Escape, Key::Escape] {
        tab.key(key).await?;
    }
    tab.settle().await?;
    let text = tab.text().await?;
    ensure!(
        !text.contains(&deepseek()[..12]),
        "the key is in the page: {text:?}"
    );
    let seen = json!(tab.events().await?).to_string();
    ensure!(!seen.contains(&deepseek()[..12]), "the page saw the key");
    Ok(())
}
