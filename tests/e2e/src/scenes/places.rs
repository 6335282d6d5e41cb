//! Fields in places where a guard may miss them, or where its notice may not come up: shadow roots, a document written
//! anew, the page's own modal dialog, a focus trap.

use anyhow::{Result, ensure};

use super::paste::paste_held;
use super::{Scene, Stage, scene};
use crate::samples::{DEEPSEEK_REDACTED, deepseek};

/// Names of `pages/place.js`.
const PLACES: [&str; 9] = [
    "shadow-open",
    "shadow-closed",
    "shadow-nested",
    "document-open",
    "modal",
    "trap",
    "inert-rest",
    "fullscreen",
    "zoomed",
];

pub fn scenes() -> Vec<Scene> {
    let scenes = PLACES.iter().chain(&["svg"]);
    scenes
        .map(|&place| {
            scene(format!("place/{place}"), move |stage| {
                Box::pin(held_there(stage, place))
            })
        })
        .collect()
}

async fn held_there(stage: &Stage<'_>, place: &str) -> Result<()> {
    let tab = stage.tab;
    tab.copy(&format!("key {}.", deepseek())).await?;
    tab.open(&format!(
        "https://{}/place.html?place={place}",
        stage.host("place")
    ))
    .await?;
    if place == "document-open" {
        tab.js("window.rewrite()", vec![]).await?;
    }
    tab.enter_field().await?;
    paste_held(&tab, "the key").await?;
    // In full screen, Escape is the browser's before it is anybody else's.
    tab.press("Keep it out").await?;
    tab.until_no_notice().await?;
    tab.must_have_seen_nothing().await?;
    tab.type_text("x").await?;
    tab.until_text("axb").await?;
    tab.paste().await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.height <= notice.viewport[1] && notice.left >= 0.0 && notice.top >= 0.0,
        "the notice is not all on the screen: {notice:?}"
    );
    tab.press("redacted").await?;
    tab.until_text(&format!("axkey {DEEPSEEK_REDACTED}.b"))
        .await
}
