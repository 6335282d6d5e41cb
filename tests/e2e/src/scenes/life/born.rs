//! Keys on the page where their provider makes them: offered when they appear or are copied, stored with one press and one
//! confirmation; and pages that would like to put something into the vault.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::notice::Notice;
use crate::page::Tab;
use crate::provider::CONSOLE;
use crate::scenes::Stage;
use crate::scenes::fill::send;
use crate::scenes::looks::picture;
use crate::scenes::stored::with_vault;

/// The page on which keys are made.
pub(super) const PAGE: &str = "https://platform.deepseek.com/api_keys";
const OFFERED: &str = "New: DeepSeek API key";

/// Shown once in a dialog, which does not close when the offer is pressed.
pub(super) async fn shown_once(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let own = with_vault(stage).await?;
    tab.open(PAGE).await?;
    let key = make(tab).await?;
    let offer = until_offer(tab).await?;
    ensure!(
        !offer.text.contains(&key[3..10]) && offer.focused.is_none(),
        "{offer:?}"
    );
    ensure!(
        tab.js(
            "return document.documentElement.lastElementChild.shadowRoot",
            vec![]
        )
        .await?
        .is_null(),
        "the page sees into the offer"
    );
    picture(&tab, "born").await?;
    let before = entries(stage, &own).await?;
    press(tab, "Store").await?;
    let page = tab.enter_window("#store").await?;
    let fields = "return ['Name', 'Provider', 'Owner', 'Variable'].map((name) => document.getElementById('store' + name + '-0').value)";
    let filled = tab.js(fields, vec![]).await?;
    ensure!(
        filled
            == json!([
                "DeepSeek API key",
                "DeepSeek",
                "made-up@tool.example",
                "DEEPSEEK_API_KEY"
            ]),
        "filled in are {filled}"
    );
    let words = tab.words().await?;
    ensure!(
        words.contains(&format!("https://{CONSOLE}")) && words.contains("Noted as made on"),
        "{words:?}"
    );
    let html = tab
        .js("return document.documentElement.outerHTML", vec![])
        .await?;
    ensure!(
        !html.to_string().contains(&key[3..10]),
        "the key is in the window"
    );
    picture(&tab, "born-window").await?;
    tab.must_be_accessible().await?;
    let name = format!("born {}", stage.mark);
    tab.click("#storeName-0").await?;
    tab.control('a').await?;
    tab.type_text(&name).await?;
    tab.until("it can be stored", async || {
        tab.js("return !document.querySelector('#store').disabled", vec![])
            .await
    })
    .await?;
    tab.click("#store").await?;
    tab.back_to(page).await?;
    until_says(tab, "Stored in the vault").await?;
    ensure!(
        tab.js("return !!document.querySelector('#shown')", vec![])
            .await?
            == true,
        "the page took the press for one beside its dialog"
    );
    let after = entries(stage, &own).await?;
    ensure!(
        after.len() == before.len() + 1,
        "{} entries, then {}",
        before.len(),
        after.len()
    );
    let entry = after
        .iter()
        .find(|entry| entry["details"]["name"] == name.as_str());
    let entry = entry.context("not stored")?;
    ensure!(
        revealed(stage, &own, entry).await? == key,
        "another key is stored"
    );
    // It is in the vault: seen again, it is no news.
    tab.open(PAGE).await?;
    let script = "const text = document.createElement('code'); text.textContent = arguments[0]; document.body.append(text)";
    tab.js(script, vec![json!(key)]).await?;
    looked(tab).await?;
    ensure!(
        offer_of(tab).await?.is_none(),
        "a key of the vault is offered"
    );
    remove(stage, &own, entry).await
}

