//! A key that leaked, from the mark by hand to the proven death of the old one, on the page about the life of keys; left in the
//! middle, with a background that dies.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::{ask, grant, key, make_vault, own_browser, pages, store};
use crate::browser::Kind;
use crate::page::Tab;
use crate::provider::{Behaviour, HOST};
use crate::scenes::Stage;
use crate::scenes::vault::{PASSPHRASE, end_background};
use crate::server::Server;

/// Where the old key was used.
const SITE: &str = "https://tool.example";

pub(super) async fn replaced(stage: &Stage<'_>) -> Result<()> {
    let server = Server::start(&pages()).await?;
    let browser = own_browser(stage, &server).await?;
    let played = async {
        let tab = Tab {
            browser: &browser,
            server: &server,
        };
        tab.open(&browser.extension_page("popup.html")?).await?;
        make_vault(tab).await?;
        if browser.kind == Kind::Firefox {
            grant(&browser).await?;
        }
        let stage = Stage::new(tab, tab, stage.mark.clone());
        walk(&stage).await
    };
    let played = played.await;
    browser.stop().await;
    played
}

async fn walk(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let (old, new) = (key(0x41), key(0x42));
    tab.server.providers().behave(&old, Behaviour::Takes);
    tab.server.providers().behave(&new, Behaviour::Takes);
    let entry = store(tab, &old).await?;
    let approve = json!({ "type": "approveOrigin", "entry": entry, "origin": SITE });
    ask(tab, approve).await?;
    let page = tab.browser.extension_page("life.html")?;
    tab.open(&page).await?;
    says(tab, "nothing leaked", &["No key is known to have gone"]).await?;
    let before = score(tab).await?;
    tab.must_be_accessible().await?;

    // It leaked: marked by hand.
    tab.click("#allKeys summary").await?;
    tab.click(&format!("#place-{entry}")).await?;
    tab.type_text("a chat, by mistake").await?;
    tab.click(".mark").await?;
    says(
        tab,
        "the leak is shown",
        &["a chat, by mistake", "Still in use"],
    )
    .await?;
    let exposed = score(tab).await?;
    ensure!(
        exposed <= 50 && exposed < before,
        "{before}, then {exposed}"
    );
    tab.must_be_accessible().await?;

    // The guide. Nothing that is stored is asked of anybody on the way.
    tab.click("#exposed .primary").await?;
    tab.click("#begin").await?;
    step(tab, "OpenPage").await?;
    let link = tab
        .js(
            "return document.querySelector('#providerPage').href",
            vec![],
        )
        .await?;
    ensure!(link == "https://platform.deepseek.com/api_keys", "{link}");
    tab.must_be_accessible().await?;
    tab.click("#opened").await?;
    step(tab, "StoreNew").await?;
    // The old key is no new one.
    tab.click("#newKey").await?;
    tab.type_text(&old).await?;
    tab.click("#takeNew").await?;
    says(tab, "the old key is refused", &["This is the old key"]).await?;
    tab.js("document.querySelector('#newKey').value = ''", vec![])
        .await?;
    tab.click("#newKey").await?;
    tab.type_text(&new).await?;
    tab.click("#takeNew").await?;
    step(tab, "MoveUses").await?;
    must_not_show(tab, &[&old, &new]).await?;

    // Ticked off, left, and taken up again with another background.
    tab.click("#uses li:first-child input").await?;
    let ticked = "return document.querySelector('#uses li:first-child input').checked";
    noted(tab, &entry, |life| life["places"] == json!([SITE])).await?;
    die(stage).await?;
    tab.open(&page).await?;
    says(tab, "the guide is under way", &["You can go on"]).await?;
    tab.click("#dueList .primary").await?;
    step(tab, "MoveUses").await?;
    ensure!(
        tab.js(ticked, vec![]).await? == true,
        "the tick was forgotten"
    );
    tab.must_be_accessible().await?;
    tab.click("#moved").await?;
    step(tab, "DeleteOld").await?;
    die(stage).await?;
    tab.open(&format!("{page}#guide/{entry}")).await?;
    tab.click("#deleted").await?;
    step(tab, "ProveDead").await?;

    // The person says that it is deleted; the provider says otherwise.
    ensure!(asked(tab, &old) == 0, "it was asked without being told to");
    tab.click("#prove").await?;
    says(tab, "it is still alive", &["still takes the old key", HOST]).await?;
    tab.must_be_accessible().await?;
    // What says nothing about the key proves nothing.
    for (behaviour, words) in [
        (Behaviour::Page, "The answer was not one"),
        (Behaviour::Broken, "has trouble of its own"),
        (Behaviour::HangsUp, "could not be reached"),
    ] {
        tab.server.providers().behave(&old, behaviour);
        tab.click("#prove").await?;
        says(tab, words, &[words]).await?;
        step(tab, "ProveDead").await?;
    }
    tab.server.providers().behave(&old, Behaviour::Refuses);
    tab.click("#prove").await?;
    step(tab, "Done").await?;
    says(tab, "it is proven", &["Rotated", "refused the old key"]).await?;
    ensure!(asked(tab, &new) == 0, "the new key was sent");
    tab.must_be_accessible().await?;
    tab.click("#finish").await?;
    says(
        tab,
        "nothing is left",
        &["No key is known to have gone", "Nothing is due"],
    )
    .await?;
    let after = score(tab).await?;
    ensure!(after == before, "{before} before, {after} after");
    let life = life_of(tab, &entry).await?;
    ensure!(
        life["exposures"][0]["standing"] == "mended" && life["keys"][1]["deadMs"].is_number(),
        "{life}"
    );
    hundred(tab, &entry).await
}

