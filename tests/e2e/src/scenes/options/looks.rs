//! How each section looks, and that axe-core finds nothing in it. Pictures go to `target/e2e/pictures`.

use anyhow::{Result, ensure};
use serde_json::json;

use super::{NAME, add_key, enter, key, make_vault, press, there};
use crate::browser::Kind;
use crate::page::Tab;
use crate::scenes::looks::picture;
use crate::scenes::{Scene, Stage, scene};

const SECTIONS: [(&str, &str); 7] = [
    ("keys", ".rows"),
    ("sites", "#anySite"),
    ("guard", "#watchedTitle"),
    ("detectors", ".providers"),
    ("vault", "#minutes"),
    ("backup", "#importFile"),
    ("activity", "#fillsTitle"),
];

pub(super) fn scenes() -> Vec<Scene> {
    vec![
        scene("options/light", |stage| Box::pin(light(stage))),
        scene("options/dark", |stage| Box::pin(dark(stage))),
        // Firefox has no window so narrow.
        scene("options/narrow", |stage| Box::pin(narrow(stage))).only(Kind::Chrome),
        scene("options/german", |stage| {
            Box::pin(in_language(stage, "de", "Schlüssel"))
        })
        .only(Kind::Chrome),
        scene("options/chinese", |stage| {
            Box::pin(in_language(stage, "zh-CN", "密钥"))
        })
        .only(Kind::Chrome),
    ]
}

/// Every section with a key in the vault: a picture, and nothing that axe-core finds.
async fn each(tab: &Tab<'_>, name: &str) -> Result<()> {
    for (section, sign) in SECTIONS {
        press(tab, &format!("nav a[href='#{section}']")).await?;
        there(tab, sign).await?;
        picture(tab, &format!("options-{section}-{name}")).await?;
        tab.must_be_accessible()
            .await
            .map_err(|error| error.context(section))?;
        tab.must_fit().await?;
    }
    press(tab, "nav a[href='#keys']").await?;
    press(tab, ".rows a").await?;
    there(tab, "#reveal").await?;
    press(tab, "#reveal").await?;
    picture(tab, &format!("options-entry-{name}")).await?;
    tab.must_be_accessible().await?;
    tab.must_fit().await?;
    press(tab, "#edit").await?;
    there(tab, "#purpose").await?;
    picture(tab, &format!("options-edit-{name}")).await?;
    tab.must_be_accessible().await?;
    tab.must_fit().await
}

async fn furnished(tab: &Tab<'_>) -> Result<()> {
    make_vault(tab).await?;
    add_key(tab, &key(), NAME).await
}

async fn light(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    furnished(tab).await?;
    each(tab, "light").await?;
    // Before there is anything, and behind the lock.
    enter(tab, "keys").await?;
    super::ask(tab, json!({ "type": "lockVault" })).await?;
    there(tab, "#unlockSecret").await?;
    picture(tab, "options-locked-light").await?;
    tab.must_be_accessible().await?;
    super::ask(tab, json!({ "type": "removeVault" })).await?;
    there(tab, "#newPassphrase").await?;
    picture(tab, "options-absent-light").await?;
    tab.must_be_accessible().await
}

async fn dark(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    tab.in_the_dark(async || {
        furnished(tab).await?;
        each(tab, "dark").await
    })
    .await
}

async fn narrow(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    furnished(tab).await?;
    tab.narrow(640).await?;
    each(tab, "narrow").await
}

/// In a browser of that language. What it says is read by people, so the pictures are what counts.
async fn in_language(stage: &Stage<'_>, language: &'static str, word: &str) -> Result<()> {
    stage
        .in_language(language, async |stage| {
            let tab = stage.tab;
            furnished(&tab).await?;
            ensure!(tab.words().await?.contains(word), "it does not say {word}");
            each(&tab, language).await
        })
        .await
}