/// Never to be read in the page: the button puts it on the clipboard.
pub(super) async fn copied(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let own = with_vault(stage).await?;
    tab.open(&format!("{PAGE}?hidden")).await?;
    let key = make(tab).await?;
    tab.click("#copy").await?;
    until_offer(tab).await?;
    // The text of what covers the native is the native's own.
    let text = tab
        .js("return String(navigator.clipboard.writeText)", vec![])
        .await?;
    ensure!(
        text.as_str()
            .is_some_and(|text| text.contains("[native code]")),
        "{text}"
    );
    press(tab, "Store").await?;
    let page = tab.enter_window("#store").await?;
    tab.click("#store").await?;
    tab.back_to(page).await?;
    until_says(tab, "Stored in the vault").await?;
    let after = entries(stage, &own).await?;
    for entry in &after {
        if entry["details"]["name"] == "DeepSeek API key"
            && revealed(stage, &own, entry).await? == key
        {
            return remove(stage, &own, entry).await;
        }
    }
    bail!("not stored: {after:?}")
}

/// What a page does by itself puts nothing into the vault, and opens no window.
pub(super) async fn hostile(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let own = with_vault(stage).await?;
    let before = entries(stage, &own).await?;
    let driver = &stage.browser().driver;
    let windows = driver.windows().await?.len();
    // A thousand keys are a list, and nothing that was made just now.
    tab.open(PAGE).await?;
    let many = "for (let number = 0; number < 1000; number++) {
            const text = document.createElement('p');
            text.textContent = arguments[0] + number.toString(16).padStart(4, '0');
            document.body.append(text);
        }";
    tab.js(
        many,
        vec![json!(format!("sk-{}", "c9a41f7e3b604d2f8e15a7d0b36c"))],
    )
    .await?;
    looked(tab).await?;
    ensure!(offer_of(tab).await?.is_none(), "a list is offered");
    // One key, and everything that a script can press.
    tab.open(PAGE).await?;
    make(tab).await?;
    until_offer(tab).await?;
    let presses = "const host = document.documentElement.lastElementChild;
         for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) {
             for (let x = innerWidth - 350; x < innerWidth; x += 15) for (let y = innerHeight - 200; y < innerHeight; y += 15) {
                 host.dispatchEvent(new PointerEvent(type, { bubbles: true, composed: true, cancelable: true, clientX: x, clientY: y, detail: 1 }));
             }
         }
         host.click();
         for (const key of ['Enter', ' ']) host.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }));
         for (const type of ['storeBorn', 'bornSeen']) {
             window.postMessage({ type, keys: [], account: '' }, '*');
             try { chrome.runtime.sendMessage({ type, keys: [], account: '' }); } catch {}
         }";
    tab.js(presses, vec![]).await?;
    // Covered, the offer takes a press of a person; what comes of it is a question in a window of the extension's, and no more.
    let cover = "const cover = document.createElement('div');
         cover.style = 'position: fixed; inset: 0; z-index: 2147483647; pointer-events: none; background: #fff';
         cover.popover = 'manual';
         document.documentElement.append(cover);
         cover.showPopover();";
    tab.js(cover, vec![]).await?;
    ensure!(
        driver.windows().await?.len() == windows,
        "a script opened a window"
    );
    press(tab, "Store").await?;
    let page = tab.enter_window("#store").await?;
    tab.key(Key::Escape).await?;
    tab.back_to(page).await?;
    tab.until("the offer is gone", async || {
        Ok(offer_of(tab).await?.is_none().into())
    })
    .await?;
    // Nobody's home, and another provider's: the page is not even looked at there.
    for host in [
        "tool.example",
        "platform.openai.com",
        "platform.deepseek.com.evil.example",
    ] {
        tab.open(&format!("https://{host}/plain/clipboard.html"))
            .await?;
        let show = "const text = document.createElement('code'); text.textContent = arguments[0]; document.body.append(text)";
        tab.js(show, vec![json!(crate::samples::deepseek_other())])
            .await?;
        looked(tab).await?;
        ensure!(offer_of(tab).await?.is_none(), "an offer on {host}");
    }
    let after = entries(stage, &own).await?;
    ensure!(after == before, "the vault has changed");
    ensure!(!keeps(stage, &own).await?, "keys wait in the session");
    Ok(())
}

