//! Fields in frames of every kind: the guard is in all of them.
//!
//! A frame of another site is another process, into which Chromium's driver does not look. So these scenes see the notice
//! as a page does, by the focus that leaves the field, and press its buttons by counting Tabs.

use anyhow::{Context, Result, ensure};
use thirtyfour::Key;

use super::{Scene, Stage, scene};
use crate::page::{Field, Tab};
use crate::samples::{DEEPSEEK_REDACTED, deepseek};
use crate::server::Policy;

/// Names of `pages/frames.js`.
const FRAMES: [&str; 10] = [
    "same-origin",
    "cross-origin",
    "sandboxed",
    "srcdoc",
    "srcdoc-sandboxed",
    "blob",
    "data",
    "about-blank",
    "javascript",
    "written",
];

pub fn scenes() -> Vec<Scene> {
    let each = |&frame: &&'static str| {
        scene(format!("frame/{frame}"), move |stage| {
            Box::pin(held_inside(stage, frame))
        })
    };
    FRAMES.iter().map(each).collect()
}

async fn held_inside(stage: &Stage<'_>, frame: &str) -> Result<()> {
    let tab = stage.tab;
    let text = format!("key {}.", deepseek());
    tab.copy(&text).await?;
    let tabs = tabs_to_redact(stage).await?;
    let field = Field::named("textarea").url(&stage.host("inside"), Policy::Plain);
    let address = field.replace('&', "%26");
    tab.open(&format!(
        "https://{}/frames.html?frame={frame}&field={address}",
        stage.host("outside")
    ))
    .await?;
    tab.until("the frame is there", async || {
        tab.js("return window.ready === true", vec![]).await
    })
    .await?;
    tab.find("#frame").await?.enter_frame().await?;
    tab.enter_field().await?;
    tab.paste().await?;
    held(&tab).await?;
    tab.key(Key::Escape).await?;
    let back = async || {
        tab.js(
            "return document.activeElement === window.field.element",
            vec![],
        )
        .await
    };
    tab.until("the field has the focus again", back).await?;
    if frame == "written" {
        // A document that writes itself runs its script before any extension hears of it: a listener that it adds on the
        // window at that moment hears of the paste, as the only one. Into the field nothing comes.
        let seen = tab.events().await?;
        ensure!(
            seen.iter()
                .all(|event| event["type"] != "beforeinput" && event["type"] != "input"),
            "the page saw {seen:?}"
        );
    } else {
        tab.must_have_seen_nothing().await?;
    }
    tab.type_text("x").await?;
    tab.until_text("axb").await?;
    tab.paste().await?;
    held(&tab).await?;
    for _ in 0..tabs {
        tab.key(Key::Tab).await?;
    }
    tab.key(Key::Enter).await?;
    tab.until_text(&format!("axkey {DEEPSEEK_REDACTED}.b"))
        .await
}

/// Waits until something else than the field has the focus, which is the host of the notice.
async fn held(tab: &Tab<'_>) -> Result<()> {
    let script = "return document.activeElement !== window.field.element && document.activeElement !== document.body";
    tab.until("the notice has the focus", async || {
        tab.js(script, vec![]).await
    })
    .await
}

/// How often Tab goes from where the notice puts the focus to the redacted text.
async fn tabs_to_redact(stage: &Stage<'_>) -> Result<usize> {
    let tab = stage.tab;
    tab.open_field(
        Field::named("textarea"),
        &stage.host("count"),
        Policy::Plain,
    )
    .await?;
    tab.paste().await?;
    let notice = tab.until_notice().await?;
    let place = |label: &str| notice.controls.iter().position(|name| name.contains(label));
    let focused = notice
        .focused
        .as_deref()
        .and_then(place)
        .context("nothing has the focus")?;
    let redact = place("redacted").context("no button redacts")?;
    tab.escape().await?;
    Ok((redact + notice.controls.len() - focused) % notice.controls.len())
}
