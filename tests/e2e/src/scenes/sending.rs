//! What a page sends by script, once the person has switched on that it is watched: in a browser of its own, since the switch
//! is for all sites.
//!
//! In Chromium the permission is asked for by the browser itself, in a window that no driver can press: the package is a copy whose
//! manifest demands what the built one may only ask for. The switch in the options is pressed in both.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::files::Folder;
use super::life::copy_folder;
use super::{Scene, Stage, scene};
use crate::browser::{Browser, GECKO_ID, Kind, Options};
use crate::page::Tab;
use crate::repository;
use crate::samples::{DEEPSEEK_REDACTED, deepseek};

/// For what a machine that does much else may take long for.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Ways of `pages/sending.js` that are stopped before the page's turn is over or before the first byte, in the order of play.
const HELD: [&str; 23] = [
    "fetch-text",
    "fetch-json",
    "fetch-request",
    "fetch-blob",
    "fetch-late-blob",
    "fetch-form",
    "fetch-params",
    "fetch-bytes",
    "fetch-address",
    "fetch-header",
    "fetch-headers",
    "xhr-text",
    "xhr-form",
    "xhr-blob",
    "xhr-header",
    "xhr-at-once",
    "beacon",
    "beacon-blob",
    "form",
    "open",
    "link",
    "location",
    "channel",
];

/// Those whose text another can take the place of.
const REPLACED: [&str; 6] = [
    "fetch-text",
    "fetch-blob",
    "xhr-text",
    "beacon",
    "form",
    "channel",
];

#[derive(Clone, Copy)]
enum Play {
    Held,
    Strict,
    LetThrough,
    Redacted,
    Passes,
    Looks,
    Cost,
    Hostile,
    Realm,
    LooseInput,
    Socket,
    Picker,
    Off,
}

pub fn scenes() -> Vec<Scene> {
    let plays = [
        ("held", Play::Held),
        ("strict", Play::Strict),
        ("let-through", Play::LetThrough),
        ("redacted", Play::Redacted),
        ("passes", Play::Passes),
        ("looks", Play::Looks),
        ("cost", Play::Cost),
        ("hostile", Play::Hostile),
        ("realm", Play::Realm),
        ("loose-input", Play::LooseInput),
        ("socket", Play::Socket),
        ("picker", Play::Picker),
        ("off", Play::Off),
    ];
    let broken = scene("sending/broken", |stage| Box::pin(broken(stage)));
    plays
        .into_iter()
        .map(|(name, play)| {
            let scene = scene(format!("sending/{name}"), move |stage| {
                Box::pin(switched_on(stage, play))
            });
            match play {
                // Only the DevTools protocol reaches an input that is in no document.
                Play::LooseInput | Play::Picker => scene.only(Kind::Chrome),
                _ => scene,
            }
        })
        .chain([broken])
        .collect()
}

async fn switched_on(stage: &Stage<'_>, play: Play) -> Result<()> {
    with_it_on(stage, false, async |tab| match play {
        Play::Held => held(stage, tab).await,
        Play::Strict => strict(stage, tab).await,
        Play::LetThrough => let_through(stage, tab).await,
        Play::Redacted => redacted(stage, tab).await,
        Play::Passes => passes(stage, tab).await,
        Play::Looks => looks(stage, tab).await,
        Play::Cost => cost(stage, tab).await,
        Play::Hostile => hostile(stage, tab).await,
        Play::Realm => realm(stage, tab).await,
        Play::LooseInput => loose_input(stage, tab).await,
        Play::Socket => socket(stage, tab).await,
        Play::Picker => picker(stage, tab).await,
        Play::Off => off(stage, tab).await,
    })
    .await
}