/// Has the page make a key, and gives it.
pub(super) async fn make(tab: Tab<'_>) -> Result<String> {
    let known = tab.server.providers().made().len();
    tab.until_there("#make").await?;
    tab.click("#make").await?;
    tab.until_there("#shown").await?;
    let made = tab.server.providers().made();
    ensure!(
        made.len() == known + 1,
        "{} keys were made",
        made.len() - known
    );
    made.last().cloned().context("no key was made")
}

/// The offer, where there is one.
pub(super) async fn offer_of(tab: Tab<'_>) -> Result<Option<Notice>> {
    let shown = tab.shown().await?;
    Ok(shown
        .into_iter()
        .find(|shown| shown.role.as_deref() == Some("region")))
}

pub(super) async fn until_offer(tab: Tab<'_>) -> Result<Notice> {
    until_says(tab, OFFERED).await?;
    offer_of(tab).await?.context("the offer went away")
}

async fn until_says(tab: Tab<'_>, words: &str) -> Result<()> {
    tab.until(&format!("the offer says {words:?}"), async || {
        let offer = offer_of(tab).await?;
        Ok(offer.is_some_and(|offer| offer.text.contains(words)).into())
    })
    .await
}

/// Presses a button of the offer.
pub(super) async fn press(tab: Tab<'_>, label: &str) -> Result<()> {
    let offer = offer_of(tab).await?.context("there is no offer")?;
    let place = offer.controls.iter().position(|name| name.contains(label));
    let [x, y] = place
        .and_then(|place| offer.places.get(place))
        .with_context(|| format!("the offer has {:?}", offer.controls))?;
    tab.chain().move_to(*x, *y).click().perform().await?;
    Ok(())
}

/// Waits until the page has been looked at: idle callbacks come in order, after a pause. An offer that is wrong would be there then.
async fn looked(tab: Tab<'_>) -> Result<()> {
    let idle = "const done = arguments[0];
         setTimeout(() => requestIdleCallback(() => setTimeout(() => requestIdleCallback(() => done(null), { timeout: 2000 }), 300), { timeout: 2000 }), 300);";
    tab.browser.driver.execute_async(idle, vec![]).await?;
    tab.settle().await
}

async fn entries(stage: &Stage<'_>, own: &WindowHandle) -> Result<Vec<Value>> {
    let entries = there(stage, own, json!({ "type": "entries" })).await?;
    entries.as_array().cloned().context("no entries")
}

async fn revealed(stage: &Stage<'_>, own: &WindowHandle, entry: &Value) -> Result<String> {
    let reveal = json!({ "type": "revealKey", "entry": entry["entry"] });
    let revealed = there(stage, own, reveal).await?;
    Ok(String::from_utf8(serde_json::from_value(
        revealed["key"].clone(),
    )?)?)
}

async fn remove(stage: &Stage<'_>, own: &WindowHandle, entry: &Value) -> Result<()> {
    let remove =
        json!({ "type": "removeEntry", "entry": entry["entry"], "seen": entry["revision"] });
    there(stage, own, remove).await.map(drop)
}

/// Asks the background from the extension's page in `own`.
async fn there(stage: &Stage<'_>, own: &WindowHandle, message: Value) -> Result<Value> {
    let driver = &stage.browser().driver;
    let here = driver.window().await?;
    driver.switch_to_window(own.clone()).await?;
    let answer = send(stage, message).await;
    driver.switch_to_window(here).await?;
    answer
}

async fn keeps(stage: &Stage<'_>, own: &WindowHandle) -> Result<bool> {
    let driver = &stage.browser().driver;
    let here = driver.window().await?;
    driver.switch_to_window(own.clone()).await?;
    let script = "return Object.keys(await chrome.storage.session.get(null)).some((name) => name.startsWith('keeper.held.') || name === 'birth')";
    let keeps = stage.tab.extension_js(script).await?;
    driver.switch_to_window(here).await?;
    Ok(keeps == true)
}
