//! A vault that cannot be used as it is: unreadable, of a later version, older than it was; in every page that shows it.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::files::{Folder, finished, on_terminal, save_into};
use super::{NAME, PASSPHRASE, add_key, ask, enter, key, make_vault, press, says, there, write};
use crate::page::Tab;
use crate::scenes::{Scene, Stage, scene};

/// Of the file of what is rescued.
const RESCUED: &str = "brittle-lantern orbit 20 made-up";

pub(super) fn scenes() -> Vec<Scene> {
    vec![
        scene("options/unreadable", |stage| Box::pin(unreadable(stage))),
        scene("options/newer", |stage| Box::pin(newer(stage))),
        scene("options/older", |stage| Box::pin(older(stage))),
        scene("options/rescue", |stage| Box::pin(rescue(stage))),
    ]
}

/// A vault with a key, locked.
async fn locked(tab: &Tab<'_>) -> Result<()> {
    make_vault(tab).await?;
    add_key(tab, &key(), NAME).await?;
    ask(tab, json!({ "type": "lockVault" })).await.map(drop)
}

/// Changes bytes of stored records, behind the back of the background: `change` gets the bytes of each whose name begins so.
async fn tamper(tab: &Tab<'_>, prefix: &str, change: &str) -> Result<()> {
    let script = format!(
        "const all = await chrome.storage.local.get(null);
         const names = Object.keys(all).filter((name) => name.startsWith('{prefix}'));
         for (const name of names) {{
           const bytes = Uint8Array.from(atob(all[name]), (one) => one.charCodeAt(0));
           {change};
           await chrome.storage.local.set({{ [name]: btoa(String.fromCharCode(...bytes)) }});
         }}
         return names.length;"
    );
    let changed = tab.extension_js(&script).await?;
    ensure!(changed.as_u64() > Some(0), "no record {prefix}");
    Ok(())
}

async fn records(tab: &Tab<'_>) -> Result<Value> {
    let script = "const all = await chrome.storage.local.get(null);
                  return Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith('vault.')));";
    tab.extension_js(script).await
}

/// What the popup, the welcome page and the settings say, each without a violation that axe-core finds.
async fn pages_say(tab: &Tab<'_>, popup: &str, welcome: &str, options: &str) -> Result<()> {
    for (page, words) in [("popup.html", popup), ("welcome.html", welcome)] {
        tab.open(&tab.browser.extension_page(page)?).await?;
        says(tab, words).await?;
        tab.must_be_accessible().await?;
    }
    enter(tab, "keys").await?;
    says(tab, options).await?;
    tab.must_be_accessible().await
}

/// A manifest that nobody can read: it is said, nothing is written over it, and it can be saved as it is.
async fn unreadable(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    let folder = Folder::new(stage, "unreadable")?;
    locked(tab).await?;
    tamper(tab, "vault.manifest.", "bytes.fill(0)").await?;
    let before = records(tab).await?;
    pages_say(
        tab,
        "cannot be read",
        "You have a vault on this computer already",
        "The vault cannot be read",
    )
    .await?;
    let made = ask(
        tab,
        json!({ "type": "createVault", "passphrase": PASSPHRASE.as_bytes() }),
    )
    .await?;
    ensure!(made["error"] == "exists", "made over it: {made}");
    save_into(stage, &folder.0).await?;
    press(tab, "#exportSealed").await?;
    tab.until("it is saved as it is", async || {
        Ok(finished(&folder.0, "txt").is_some().into())
    })
    .await?;
    ensure!(records(tab).await? == before, "the records have changed");
    start_over(tab).await
}

/// Asked twice; then there is none.
async fn start_over(tab: &Tab<'_>) -> Result<()> {
    press(tab, "details.more summary").await?;
    press(tab, "#removeVault").await?;
    press(tab, "#removeVaultNow").await?;
    there(tab, "#newPassphrase").await
}

