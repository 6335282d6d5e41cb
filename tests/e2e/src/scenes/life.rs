//! Whether a key is still taken: asked only when the person wants it, of one host only, and told as it was answered.
//!
//! The permission for the host is asked for by the browser itself, in a window that no driver can press. So these scenes
//! have a browser of their own: in Firefox the permission is given by the browser's own call for it, in Chromium by a copy of the
//! package whose manifest demands the host. Everything else is as it is built.

mod born;
mod guide;
mod leak;
mod looks;
mod watched;
mod whole;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::vault::PASSPHRASE;
use super::{Scene, Stage, scene};
use crate::browser::{Browser, GECKO_ID, Kind, Options};
use crate::page::Tab;
use crate::provider::{Behaviour, HOST};
use crate::repository;
use crate::server::Server;

/// Longer than a provider may take.
const SHOWN: Duration = Duration::from_secs(20);

pub fn scenes() -> Vec<Scene> {
    let mut scenes = vec![
        // In Firefox the scene below has it, in a browser from which the permission was taken.
        scene("life/unasked", |stage| Box::pin(unasked(stage))).only(Kind::Chrome),
        scene("life/born", |stage| Box::pin(born::shown_once(stage))),
        scene("life/born-copied", |stage| Box::pin(born::copied(stage))),
        scene("life/born-hostile", |stage| Box::pin(born::hostile(stage))),
        scene("life/whole", |stage| Box::pin(whole::whole(stage))),
        scene("life/watched", |stage| Box::pin(watched::watched(stage))),
        scene("life/checked", |stage| Box::pin(checked(stage))),
        scene("life/leaked", |stage| Box::pin(leak::leaked(stage))),
        scene("life/replaced", |stage| Box::pin(guide::replaced(stage))),
    ];
    scenes.extend(looks::scenes());
    scenes
}

/// A key of DeepSeek's shape for each number; nobody issued it.
fn key(number: usize) -> String {
    format!("sk-{number:02x}{}", "f1e2d3c4b54a69788796a5b4c3d2e1")
}

/// Without the person's permission nothing is asked.
async fn unasked(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    tab.open(&stage.browser().extension_page("popup.html")?)
        .await?;
    make_vault(tab).await?;
    let entry = refused(tab, stage.server()).await?;
    ask(tab, json!({ "type": "lockVault" })).await?;
    let told = ask(
        tab,
        json!({ "type": "checkKey", "entry": entry, "earlier": 0 }),
    )
    .await?;
    ensure!(told["error"] == "locked", "told {told}");
    Ok(())
}

/// Asks without the permission; gives the entry.
async fn refused(tab: Tab<'_>, server: &Server) -> Result<String> {
    let secret = key(0x77);
    let entry = store(tab, &secret).await?;
    let told = ask(
        tab,
        json!({ "type": "checkKey", "entry": entry, "earlier": 0 }),
    )
    .await?;
    ensure!(told["error"] == "notAllowed", "told {told}");
    let seen = server.providers().seen();
    ensure!(
        !seen.iter().any(|seen| seen.key() == Some(secret.as_str())),
        "the key was sent"
    );
    Ok(entry)
}

/// The folder of the pages that a server serves.
fn pages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pages")
}

/// A browser of the scene's own whose extension may ask the provider; in Firefox only after [`grant`].
async fn own_browser(stage: &Stage<'_>, server: &Server) -> Result<Browser> {
    let kind = stage.browser().kind;
    let built = stage.browser().options.extension.clone();
    let built = built.context("the stage has the extension")?;
    let package = match kind {
        Kind::Chrome => with_host(&built, &stage.mark)?,
        Kind::Firefox => built,
    };
    let options = Options {
        extension: Some(package),
        ..stage.browser().options.clone()
    };
    Browser::start(kind, &options, server).await
}

/// Gives Firefox's extension the permission for the provider's host and for notifications.
async fn grant(browser: &Browser) -> Result<()> {
    let grant = "const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
         const { extension } = WebExtensionPolicy.getByID(args[0]);
         await ExtensionPermissions.add(args[0], { permissions: ['notifications'], origins: [args[1]] }, extension);";
    let args = vec![json!(GECKO_ID), json!(format!("https://{HOST}/*"))];
    browser.firefox_privileged(grant, args).await?;
    Ok(())
}

/// Each answer, in a session whose whole traffic is seen.
async fn checked(stage: &Stage<'_>) -> Result<()> {
    let kind = stage.browser().kind;
    let server = Server::start(&pages()).await?;
    let browser = own_browser(stage, &server).await?;
    let options = browser.options.clone();
    let played = answers(&browser, &server).await;
    browser.stop().await;
    played?;
    must_be_asked_for(kind, &options, &server, &[HOST]).await
}