/// Plays in a browser in which the person has switched it on, in a fresh tab; in Chromium `requests` says whether the permission for
/// the browser's view of requests was given.
pub(super) async fn with_it_on(
    stage: &Stage<'_>,
    requests: bool,
    play: impl AsyncFnOnce(&Tab<'_>) -> Result<()>,
) -> Result<()> {
    let built = stage.browser().options.extension.clone();
    let built = built.context("the stage has the extension")?;
    with_package_on(stage, requests, built, play).await
}

/// As [`with_it_on`], with another package.
async fn with_package_on(
    stage: &Stage<'_>,
    requests: bool,
    built: PathBuf,
    play: impl AsyncFnOnce(&Tab<'_>) -> Result<()>,
) -> Result<()> {
    let kind = stage.browser().kind;
    let package = match kind {
        Kind::Chrome => with_all_hosts(&built, &stage.mark, requests)?,
        Kind::Firefox => built,
    };
    let options = Options {
        extension: Some(package),
        ..stage.browser().options.clone()
    };
    let browser = Browser::start(kind, &options, stage.server()).await?;
    let tab = Tab {
        browser: &browser,
        server: stage.server(),
    };
    let played = async {
        tab.new_tab().await?;
        if kind == Kind::Firefox {
            let grant = "const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
                 const { extension } = WebExtensionPolicy.getByID(args[0]);
                 await ExtensionPermissions.add(args[0], { permissions: ['scripting', 'webRequest', 'webRequestBlocking'], origins: ['<all_urls>'] }, extension);";
            browser
                .firefox_privileged(grant, vec![json!(GECKO_ID)])
                .await?;
        }
        press_switch(&tab, "On:").await?;
        play(&tab).await
    };
    let played = played.await;
    browser.stop().await;
    played
}

/// A copy of Chromium's package whose manifest demands all hosts.
fn with_all_hosts(package: &Path, mark: &str, requests: bool) -> Result<PathBuf> {
    let copy = repository().join(format!("target/e2e/with-all-hosts-{mark}"));
    std::fs::remove_dir_all(&copy).ok();
    copy_folder(package, &copy)?;
    let file = copy.join("manifest.json");
    let mut manifest: Value = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
    manifest["host_permissions"] = json!(["<all_urls>"]);
    let permissions = manifest["permissions"].as_array_mut();
    let permissions = permissions.context("permissions")?;
    permissions.push(json!("scripting"));
    // Only where a scene is about it: with it some starts of Chromium never end.
    if requests {
        permissions.push(json!("webRequest"));
    }
    std::fs::write(file, manifest.to_string())?;
    Ok(copy.canonicalize()?)
}

/// Presses the switch in the options and waits until the page says so.
async fn press_switch(tab: &Tab<'_>, said: &str) -> Result<()> {
    tab.open(&tab.browser.extension_page("options.html#guard")?)
        .await?;
    tab.until_there("#sending").await?;
    tab.settle().await?;
    tab.click("#sending").await?;
    let script = "return document.querySelector('#sendingState')?.innerText.startsWith(arguments[0]) === true";
    let pressed = tab
        .within(PATIENCE, "it is switched", async || {
            tab.js(script, vec![json!(said)]).await
        })
        .await;
    match pressed {
        Ok(()) => Ok(()),
        Err(error) => bail!("{error}: {:?}", tab.words().await?),
    }
}

async fn open(stage: &Stage<'_>, tab: &Tab<'_>, policy: &str) -> Result<()> {
    let host = stage.host("sending");
    tab.open(&format!("https://{host}/{policy}/sending.html"))
        .await
}

/// A key that no other way sends: what was refused once is not asked about again.
pub(super) fn key(number: usize) -> String {
    let key = deepseek();
    format!("{}{number:02x}", &key[..key.len() - 2])
}

pub(super) async fn send(tab: &Tab<'_>, way: &str, mark: &str, text: &str) -> Result<()> {
    let script = "window.send(arguments[0], arguments[1], arguments[2])";
    tab.js(script, vec![json!(way), json!(mark), json!(text)])
        .await?;
    Ok(())
}

pub(super) async fn until_said(tab: &Tab<'_>, mark: &str) -> Result<String> {
    let script = "return window.said[arguments[0]] ?? null";
    let mut said = Value::Null;
    tab.within(PATIENCE, "the page learns how it went", async || {
        let now = tab.js(script, vec![json!(mark)]).await?;
        Ok((!now.is_null()).into())
    })
    .await
    .with_context(|| mark.to_owned())?;
    if said.is_null() {
        said = tab.js(script, vec![json!(mark)]).await?;
    }
    Ok(said.as_str().unwrap_or_default().to_owned())
}

/// What the server got under a mark.
pub(super) fn arrived_at(tab: &Tab<'_>, mark: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for path in ["/collect", "/submit"] {
        let received = tab.server.received(path, mark);
        all.extend(
            received
                .iter()
                .map(|one| format!("{}\n{}", one.query, one.body)),
        );
    }
    all
}

/// What the server, or the other end of the page's channel, got under a mark.
async fn arrived(tab: &Tab<'_>, mark: &str) -> Result<Vec<String>> {
    let mut all = arrived_at(tab, mark);
    let script = "return window.received.filter((text) => text.startsWith(arguments[0]))";
    let here = tab.js(script, vec![json!(format!("{mark} "))]).await?;
    let here = here.as_array().into_iter().flatten();
    all.extend(here.filter_map(|text| text.as_str().map(str::to_owned)));
    Ok(all)
}

pub(super) async fn until_arrived(tab: &Tab<'_>, mark: &str, count: usize) -> Result<Vec<String>> {
    tab.within(PATIENCE, &format!("{mark} arrives"), async || {
        Ok((arrived(tab, mark).await?.len() >= count).into())
    })
    .await?;
    arrived(tab, mark).await
}

/// Each way is stopped before anything has left, and what the person keeps fails like a network that is gone.
async fn held(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    open(stage, tab, "plain").await?;
    for (number, way) in HELD.into_iter().enumerate() {
        let mark = format!("{}-{way}-", stage.mark);
        let secret = key(number);
        stop_one(tab, way, &mark, &secret)
            .await
            .with_context(|| way.to_owned())?;
    }
    Ok(())
}

async fn stop_one(tab: &Tab<'_>, way: &str, mark: &str, secret: &str) -> Result<()> {
    send(tab, way, mark, secret).await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains("about to be sent to"),
        "the notice says {:?}",
        notice.text
    );
    let sent = arrived(tab, mark).await?;
    ensure!(
        sent.iter().all(|text| !text.contains(secret)),
        "it was sent: {sent:?}"
    );
    tab.escape().await?;
    tab.until_no_notice().await?;
    if way != "location" {
        let said = until_said(tab, mark).await?;
        let failed = match way {
            way if way.starts_with("fetch") => said.starts_with("TypeError: "),
            "xhr-at-once" => said == "NetworkError",
            way if way.starts_with("xhr") => said == "error",
            way if way.starts_with("beacon") => said == "queued true",
            "open" => said == "window false",
            _ => !said.is_empty(),
        };
        ensure!(failed, "the page was told {said:?}");
    }
    if way == "channel" {
        // What was sent behind it arrives, and it does not.
        let sent = until_arrived(tab, mark, 1).await?;
        ensure!(sent == [format!("{mark} behind it")], "sent: {sent:?}");
    }
    // A request that comes later than all these would have been sent before it.
    let after = format!("{mark}after");
    send(tab, "fetch-text", &after, "nothing of note").await?;
    until_arrived(tab, &after, 1).await?;
    let sent = arrived(tab, mark).await?;
    ensure!(
        sent.iter().all(|text| !text.contains(secret)),
        "it was sent: {sent:?}"
    );
    Ok(())
}