/// A version that is not known yet.
async fn newer(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    locked(tab).await?;
    // Behind the four letters of the record's kind.
    tamper(tab, "vault.manifest.", "bytes[4] = 2").await?;
    let before = records(tab).await?;
    pages_say(
        tab,
        "A later version of Keyward wrote this vault",
        "You have a vault on this computer already",
        "This vault is of a later version",
    )
    .await?;
    there(tab, "#exportSealed").await?;
    ensure!(records(tab).await? == before, "the records have changed");
    ask(tab, json!({ "type": "removeVault" })).await.map(drop)
}

/// An earlier state is put in the place of the last one: it opens only for who was told what that means.
async fn older(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    make_vault(tab).await?;
    let early = records(tab).await?;
    add_key(tab, &key(), NAME).await?;
    ask(tab, json!({ "type": "lockVault" })).await?;
    let script = format!(
        "const is_record = (name) => name.startsWith('vault.') || name === 'keeper.anchor';
         const names = Object.keys(await chrome.storage.local.get(null)).filter(is_record);
         await chrome.storage.local.remove(names);
         await chrome.storage.local.set({early});"
    );
    tab.extension_js(&script).await?;
    for page in ["popup.html", "options.html#keys"] {
        tab.open("about:blank").await?;
        tab.open(&tab.browser.extension_page(page)?).await?;
        there(tab, "#unlockSecret").await?;
        write(tab, "#unlockSecret", PASSPHRASE).await?;
        tab.key(thirtyfour::Key::Enter).await?;
        says(tab, "older than the one you last had open here").await?;
        there(tab, "#unlockNotOlder").await?;
        tab.must_be_accessible().await?;
        let state = ask(tab, json!({ "type": "vaultState" })).await?;
        ensure!(state["presence"] == "locked", "it is open: {state}");
    }
    press(tab, "#unlockOlder").await?;
    there(tab, "#add").await?;
    let entries = ask(tab, json!({ "type": "entries" })).await?;
    ensure!(entries == json!([]), "the early vault has {entries}");
    Ok(())
}

/// One of two keys is damaged: the other is saved, in a file that Debian's `age` opens.
async fn rescue(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    let folder = Folder::new(stage, "rescue")?;
    save_into(stage, &folder.0).await?;
    make_vault(tab).await?;
    add_key(tab, &key(), NAME).await?;
    let first = ask(tab, json!({ "type": "entries" })).await?;
    let first = first[0]["entry"].as_str().context("no entry")?.to_owned();
    let other = ["sk-", "5e1d2e3f4a5b69788796a5b4c3d2e778"].concat();
    press(tab, "a[href='#keys']").await?;
    add_key(tab, &other, "Another one").await?;
    ask(tab, json!({ "type": "lockVault" })).await?;
    tamper(
        tab,
        &format!("vault.entry.{first}."),
        "bytes[bytes.length - 1] ^= 1",
    )
    .await?;
    enter(tab, "keys").await?;
    there(tab, "#unlockSecret").await?;
    write(tab, "#unlockSecret", PASSPHRASE).await?;
    tab.key(thirtyfour::Key::Enter).await?;
    says(tab, "does not open with this passphrase").await?;
    press(tab, "#notOpening > summary").await?;
    there(tab, "#rescueSecret").await?;
    write(tab, "#rescueSecret", PASSPHRASE).await?;
    write(tab, "#newPassphrase", RESCUED).await?;
    write(tab, "#repeatedPassphrase", RESCUED).await?;
    press(tab, "#passphraseDone").await?;
    says(tab, "Keys rescued: 1").await?;
    tab.until("it is saved", async || {
        Ok(finished(&folder.0, "age").is_some().into())
    })
    .await?;
    let saved = finished(&folder.0, "age").context("no file")?;
    let opened = folder.0.join("opened");
    let command = format!(
        "age --decrypt --output {} {}",
        opened.display(),
        saved.display()
    );
    on_terminal(&command, &format!("{RESCUED}\n"))?;
    let text = std::fs::read_to_string(&opened)?;
    ensure!(
        text.contains(&other) && !text.contains(&key()),
        "rescued is something else"
    );
    Ok(())
}
