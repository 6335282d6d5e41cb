//! A whole life: made on its provider's page, stored, filled, leaked, replaced by the guide, deleted, and proven dead, with a background
//! that dies on the way. All traffic of the session is seen, and none of it goes where the person did not.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::born::{PAGE, make, press, until_offer};
use super::guide::{die, life_of, says, score, step};
use super::leak::Leaks;
use super::{ask, grant, make_vault, must_be_asked_for, own_browser, pages};
use crate::browser::Kind;
use crate::page::{Field, Tab};
use crate::provider::{CONSOLE, HOST};
use crate::scenes::Stage;
use crate::server::{Policy, Server};
use crate::trigger::Trigger;

const TOOL: &str = "tool.example";
const CHAT: &str = "chat.example";

pub(super) async fn whole(stage: &Stage<'_>) -> Result<()> {
    let server = Server::start(&pages()).await?;
    let browser = own_browser(stage, &server).await?;
    let options = browser.options.clone();
    let kind = browser.kind;
    let played = async {
        let tab = Tab {
            browser: &browser,
            server: &server,
        };
        if kind == Kind::Firefox {
            grant(&browser).await?;
        }
        // The first one is that of the clipboard.
        tab.new_tab().await?;
        tab.open(&browser.extension_page("popup.html")?).await?;
        make_vault(tab).await?;
        let own = browser.driver.window().await?;
        Life { tab, own }.walk(stage).await
    };
    let played = played.await;
    browser.stop().await;
    played?;
    must_be_asked_for(kind, &options, &server, &[HOST, CONSOLE, TOOL, CHAT]).await
}

struct Life<'a> {
    tab: Tab<'a>,
    /// The extension's page.
    own: WindowHandle,
}

