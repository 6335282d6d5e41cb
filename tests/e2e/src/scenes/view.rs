//! What pages are looked at in: the dark, a narrow window, another language.

use anyhow::{Result, ensure};
use serde_json::json;

use super::Stage;
use crate::browser::{Browser, Kind, Options};
use crate::page::Tab;

impl Stage<'_> {
    /// Plays in a browser of that language, which is started for it and stopped. Debian's Firefox speaks English only.
    pub async fn in_language(
        &self,
        language: &'static str,
        play: impl AsyncFnOnce(&Stage<'_>) -> Result<()>,
    ) -> Result<()> {
        let options = Options {
            language,
            ..self.browser().options.clone()
        };
        let browser = Browser::start(self.browser().kind, &options, self.server()).await?;
        let tab = Tab {
            browser: &browser,
            server: self.server(),
        };
        let stage = Stage::new(tab, self.control, self.mark.clone());
        let outcome = async {
            tab.new_tab().await?;
            play(&stage).await
        };
        let outcome = outcome.await;
        browser.stop().await;
        outcome
    }
}

impl Tab<'_> {
    /// Plays where the system is dark.
    pub async fn in_the_dark(&self, play: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
        set_dark(self, true).await?;
        let outcome = play().await;
        set_dark(self, false).await?;
        outcome
    }

    /// Makes the window 320 px wide, as on a small phone and at 400 % zoom. In Chromium only: Firefox has no window so narrow.
    pub async fn narrow(&self, height: u32) -> Result<()> {
        let phone =
            json!({ "width": 320, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.browser
            .cdp("Emulation.setDeviceMetricsOverride", phone)
            .await
            .map(drop)
    }

    /// Nothing of the page stands out at the side.
    pub async fn must_fit(&self) -> Result<()> {
        let script = "return [document.documentElement.scrollWidth, innerWidth]";
        let widths = self.js(script, vec![]).await?;
        ensure!(
            widths[0].as_f64() <= widths[1].as_f64(),
            "the page is wider than the window: {widths}"
        );
        Ok(())
    }
}

async fn set_dark(tab: &Tab<'_>, dark: bool) -> Result<()> {
    match tab.browser.kind {
        Kind::Chrome => {
            let value = if dark { "dark" } else { "" };
            let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
            tab.browser.cdp("Emulation.setEmulatedMedia", media).await?;
        }
        Kind::Firefox => {
            let value = json!(if dark { 0 } else { 2 });
            let script = "Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', args[0])";
            tab.browser.firefox_privileged(script, vec![value]).await?;
        }
    }
    Ok(())
}