/// What left the browser in a whole session went where the scene did. What a browser asks of its own accord, a browser without the
/// extension asks, too.
async fn must_be_asked_for(
    kind: Kind,
    options: &Options,
    server: &Server,
    meant: &[&str],
) -> Result<()> {
    let asked = hosts(server);
    let quiet = Server::start(&pages()).await?;
    let plain = Options {
        extension: None,
        ..options.clone()
    };
    let browser = Browser::start(kind, &plain, &quiet).await?;
    let tab = Tab {
        browser: &browser,
        server: &quiet,
    };
    let opened = tab.open("https://quiet.example/plain/clipboard.html").await;
    let own = hosts(&quiet);
    browser.stop().await;
    opened?;
    let unasked: Vec<&String> = asked
        .difference(&own)
        .filter(|host| !meant.contains(&host.as_str()) && !is_of_browser(kind, host))
        // Where the scenes copy from.
        .filter(|host| *host != "clipboard.example")
        .collect();
    for host in meant {
        ensure!(
            asked.contains(*host),
            "no request to {host} was seen: {asked:?}"
        );
    }
    ensure!(
        unasked.is_empty(),
        "asked without being told to: {unasked:?}"
    );
    Ok(())
}

async fn answers(browser: &Browser, server: &Server) -> Result<()> {
    let tab = Tab { browser, server };
    tab.open(&browser.extension_page("popup.html")?).await?;
    make_vault(tab).await?;
    if browser.kind == Kind::Firefox {
        // It counts the sites of the content script among what was allowed at the installation.
        let withdraw = "const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
             const { extension } = WebExtensionPolicy.getByID(args[0]);
             await ExtensionPermissions.remove(args[0], { permissions: [], origins: ['<all_urls>', 'https://*/*'] }, extension);";
        browser
            .firefox_privileged(withdraw, vec![json!(GECKO_ID)])
            .await?;
        refused(tab, server).await?;
        grant(browser).await?;
    }
    let cases = [
        (Behaviour::Takes, "alive", 1),
        (Behaviour::UsedUp, "noBalance", 1),
        (Behaviour::Refuses, "dead", 1),
        (Behaviour::NoBalance, "noBalance", 1),
        (Behaviour::TooOften, "rateLimited", 1),
        (Behaviour::Page, "strange", 1),
        (Behaviour::Broken, "trouble", 1),
        (Behaviour::Leads, "unreached", 1),
        (Behaviour::Floods, "strange", 1),
        (Behaviour::HangsUp, "unreached", 0),
        (Behaviour::Silent, "late", 1),
    ];
    for (number, (behaviour, verdict, requests)) in cases.into_iter().enumerate() {
        let secret = key(number);
        server.providers().behave(&secret, behaviour);
        let entry = store(tab, &secret).await?;
        let told = ask(
            tab,
            json!({ "type": "checkKey", "entry": entry, "earlier": 0 }),
        )
        .await?;
        let checked = &told["checked"];
        ensure!(
            checked["verdict"] == verdict && told["kept"] == true,
            "{behaviour:?} is told as {told}"
        );
        let balance = &checked["balances"][0];
        ensure!(
            (behaviour == Behaviour::Takes) == (balance["total"] == "110.00"),
            "{behaviour:?} has the balance {balance}"
        );
        ensure!(
            (behaviour == Behaviour::TooOften) == (checked["retryS"] == 30),
            "{behaviour:?} waits for {}",
            checked["retryS"]
        );
        let lives = ask(tab, json!({ "type": "keyLives" })).await?;
        let kept = lives
            .as_array()
            .and_then(|lives| lives.iter().find(|life| life["entry"] == entry.as_str()));
        let kept = kept.map(|life| life["keys"][0]["checked"].clone());
        ensure!(kept.as_ref() == Some(checked), "{kept:?} was kept");
        let seen = server.providers().seen();
        let with_key: Vec<_> = seen
            .iter()
            .filter(|seen| seen.key() == Some(secret.as_str()))
            .collect();
        // A browser may ask once more where a connection ended before anything came.
        ensure!(
            with_key.len() == 1 || (requests == 0 && !with_key.is_empty()),
            "{behaviour:?}: {} requests",
            with_key.len()
        );
        for seen in with_key {
            ensure!(seen.host == HOST, "the key went to {}", seen.host);
            for header in ["cookie", "referer"] {
                ensure!(seen.header(header).is_none(), "with a {header}");
            }
        }
        ensure!(
            !seen.iter().any(|seen| seen.path.contains(&secret[3..])),
            "the key is in an address"
        );
    }
    on_the_page(tab, server).await
}