impl Life<'_> {
    async fn walk(&self, stage: &Stage<'_>) -> Result<()> {
        let tab = self.tab;
        let driver = &tab.browser.driver;
        // Born.
        tab.new_tab().await?;
        tab.open(PAGE).await?;
        let old = make(tab).await?;
        until_offer(tab).await?;
        press(tab, "Store").await?;
        let console = tab.enter_window("#store").await?;
        tab.click("#store").await?;
        tab.back_to(console.clone()).await?;
        let entry = self.only_entry().await?;

        // Filled in a tool, approved on the way.
        self.fill(&entry, &old, true).await?;

        // Leaked in a chat.
        let leaks = Leaks {
            tab,
            own: self.own.clone(),
        };
        leaks.let_through(&old, CHAT).await?;
        leaks.until_badge().await?;
        leaks.popup_says("may have leaked").await?;

        // Not let through, by closing the window that asks: that is in the log, too.
        self.close_question(&old).await?;

        // The guide, which leads to the provider's page; there the new key is caught.
        driver.switch_to_window(self.own.clone()).await?;
        let page = tab.browser.extension_page("life.html")?;
        tab.open(&page).await?;
        ensure!(score(tab).await? <= 50, "an exposure costs nothing");
        tab.click("#exposed .primary").await?;
        tab.click("#begin").await?;
        step(tab, "OpenPage").await?;
        tab.click("#opened").await?;
        step(tab, "StoreNew").await?;
        driver.switch_to_window(console.clone()).await?;
        tab.open(PAGE).await?;
        let new = make(tab).await?;
        until_offer(tab).await?;
        press(tab, "Store").await?;
        let console = tab.enter_window("#store").await?;
        let into = tab.js("return document.querySelector('#into').value", vec![]);
        ensure!(
            into.await? == entry.as_str(),
            "the guide is not gone on with"
        );
        tab.must_be_accessible().await?;
        tab.click("#store").await?;
        tab.until_there("#goOn").await?;
        tab.must_be_accessible().await?;
        // It closes itself, under the hands of a driver that waits for its answer.
        let _ = tab.click("#close").await;
        tab.back_to(console.clone()).await?;

        // The uses moved, with a background that dies in the middle.
        driver.switch_to_window(self.own.clone()).await?;
        step(tab, "MoveUses").await?;
        let alone = Stage::new(tab, tab, stage.mark.clone());
        die(&alone).await?;
        tab.open(&format!("{page}#guide/{entry}")).await?;
        step(tab, "MoveUses").await?;
        says(tab, "the places are listed", &[&format!("https://{TOOL}")]).await?;
        self.fill(&entry, &new, false).await?;
        driver.switch_to_window(self.own.clone()).await?;
        tab.click("#moved").await?;
        step(tab, "DeleteOld").await?;

        // Deleted where it was made, and proven dead.
        driver.switch_to_window(console).await?;
        tab.open(PAGE).await?;
        tab.click("#list li:first-child .delete").await?;
        tab.until("one is left", async || {
            tab.js(
                "return document.querySelectorAll('#list li').length === 1",
                vec![],
            )
            .await
        })
        .await?;
        driver.switch_to_window(self.own.clone()).await?;
        tab.click("#deleted").await?;
        step(tab, "ProveDead").await?;
        ensure!(
            self.asked_of(&old) == 0,
            "it was asked without being told to"
        );
        tab.click("#prove").await?;
        step(tab, "Done").await?;
        tab.click("#finish").await?;
        says(tab, "nothing is left", &["No key is known to have gone"]).await?;
        let life = life_of(tab, &entry).await?;
        ensure!(
            life["exposures"][0]["standing"] == "mended" && life["keys"][1]["deadMs"].is_number(),
            "{life}"
        );
        ensure!(score(tab).await? > 50, "the score stays low");
        ensure!(
            self.asked_of(&old) == 1,
            "the old key was sent more than once"
        );
        ensure!(self.asked_of(&new) == 0, "the new key was sent");
        let logged = ask(tab, json!({ "type": "readLog" })).await?;
        let kinds: Vec<&Value> = logged["events"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|event| &event["kind"])
            .collect();
        for kind in [
            "stored",
            "approved",
            "filled",
            "held",
            "letThrough",
            "exposed",
            "replaced",
            "checked",
        ] {
            ensure!(
                kinds.iter().any(|known| **known == kind),
                "{kind} is not in the log: {kinds:?}"
            );
        }
        tab.until("the sign is gone", async || {
            Ok((leaks.badge().await? == "").into())
        })
        .await
    }

    /// Pastes the key into the chat once more, asks to let it through, and closes the window.
    async fn close_question(&self, key: &str) -> Result<()> {
        let tab = self.tab;
        let driver = &tab.browser.driver;
        let kept_out = async || {
            let here = driver.window().await?;
            driver.switch_to_window(self.own.clone()).await?;
            let logged = ask(tab, json!({ "type": "readLog" })).await?;
            driver.switch_to_window(here).await?;
            let events = logged["events"].as_array().cloned().unwrap_or_default();
            let kept_out = events.iter().filter(|event| event["kind"] == "keptOut");
            Ok::<_, anyhow::Error>(kept_out.count())
        };
        tab.new_tab().await?;
        tab.copy(key).await?;
        tab.open_field(Field::named("textarea"), CHAT, Policy::Plain)
            .await?;
        tab.paste().await?;
        tab.until_notice().await?;
        let before = kept_out().await?;
        tab.press("Let it through").await?;
        let page = tab.enter_confirm().await?;
        driver.close_window().await?;
        tab.back_to(page).await?;
        tab.until_no_notice().await?;
        tab.until("it is in the log", async || {
            Ok((kept_out().await? == before + 1).into())
        })
        .await
    }

    async fn only_entry(&self) -> Result<String> {
        let driver = &self.tab.browser.driver;
        driver.switch_to_window(self.own.clone()).await?;
        let entries = async || ask(self.tab, json!({ "type": "entries" })).await;
        self.tab
            .until("it is stored", async || {
                Ok((entries().await?.as_array().map(Vec::len) == Some(1)).into())
            })
            .await?;
        let entries = entries().await?;
        ensure!(
            entries[0]["details"]["owner"] == "made-up@tool.example",
            "{entries}"
        );
        Ok(entries[0]["entry"].as_str().context("no entry")?.to_owned())
    }

    /// Fills the entry's key into the tool, in a tab of its own; `is_new` where that is to be approved first.
    async fn fill(&self, entry: &str, key: &str, is_new: bool) -> Result<()> {
        let tab = self.tab;
        tab.new_tab().await?;
        tab.open(&tab.browser.extension_page("popup.html")?).await?;
        let id = tab.extension_js("return (await chrome.tabs.getCurrent()).id");
        let id = id.await?.as_i64().context("no number of the tab")?;
        tab.open(&format!("https://{TOOL}/plain/tools/bare.html?how=focus"))
            .await?;
        tab.click("input").await?;
        tab.ask_by(Trigger::Shortcut, id, None).await?;
        let page = tab.enter_asked().await?;
        tab.click(&format!("#entry-{entry}")).await?;
        self.until_armed().await?;
        if is_new {
            tab.click("#fill").await?;
            // Approved, the same button fills.
            tab.until("the site is approved", async || {
                let approved = "return document.activeElement.id === 'decline' && !!document.querySelector('fieldset input:checked')";
                tab.js(approved, vec![]).await
            })
            .await?;
            self.until_armed().await?;
        }
        tab.click("#fill").await?;
        tab.back_to(page).await?;
        tab.until("the key stands in the field", async || {
            let value = tab
                .js("return document.querySelector('input').value", vec![])
                .await?;
            Ok((value == key).into())
        })
        .await
    }

    async fn until_armed(&self) -> Result<()> {
        let script = "return document.querySelector('#fill')?.disabled === false";
        self.tab
            .until("the button may be pressed", async || {
                self.tab.js(script, vec![]).await
            })
            .await
    }

    /// How often the issuer saw a key.
    fn asked_of(&self, key: &str) -> usize {
        let seen = self.tab.server.providers().seen();
        seen.iter().filter(|seen| seen.key() == Some(key)).count()
    }
}
