//! Text with a key that is dropped into a field.
//!
//! The drop is the browser's own, through the DevTools protocol, so these scenes are Chromium's. Headless Firefox has no
//! drag session, and a `drop` without one carries no data, not even a trusted one from the privileged context.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use serde_json::json;

use super::{Scene, Stage, scene};
use crate::browser::Kind;
use crate::page::{FIELDS, Field, Tab};
use crate::samples::{DEEPSEEK_REDACTED, deepseek};
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for field in FIELDS {
        let held = scene(format!("drop/held/{}", field.kind), move |stage| {
            Box::pin(held(stage, field))
        });
        scenes.push(held.only(Kind::Chrome));
    }
    for kind in [
        "textarea",
        "text",
        "contenteditable",
        "prosemirror",
        "codemirror",
    ] {
        let field = Field::named(kind);
        let clean = scene(format!("drop/clean/{kind}"), move |stage| {
            Box::pin(clean(stage, field))
        });
        scenes.push(clean.only(Kind::Chrome));
    }
    scenes
}

/// Drops text on the middle of the field.
async fn drop_text(tab: &Tab<'_>, text: &str) -> Result<()> {
    let place = tab
        .js(
            "const box = window.field.element.getBoundingClientRect();
             return { x: Math.round(box.left + Math.min(box.width, 400) / 2), y: Math.round(box.top + Math.min(box.height, 24) / 2) };",
            vec![],
        )
        .await?;
    let data =
        json!({ "items": [{ "mimeType": "text/plain", "data": text }], "dragOperationsMask": 1 });
    for step in ["dragEnter", "dragOver", "drop"] {
        let event = json!({ "type": step, "x": place["x"], "y": place["y"], "data": data });
        tab.browser.cdp("Input.dispatchDragEvent", event).await?;
    }
    Ok(())
}

async fn held(stage: &Stage<'_>, field: Field) -> Result<()> {
    let tab = stage.tab;
    tab.open_field(field, &stage.host("drop"), Policy::Plain)
        .await?;
    drop_text(&tab, &format!("key {}.", deepseek())).await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains("DeepSeek"),
        "the notice says {:?}",
        notice.text
    );
    let seen = tab.events().await?;
    let learnt =
        |event: &serde_json::Value| event["type"] != "dragover" && event["type"] != "change";
    ensure!(!seen.iter().any(learnt), "the page saw {seen:?}");
    ensure!(
        tab.text().await? == "ab",
        "the text changed: {:?}",
        tab.text().await?
    );
    tab.press("redacted").await?;
    tab.until("the redacted text arrives", async || {
        Ok(tab.text().await?.contains(DEEPSEEK_REDACTED).into())
    })
    .await?;
    // An editor of which the guard does not see that it took the text would have it offered to be copied, within a second.
    let offered = async || Ok(tab.notice().await?.is_some().into());
    let patience = Duration::from_millis(1500);
    if tab.within(patience, "it is offered", offered).await.is_ok() {
        bail!("it has arrived, and is offered to be copied all the same");
    }
    let text = tab.text().await?;
    let rest = text.replacen(&format!("key {DEEPSEEK_REDACTED}."), "", 1);
    ensure!(
        rest.trim_matches('\n') == "ab",
        "beside the redacted text there is {rest:?} in {text:?}"
    );
    Ok(())
}

async fn clean(stage: &Stage<'_>, field: Field) -> Result<()> {
    let mut seen = Vec::new();
    for tab in [stage.tab, stage.control] {
        tab.open_field(field, &stage.host("drop"), Policy::Plain)
            .await?;
        drop_text(&tab, "no key at all").await?;
        tab.until("the text arrives", async || {
            Ok(tab.text().await?.contains("no key at all").into())
        })
        .await?;
        tab.settle().await?;
        seen.push((tab.shape().await?, tab.events().await?));
    }
    ensure!(
        seen[0] == seen[1],
        "the page saw {:?} instead of {:?}",
        seen[0],
        seen[1]
    );
    Ok(())
}