/// The same under a policy of nonces, without a report to the site.
async fn strict(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    open(stage, tab, "dynamic").await?;
    for (number, way) in ["fetch-text", "xhr-text", "beacon", "form"]
        .into_iter()
        .enumerate()
    {
        let mark = format!("{}-{way}-", stage.mark);
        stop_one(tab, way, &mark, &key(number))
            .await
            .with_context(|| way.to_owned())?;
    }
    let reports = stage.server().received("/report", &stage.host("sending"));
    ensure!(reports.is_empty(), "reported: {reports:?}");
    Ok(())
}

/// Whatever a page made of its natives, the ones that were there before it are used.
async fn hostile(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    let tricks = ["prototypes", "listeners", "frozen", "own-realm", "clock"];
    for (number, trick) in tricks.into_iter().enumerate() {
        let host = stage.host("sending");
        tab.open(&format!("https://{host}/hostile.html?trick={trick}"))
            .await?;
        let mark = format!("{}-{trick}-", stage.mark);
        let script =
            "fetch(`/collect?mark=${arguments[0]}`, { method: 'POST', body: arguments[1] })";
        stays(tab, &mark, &key(0x40 + number), script)
            .await
            .with_context(|| trick.to_owned())?;
    }
    Ok(())
}

/// A frame that the page makes, and whose natives it uses at once.
async fn realm(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    open(stage, tab, "plain").await?;
    let mark = format!("{}-realm-", stage.mark);
    let script = "const frame = document.createElement('iframe');
        frame.width = 600;
        frame.height = 400;
        document.body.append(frame);
        frame.contentWindow.fetch(`${location.origin}/collect?mark=${arguments[0]}`, { method: 'POST', body: arguments[1] })";
    stays(tab, &mark, &key(0x50), script).await
}

