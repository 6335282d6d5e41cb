//! Keys of one's own that are let through, with the vault open and locked: noted at once, said by icon and popup without a name, and
//! warned of where such a key is to be filled. And reminders of what is due.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::{ask, grant, key, make_vault, own_browser, pages, store};
use crate::browser::Kind;
use crate::page::{Field, Tab};
use crate::scenes::Stage;
use crate::scenes::vault::PASSPHRASE;
use crate::server::{Policy, Server};

const NAME: &str = "checked, made up";

pub(super) async fn leaked(stage: &Stage<'_>) -> Result<()> {
    let server = Server::start(&pages()).await?;
    let browser = own_browser(stage, &server).await?;
    let played = async {
        let tab = Tab {
            browser: &browser,
            server: &server,
        };
        if browser.kind == Kind::Firefox {
            grant(&browser).await?;
        }
        // The first one is that of the clipboard.
        tab.new_tab().await?;
        tab.open(&browser.extension_page("popup.html")?).await?;
        make_vault(tab).await?;
        let own = browser.driver.window().await?;
        let leaks = Leaks { tab, own };
        leaks.open_and_locked().await?;
        leaks.due().await
    };
    let played = played.await;
    browser.stop().await;
    played
}

pub(super) struct Leaks<'a> {
    pub(super) tab: Tab<'a>,
    /// The extension's page.
    pub(super) own: WindowHandle,
}

