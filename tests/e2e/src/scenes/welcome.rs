//! The page that opens at the first installation: that it opens, how it looks, and trying the guard on it.

use anyhow::{Result, ensure};
use serde_json::json;

use super::looks::picture;
use super::{Scene, Stage, scene};
use crate::browser::Kind;
use crate::page::Tab;

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("welcome/opens", |stage| Box::pin(opens(stage))),
        scene("welcome/try", |stage| Box::pin(try_guard(stage))),
        scene("welcome/looks", |stage| Box::pin(looks(stage))),
        // Firefox has no window so narrow.
        scene("welcome/narrow", |stage| Box::pin(narrow(stage))).only(Kind::Chrome),
        // Debian's Firefox speaks English.
        scene("welcome/german", |stage| {
            Box::pin(in_language(stage, "de", "Willkommen bei Keyward"))
        })
        .only(Kind::Chrome),
        scene("welcome/chinese", |stage| {
            Box::pin(in_language(stage, "zh-CN", "欢迎使用 Keyward"))
        })
        .only(Kind::Chrome),
    ]
}

/// Opens the page and waits until all of it is shown.
pub(super) async fn open(tab: &Tab<'_>, place: &str) -> Result<()> {
    let page = format!("welcome.html{place}");
    tab.open(&tab.browser.extension_page(&page)?).await?;
    tab.until("the page is shown", async || {
        tab.js("return !!document.querySelector('.hints')", vec![])
            .await
    })
    .await
}

async fn opens(stage: &Stage<'_>) -> Result<()> {
    let welcomes = stage.browser().welcomes;
    ensure!(welcomes == 1, "the installation opened {welcomes} of it");
    Ok(())
}

/// The notice is the one of every site.
async fn try_guard(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let made_up = "return /sk-[0-9a-f]{32}/.test(document.querySelector('#tryField').value)";
    open(&tab, "").await?;
    tab.find("#tryField").await?.scroll_into_view().await?;
    tab.click("#copyMadeUp").await?;
    tab.until("it says that it is copied", async || {
        Ok(tab.words().await?.contains("Now paste it below").into())
    })
    .await?;
    tab.click("#tryField").await?;
    tab.paste().await?;
    let notice = tab.until_notice().await?;
    ensure!(notice.text.contains("DeepSeek"), "it says {}", notice.text);
    picture(&tab, "welcome-try").await?;
    tab.press("Use an environment variable").await?;
    tab.until("the name of the variable stands there", async || {
        let text = "return document.querySelector('#tryField').value.includes('os.environ[\"DEEPSEEK_API_KEY\"]')";
        tab.js(text, vec![]).await
    })
    .await?;
    ensure!(tab.js(made_up, vec![]).await? == false, "the key is there");
    Ok(())
}

async fn looks(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    open(&tab, "").await?;
    tab.must_be_accessible().await?;
    whole_picture(&tab, "welcome-light").await?;
    tab.in_the_dark(async || {
        tab.must_be_accessible().await?;
        whole_picture(&tab, "welcome-dark").await
    })
    .await?;
    // What is not wanted now can be had later, by the keyboard alone.
    tab.find("#notNow").await?.focus().await?;
    tab.key(thirtyfour::Key::Enter).await?;
    tab.until("it says where to make one later", async || {
        tab.js("return !!document.querySelector('#laterOn') && document.activeElement.id === 'makeTitle'", vec![]).await
    })
    .await?;
    tab.must_be_accessible().await
}

async fn narrow(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    tab.narrow(568).await?;
    open(&tab, "").await?;
    tab.must_fit().await?;
    whole_picture(&tab, "welcome-narrow").await
}

async fn in_language(stage: &Stage<'_>, language: &'static str, title: &str) -> Result<()> {
    stage
        .in_language(language, async |stage| {
            let tab = stage.tab;
            open(&tab, "").await?;
            ensure!(
                tab.words().await?.contains(title),
                "it says {}",
                tab.words().await?
            );
            tab.must_be_accessible().await?;
            whole_picture(&tab, &format!("welcome-{language}")).await
        })
        .await
}

/// A picture of the page from its top to its end.
pub(super) async fn whole_picture(tab: &Tab<'_>, name: &str) -> Result<()> {
    let sizes = "return [innerWidth, innerHeight, document.documentElement.scrollHeight, outerHeight - innerHeight]";
    let sizes: Vec<u32> = serde_json::from_value(tab.js(sizes, vec![]).await?)?;
    let &[width, height, whole, around] = &sizes[..] else {
        anyhow::bail!("{sizes:?} are no sizes")
    };
    match tab.browser.kind {
        Kind::Chrome => {
            let tall =
                json!({ "width": width, "height": whole, "deviceScaleFactor": 1, "mobile": false });
            tab.browser
                .cdp("Emulation.setDeviceMetricsOverride", tall)
                .await?;
            let taken = picture(tab, name).await;
            let before = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
            tab.browser
                .cdp("Emulation.setDeviceMetricsOverride", before)
                .await?;
            taken
        }
        Kind::Firefox => {
            let driver = &tab.browser.driver;
            let rect = driver.get_window_rect().await?;
            let (outer, side) = (u32::try_from(rect.height)?, u32::try_from(rect.width)?);
            driver.set_window_rect(0, 0, side, whole + around).await?;
            let taken = picture(tab, name).await;
            driver.set_window_rect(0, 0, side, outer).await?;
            taken
        }
    }
}
