//! Who asked the system for less movement gets none.

use anyhow::{Result, ensure};
use serde_json::json;

use super::{Scene, Stage, scene};
use crate::browser::Kind;
use crate::page::{Field, Tab};
use crate::samples::deepseek;
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    vec![scene("motion/reduced", |stage| Box::pin(reduced(stage)))]
}

async fn reduced(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    tab.copy(&deepseek()).await?;
    ensure!(moves(stage).await?, "it never moves: this proves nothing");
    set_reduced(&tab, true).await?;
    let outcome = moves(stage).await;
    set_reduced(&tab, false).await?;
    ensure!(!outcome?, "it moves");
    Ok(())
}

/// Whether the notice moves when it comes.
async fn moves(stage: &Stage<'_>) -> Result<bool> {
    let tab = stage.tab;
    let host = stage.host("motion");
    tab.open_field(Field::named("textarea"), &host, Policy::Plain)
        .await?;
    tab.paste().await?;
    let moves = tab.until_notice().await?.moves;
    tab.escape().await?;
    Ok(moves)
}

async fn set_reduced(tab: &Tab<'_>, reduced: bool) -> Result<()> {
    match tab.browser.kind {
        Kind::Chrome => {
            let value = if reduced { "reduce" } else { "" };
            let feature = json!({ "name": "prefers-reduced-motion", "value": value });
            tab.browser
                .cdp(
                    "Emulation.setEmulatedMedia",
                    json!({ "features": [feature] }),
                )
                .await?;
        }
        Kind::Firefox => {
            let script = "if (args[0]) Services.prefs.setIntPref('ui.prefersReducedMotion', 1);
                          else Services.prefs.clearUserPref('ui.prefersReducedMotion');";
            tab.browser
                .firefox_privileged(script, vec![json!(reduced)])
                .await?;
        }
    }
    Ok(())
}