impl Leaks<'_> {
    async fn open_and_locked(&self) -> Result<()> {
        let tab = self.tab;
        let (first, second) = (key(0x51), key(0x52));
        let entries = [store(tab, &first).await?, store(tab, &second).await?];
        ensure!(self.badge().await? == "", "the icon has a sign already");
        let page = self.let_through(&first, "chat.example").await?;
        self.until_badge().await?;
        let leak = self.leak(&entries[0]).await?;
        ensure!(
            leak["kind"] == "letThrough" && leak["place"] == "https://chat.example",
            "{leak}"
        );
        let lives = ask(tab, json!({ "type": "keyLives" })).await?;
        let others = lives.as_array().into_iter().flatten();
        let mut others = others.filter(|life| life["entry"] != entries[0].as_str());
        ensure!(
            others.all(|life| life["exposures"] == json!([])),
            "another key was blamed: {lives}"
        );
        self.popup_says("may have leaked").await?;

        // Where it is to be filled, the window warns.
        let approve = json!({ "type": "approveOrigin", "entry": entries[0], "origin": "https://tool.example" });
        ask(tab, approve).await?;
        tab.browser.driver.switch_to_window(page.clone()).await?;
        let field = Field::named("textarea");
        tab.open_field(field, "tool.example", Policy::Plain).await?;
        let question = self.question(&entries[0]).await?;
        let choices = question["open"]["entries"].as_array();
        let choices = choices.with_context(|| format!("asked {question}"))?;
        for choice in choices {
            let is_exposed = choice["entry"] == entries[0].as_str();
            ensure!(choice["exposed"] == is_exposed, "{choice}");
        }

        // Locked, the frame still knows the key; what happened waits for the vault.
        tab.browser
            .driver
            .switch_to_window(self.own.clone())
            .await?;
        ask(tab, json!({ "type": "lockVault" })).await?;
        tab.browser.driver.switch_to_window(page).await?;
        self.let_through_here(&second, "board.example").await?;
        self.popup_says("may have leaked").await?;
        let passphrase = json!(PASSPHRASE.as_bytes());
        let unlock =
            json!({ "type": "unlockVault", "passphrase": passphrase, "acceptOlder": false });
        ask(tab, unlock).await?;
        let leak = self.leak(&entries[1]).await?;
        ensure!(leak["place"] == "https://board.example", "{leak}");
        // Dismissed, both with a reason: nothing is left to say.
        for entry in &entries {
            let dismiss = json!({ "type": "dismissExposure", "entry": entry, "number": 1, "reason": "made up" });
            ask(tab, dismiss).await?;
        }
        tab.until("the sign is gone", async || {
            Ok((self.badge().await? == "").into())
        })
        .await
    }

    /// A key that is older than its period, as an import brings it.
    async fn due(&self) -> Result<()> {
        let tab = self.tab;
        tab.extension_js("await chrome.storage.local.set({ reminders: true }); return null")
            .await?;
        let day_ms = 24 * 60 * 60 * 1000_u64;
        let now = tab.extension_js("return Date.now()").await?;
        let old_ms = now.as_u64().context("no time")? - 200 * day_ms;
        let candidate = json!({
            "details": { "name": "very old", "provider": "DeepSeek" },
            "origins": [], "key": key(0x53).as_bytes(), "notes": [], "earlier": [],
            "createdMs": old_ms, "keyChangedMs": old_ms,
        });
        ask(
            tab,
            json!({ "type": "importPreview", "candidates": [candidate] }),
        )
        .await?;
        let taken = ask(tab, json!({ "type": "importTake", "chosen": [0] })).await?;
        ensure!(taken["stored"] == 1, "{taken}");
        self.until_badge().await?;
        self.popup_says("due to be replaced").await?;
        tab.until("the person was reminded", async || {
            let stored =
                "return 'life.reminded' in await chrome.storage.local.get('life.reminded')";
            tab.extension_js(stored).await
        })
        .await?;
        // Without a desktop Firefox shows none and forgets it at once.
        if tab.browser.kind == Kind::Chrome {
            tab.until("there is a notification", async || {
                let all = "return Object.keys(await chrome.notifications.getAll())";
                Ok((tab.extension_js(all).await? == json!(["life"])).into())
            })
            .await?;
        }
        // The next one is waited for.
        let alarm = tab
            .extension_js("return (await chrome.alarms.get('life'))?.scheduledTime")
            .await?;
        let next_ms = alarm.as_f64().context("no alarm")?;
        let days = (next_ms - now.as_f64().unwrap_or_default()) / 86_400_000.0;
        ensure!((89.0..=90.1).contains(&days), "in {days} days");
        Ok(())
    }

    /// Pastes a key into a page in a tab of its own, and lets it through. Goes back to the extension's page.
    pub(super) async fn let_through(&self, key: &str, host: &str) -> Result<WindowHandle> {
        self.tab.new_tab().await?;
        let page = self.tab.browser.driver.window().await?;
        self.let_through_here(key, host).await?;
        Ok(page)
    }

    async fn let_through_here(&self, key: &str, host: &str) -> Result<()> {
        let tab = self.tab;
        tab.copy(key).await?;
        tab.open_field(Field::named("textarea"), host, Policy::Plain)
            .await?;
        // The first finding of a document can come before the frame has the table of own keys.
        tab.paste().await?;
        tab.until_notice().await?;
        tab.escape().await?;
        tab.until_no_notice().await?;
        tab.paste().await?;
        tab.until_notice().await?;
        tab.press("Let it through").await?;
        let page = tab.enter_confirm().await?;
        tab.click("#letThrough").await?;
        tab.back_to(page).await?;
        tab.until_text(&format!("a{key}b")).await?;
        tab.browser
            .driver
            .switch_to_window(self.own.clone())
            .await?;
        Ok(())
    }

    pub(super) async fn badge(&self) -> Result<Value> {
        let driver = &self.tab.browser.driver;
        driver.switch_to_window(self.own.clone()).await?;
        self.tab
            .extension_js("return chrome.action.getBadgeText({})")
            .await
    }

    pub(super) async fn until_badge(&self) -> Result<()> {
        self.tab
            .until("the icon has a sign", async || {
                Ok((self.badge().await? == "!").into())
            })
            .await
    }

    async fn leak(&self, entry: &str) -> Result<Value> {
        let leak = async || {
            let lives = ask(self.tab, json!({ "type": "keyLives" })).await?;
            let life = lives
                .as_array()
                .and_then(|lives| lives.iter().find(|life| life["entry"] == entry));
            Ok::<_, anyhow::Error>(life.map_or(Value::Null, |life| life["exposures"][0].clone()))
        };
        self.tab
            .until("the leak is noted", async || {
                Ok(leak().await?.is_object().into())
            })
            .await?;
        leak().await
    }

    /// Opens the popup's page anew and waits for its line, which names no entry.
    pub(super) async fn popup_says(&self, words: &str) -> Result<()> {
        let tab = self.tab;
        tab.open(&tab.browser.extension_page("popup.html")?).await?;
        tab.until_there("#leaks").await?;
        let line = tab
            .js("return document.querySelector('#leaks').innerText", vec![])
            .await?;
        let line = line.as_str().unwrap_or_default().to_owned();
        ensure!(line.contains(words) && !line.contains(NAME), "{line:?}");
        let title = tab
            .extension_js("return chrome.action.getTitle({})")
            .await?;
        let title = title.as_str().unwrap_or_default().to_owned();
        ensure!(
            title.starts_with("Keyward: ") && !title.contains(NAME),
            "{title:?}"
        );
        Ok(())
    }

    /// Asks for a fill in the page in front, from a window of its own, and gives the question.
    async fn question(&self, entry: &str) -> Result<Value> {
        let tab = self.tab;
        let driver = &tab.browser.driver;
        let page = driver.window().await?;
        driver.switch_to_window(self.own.clone()).await?;
        let tabs =
            tab.extension_js("return (await chrome.tabs.query({ currentWindow: true })).at(-1).id");
        let tab_id = tabs.await?;
        driver.switch_to_window(page.clone()).await?;
        let window = driver.new_window().await?;
        driver.switch_to_window(window).await?;
        tab.open(&tab.browser.extension_page("popup.html")?).await?;
        let asked = ask(
            tab,
            json!({ "type": "fill", "tabId": tab_id, "entry": entry }),
        )
        .await?;
        let pending = json!({ "type": "fillPending", "ask": asked["ask"] });
        let question = ask(tab, pending).await?;
        let decline = json!({ "type": "fillDecline", "ask": asked["ask"] });
        ask(tab, decline).await?;
        driver.switch_to_window(page).await?;
        Ok(question)
    }
}