/// Messages of a WebSocket, of text and of bytes: what is kept is left out, and what comes behind it waits for its turn.
async fn socket(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    open(stage, tab, "plain").await?;
    let script = "const [mark, key] = arguments;
        const socket = new WebSocket(`wss://${location.host}/socket?mark=${mark}`);
        socket.onopen = () => {
            socket.send('before');
            socket.send(mark.endsWith('bytes-') ? new TextEncoder().encode(key) : key);
            socket.send('behind');
            window.said[mark] = 'sent';
        };";
    for (number, kind) in ["text-", "bytes-", "through-", "redacted-"]
        .into_iter()
        .enumerate()
    {
        let (mark, secret) = (format!("{}-{kind}", stage.mark), key(0x70 + number));
        tab.js(script, vec![json!(mark), json!(secret)]).await?;
        tab.until_notice().await?;
        until_said(tab, &mark).await?;
        let bodies = |sent: &[String]| -> Vec<String> {
            let body = |one: &String| one.split_once('\n').map(|(_, body)| body.to_owned());
            sent.iter().filter_map(body).collect()
        };
        until_arrived(tab, &mark, 1).await?;
        let early = bodies(&arrived_at(tab, &mark));
        ensure!(early == ["before"], "{kind} sent {early:?}");
        let expected = match kind {
            "through-" => {
                tab.press("Let it through").await?;
                let page = tab.enter_confirm().await?;
                tab.click("#letThrough").await?;
                tab.back_to(page).await?;
                vec!["before", &secret, "behind"]
            }
            "redacted-" => {
                tab.press("Send it redacted").await?;
                vec!["before", DEEPSEEK_REDACTED, "behind"]
            }
            _ => {
                tab.escape().await?;
                vec!["before", "behind"]
            }
        };
        until_arrived(tab, &mark, expected.len()).await?;
        let sent = bodies(&arrived_at(tab, &mark));
        ensure!(sent == expected, "{kind} sent {sent:?}");
        tab.until_no_notice().await?;
    }
    Ok(())
}

/// A file chosen in an input that the page never put into its document.
async fn loose_input(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let path = folder.file(".env", format!("DEEPSEEK_API_KEY={}\n", key(0x60)))?;
    open(stage, tab, "plain").await?;
    let script = "window.loose = document.createElement('input');
        window.loose.type = 'file';
        window.loose.onchange = async () => { window.took = await window.loose.files[0]?.text(); };
        window.loose.click();";
    tab.js(script, vec![]).await?;
    let choose = async || -> Result<()> {
        let found = json!({ "expression": "window.loose" });
        let found = tab.browser.cdp("Runtime.evaluate", found).await?;
        let files = json!({ "files": [path.display().to_string()], "objectId": found["result"]["objectId"] });
        tab.browser.cdp("DOM.setFileInputFiles", files).await?;
        Ok(())
    };
    choose().await?;
    tab.until_notice().await?;
    tab.escape().await?;
    tab.until_no_notice().await?;
    ensure!(
        tab.js("return window.took ?? null", vec![])
            .await?
            .is_null(),
        "the page got the file"
    );
    choose().await?;
    tab.press("Upload a copy").await?;
    let took = async || {
        Ok((!tab
            .js("return window.took ?? null", vec![])
            .await?
            .is_null())
        .into())
    };
    tab.within(PATIENCE, "the page gets the copy", took).await?;
    let took = tab.js("return window.took", vec![]).await?;
    let took = took.as_str().unwrap_or_default();
    ensure!(
        took.starts_with("DEEPSEEK_API_KEY=") && !took.contains(&key(0x60)),
        "the page got {took:?}"
    );
    Ok(())
}

