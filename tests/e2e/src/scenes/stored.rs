//! A held key that is stored in the vault, from the notice, by the extension's window.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::fill::send;
use super::filled::entry;
use super::looks::picture;
use super::vault::PASSPHRASE;
use super::{Scene, Stage, scene};
use crate::browser::{Browser, Kind, Options};
use crate::page::{Field, Tab};
use crate::samples::{DEEPSEEK_REDACTED, deepseek, deepseek_other, openai};
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("stored/one", |stage| Box::pin(one(stage))),
        scene("stored/renamed", |stage| Box::pin(renamed(stage))),
        scene("stored/sending", |stage| Box::pin(sending(stage))),
        scene("stored/several", |stage| Box::pin(several(stage))),
        scene("stored/locked", |stage| Box::pin(locked(stage))),
        scene("stored/declined", |stage| Box::pin(declined(stage))),
        scene("stored/page-gone", |stage| Box::pin(page_gone(stage))),
        scene("stored/no-vault", |stage| {
            Box::pin(no_vault(stage, "en-US"))
        }),
        scene("stored/no-vault/german", |stage| {
            Box::pin(no_vault(stage, "de"))
        })
        // Firefox has other languages only with packs that are not here.
        .only(Kind::Chrome),
        scene("stored/no-vault/chinese", |stage| {
            Box::pin(no_vault(stage, "zh-CN"))
        })
        .only(Kind::Chrome),
    ]
}

/// Goes to a page of the extension in a tab of its own and makes sure that there is a vault, open.
pub(super) async fn with_vault(stage: &Stage<'_>) -> Result<WindowHandle> {
    let driver = &stage.browser().driver;
    let here = driver.window().await?;
    stage.tab.new_tab().await?;
    let own = driver.window().await?;
    stage
        .tab
        .open(&stage.browser().extension_page("popup.html")?)
        .await?;
    entry(stage).await?;
    driver.switch_to_window(here).await?;
    Ok(own)
}

/// The entry of a name, from the extension's page in `own`, and its key.
async fn stored(
    stage: &Stage<'_>,
    own: &WindowHandle,
    name: &str,
) -> Result<Option<(Value, String)>> {
    let driver = &stage.browser().driver;
    let here = driver.window().await?;
    driver.switch_to_window(own.clone()).await?;
    let entries = send(stage, json!({ "type": "entries" })).await?;
    let entries = entries.as_array().context("no entries")?;
    let entry = entries
        .iter()
        .find(|entry| entry["details"]["name"] == name);
    let found = match entry {
        Some(entry) => {
            let reveal = json!({ "type": "revealKey", "entry": entry["entry"] });
            let revealed = send(stage, reveal).await?;
            let key: Vec<u8> = serde_json::from_value(revealed["key"].clone())?;
            Some((entry["details"].clone(), String::from_utf8(key)?))
        }
        None => None,
    };
    driver.switch_to_window(here).await?;
    Ok(found)
}

/// Whether the session still has anything that was held.
async fn kept(stage: &Stage<'_>, own: &WindowHandle) -> Result<bool> {
    let driver = &stage.browser().driver;
    let here = driver.window().await?;
    driver.switch_to_window(own.clone()).await?;
    let script = "return Object.keys(await chrome.storage.session.get(null)).some((name) => name.startsWith('keeper.held.'))";
    let kept = stage.tab.extension_js(script).await?;
    driver.switch_to_window(here).await?;
    Ok(kept == true)
}

async fn must_not_show(tab: &Tab<'_>, key: &str) -> Result<()> {
    let html = tab
        .js("return document.documentElement.outerHTML", vec![])
        .await?;
    ensure!(
        !html.to_string().contains(&key[4..12]),
        "characters of the key in the window"
    );
    Ok(())
}

/// Writes into a field of the window, over what stands there.
async fn write(tab: &Tab<'_>, css: &str, text: &str) -> Result<()> {
    tab.click(css).await?;
    tab.control('a').await?;
    tab.type_text(text).await
}

/// Pastes a text and asks to store it; gives the page's tab, with the window in front.
async fn ask(stage: &Stage<'_>, text: &str, css: &str) -> Result<WindowHandle> {
    let tab = stage.tab;
    tab.copy(text).await?;
    tab.open_field(Field::named("textarea"), &stage.host("chat"), Policy::Plain)
        .await?;
    tab.paste().await?;
    tab.press("Store").await?;
    tab.enter_window(css).await
}

