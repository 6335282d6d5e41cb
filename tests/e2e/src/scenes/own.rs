//! Keys from the person's own vault, recognised whatever their shape, with the vault open or locked.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::prelude::*;

use super::fill::send;
use super::stored::with_vault;
use super::{Scene, Stage, scene};
use crate::page::{Field, Tab};
use crate::samples::deepseek;
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("own/internal-token", |stage| {
            Box::pin(internal_token(stage))
        }),
        scene("own/first-paste", |stage| Box::pin(first_paste(stage))),
        scene("own/known-kind", |stage| Box::pin(known_kind(stage))),
    ]
}

/// No detector knows it: words and digits, as some company's own service gives them out.
fn token() -> String {
    ["zephyr", ".", "Qm81vTz0", ".", "kcW2yHr7", ".", "bnX5"].concat()
}

/// Asks the background from the extension's tab `own`.
async fn ask(
    stage: &Stage<'_>,
    own: &WindowHandle,
    message: serde_json::Value,
) -> Result<serde_json::Value> {
    let driver = &stage.browser().driver;
    let here = driver.window().await?;
    driver.switch_to_window(own.clone()).await?;
    let answer = send(stage, message).await?;
    driver.switch_to_window(here).await?;
    ensure!(answer.get("error").is_none(), "{answer}");
    Ok(answer)
}

/// Opens a field and pastes; the frame has had the time to ask what holds there.
async fn paste(tab: &Tab<'_>, host: &str, text: &str) -> Result<()> {
    tab.copy(text).await?;
    tab.open_field(Field::named("textarea"), host, Policy::Plain)
        .await?;
    tab.paste().await
}

async fn internal_token(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let own = with_vault(stage).await?;
    let host = stage.host("chat");
    let token = token();
    let text = format!("use {token} for it");
    // Unknown, it is text as any other.
    paste(&tab, &host, &text).await?;
    tab.until_text(&format!("a{text}b")).await?;
    let store = json!({
        "type": "storeEntry",
        "details": { "name": "internal" },
        "key": token.as_bytes(),
        "notes": [],
    });
    let stored = ask(stage, &own, store).await?;
    let entry = stored["entry"].as_str().context("not stored")?.to_owned();
    for is_locked in [false, true] {
        if is_locked {
            ask(stage, &own, json!({ "type": "lockVault" })).await?;
        }
        paste(&tab, &host, &text).await?;
        let notice = tab.until_notice().await?;
        ensure!(
            notice.text.contains("Key from your vault") && !notice.text.contains("internal"),
            "the notice says {:?}",
            notice.text
        );
        ensure!(
            !notice.controls.iter().any(|name| name.contains("Store")),
            "it is stored already"
        );
        tab.must_have_seen_nothing().await?;
        tab.press("redacted").await?;
        tab.until("the token is taken out", async || {
            let text = tab.text().await?;
            Ok((text.contains("use [redacted: ") && text.contains("] for it")).into())
        })
        .await?;
        ensure!(!tab.text().await?.contains(&token[..8]), "not all of it");
    }
    // The open page hears of it when the entry is gone.
    with_vault(stage).await?;
    let entries = ask(stage, &own, json!({ "type": "entries" })).await?;
    let mut lines = entries.as_array().context("no entries")?.iter();
    let line = lines.find(|line| line["entry"] == entry.as_str());
    let seen = line.context("not there")?["revision"].clone();
    ask(
        stage,
        &own,
        json!({ "type": "removeEntry", "entry": entry, "seen": seen }),
    )
    .await?;
    paste(&tab, &host, &text).await?;
    tab.until_text(&format!("a{text}b")).await
}

/// Text that comes in before the frame has been told which keys are the person's own: in the turn in which its field gets the focus.
async fn first_paste(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let own = with_vault(stage).await?;
    let host = stage.host("chat");
    let token = token();
    let store = json!({
        "type": "storeEntry",
        "details": { "name": "internal" },
        "key": token.as_bytes(),
        "notes": [],
    });
    ask(stage, &own, store).await?;
    let field = Field::named("textarea");
    let arrive = "const { element } = window.field;
        element.focus();
        const piece = { data: arguments[0], inputType: 'insertText', bubbles: true, cancelable: true, composed: true };
        const taken = element.dispatchEvent(new InputEvent('beforeinput', piece));
        if (taken) element.value = arguments[0];
        return taken;";
    let there = "return !!window.field?.element?.isConnected";
    let fresh = async || {
        tab.open(&field.url(&host, Policy::Plain)).await?;
        tab.until("the field is there", async || tab.js(there, vec![]).await)
            .await
    };
    fresh().await?;
    let text = format!("use {token} for it");
    let taken = tab.js(arrive, vec![json!(text)]).await?;
    ensure!(taken == false, "it went in before it was known");
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains("Key from your vault"),
        "the notice says {:?}",
        notice.text
    );
    ensure!(
        !tab.text().await?.contains(&token[..8]),
        "it is in the page"
    );
    tab.escape().await?;
    // What is nobody's key goes in, a moment later.
    fresh().await?;
    let text = "https://example.com/a-way-that-is-long-enough";
    tab.js(arrive, vec![json!(text)]).await?;
    tab.until_text(text).await?;
    ensure!(tab.notice().await?.is_none(), "it is asked about");
    Ok(())
}

/// What a detector knows has its name, and that it is in the vault.
async fn known_kind(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    with_vault(stage).await?;
    paste(&tab, &stage.host("chat"), &deepseek()).await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains("DeepSeek API key") && notice.text.contains("It is in your vault"),
        "the notice says {:?}",
        notice.text
    );
    ensure!(
        !notice.text.contains("made up"),
        "it shows the entry's name"
    );
    tab.escape().await?;
    // At home it is silent, stored or not.
    paste(&tab, "platform.deepseek.com", &deepseek()).await?;
    tab.until_text(&format!("a{}b", deepseek())).await
}