async fn stays(tab: &Tab<'_>, mark: &str, secret: &str, script: &str) -> Result<()> {
    let script = format!("{script}.catch(() => {{}}).then(() => {{ window.ended = true; }});");
    tab.js(&script, vec![json!(mark), json!(secret)]).await?;
    tab.until_notice().await?;
    tab.escape().await?;
    let ended = async || tab.js("return window.ended === true", vec![]).await;
    tab.within(PATIENCE, "the page learns of it", ended).await?;
    let sent = arrived_at(tab, mark);
    ensure!(sent.is_empty(), "it was sent: {sent:?}");
    Ok(())
}

/// Let through in the extension's window, it goes on, once; and it is not asked about again in this document.
async fn let_through(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    open(stage, tab, "plain").await?;
    for (number, way) in ["fetch-text", "xhr-text", "form", "channel"]
        .into_iter()
        .enumerate()
    {
        let (mark, secret) = (format!("{}-{way}-", stage.mark), key(number));
        send(tab, way, &mark, &secret).await?;
        tab.press("Let it through").await?;
        let page = tab.enter_confirm().await?;
        let words = tab.words().await?;
        ensure!(words.contains("page itself"), "the window says {words:?}");
        tab.click("#letThrough").await?;
        tab.back_to(page).await?;
        tab.until_no_notice().await?;
        let expected = if way == "channel" { 2 } else { 1 };
        let sent = until_arrived(tab, &mark, expected).await?;
        ensure!(
            sent.len() == expected && sent[0].contains(&secret),
            "{way}: {sent:?}"
        );
        let again = format!("{mark}again-");
        send(tab, "fetch-text", &again, &secret).await?;
        let sent = until_arrived(tab, &again, 1).await?;
        ensure!(sent[0].contains(&secret), "{way}: {sent:?}");
        ensure!(tab.notice().await?.is_none(), "it is asked about again");
    }
    Ok(())
}

async fn redacted(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    open(stage, tab, "plain").await?;
    for (number, way) in REPLACED.into_iter().enumerate() {
        let (mark, secret) = (format!("{}-{way}-", stage.mark), key(number));
        send(tab, way, &mark, &format!("before {secret} behind")).await?;
        tab.press("Send it redacted").await?;
        let sent = until_arrived(tab, &mark, 1).await?;
        let text = sent[0]
            .replace('+', " ")
            .replace("%5B", "[")
            .replace("%5D", "]")
            .replace("%3A", ":");
        ensure!(
            text.contains(&format!("before {DEEPSEEK_REDACTED} behind")) && !text.contains(&secret),
            "{way}: {sent:?}"
        );
        tab.until_no_notice().await?;
    }
    Ok(())
}

