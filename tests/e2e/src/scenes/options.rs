//! The page for everything that the person keeps and sets, with real keystrokes, the real clipboard and real files.
//!
//! Each scene makes a vault of its own by the page itself, in place of the one that was there.

mod damaged;
mod files;
mod looks;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use thirtyfour::Key;

use super::{Scene, Stage, scene};
use crate::page::Tab;

/// Strong enough, and nobody's.
const PASSPHRASE: &str = "quiet-otter velvet 77 made-up";
const NAME: &str = "Made-up work key";

pub fn scenes() -> Vec<Scene> {
    let mut scenes = vec![
        scene("options/keys", |stage| Box::pin(keys(stage))),
        scene("options/sites", |stage| Box::pin(sites(stage))),
        scene("options/locked-meanwhile", |stage| {
            Box::pin(locked_meanwhile(stage))
        }),
        scene("options/vault", |stage| Box::pin(vault(stage))),
        scene("options/detectors", |stage| Box::pin(detectors(stage))),
    ];
    scenes.extend(files::scenes());
    scenes.extend(damaged::scenes());
    scenes.extend(looks::scenes());
    scenes
}

/// A key that nobody issued.
fn key() -> String {
    ["sk-", "8c1d2e3f4a5b69788796a5b4c3d2e1f0"].concat()
}

/// Opens the page at a place, anew.
async fn enter(tab: &Tab<'_>, place: &str) -> Result<()> {
    tab.open("about:blank").await?;
    let address = tab
        .browser
        .extension_page(&format!("options.html#{place}"))?;
    tab.open(&address).await?;
    there(tab, "h1").await
}

/// Waits for an element that is on the screen.
async fn there(tab: &Tab<'_>, css: &str) -> Result<()> {
    let script =
        "return [...document.querySelectorAll(arguments[0])].some((one) => one.checkVisibility())";
    tab.until(&format!("{css} is there"), async || {
        tab.js(script, vec![json!(css)]).await
    })
    .await
}

/// Waits until the page says something.
async fn says(tab: &Tab<'_>, words: &str) -> Result<()> {
    let waited = tab
        .until(&format!("the page says {words:?}"), async || {
            Ok(tab.words().await?.contains(words).into())
        })
        .await;
    match waited {
        Ok(()) => Ok(()),
        Err(error) => Err(error.context(format!("it says {:?}", tab.words().await?))),
    }
}

/// Clicks something once it is on the screen, in the middle of it: a message at the bottom can lie over what is there.
async fn press(tab: &Tab<'_>, css: &str) -> Result<()> {
    there(tab, css).await?;
    let script = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
    tab.js(script, vec![json!(css)]).await?;
    tab.click(css).await
}

/// Clicks into a field and types.
async fn write(tab: &Tab<'_>, css: &str, text: &str) -> Result<()> {
    press(tab, css).await?;
    tab.type_text(text).await
}

