//! The popup: what the guard does on a site, its switch, the last findings, and the badge.

use anyhow::{Result, ensure};

use super::{Scene, Stage, scene};
use crate::page::{Field, Tab};
use crate::samples::deepseek;
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("popup/pause", |stage| {
            Box::pin(switch(stage, "#pause", "Paused until"))
        }),
        scene("popup/off", |stage| {
            Box::pin(switch(stage, "#off", "Switched off here"))
        }),
        scene("popup/findings", |stage| Box::pin(findings(stage))),
    ]
}

/// Whether a pasted key is held in this tab now. The field holds `ab` afterwards.
async fn held(tab: &Tab<'_>) -> Result<bool> {
    tab.paste().await?;
    let through = format!("a{}b", deepseek());
    let seen = async || Ok((tab.text().await? == through || tab.notice().await?.is_some()).into());
    tab.until("the paste arrives or is held", seen).await?;
    if tab.notice().await?.is_some() {
        tab.escape().await?;
        tab.until_text("ab").await?;
        return Ok(true);
    }
    tab.control('z').await?;
    tab.until_text("ab").await?;
    Ok(false)
}

async fn switch(stage: &Stage<'_>, css: &str, says: &str) -> Result<()> {
    let tab = stage.tab;
    tab.copy(&deepseek()).await?;
    tab.open_field(
        Field::named("textarea"),
        &stage.host("popup"),
        Policy::Plain,
    )
    .await?;
    ensure!(held(&tab).await?, "it is not held to begin with");
    let page = tab.enter_popup().await?;
    ensure!(
        tab.words().await?.contains(&stage.host("popup")),
        "the popup does not name the site: {:?}",
        tab.words().await?
    );
    tab.click(css).await?;
    tab.until("the popup says so", async || {
        Ok(tab.words().await?.contains(says).into())
    })
    .await?;
    let popup = tab.browser.driver.window().await?;
    tab.back_to(page.clone()).await?;
    // The document that is open hears of it without being loaded again.
    ensure!(!held(&tab).await?, "it is held while the guard is off here");
    tab.back_to(popup).await?;
    tab.click("#on").await?;
    tab.until("the popup says so", async || {
        Ok(tab.words().await?.contains("is watching").into())
    })
    .await?;
    tab.back_to(page).await?;
    ensure!(
        held(&tab).await?,
        "it is not held after the guard is on again"
    );
    Ok(())
}

async fn findings(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    tab.copy(&deepseek()).await?;
    tab.open_field(
        Field::named("textarea"),
        &stage.host("popup"),
        Policy::Plain,
    )
    .await?;
    tab.paste().await?;
    tab.until_notice().await?;
    let page = tab.enter_popup().await?;
    // While the key is held, the icon says so.
    let badge = async || {
        let texts = tab.extension_js("return Promise.all((await chrome.tabs.query({})).map(({ id }) => chrome.action.getBadgeText({ tabId: id })))").await?;
        Ok(texts
            .as_array()
            .is_some_and(|texts| texts.iter().any(|text| text != ""))
            .into())
    };
    tab.until("the badge shows a held key", badge).await?;
    let words = tab.words().await?;
    ensure!(
        words.contains("DeepSeek API key"),
        "the popup does not list it: {words:?}"
    );
    for part in [&deepseek()[..12], &deepseek()[20..]] {
        ensure!(
            !words.contains(part),
            "the popup shows characters of the key"
        );
    }
    let popup = tab.browser.driver.window().await?;
    tab.back_to(page).await?;
    tab.escape().await?;
    tab.back_to(popup).await?;
    tab.until("the badge goes with the notice", async || {
        Ok((badge().await? == false).into())
    })
    .await
}