async fn one(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let own = with_vault(stage).await?;
    let key = deepseek_other();
    let page = ask(stage, &format!("key: {key}."), "#storeName-0").await?;
    must_not_show(&tab, &key).await?;
    let words = tab.words().await?;
    ensure!(
        words.contains(&format!("https://{}", stage.host("chat"))),
        "the window says {words:?}"
    );
    let field = "return ['Name', 'Provider', 'Owner', 'Variable'].map((name) => document.getElementById('store' + name + '-0').value)";
    let filled = tab.js(field, vec![]).await?;
    ensure!(
        filled == json!(["DeepSeek API key", "DeepSeek", "", "DEEPSEEK_API_KEY"]),
        "filled in are {filled}"
    );
    let name = format!("stored {}", stage.mark);
    write(&tab, "#storeName-0", &name).await?;
    picture(&tab, "store").await?;
    tab.must_be_accessible().await?;
    tab.until("it can be stored", async || {
        tab.js("return !document.querySelector('#store').disabled", vec![])
            .await
    })
    .await?;
    tab.key(Key::Enter).await?;
    tab.back_to(page).await?;
    tab.until_text(&format!("akey: {DEEPSEEK_REDACTED}.b"))
        .await?;
    tab.until_mark("Stored").await?;
    picture(&tab, "stored").await?;
    let (details, stored_key) = stored(stage, &own, &name).await?.context("not stored")?;
    ensure!(stored_key == key, "another key was stored");
    ensure!(
        details["variable"] == "DEEPSEEK_API_KEY" && details["provider"] == "DeepSeek",
        "stored with {details}"
    );
    ensure!(!kept(stage, &own).await?, "the session has it still");
    // The same once more: it is recognised, and taken out of the text.
    let page = ask(stage, &key, "#store").await?;
    let words = tab.words().await?;
    ensure!(words.contains(&name), "not recognised: {words:?}");
    tab.click("#variable").await?;
    tab.click("#store").await?;
    tab.back_to(page).await?;
    tab.until("the variable arrives", async || {
        let text = tab.text().await?;
        Ok((text.contains("DEEPSEEK_API_KEY") && !text.contains(&key)).into())
    })
    .await
}

/// The person names the variable otherwise than the detector does: the text has that name, and the entry too.
async fn renamed(stage: &Stage<'_>) -> Result<()> {
    const OWN: &str = "MY_TEAM_KEY";
    let tab = stage.tab;
    let own = with_vault(stage).await?;
    let key = ["sk-", "7c1d2e3f4a5b49788796a5b4c3d2e7f1"].concat();
    let text = format!("client = OpenAI(api_key=\"{key}\")");
    let page = ask(stage, &text, "#storeName-0").await?;
    let name = format!("renamed {}", stage.mark);
    write(&tab, "#storeName-0", &name).await?;
    write(&tab, "#storeVariable-0", OWN).await?;
    tab.click("#variable").await?;
    tab.until("it can be stored", async || {
        tab.js("return !document.querySelector('#store').disabled", vec![])
            .await
    })
    .await?;
    tab.click("#store").await?;
    tab.back_to(page).await?;
    tab.until_text(&format!("aclient = OpenAI(api_key=os.environ[\"{OWN}\"])b"))
        .await?;
    tab.until_mark("Stored").await?;
    let (details, stored_key) = stored(stage, &own, &name).await?.context("not stored")?;
    ensure!(stored_key == key, "another key was stored");
    ensure!(details["variable"] == OWN, "stored with {details}");
    Ok(())
}

/// The key is in the page's text already.
async fn sending(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    with_vault(stage).await?;
    let url = Field::named("prosemirror")
        .url(&stage.host("chat"), Policy::Plain)
        .replace("field.html", "compose.html");
    tab.open(&format!("{url}&mark=%3F{}", stage.mark)).await?;
    tab.enter_field().await?;
    tab.type_text(&format!(" {} ", deepseek())).await?;
    tab.key(Key::Enter).await?;
    tab.press("Store").await?;
    let page = tab.enter_window("#store").await?;
    tab.click("#store").await?;
    tab.back_to(page).await?;
    tab.until_text(&format!("a {DEEPSEEK_REDACTED} b")).await?;
    tab.until_mark("Stored").await?;
    ensure!(
        stage.server().received("/collect", &stage.mark).is_empty(),
        "it was sent"
    );
    Ok(())
}

async fn several(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let own = with_vault(stage).await?;
    // One twice, one that the vault has, one of another provider.
    let fresh = ["sk-", "5d21c0a4f7b84e3d96a8e1f02b7c4d9e"].concat();
    let text = format!("{fresh}\n{fresh}\n{}\n{}", deepseek(), openai());
    let page = ask(stage, &text, "#storeName-0").await?;
    let words = tab.words().await?;
    ensure!(
        words.contains("made up"),
        "the known one is not named: {words:?}"
    );
    let fields = tab
        .js(
            "return [...document.querySelectorAll('input[id^=storeName]')].map(({ id }) => id)",
            vec![],
        )
        .await?;
    ensure!(
        fields == json!(["storeName-0", "storeName-2"]),
        "there are {fields}"
    );
    let names = [0, 2].map(|number| format!("several {number} {}", stage.mark));
    write(&tab, "#storeName-0", "  ").await?;
    write(&tab, "#storeName-2", &names[1]).await?;
    picture(&tab, "store-several").await?;
    tab.click("#store").await?;
    tab.until("it asks for a name", async || {
        Ok(tab.words().await?.contains("Give it a name").into())
    })
    .await?;
    write(&tab, "#storeName-0", &names[0]).await?;
    tab.click("#store").await?;
    tab.back_to(page).await?;
    tab.until("all are taken out", async || {
        let text = tab.text().await?;
        Ok((text.matches("[redacted:").count() == 4).into())
    })
    .await?;
    for (name, key) in names.iter().zip([fresh, openai()]) {
        let (_, found) = stored(stage, &own, name).await?.context("not stored")?;
        ensure!(found == key, "another key is stored as {name}");
    }
    Ok(())
}