/// What a page sends without harm: a key to its provider, tokens of its own, and all the rest.
async fn passes(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    open(stage, tab, "plain").await?;
    let token = format!(
        "{}.{}.{}",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6Ik1hZGUgVXAiLCJpYXQiOjE1MTYyMzkwMjJ9",
        "c2lnbmF0dXJlLW1hZGUtdXAtZm9yLXRoaXMtdGVzdA"
    );
    let texts = [
        ("fetch-header", token.clone()),
        ("fetch-json", r#"{"password":"Tr0ub4dor-and-more-7","csrf_token":"9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c"}"#.to_owned()),
        ("xhr-form", "a text like any other".to_owned()),
        ("channel", "a text like any other".to_owned()),
    ];
    for (number, (way, text)) in texts.iter().enumerate() {
        let mark = format!("{}-{number}-", stage.mark);
        send(tab, way, &mark, text).await?;
        until_arrived(tab, &mark, 1).await?;
    }
    let script = "const [host, key] = arguments;
        fetch(`https://${host}/collect`, { mode: 'no-cors', method: 'POST', body: key }).then(() => { window.said.home = 'went'; });";
    tab.js(script, vec![json!("api.deepseek.com"), json!(key(0x99))])
        .await?;
    ensure!(until_said(tab, "home").await? == "went", "not sent home");
    let seen = stage.server().providers().seen();
    let home =
        |seen: &crate::provider::Seen| seen.host == "api.deepseek.com" && seen.path == "/collect";
    ensure!(seen.iter().any(home), "nothing came home");
    ensure!(tab.notice().await?.is_none(), "something was asked about");
    Ok(())
}

/// A file that the page opens in the browser's own dialog, which no driver can press: what it would give is put there before any script
/// of the extension runs, as a handle of the browser's own, to a file that the page wrote. Only Chromium has the function.
async fn picker(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    let give = "window.showOpenFilePicker = async () => {
        const folder = await navigator.storage.getDirectory();
        const handle = await folder.getFileHandle(window.wanted, { create: true });
        return [handle];
    }";
    tab.browser
        .cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": give }),
        )
        .await?;
    open(stage, tab, "plain").await?;
    let script = "const [name, text, picks] = arguments;
        window.wanted = name;
        (async () => {
            const folder = await navigator.storage.getDirectory();
            const own = await folder.getFileHandle(name, { create: true });
            const writer = await own.createWritable();
            await writer.write(text);
            await writer.close();
            const [handle] = picks ? await showOpenFilePicker() : [own];
            return (await handle.getFile()).text();
        })().then((text) => { window.said[name] = text; }, (error) => { window.said[name] = error.name; })";
    let read = async |name: &str, text: &str, picks: bool| {
        tab.js(script, vec![json!(name), json!(text), json!(picks)])
            .await
            .map(drop)
    };
    let env = |number: usize| format!("KEY={}\n", key(number));
    // What has no key, and what the page has already, is none of ours.
    read("clean.txt", "nothing of note", true).await?;
    ensure!(until_said(tab, "clean.txt").await? == "nothing of note");
    read("own.env", &env(0xb0), false).await?;
    ensure!(until_said(tab, "own.env").await? == env(0xb0));
    ensure!(tab.notice().await?.is_none(), "something is asked");
    read("kept.env", &env(0xb1), true).await?;
    tab.until_notice().await?;
    let early = tab
        .js("return window.said['kept.env'] ?? null", vec![])
        .await?;
    ensure!(early.is_null(), "the page has it: {early}");
    tab.escape().await?;
    ensure!(until_said(tab, "kept.env").await? == "NotReadableError");
    read("through.env", &env(0xb2), true).await?;
    tab.until_notice().await?;
    tab.press("Let it through").await?;
    let page = tab.enter_confirm().await?;
    tab.click("#letThrough").await?;
    tab.back_to(page).await?;
    ensure!(until_said(tab, "through.env").await? == env(0xb2));
    Ok(())
}

/// With a scanner that throws at each look, nothing that may have a key leaves by an address or a request.
async fn broken(stage: &Stage<'_>) -> Result<()> {
    let built = stage.browser().options.extension.clone();
    let built = built.context("the stage has the extension")?;
    let copy = repository().join(format!("target/e2e/broken-{}", stage.mark));
    std::fs::remove_dir_all(&copy).ok();
    copy_folder(&built, &copy)?;
    let guard = copy.join("guard.js");
    let whole = std::fs::read_to_string(&guard)?;
    let throws = "globalThis.keyward.hasKeys = () => { throw new Error('made to fail'); };";
    std::fs::write(&guard, format!("{whole}{throws}\n"))?;
    with_package_on(stage, false, copy.canonicalize()?, async |tab| {
        open(stage, tab, "plain").await?;
        let here = tab.js("return location.href", vec![]).await?;
        let ways = ["location", "link", "open", "fetch-text", "beacon"];
        for (number, way) in ways.into_iter().enumerate() {
            let mark = format!("{}-{way}-", stage.mark);
            send(tab, way, &mark, &key(0xa0 + number)).await?;
            // A request that nobody has to look at comes behind whatever has left.
            let after = format!("{}b{number}", stage.mark);
            let script = "fetch('/collect?mark=' + arguments[0], { method: 'POST', body: 'x' })";
            tab.js(script, vec![json!(after)]).await?;
            until_arrived(tab, &after, 1).await.context(way)?;
            let sent = arrived(tab, &mark).await?;
            ensure!(sent.is_empty(), "{way} sent {sent:?}");
            let there = tab.js("return location.href", vec![]).await?;
            ensure!(there == here, "{way} went to {there}");
        }
        Ok(())
    })
    .await
}