/// The same on the options page: pressed, and read by a person, also after the page was loaded again.
async fn on_the_page(tab: Tab<'_>, server: &Server) -> Result<()> {
    let secret = key(0x99);
    server.providers().behave(&secret, Behaviour::Takes);
    let entry = store(tab, &secret).await?;
    let page = tab.browser.extension_page("options.html")?;
    tab.open(&format!("{page}#keys/{entry}")).await?;
    let says = async |words: &[&str]| {
        let looked = tab.js(
            "return document.querySelector('#checked')?.innerText ?? ''",
            vec![],
        );
        let shown = looked.await?;
        let shown = shown.as_str().unwrap_or_default().to_owned();
        Ok(Value::Bool(words.iter().all(|word| shown.contains(word))))
    };
    check(tab).await?;
    let alive = ["Valid", HOST, "110.00 CNY"];
    let shown = tab
        .within(SHOWN, "the balance is shown", async || says(&alive).await)
        .await;
    if shown.is_err() {
        bail!("instead of a balance there is {:?}", tab.words().await?);
    }
    tab.open("about:blank").await?;
    tab.open(&format!("{page}#keys/{entry}")).await?;
    tab.within(SHOWN, "it is shown again", async || says(&alive).await)
        .await?;
    server.providers().behave(&secret, Behaviour::Refuses);
    check(tab).await?;
    tab.within(SHOWN, "it is called dead", async || {
        says(&["Not valid any more", "Replace"]).await
    })
    .await?;
    let due = tab.js("return document.querySelector('#due').innerText", vec![]);
    let due = due.await?;
    ensure!(
        due.as_str()
            .is_some_and(|due| due.contains("To be replaced by")),
        "due: {due}"
    );
    tab.must_be_accessible().await
}

/// Presses the button, once what stands above it is there and has pushed it to its place.
async fn check(tab: Tab<'_>) -> Result<()> {
    let ready = "const due = document.querySelector('#due')?.innerText ?? '';
                 const button = document.querySelector('#checkKey');
                 button?.scrollIntoView({ block: 'center' });
                 return !!button && due.includes('To be replaced by')";
    tab.until("the entry is shown", async || tab.js(ready, vec![]).await)
        .await?;
    tab.settle().await?;
    tab.click("#checkKey").await
}

/// A copy of Chromium's package whose manifest demands the host and the notifications that the built one may only ask for.
fn with_host(package: &Path, mark: &str) -> Result<PathBuf> {
    let copy = repository().join(format!("target/e2e/with-host-{mark}"));
    std::fs::remove_dir_all(&copy).ok();
    copy_folder(package, &copy)?;
    let file = copy.join("manifest.json");
    let mut manifest: Value = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
    manifest["host_permissions"] = json!([format!("https://{HOST}/*")]);
    if let Some(permissions) = manifest["permissions"].as_array_mut() {
        permissions.push(json!("notifications"));
    }
    std::fs::write(file, manifest.to_string())?;
    Ok(copy.canonicalize()?)
}

pub(super) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn hosts(server: &Server) -> BTreeSet<String> {
    let seen = server.providers().seen();
    seen.into_iter().map(|seen| seen.host).collect()
}

/// Services of the browser's maker, which it asks at moments of its own choice. None is a host of the extension's.
fn is_of_browser(kind: Kind, host: &str) -> bool {
    let makers: &[&str] = match kind {
        Kind::Chrome => &[
            ".google.com",
            "clients2.googleusercontent.com",
            "optimizationguide-pa.googleapis.com",
            "content-autofill.googleapis.com",
            "update.googleapis.com",
            "redirector.gvt1.com",
        ],
        Kind::Firefox => &[
            ".mozilla.com",
            ".mozilla.net",
            ".mozilla.org",
            ".firefox.com",
            "mozilla.cloudflare-dns.com",
            "ciscobinary.openh264.org",
        ],
    };
    makers.iter().any(|maker| host.ends_with(maker))
}

pub(super) async fn make_vault(tab: Tab<'_>) -> Result<()> {
    let passphrase = json!(PASSPHRASE.as_bytes());
    // Refused where there is one already.
    ask(
        tab,
        json!({ "type": "createVault", "passphrase": passphrase }),
    )
    .await?;
    let unlock = json!({ "type": "unlockVault", "passphrase": passphrase, "acceptOlder": false });
    let unlocked = ask(tab, unlock).await?;
    ensure!(unlocked.get("error").is_none(), "not unlocked: {unlocked}");
    Ok(())
}

/// Stores a key of DeepSeek's and gives its entry.
pub(super) async fn store(tab: Tab<'_>, key: &str) -> Result<String> {
    let stored = ask(
        tab,
        json!({
            "type": "storeEntry",
            "details": { "name": "checked, made up", "provider": "DeepSeek" },
            "key": key.as_bytes(),
            "notes": [],
        }),
    )
    .await?;
    let entry = stored["entry"].as_str();
    Ok(entry
        .with_context(|| format!("not stored: {stored}"))?
        .to_owned())
}

/// Asks the background from the extension's page in front.
pub(super) async fn ask(tab: Tab<'_>, message: Value) -> Result<Value> {
    let script = format!(
        "return JSON.parse(JSON.stringify(await chrome.runtime.sendMessage(JSON.parse({}))))",
        Value::String(message.to_string())
    );
    tab.extension_js(&script).await
}