async fn value(tab: &Tab<'_>, css: &str) -> Result<String> {
    let script = "return document.querySelector(arguments[0])?.value ?? ''";
    let value = tab.js(script, vec![json!(css)]).await?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

/// Makes a fresh vault by the page, in place of whatever was there.
async fn make_vault(tab: &Tab<'_>) -> Result<()> {
    enter(tab, "keys").await?;
    ask(tab, json!({ "type": "removeVault" })).await?;
    enter(tab, "keys").await?;
    there(tab, "#newPassphrase").await?;
    write(tab, "#newPassphrase", PASSPHRASE).await?;
    write(tab, "#repeatedPassphrase", PASSPHRASE).await?;
    tab.key(Key::Enter).await?;
    let made = async || {
        tab.js("return !!document.querySelector('#recoveryCode')", vec![])
            .await
    };
    // Stretching a passphrase takes half a second on a machine that has nothing else to do.
    tab.within(
        std::time::Duration::from_secs(40),
        "the vault is made",
        made,
    )
    .await?;
    press(tab, "#recoveryKept").await?;
    press(tab, "#recoveryDone").await?;
    there(tab, "#add").await
}

/// Asks the background from the page.
async fn ask(tab: &Tab<'_>, message: Value) -> Result<Value> {
    let script = format!(
        "return JSON.parse(JSON.stringify(await chrome.runtime.sendMessage(JSON.parse({}))))",
        Value::String(message.to_string())
    );
    tab.extension_js(&script).await
}

/// Adds a key by the form, pasted as it is copied from a command: the page finds out the rest.
async fn add_key(tab: &Tab<'_>, copied: &str, name: &str) -> Result<()> {
    tab.copy(copied).await?;
    press(tab, "#add").await?;
    press(tab, "#newKey").await?;
    tab.paste().await?;
    there(tab, "#keyAbout p").await?;
    write(tab, "#name", name).await?;
    press(tab, "#save").await?;
    there(tab, "#site").await
}

/// From the first key to its deletion, and back.
async fn keys(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    make_vault(tab).await?;
    add_key(tab, &format!("  Bearer {}\n", key()), NAME).await?;
    says(tab, "Removed from the key: ").await?;
    says(tab, "“Bearer”").await?;
    ensure!(
        !tab.words().await?.contains(&key()[4..16]),
        "the key is on the page before it was asked for"
    );

    // The same again is recognised.
    tab.copy(&key()).await?;
    press(tab, "#add").await?;
    press(tab, "#newKey").await?;
    tab.paste().await?;
    // What is said of it moves the button.
    there(tab, "#keyAbout p").await?;
    press(tab, "#save").await?;
    says(tab, "The vault has this key already").await?;
    ensure!(
        value(tab, "#newKey").await? == key(),
        "what was typed is lost"
    );
    // A string that is no key of the provider is questioned, and can be stored all the same.
    press(tab, "#newKey").await?;
    tab.control('a').await?;
    tab.type_text("internal-token-of-a-made-up-shape-771")
        .await?;
    write(tab, "#provider", "OpenAI").await?;
    says(tab, "does not look like a key of the named provider").await?;
    press(tab, "#save").await?;
    says(tab, "press the button again").await?;
    press(tab, "#save").await?;
    there(tab, "#site").await?;

    // Found by words from two fields, and by nothing else.
    write(tab, "#search", "made-up work").await?;
    says(tab, "1 of 2 keys").await?;
    press(tab, ".rows a").await?;
    there(tab, "#edit").await?;
    press(tab, "#edit").await?;
    write(tab, "#owner", "Team blue").await?;
    write(tab, "#notes", "kept with the key").await?;
    press(tab, "#save").await?;
    says(tab, "Team blue").await?;

    reveal(tab).await?;
    copied(tab).await?;

    press(tab, "#remove").await?;
    says(tab, "was deleted").await?;
    // The focus is on the way back.
    tab.key(Key::Enter).await?;
    says(tab, "is back").await?;
    says(tab, "Team blue").await
}

/// The key is on the page while it is shown, and goes when the window is left.
async fn reveal(tab: &Tab<'_>) -> Result<()> {
    press(tab, "#reveal").await?;
    says(tab, &key()).await?;
    says(tab, "kept with the key").await?;
    let here = tab.browser.driver.window().await?;
    tab.new_tab().await?;
    tab.js("window.focus()", vec![]).await?;
    tab.back_to(here).await?;
    tab.js("window.dispatchEvent(new Event('blur'))", vec![])
        .await?;
    tab.until("the key is hidden again", async || {
        Ok((!tab.words().await?.contains(&key())).into())
    })
    .await
}

async fn copied(tab: &Tab<'_>) -> Result<()> {
    press(tab, "#copy").await?;
    says(tab, "emptied after 30 seconds").await?;
    press(tab, "#search").await?;
    tab.control('a').await?;
    tab.paste().await?;
    ensure!(
        value(tab, "#search").await? == key(),
        "the clipboard has {:?}",
        value(tab, "#search").await?
    );
    tab.control('a').await?;
    tab.key(Key::Delete).await
}

/// Approving by typing, with what is odd about a site, and both sides of it.
async fn sites(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    make_vault(tab).await?;
    add_key(tab, &key(), NAME).await?;
    write(tab, "#site", "http://chat.example").await?;
    says(tab, "with http everybody on the way can read").await?;
    let again = async |address: &str| {
        press(tab, "#site").await?;
        tab.control('a').await?;
        tab.type_text(address).await
    };
    // A Cyrillic letter in it.
    again("https://chat.deeps\u{435}ek.com").await?;
    says(tab, "https://chat.xn--").await?;
    says(tab, "Looks like deepseek.com").await?;
    says(tab, "Approve anyway").await?;
    again("tool.github.io").await?;
    says(tab, "Anybody can get a name under github.io").await?;
    again("https://Tool.Example/settings?a=b").await?;
    says(tab, "https://tool.example").await?;
    tab.key(Key::Enter).await?;
    says(tab, "https://tool.example is approved").await?;

    press(tab, "a[href='#sites']").await?;
    says(tab, NAME).await?;
    press(tab, "#byKey").await?;
    says(tab, "https://tool.example").await?;
    press(tab, ".groups .rows button").await?;
    says(tab, "is no longer approved").await?;
    says(tab, "No site is approved yet").await?;
    press(tab, "#undo").await?;
    says(tab, "is approved again").await?;
    let entries = ask(tab, json!({ "type": "entries" })).await?;
    ensure!(
        entries[0]["origins"] == json!(["https://tool.example"]),
        "approved: {}",
        entries[0]["origins"]
    );
    Ok(())
}

/// The vault locks while a form is open: what was typed stays behind the dialog that opens it again.
async fn locked_meanwhile(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    make_vault(tab).await?;
    add_key(tab, &key(), NAME).await?;
    press(tab, "#edit").await?;
    write(tab, "#purpose", "typed before it locked").await?;
    ask(tab, json!({ "type": "lockVault" })).await?;
    there(tab, "#unlockDialog #unlockSecret").await?;
    ensure!(
        value(tab, "#purpose").await? == "typed before it locked",
        "what was typed is gone behind the dialog"
    );
    tab.must_be_accessible().await?;
    // Left locked, it comes again when something is asked for, which goes on once the vault is open.
    tab.key(Key::Escape).await?;
    tab.until("the dialog has gone", async || {
        let script = "return !document.querySelector('dialog[open]')";
        tab.js(script, vec![]).await
    })
    .await?;
    press(tab, "#save").await?;
    there(tab, "#unlockDialog #unlockSecret").await?;
    write(tab, "#unlockSecret", PASSPHRASE).await?;
    tab.key(Key::Enter).await?;
    says(tab, "Saved").await?;
    says(tab, "typed before it locked").await?;
    // In place, without anything that waits.
    press(tab, "#edit").await?;
    write(tab, "#purpose", ", and after").await?;
    ask(tab, json!({ "type": "lockVault" })).await?;
    there(tab, "#unlockDialog #unlockSecret").await?;
    write(tab, "#unlockSecret", PASSPHRASE).await?;
    tab.key(Key::Enter).await?;
    tab.until("the dialog has gone", async || {
        let script = "return !document.querySelector('dialog[open]')";
        tab.js(script, vec![]).await
    })
    .await?;
    ensure!(
        value(tab, "#purpose").await?.contains(", and after"),
        "what was typed is gone"
    );
    press(tab, "#save").await?;
    says(tab, ", and after").await
}

/// The lock's settings, another passphrase, another recovery code.
async fn vault(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    make_vault(tab).await?;
    press(tab, "a[href='#vault']").await?;
    there(tab, "#minutes").await?;
    tab.js(
        "const field = document.querySelector('#minutes'); field.value = '30'; field.dispatchEvent(new Event('change'))",
        vec![],
    )
    .await?;
    says(tab, "Locks after 30 minutes").await?;
    press(tab, "#withScreen").await?;
    let state = async || ask(tab, json!({ "type": "vaultState" })).await;
    tab.until("the policy is stored", async || {
        let state = state().await?;
        Ok((state["minutes"] == 30 && state["withScreen"] == false).into())
    })
    .await?;

    press(tab, "#changePassphrase").await?;
    write(tab, "#newPassphrase", "short").await?;
    write(tab, "#repeatedPassphrase", "short").await?;
    press(tab, "#passphraseDone").await?;
    says(tab, "can be guessed").await?;
    for field in ["#newPassphrase", "#repeatedPassphrase"] {
        press(tab, field).await?;
        tab.control('a').await?;
        tab.type_text("another one entirely made-up 5521").await?;
    }
    press(tab, "#passphraseDone").await?;
    let changed = async || {
        Ok(tab
            .words()
            .await?
            .contains("The passphrase is changed")
            .into())
    };
    tab.within(
        std::time::Duration::from_secs(40),
        "the passphrase is changed",
        changed,
    )
    .await?;

    press(tab, "#renewCode").await?;
    press(tab, "#renewCodeNow").await?;
    there(tab, "#recoveryCode").await?;
    press(tab, "#recoveryKept").await?;
    press(tab, "#recoveryDone").await?;
    there(tab, "#lockNow").await?;
    press(tab, "#lockNow").await?;
    there(tab, "#unlockSecret").await?;
    write(tab, "#unlockSecret", "another one entirely made-up 5521").await?;
    tab.key(Key::Enter).await?;
    there(tab, "#lockNow").await
}

/// A detector that is switched off lets its keys pass, and the page shows it.
async fn detectors(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    enter(tab, "detectors").await?;
    write(tab, "#detectorSearch", "deepseek").await?;
    there(tab, "[id='detector-deepseek.api-key']").await?;
    press(tab, "[id='detector-deepseek.api-key']").await?;
    let off = async || {
        let settings = ask(tab, json!({ "type": "guardSettings" })).await?;
        anyhow::Ok(settings["off"].clone())
    };
    tab.until("it is off", async || {
        Ok((off().await? == json!(["deepseek.api-key"])).into())
    })
    .await?;
    says(tab, "1 switched off").await?;
    press(tab, "[id='detector-deepseek.api-key']").await?;
    tab.until("it is on", async || Ok((off().await? == json!([])).into()))
        .await
}