/// What a page can see of what it sends with is what it sees without the extension.
async fn looks(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    let script = r#"
        const done = arguments[arguments.length - 1];
        const page = window.wrappedJSObject ?? window;
        const source = `(async () => {
            const owners = { window, Navigator: Navigator.prototype, XHR: XMLHttpRequest.prototype, Form: HTMLFormElement.prototype, Element: HTMLElement.prototype, Input: HTMLInputElement.prototype,
                Handle: window.FileSystemFileHandle?.prototype, Socket: WebSocket.prototype, Channel: RTCDataChannel.prototype, Function: Function.prototype };
            const names = { window: ['fetch', 'open', 'Blob', 'Request'], Navigator: ['sendBeacon'], XHR: ['open', 'send', 'abort', 'setRequestHeader'],
                Form: ['submit'], Element: ['click'], Input: ['showPicker'], ...(window.FileSystemFileHandle ? { Handle: ['getFile'] } : {}), Socket: ['send'], Channel: ['send'], Function: ['toString'] };
            const late = () => new Promise((go) => setTimeout(() => go('late'), 2000));
            const threw = async (call) => { try { return await Promise.race([late(), call()]) === 'late' ? 'late' : 'nothing'; } catch (error) { return [error.name, error.message, error.stack].join(' | '); } };
            const all = [];
            for (const [owner, list] of Object.entries(names)) for (const name of list) {
                const object = owners[owner];
                const { value, ...descriptor } = Object.getOwnPropertyDescriptor(object, name);
                all.push([owner, name, JSON.stringify(descriptor), value.name, value.length, Function.prototype.toString.call(value), String(value),
                    Reflect.ownKeys(value).map(String).sort().join(), 'prototype' in value, Object.getPrototypeOf(value) === Function.prototype,
                    value.prototype?.constructor === value, Object.keys(object).indexOf(name) >= 0 || owner !== 'window',
                    await threw(() => value.call(42)), name === 'open' || await threw(() => value.call(null)), await threw(() => Reflect.construct(value, [])) ].join(' ; '));
            }
            all.push(await threw(() => fetch('http://[')), await threw(() => fetch('https://host.example:1/')),
                await threw(() => new XMLHttpRequest().send()), await threw(() => new Request('http://[')), await threw(() => new Blob(7)),
                await threw(() => navigator.sendBeacon('ftp://host.example/')), await threw(() => Function.prototype.toString.call({})));
            class Own extends Blob {}
            all.push(new Own(['a']) instanceof Own, new Blob([]).constructor === Blob, new Request('/').constructor === Request,
                Object.prototype.toString.call(fetch), fetch.hasOwnProperty('toString'), Object.getOwnPropertyNames(window).filter((name) => /keyward|kw/i.test(name)).join());
            return all;
        })()`;
        const script = document.createElement('script');
        script.textContent = 'window.looked = ' + source;
        document.documentElement.append(script);
        script.remove();
        page.looked.then((all) => done(all.map(String)), (error) => done([String(error)]));
    "#;
    let look = async |tab: &Tab<'_>| -> Result<Vec<String>> {
        open(stage, tab, "plain").await?;
        let answer = tab.browser.driver.execute_async(script, vec![]).await?;
        let all = answer.json().as_array().cloned().unwrap_or_default();
        Ok(all
            .iter()
            .map(|one| one.as_str().unwrap_or_default().to_owned())
            .collect())
    };
    let plain = look(&stage.control).await?;
    let with = look(tab).await?;
    ensure!(plain.len() > 20, "looked at {plain:?}");
    let other: Vec<_> = plain
        .iter()
        .zip(&with)
        .filter(|(plain, with)| plain != with)
        .collect();
    ensure!(
        other.is_empty() && plain.len() == with.len(),
        "looks differ: {other:#?}"
    );
    Ok(())
}