/// With a backup and a fresh mark by hand that is dismissed, nothing is left to do.
async fn hundred(tab: Tab<'_>, entry: &str) -> Result<()> {
    // Where a browser can have a second factor, it counts. The vault does not know that no authenticator gave this one.
    if tab.browser.kind == Kind::Chrome {
        let add = json!({
            "type": "addFactor", "passphrase": PASSPHRASE.as_bytes(), "transports": 1,
            "factor": { "credential": vec![1; 16], "output": vec![1; 32] },
        });
        let added = ask(tab, add).await?;
        ensure!(added.get("error").is_none(), "not added: {added}");
    }
    ask(
        tab,
        json!({ "type": "markExposed", "entry": entry, "place": "nowhere" }),
    )
    .await?;
    tab.extension_js("await chrome.storage.local.set({ backupMs: Date.now() }); return null")
        .await?;
    tab.click("#exposed .dismiss").await?;
    // Without a reason nothing happens.
    tab.click("#dismissNow").await?;
    tab.click("#dismissReason").await?;
    tab.type_text("a made-up place").await?;
    tab.click("#dismissNow").await?;
    says(
        tab,
        "everything is good",
        &["100 of 100", "Nothing is left to do"],
    )
    .await?;
    let life = life_of(tab, entry).await?;
    ensure!(
        life["exposures"][1]["reason"] == "a made-up place",
        "{life}"
    );
    Ok(())
}

/// Leaves the page, which would ask and wake it, and ends the background.
pub(super) async fn die(stage: &Stage<'_>) -> Result<()> {
    stage.tab.open("about:blank").await?;
    end_background(stage).await
}

/// Waits until the page says all of it.
pub(super) async fn says(tab: Tab<'_>, what: &str, words: &[&str]) -> Result<()> {
    let said = tab
        .until(what, async || {
            let shown = tab.words().await?;
            Ok(words.iter().all(|word| shown.contains(word)).into())
        })
        .await;
    match said {
        Ok(()) => Ok(()),
        Err(error) => bail!("{error}; the page says {:?}", tab.words().await?),
    }
}

/// Waits until the guide stands at a step.
pub(super) async fn step(tab: Tab<'_>, name: &str) -> Result<()> {
    let at = "return document.querySelector('.step')?.dataset.step === arguments[0]";
    let what = format!("the guide is at {name}");
    let there = tab
        .until(&what, async || tab.js(at, vec![json!(name)]).await)
        .await;
    match there {
        Ok(()) => Ok(()),
        Err(error) => bail!("{error}; the page says {:?}", tab.words().await?),
    }
}

/// Waits until the background has noted something of an entry.
async fn noted(tab: Tab<'_>, entry: &str, is_so: impl Fn(&Value) -> bool) -> Result<()> {
    tab.until("it is noted", async || {
        Ok(is_so(&life_of(tab, entry).await?).into())
    })
    .await
}

pub(super) async fn life_of(tab: Tab<'_>, entry: &str) -> Result<Value> {
    let lives = ask(tab, json!({ "type": "keyLives" })).await?;
    let lives = lives.as_array().cloned().unwrap_or_default();
    let life = lives.into_iter().find(|life| life["entry"] == entry);
    life.context("the entry has no life")
}

pub(super) async fn score(tab: Tab<'_>) -> Result<u64> {
    tab.until_there("meter").await?;
    let score = tab.js(
        "return Number(document.querySelector('meter').getAttribute('value'))",
        vec![],
    );
    score.await?.as_u64().context("no score")
}

/// How often the provider saw a key.
fn asked(tab: Tab<'_>, key: &str) -> usize {
    let seen = tab.server.providers().seen();
    seen.iter().filter(|seen| seen.key() == Some(key)).count()
}

async fn must_not_show(tab: Tab<'_>, keys: &[&str]) -> Result<()> {
    let page = tab
        .js("return document.documentElement.outerHTML", vec![])
        .await?;
    let page = page.as_str().unwrap_or_default();
    ensure!(
        !keys.iter().any(|key| page.contains(&key[3..15])),
        "a key stands in the page"
    );
    Ok(())
}
