//! A pause ends by itself, in a page that was open all the time.
//!
//! Nobody waits a quarter of an hour here: the stored end of the pause is brought nearer, and the background starts anew
//! from what is stored.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::vault::end_background;
use super::{Scene, Stage, scene};
use crate::page::Field;
use crate::samples::deepseek;
use crate::server::Policy;

/// Long enough to open a page and paste in it once, also under load.
const LEFT: Duration = Duration::from_secs(12);

pub fn scenes() -> Vec<Scene> {
    vec![scene("pause/ends", |stage| Box::pin(ends(stage)))]
}

async fn ends(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let host = stage.host("pause");
    let field = Field::named("textarea");
    tab.copy(&deepseek()).await?;
    tab.open_field(field, &host, Policy::Plain).await?;
    let page = tab.enter_popup().await?;
    tab.click("#pause").await?;
    tab.until("the popup says so", async || {
        Ok(tab.words().await?.contains("Paused until").into())
    })
    .await?;
    let ends = Instant::now() + LEFT;
    let nearer = format!(
        "const {{ settings }} = await chrome.storage.local.get('settings');
         const site = settings.sites.find(({{ origin }}) => origin === {});
         site.mode.untilMs = Date.now() + {};
         await chrome.storage.local.set({{ settings }});
         return true;",
        json!(format!("https://{host}")),
        LEFT.as_millis(),
    );
    tab.extension_js(&nearer)
        .await
        .context("the pause is not stored")?;
    end_background(stage).await?;
    let popup = tab.browser.driver.window().await?;
    tab.back_to(page).await?;
    tab.open_field(field, &host, Policy::Plain).await?;
    tab.paste().await?;
    tab.until_text(&format!("a{}b", deepseek())).await?;
    ensure!(Instant::now() < ends, "too slow: the pause is over");
    tab.control('z').await?;
    tab.until_text("ab").await?;
    tokio::time::sleep_until((ends + Duration::from_millis(50)).into()).await;
    tab.paste().await?;
    tab.escape().await?;
    tab.until_text("ab").await?;
    tab.back_to(popup).await?;
    tab.browser.driver.refresh().await?;
    tab.until("the popup says so", async || {
        Ok(tab.words().await?.contains("is watching").into())
    })
    .await
}
