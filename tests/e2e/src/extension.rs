//! The extension's own pages: the window that asks whether to let a key through, and the popup.

use std::cell::RefCell;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::browser::Kind;
use crate::page::{PATIENCE, POLL, Tab};

impl Tab<'_> {
    /// Waits for the window that asks about what is held and goes to it. Gives the tab that was left.
    pub async fn enter_confirm(&self) -> Result<WindowHandle> {
        self.enter_window("#letThrough").await
    }

    /// Waits for the extension's window and for an element in it, and goes to it. Gives the tab that was left.
    pub async fn enter_window(&self, css: &str) -> Result<WindowHandle> {
        let driver = &self.browser.driver;
        let here = driver.window().await?;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            for window in driver.windows().await? {
                if window == here || window == self.browser.clipboard_tab {
                    continue;
                }
                driver.switch_to_window(window).await?;
                if driver
                    .current_url()
                    .await?
                    .path()
                    .ends_with("/confirm.html")
                {
                    let shown = async || {
                        self.js(
                            "return !!document.querySelector(arguments[0])",
                            vec![json!(css)],
                        )
                        .await
                    };
                    self.until("the window is shown", shown).await?;
                    return Ok(here);
                }
            }
            driver.switch_to_window(here.clone()).await?;
            tokio::time::sleep(POLL).await;
        }
        let targets = self.browser.cdp("Target.getTargets", json!({})).await?;
        bail!(
            "the extension's window has not come: {:?} {targets}",
            driver.windows().await?
        )
    }

    /// Opens the popup about the current tab in a tab of its own, where a driver can work with it. Gives the tab that was
    /// left.
    pub async fn enter_popup(&self) -> Result<WindowHandle> {
        let driver = &self.browser.driver;
        let here = driver.window().await?;
        // The number of a tab is known to extensions only: the popup's page tells it, opened right behind that tab.
        self.new_tab().await?;
        self.open(&self.browser.extension_page("popup.html")?)
            .await?;
        let tabs = self.extension_js("return (await chrome.tabs.query({ currentWindow: true })).map(({ id, index }) => [index, id])").await?;
        let own = self
            .extension_js("return (await chrome.tabs.getCurrent()).index")
            .await?;
        let before = own.as_i64().context("the popup's tab has no place")? - 1;
        let id = tabs
            .as_array()
            .into_iter()
            .flatten()
            .find(|tab| tab[0] == before)
            .map(|tab| tab[1].clone());
        let id = id.ok_or_else(|| anyhow!("no tab before the popup's: {tabs}"))?;
        self.open(
            &self
                .browser
                .extension_page(&format!("popup.html?tab={id}"))?,
        )
        .await?;
        self.until("all of the popup is shown", async || {
            let script = "return performance.getEntriesByName('usable').length > 0";
            self.js(script, vec![]).await
        })
        .await?;
        Ok(here)
    }

    /// Waits for the window in which a key is filled and goes to it, whatever it shows by then.
    pub async fn until_fill_window(&self) -> Result<()> {
        let driver = &self.browser.driver;
        self.until("the window has come", async || {
            for window in driver.windows().await? {
                driver.switch_to_window(window).await?;
                if driver.current_url().await?.path().ends_with("/fill.html") {
                    return Ok(true.into());
                }
            }
            Ok(false.into())
        })
        .await
    }

    /// Waits for the window in which a key is filled, with its button, and goes to it.
    pub async fn enter_fill(&self) -> Result<()> {
        self.until_fill_window().await?;
        self.until_there("#fill").await
    }

    /// Waits until an element is there.
    pub async fn until_there(&self, css: &str) -> Result<()> {
        let script = "return !!document.querySelector(arguments[0])";
        self.until(&format!("{css} is there"), async || {
            self.js(script, vec![json!(css)]).await
        })
        .await
    }

    /// Opens a tab and goes to it.
    pub async fn new_tab(&self) -> Result<()> {
        let tab = self.browser.driver.new_tab().await?;
        Ok(self.browser.driver.switch_to_window(tab).await?)
    }

    /// Goes back to another tab.
    pub async fn back_to(&self, tab: WindowHandle) -> Result<()> {
        Ok(self.browser.driver.switch_to_window(tab).await?)
    }

    /// Runs a script that may wait in one of the extension's pages, with the extension's APIs.
    pub async fn extension_js(&self, script: &str) -> Result<Value> {
        let world = match self.browser.kind {
            Kind::Chrome => "window",
            // Scripts of the driver have the page's APIs only behind this.
            Kind::Firefox => "(window.wrappedJSObject ?? window)",
        };
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const chrome = {world}.browser ?? {world}.chrome;
             (async () => {{ {script} }})().then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));"
        );
        let answer = self
            .browser
            .driver
            .execute_async(&script, vec![])
            .await?
            .json()
            .clone();
        match answer.get("error") {
            Some(error) => bail!("in the extension's page: {error}"),
            None => Ok(answer.get("value").cloned().unwrap_or(Value::Null)),
        }
    }

    /// Clicks an element once it can be clicked and has come to rest where it is seen: what appears above it moves it. A
    /// field has the focus afterwards.
    pub async fn click(&self, css: &str) -> Result<()> {
        let place = "const element = document.querySelector(arguments[0]);
             if (!element || element.disabled || element.getAttribute('aria-disabled') === 'true') return '';
             element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
             const { x, y, width, height } = element.getBoundingClientRect();
             return width && height ? [x, y, width, height].join() : '';";
        let takes_text = "const element = document.querySelector(arguments[0]);
             return !!element?.matches('textarea, input:not([type=checkbox], [type=radio], [type=file])')";
        let arrived = "return document.activeElement === document.querySelector(arguments[0])";
        let last = RefCell::new(Value::Null);
        self.until(&format!("{css} can be clicked"), async || {
            let now = self.js(place, vec![json!(css)]).await?;
            if now == "" || last.replace(now.clone()) != now {
                return Ok(false.into());
            }
            let element = self.find(css).await?;
            let is_field = self.js(takes_text, vec![json!(css)]).await?;
            self.chain().click_element(&element).perform().await?;
            // What is no field shows by what it does that the click has arrived; its window may be gone by now.
            match is_field {
                Value::Bool(true) => self.js(arrived, vec![json!(css)]).await,
                _ => Ok(true.into()),
            }
        })
        .await
    }

    /// What the page says.
    pub async fn words(&self) -> Result<String> {
        let words = self.js("return document.body.innerText", vec![]).await?;
        Ok(words.as_str().unwrap_or_default().to_owned())
    }

    /// Fails if axe-core finds anything wrong with the page, which is rendered and at rest.
    pub async fn must_be_accessible(&self) -> Result<()> {
        let axe =
            std::fs::read_to_string(crate::repository().join("node_modules/axe-core/axe.min.js"))
                .context("axe-core")?;
        let script = format!(
            "{axe}
             const done = arguments[arguments.length - 1];
             // Colours that are still changing have another contrast.
             Promise.all(document.getAnimations().map((animation) => animation.finished)).then(() => axe.run(document)).then(
                 ({{ violations, passes }}) => done([passes.length, ...violations.map(({{ id, nodes }}) => id + ': ' + nodes.map((node) => node.html).join(' '))]),
                 (error) => done([0, String(error)]));"
        );
        let answer = self
            .browser
            .driver
            .execute_async(&script, vec![])
            .await?
            .json()
            .clone();
        match answer.as_array().map(Vec::as_slice) {
            Some([passes]) if passes.as_i64().is_some_and(|passes| passes > 5) => Ok(()),
            _ => bail!("axe-core: {answer}"),
        }
    }
}