/// What a call without a key costs, against the same browser without the extension.
async fn cost(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    let script = r#"
        const done = arguments[arguments.length - 1];
        const page = window.wrappedJSObject ?? window;
        const source = `(async () => {
            const body = JSON.stringify({ text: 'The quick brown fox jumps over the lazy dog. '.repeat(4), id: 12345 });
            const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
            here.onicecandidate = ({ candidate }) => there.addIceCandidate(candidate ?? undefined);
            there.onicecandidate = ({ candidate }) => here.addIceCandidate(candidate ?? undefined);
            const channel = here.createDataChannel('text');
            await here.setLocalDescription(await here.createOffer());
            await there.setRemoteDescription(here.localDescription);
            await there.setLocalDescription(await there.createAnswer());
            await here.setRemoteDescription(there.localDescription);
            if (channel.readyState !== 'open') await new Promise((go) => { channel.onopen = go; });
            const link = 'see /projects/a-project-with-a-long-name/issues?sort=updated&page=2 ';
            const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
            const time = (count, call) => { const rounds = []; for (let round = 0; round < 15; round++) {
                const start = performance.now(); for (let index = 0; index < count; index++) call(); rounds.push((performance.now() - start) * 1000 / count); } return median(rounds); };
            const request = new XMLHttpRequest();
            // In no document the browser warns only; outside of a dialog this method does nothing, after all that is looked at.
            const loose = document.createElement('form');
            const form = document.body.appendChild(document.createElement('form'));
            form.setAttribute('method', 'dialog');
            // An address with nothing that looks like a key; what is looked at more closely is what is called scanned.
            form.action = 'https://site.example/submit';
            form.innerHTML = '<input name="text" value="The quick brown fox"><textarea name="more">jumps over the lazy dog</textarea>';
            const quiet = (promise) => promise.catch(() => {});
            const out = {};
            out.open = time(400, () => request.open('POST', '/collect'));
            out.blob = time(400, () => new Blob(['a']));
            out.toString = time(400, () => String(fetch));
            out.channel = time(100, () => channel.send(body));
            out.scanned = time(100, () => channel.send(body + link));
            out.header = time(400, () => { request.open('POST', '/collect'); request.setRequestHeader('a', 'b'); });
            out.fetch = time(60, () => quiet(fetch('data:text/plain,hello', { method: 'POST', body })));
            // Firefox throws there.
            let isQuiet = true;
            try { form.submit(); } catch { isQuiet = false; }
            if (isQuiet) out.submit = time(400, () => form.submit());
            out.loose = time(400, () => loose.submit());
            form.remove();
            return JSON.stringify(out);
        })()`;
        const script = document.createElement('script');
        script.textContent = 'window.costs = ' + source;
        document.documentElement.append(script);
        script.remove();
        page.costs.then((costs) => done(costs), (error) => done(JSON.stringify(String(error))));
    "#;
    let measure = async |tab: &Tab<'_>| -> Result<Value> {
        open(stage, tab, "plain").await?;
        // Once to warm up.
        tab.browser.driver.execute_async(script, vec![]).await?;
        let answer = tab.browser.driver.execute_async(script, vec![]).await?;
        Ok(serde_json::from_str(
            answer.json().as_str().unwrap_or("null"),
        )?)
    };
    let plain = measure(&stage.control).await?;
    let with = measure(tab).await?;
    let plain = plain
        .as_object()
        .with_context(|| format!("measured {plain}"))?
        .clone();
    let mut line = Vec::new();
    for (name, before) in plain {
        let (before, after) = (
            before.as_f64().unwrap_or(0.0),
            with[&name].as_f64().unwrap_or(f64::NAN),
        );
        line.push(format!("{name} {before:.1} -> {after:.1}"));
        // The bar is 5 µs; a machine that does much else is not to stop a landing.
        ensure!(
            after - before < 2000.0,
            "{name}: {before} µs before, {after} µs with it"
        );
    }
    stage.say(format!("µs a call without a key: {}", line.join(", ")));
    Ok(())
}

/// Switched off again, the scripts are gone with the next page.
async fn off(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    press_switch(tab, "Off:").await?;
    open(stage, tab, "plain").await?;
    let mark = format!("{}-off-", stage.mark);
    send(tab, "fetch-text", &mark, &key(0x98)).await?;
    let sent = until_arrived(tab, &mark, 1).await?;
    ensure!(sent[0].contains(&key(0x98)), "sent: {sent:?}");
    ensure!(tab.notice().await?.is_none(), "it is asked about");
    Ok(())
}
