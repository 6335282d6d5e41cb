//! The vault in a real browser: what survives the death of the background, and what lies in the profile's folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::{Scene, Stage, scene};
use crate::browser::Kind;

/// Of the one vault that a browser under test has.
pub(super) const PASSPHRASE: &str = "zq-entirely-vb made-up 42x";
// Like the passphrase without a piece that stands in any other text.
const NAME: &str = "Qwyxzl entry 7731 made-up";
/// Each secret is cut into pieces of so many bytes.
const PIECE: usize = 12;
/// A background that is told to end does so at once; a browser under load takes its time.
const ENDING: Duration = Duration::from_secs(20);

pub fn scenes() -> Vec<Scene> {
    vec![scene("vault/life", |stage| Box::pin(life(stage)))]
}

/// A key that nobody issued.
fn key() -> String {
    ["sk-", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"].concat()
}

async fn life(stage: &Stage<'_>) -> Result<()> {
    stage
        .tab
        .open(&stage.browser().extension_page("popup.html")?)
        .await?;
    let state = presence(stage).await?;
    ensure!(state == "absent", "a vault before there is one: {state}");
    let made = ask(
        stage,
        json!({ "type": "createVault", "passphrase": bytes(PASSPHRASE) }),
    )
    .await?;
    let recovery = text(&made["recovery"]).context("no recovery code")?;
    let stored = ask(
        stage,
        json!({
            "type": "storeEntry",
            "details": { "name": NAME, "provider": "DeepSeek" },
            "key": bytes(&key()),
            "notes": [],
        }),
    )
    .await?;
    let entry = stored["entry"].as_str().context("not stored")?.to_owned();
    let reveal = json!({ "type": "revealKey", "entry": entry });

    end_background(stage).await?;
    let revealed = ask(stage, reveal.clone()).await?;
    ensure!(
        text(&revealed["key"]) == Some(key()),
        "not open after the death of the background: {revealed}"
    );
    let secrets = [PASSPHRASE.to_owned(), key(), NAME.to_owned(), recovery];
    search_profile(stage, &secrets)
        .await
        .context("while it is open")?;

    ask(stage, json!({ "type": "lockVault" })).await?;
    let refused = ask(stage, reveal.clone()).await?;
    ensure!(
        refused["error"] == "locked",
        "not locked: {}",
        refused["error"]
    );
    end_background(stage).await?;
    ensure!(
        presence(stage).await? == "locked",
        "open again after the death of the background"
    );
    let wrong = unlock(stage, "not the made-up battery").await?;
    ensure!(
        wrong["error"] == "cannotOpen",
        "a wrong passphrase: {wrong}"
    );
    let right = unlock(stage, PASSPHRASE).await?;
    ensure!(right == json!({}), "the right passphrase: {right}");
    let revealed = ask(stage, reveal).await?;
    ensure!(text(&revealed["key"]) == Some(key()), "another key");
    ask(stage, json!({ "type": "lockVault" })).await?;
    search_profile(stage, &secrets)
        .await
        .context("while it is locked")
}

async fn unlock(stage: &Stage<'_>, passphrase: &str) -> Result<Value> {
    ask(
        stage,
        json!({ "type": "unlockVault", "passphrase": bytes(passphrase), "acceptOlder": false }),
    )
    .await
}

pub(super) async fn presence(stage: &Stage<'_>) -> Result<String> {
    let state = ask(stage, json!({ "type": "vaultState" })).await?;
    Ok(state["presence"].as_str().unwrap_or_default().to_owned())
}

/// Asks the background from the extension's page in front.
pub(super) async fn ask(stage: &Stage<'_>, message: Value) -> Result<Value> {
    let script = format!(
        "return JSON.parse(JSON.stringify(await chrome.runtime.sendMessage(JSON.parse({}))))",
        Value::String(message.to_string())
    );
    stage.tab.extension_js(&script).await
}

pub(super) fn bytes(text: &str) -> Value {
    json!(text.as_bytes())
}

fn text(bytes: &Value) -> Option<String> {
    let bytes: Option<Vec<u8>> = bytes
        .as_array()?
        .iter()
        .map(|byte| u8::try_from(byte.as_u64()?).ok())
        .collect();
    String::from_utf8(bytes?).ok()
}

/// Ends service worker or event page, as the browser does when it has nothing to do.
pub(super) async fn end_background(stage: &Stage<'_>) -> Result<()> {
    let browser = stage.browser();
    match stage.browser().kind {
        Kind::Chrome => {
            browser.cdp("ServiceWorker.enable", json!({})).await?;
            browser
                .cdp("ServiceWorker.stopAllWorkers", json!({}))
                .await?;
            stage
                .tab
                .within(ENDING, "the service worker has ended", async || {
                    let targets = browser.cdp("Target.getTargets", json!({})).await?;
                    let all = targets["targetInfos"].as_array();
                    let runs = all
                        .into_iter()
                        .flatten()
                        .any(|target| target["type"] == "service_worker");
                    Ok((!runs).into())
                })
                .await
        }
        Kind::Firefox => {
            let ended = browser
                .firefox_privileged(
                    "const { extension } = WebExtensionPolicy.getByID(args[0]);
                     await extension.terminateBackground({ ignoreDevToolsAttached: true, disableResetIdleForTest: true });
                     return extension.backgroundState;",
                    vec![json!(crate::browser::GECKO_ID)],
                )
                .await?;
            ensure!(ended == "stopped", "the event page is {ended}");
            Ok(())
        }
    }
}

/// Fails where any file of the profile has a piece of a secret, or where the search would find nothing at all.
async fn search_profile(stage: &Stage<'_>, secrets: &[String]) -> Result<()> {
    let folder = profile(stage).await?;
    // What is on the disk for certain: the name of a record. Firefox writes each character of a name as the next one.
    let name = "vault.manifest.";
    let shifted: Vec<u8> = name.bytes().map(|byte| byte + 1).collect();
    stage
        .tab
        .within(ENDING, "the vault is on the disk", async || {
            let mut found = false;
            each_file(&folder, &mut |_, content| {
                found |= has(content, name.as_bytes()) || has(content, &shifted);
            });
            Ok(found.into())
        })
        .await?;
    // Firefox compresses values on the disk, which can tear a piece: so they are searched as the extension reads them, too.
    let script = "const all = await chrome.storage.local.get(null);
                  return JSON.stringify(all) + Object.values(all).map((value) => {
                    try { return atob(value); } catch { return ''; }
                  }).join('|');";
    let stored = stage.tab.extension_js(script).await?;
    let stored = stored.as_str().context("nothing is stored")?;
    ensure!(
        stored.contains(name) && stored.contains("KWVM"),
        "no manifest"
    );
    for secret in secrets {
        for piece in secret.as_bytes().chunks_exact(PIECE) {
            ensure!(
                !has(stored.as_bytes(), piece),
                "a piece of a secret in the storage"
            );
        }
    }
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    for secret in secrets {
        let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
        pieces.extend(secret.as_bytes().chunks_exact(PIECE).map(<[u8]>::to_vec));
        // As JavaScript engines store texts that are not Latin.
        pieces.extend(wide.chunks_exact(2 * PIECE).map(<[u8]>::to_vec));
        // As it travels.
        let numbers = json!(secret.as_bytes()).to_string();
        pieces.extend(
            numbers
                .as_bytes()
                .chunks_exact(3 * PIECE)
                .map(<[u8]>::to_vec),
        );
    }
    let (mut files, mut leaks) = (0, Vec::new());
    each_file(&folder, &mut |path, content| {
        files += 1;
        if pieces.iter().any(|piece| has(content, piece)) {
            leaks.push(path.to_owned());
        }
    });
    ensure!(files > 10, "only {files} files in {}", folder.display());
    if !leaks.is_empty() {
        bail!("a piece of a secret in {leaks:?}");
    }
    Ok(())
}

async fn profile(stage: &Stage<'_>) -> Result<PathBuf> {
    match stage.browser().kind {
        Kind::Chrome => Ok(stage.browser().profile().to_owned()),
        Kind::Firefox => {
            let path = stage
                .browser()
                .firefox_privileged(
                    "return Services.dirsvc.get('ProfD', Ci.nsIFile).path",
                    vec![],
                )
                .await?;
            Ok(path.as_str().context("no profile")?.into())
        }
    }
}

/// Files that vanish meanwhile are not missed.
fn each_file(folder: &Path, look: &mut impl FnMut(&Path, &[u8])) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => each_file(&path, look),
            Ok(kind) if kind.is_file() => {
                if let Ok(content) = std::fs::read(&path) {
                    look(&path, &content);
                }
            }
            _ => {}
        }
    }
}

fn has(content: &[u8], piece: &[u8]) -> bool {
    memchr::memmem::find(content, piece).is_some()
}
