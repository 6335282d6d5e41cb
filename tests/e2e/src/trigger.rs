//! How a person asks for a key to be filled.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::browser::{Browser, GECKO_ID, Kind};
use crate::page::Tab;

/// What is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// The button of an entry in the popup, which is a page of the extension.
    Popup,
    /// The key combination.
    Shortcut,
    /// The line in the menu of a field.
    Menu,
}

impl Trigger {
    /// All of them.
    pub const ALL: [Trigger; 3] = [Trigger::Popup, Trigger::Shortcut, Trigger::Menu];

    /// Its word in the names of scenes.
    pub fn name(self) -> &'static str {
        match self {
            Trigger::Popup => "popup",
            Trigger::Shortcut => "shortcut",
            Trigger::Menu => "menu",
        }
    }
}

impl Tab<'_> {
    /// Asks in the tab in front, which is `id` to the extension.
    ///
    /// Firefox gets what a person does: the keys go to the browser's window, and the line of the opened menu is activated. Neither
    /// can be had from Chromium without a window of its own: keys of a driver go to the page, past the browser's shortcuts, and a headless
    /// browser has no menu. There the listeners of the service worker are called as the browser calls them.
    ///
    /// `field` is what the menu is opened on in Firefox; without it there is none to open.
    pub async fn ask_by(&self, trigger: Trigger, id: i64, field: Option<&str>) -> Result<()> {
        match (trigger, self.browser.kind) {
            (Trigger::Popup, _) => self.ask_by_popup(id).await,
            (Trigger::Shortcut, Kind::Chrome) => {
                let call = format!("chrome.commands.onCommand.dispatch('fill', {{ id: {id} }})");
                in_worker(self.browser, &call).await
            }
            (Trigger::Menu, Kind::Chrome) => {
                let call = format!(
                    "chrome.contextMenus.onClicked.dispatch({{ menuItemId: 'fill', editable: true }}, {{ id: {id} }})"
                );
                in_worker(self.browser, &call).await
            }
            (Trigger::Shortcut, Kind::Firefox) => shortcut(self.browser).await,
            (Trigger::Menu, Kind::Firefox) => {
                let field = self.find(field.context("a menu needs a field")?).await?;
                self.chain().context_click_element(&field).perform().await?;
                menu(self.browser).await
            }
        }
    }

    async fn ask_by_popup(&self, id: i64) -> Result<()> {
        let driver = &self.browser.driver;
        let here = driver.window().await?;
        let popup = driver.new_window().await?;
        driver.switch_to_window(popup).await?;
        self.open(&self.browser.extension_page("popup.html")?)
            .await?;
        let ask = json!({ "type": "fill", "tabId": id, "entry": null });
        let script = format!("return await chrome.runtime.sendMessage({ask})");
        let asked = self.extension_js(&script).await?;
        ensure!(asked["ask"].is_string(), "nothing was asked: {asked}");
        driver.close_window().await?;
        Ok(driver.switch_to_window(here).await?)
    }

    /// Waits for the window that an asking opens, and goes to it. Gives the tab that was left.
    pub async fn enter_asked(&self) -> Result<WindowHandle> {
        let driver = &self.browser.driver;
        let here = driver.window().await?;
        self.until_fill_window().await?;
        self.until("all of the window is shown", async || {
            let script = "return performance.getEntriesByName('usable').length > 0";
            self.js(script, vec![]).await
        })
        .await?;
        Ok(here)
    }
}

/// Runs an expression in the service worker, by a session of its own inside the tab's.
async fn in_worker(browser: &Browser, expression: &str) -> Result<()> {
    let targets = browser.cdp("Target.getTargets", json!({})).await?;
    let worker = targets["targetInfos"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|target| target["type"] == "service_worker")
        .context("the service worker does not run")?;
    let attach = json!({ "targetId": worker["targetId"], "flatten": false });
    let session = browser.cdp("Target.attachToTarget", attach).await?;
    let session = &session["sessionId"];
    let evaluate =
        json!({ "id": 1, "method": "Runtime.evaluate", "params": { "expression": expression } });
    let send = json!({ "sessionId": session, "message": evaluate.to_string() });
    browser.cdp("Target.sendMessageToTarget", send).await?;
    browser
        .cdp("Target.detachFromTarget", json!({ "sessionId": session }))
        .await
        .map(drop)
}

/// The keys of the combination that the browser has for the extension, through the window as the keyboard's.
async fn shortcut(browser: &Browser) -> Result<()> {
    let script = "const window = Services.wm.getMostRecentBrowserWindow();
        const widget = args[0].replace(/[^a-z0-9_-]/gi, '_').toLowerCase();
        const keys = [...window.document.querySelectorAll(`#ext-keyset-id-${widget} key`)];
        const key = keys.find((key) => key.getAttribute('key') === 'K');
        if (!key) return `no shortcut among ${keys.length}`;
        const names = { alt: ['Alt', 18], shift: ['Shift', 16], control: ['Control', 17], accel: ['Control', 17] };
        const held = key.getAttribute('modifiers').split(/[ ,]+/).map((name) => names[name]);
        const tip = Cc['@mozilla.org/text-input-processor;1'].createInstance(Ci.nsITextInputProcessor);
        if (!tip.beginInputTransactionForTests(window)) return 'no keyboard';
        const event = ([key, keyCode]) => new window.KeyboardEvent('', { key, keyCode });
        for (const one of held) tip.keydown(event(one));
        tip.keydown(event(['K', 75]));
        tip.keyup(event(['K', 75]));
        for (const one of held.reverse()) tip.keyup(event(one));
        return true;";
    let pressed = browser
        .firefox_privileged(script, vec![json!(GECKO_ID)])
        .await?;
    ensure!(pressed == true, "{pressed}");
    Ok(())
}

/// The extension's line in the menu that is open or about to.
async fn menu(browser: &Browser) -> Result<()> {
    let script = "const window = Services.wm.getMostRecentBrowserWindow();
        const menu = window.document.getElementById('contentAreaContextMenu');
        if (menu.state !== 'open') await new Promise((done) => menu.addEventListener('popupshown', done, { once: true }));
        const line = [...menu.querySelectorAll('menuitem')].find(({ id }) => id.startsWith('keyward'));
        if (!line || line.hidden) { menu.hidePopup(); return 'the menu has no such line'; }
        menu.activateItem(line);
        return true;";
    let pressed: Value = browser.firefox_privileged(script, vec![]).await?;
    ensure!(pressed == true, "{pressed}");
    Ok(())
}