async fn locked(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let own = with_vault(stage).await?;
    let driver = &stage.browser().driver;
    let here = driver.window().await?;
    driver.switch_to_window(own).await?;
    send(stage, json!({ "type": "lockVault" })).await?;
    driver.switch_to_window(here).await?;
    let page = ask(stage, &deepseek(), "#unlockSecret").await?;
    picture(&tab, "store-locked").await?;
    tab.must_be_accessible().await?;
    tab.click("#unlockSecret").await?;
    tab.type_text(PASSPHRASE).await?;
    tab.key(Key::Enter).await?;
    tab.until("the question comes", async || {
        tab.js("return !!document.querySelector('#store')", vec![])
            .await
    })
    .await?;
    tab.click("#store").await?;
    tab.back_to(page).await?;
    tab.until_text(&format!("a{DEEPSEEK_REDACTED}b")).await
}

/// After a no the notice asks on, and what it offers works.
async fn declined(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let own = with_vault(stage).await?;
    let page = ask(stage, &deepseek_other(), "#store").await?;
    tab.key(Key::Escape).await?;
    tab.back_to(page).await?;
    tab.until("the notice asks on", async || {
        let notice = tab.notice().await?;
        let offers = |name: &str| {
            let controls = notice.as_ref().map(|notice| &notice.controls);
            controls.is_some_and(|controls| controls.iter().any(|control| control.contains(name)))
        };
        Ok((offers("Store") && offers("Let it through")).into())
    })
    .await?;
    ensure!(!kept(stage, &own).await?, "the session has it still");
    tab.until_text("ab").await?;
    tab.press("redacted").await?;
    tab.until_text(&format!("a{DEEPSEEK_REDACTED}b")).await
}

/// The page that asked is gone: so is what it held.
async fn page_gone(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let own = with_vault(stage).await?;
    let page = ask(stage, &deepseek_other(), "#store").await?;
    tab.back_to(page).await?;
    tab.open_field(Field::named("textarea"), &stage.host("chat"), Policy::Plain)
        .await?;
    tab.until("nothing is kept", async || {
        Ok((!kept(stage, &own).await?).into())
    })
    .await?;
    tab.must_have_seen_nothing().await?;
    tab.until_text("ab").await
}

/// In a browser that has no vault yet: it is made beside, and the key waits.
async fn no_vault(stage: &Stage<'_>, language: &'static str) -> Result<()> {
    let options = Options {
        language,
        ..stage.browser().options.clone()
    };
    let browser = Browser::start(stage.browser().kind, &options, stage.server()).await?;
    let alone = Stage::new(
        Tab {
            browser: &browser,
            server: stage.server(),
        },
        stage.control,
        stage.mark.clone(),
    );
    let outcome = make_vault(&alone, language).await;
    browser.stop().await;
    outcome
}

async fn make_vault(stage: &Stage<'_>, language: &str) -> Result<()> {
    let tab = stage.tab;
    tab.new_tab().await?;
    tab.copy(&deepseek()).await?;
    tab.open_field(Field::named("textarea"), &stage.host("chat"), Policy::Plain)
        .await?;
    tab.paste().await?;
    let notice = tab.until_notice().await?;
    let store = notice.controls.get(3).context("no fourth control")?.clone();
    tab.press(&store).await?;
    let page = tab.enter_window("#makeVault").await?;
    picture(&tab, &format!("store-no-vault-{language}")).await?;
    tab.must_be_accessible().await?;
    let made = send(
        stage,
        json!({ "type": "createVault", "passphrase": PASSPHRASE.as_bytes() }),
    )
    .await?;
    ensure!(made.get("error").is_none(), "no vault: {made}");
    // As a browser tells a window to which a person comes back.
    tab.js("window.dispatchEvent(new Event('focus'))", vec![])
        .await?;
    tab.until("the question comes", async || {
        tab.js("return !!document.querySelector('#storeName-0')", vec![])
            .await
    })
    .await?;
    picture(&tab, &format!("store-{language}")).await?;
    tab.must_be_accessible().await?;
    tab.click("#store").await?;
    tab.back_to(page).await?;
    tab.until_text(&format!("a{DEEPSEEK_REDACTED}b")).await
}
