//! Private windows, where the person has let the extension into them: what happens there is held as anywhere, and leaves nothing on
//! the disk. In a browser of its own: in Firefox the switch starts the extension anew, and Chromium does not start one of the command line
//! again after it was moved, so that its profile has it moved before.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::WindowHandle;

use super::{Scene, Stage, scene};
use crate::browser::{Browser, GECKO_ID, Kind, Options};
use crate::page::{Field, Tab};
use crate::samples::deepseek;
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    vec![scene("private/window", |stage| Box::pin(window(stage)))]
}

async fn window(stage: &Stage<'_>) -> Result<()> {
    let base = stage.browser().extension_page("")?;
    let id = base
        .split('/')
        .nth(2)
        .context("the extension has no address")?;
    let options = Options {
        in_private: Some(id.to_owned()),
        ..stage.browser().options.clone()
    };
    let browser = Browser::start(stage.browser().kind, &options, stage.server()).await?;
    let tab = Tab {
        browser: &browser,
        server: stage.server(),
    };
    let outcome = held_and_forgotten(tab, &stage.host("private")).await;
    browser.stop().await;
    outcome
}

async fn held_and_forgotten(tab: Tab<'_>, host: &str) -> Result<()> {
    let driver = &tab.browser.driver;
    tab.new_tab().await?;
    let settings = driver.window().await?;
    if tab.browser.kind == Kind::Firefox {
        let_in(&tab).await?;
    }
    tab.open(&tab.browser.extension_page("options.html#guard")?)
        .await?;
    let before = driver.windows().await?;
    let private = open_private(&tab, &before).await?;

    tab.copy(&deepseek()).await?;
    driver.switch_to_window(private.clone()).await?;
    tab.open_field(Field::named("textarea"), host, Policy::Plain)
        .await?;
    tab.paste().await?;
    tab.until_notice().await?;
    tab.press("redacted").await?;
    tab.until("it is replaced", async || {
        Ok(tab.text().await?.contains("[redacted").into())
    })
    .await?;

    driver.switch_to_window(settings.clone()).await?;
    let recent = async |private: bool| {
        let script = format!(
            "return await chrome.runtime.sendMessage({{ type: 'recent', private: {private} }})"
        );
        tab.extension_js(&script).await
    };
    ensure!(
        recent(true).await?.to_string().contains(host),
        "a private window does not see what was held in it"
    );
    ensure!(
        !recent(false).await?.to_string().contains(host),
        "a window that is not private sees it"
    );
    // Switched off there, it is off there until the browser closes.
    let origin = format!("https://{host}");
    let set = json!({ "type": "setSite", "origin": origin, "mode": "off", "private": true });
    tab.extension_js(&format!("return await chrome.runtime.sendMessage({set})"))
        .await?;
    let stored = tab
        .extension_js("return JSON.stringify(await chrome.storage.local.get(null))")
        .await?;
    let stored = stored.as_str().context("nothing is stored")?;
    ensure!(!stored.contains(host), "the site is on the disk");
    driver.switch_to_window(private).await?;
    tab.open_field(Field::named("textarea"), host, Policy::Plain)
        .await?;
    tab.paste().await?;
    tab.until("it is pasted", async || {
        Ok(tab.text().await?.contains(&deepseek()).into())
    })
    .await?;
    // And nowhere else.
    driver.switch_to_window(settings).await?;
    tab.open_field(Field::named("textarea"), host, Policy::Plain)
        .await?;
    tab.paste().await?;
    tab.until_notice().await?;
    tab.escape().await
}

/// The person's switch on the browser's own page.
async fn let_in(tab: &Tab<'_>) -> Result<()> {
    let script = "const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
        const { AddonManager } = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
        await ExtensionPermissions.add(args[0], { permissions: ['internal:privateBrowsingAllowed'], origins: [] });
        await (await AddonManager.getAddonByID(args[0])).reload();
        const { extension } = WebExtensionPolicy.getByID(args[0]);
        return extension.privateBrowsingAllowed;";
    let switched = tab
        .browser
        .firefox_privileged(script, vec![json!(GECKO_ID)])
        .await?;
    ensure!(switched == true, "not let in: {switched}");
    Ok(())
}

/// Opens a private window; the settings' page is in front.
async fn open_private(tab: &Tab<'_>, before: &[WindowHandle]) -> Result<WindowHandle> {
    let driver = &tab.browser.driver;
    match tab.browser.kind {
        Kind::Firefox => {
            let script = "Services.wm.getMostRecentBrowserWindow().OpenBrowserWindow({ private: true }); return true;";
            tab.browser.firefox_privileged(script, vec![]).await?;
        }
        Kind::Chrome => {
            let script = "return (await chrome.windows.create({ incognito: true, url: 'about:blank' })).incognito";
            let opened = tab.extension_js(script).await?;
            ensure!(opened == true, "no private window: {opened}");
        }
    }
    let mut found = None;
    tab.until("the private window is there", async || {
        let windows = driver.windows().await?;
        Ok(windows.iter().any(|one| !before.contains(one)).into())
    })
    .await?;
    for one in driver.windows().await? {
        if !before.contains(&one) {
            found = Some(one);
        }
    }
    found.context("no private window")
}
