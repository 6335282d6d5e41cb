//! A key at home is no news: on its provider's own sites it passes in silence, any other provider's does not.

use anyhow::{Context, Result, ensure};

use super::{Scene, Stage, scene};
use crate::page::{Field, Tab};
use crate::samples::{deepseek, openai};
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for host in ["platform.deepseek.com", "chat.deepseek.com", "deepseek.com"] {
        scenes.push(scene(format!("home/silent/{host}"), move |stage| {
            Box::pin(silent(stage, host, deepseek()))
        }));
    }
    scenes.push(scene("home/silent/platform.openai.com", |stage| {
        Box::pin(silent(stage, "platform.openai.com", openai()))
    }));
    for host in [
        "deepseek.com.evil.example",
        "evildeepseek.com",
        "platform.openai.com",
        "deepseek.example",
    ] {
        scenes.push(scene(format!("home/held/{host}"), move |stage| {
            Box::pin(held(
                stage,
                format!("https://{host}"),
                deepseek(),
                "DeepSeek",
            ))
        }));
    }
    scenes.push(scene("home/held/other-provider", |stage| {
        Box::pin(held(
            stage,
            "https://platform.deepseek.com".to_owned(),
            openai(),
            "OpenAI",
        ))
    }));
    scenes.push(scene("home/held/without-tls", |stage| {
        Box::pin(held(
            stage,
            "http://platform.deepseek.com".to_owned(),
            deepseek(),
            "DeepSeek",
        ))
    }));
    scenes
}

async fn silent(stage: &Stage<'_>, host: &str, key: String) -> Result<()> {
    let with = paste(&stage.tab, host, &key).await?;
    let without = paste(&stage.control, host, &key)
        .await
        .context("without the extension")?;
    ensure!(with == without, "the page saw {with} instead of {without}");
    Ok(())
}

/// Pastes and gives all events that the page saw.
async fn paste(tab: &Tab<'_>, host: &str, key: &str) -> Result<String> {
    tab.copy(key).await?;
    tab.open_field(Field::named("textarea"), host, Policy::Plain)
        .await?;
    tab.paste().await?;
    tab.until_text(&format!("a{key}b")).await?;
    tab.settle().await?;
    ensure!(tab.notice().await?.is_none(), "a notice at home");
    // Sent, too: at home Enter, click and submit are silent as well.
    ensure!(tab.mark().await?.is_none(), "a mark at home");
    Ok(serde_json::to_string(&tab.events().await?)?)
}

async fn held(stage: &Stage<'_>, origin: String, key: String, provider: &str) -> Result<()> {
    let tab = stage.tab;
    tab.copy(&key).await?;
    let url = Field::named("textarea")
        .url("host", Policy::Plain)
        .replace("https://host", &origin);
    tab.open(&url).await?;
    let here = tab.js("return location.origin", vec![]).await?;
    ensure!(here == origin.as_str(), "the browser went to {here}");
    tab.enter_field().await?;
    tab.paste().await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains(provider),
        "the notice does not name {provider}: {:?}",
        notice.text
    );
    tab.must_have_seen_nothing().await?;
    tab.escape().await?;
    tab.until_text("ab").await
}
