//! Files that are chosen: looked at before the page has them, and untouched where nothing is found.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Scene, Stage, scene};
use crate::browser::Kind;
use crate::page::Tab;
use crate::samples::{DEEPSEEK_REDACTED, deepseek};
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("files/input/clean", |stage| Box::pin(clean(stage, "#one"))),
        scene("files/input/hidden", |stage| {
            Box::pin(clean(stage, "#hidden"))
        }),
        scene("files/input/picture", |stage| Box::pin(picture(stage))),
        scene("files/input/left-out", |stage| Box::pin(left_out(stage))),
        scene("files/input/copy", |stage| Box::pin(copy(stage))),
        scene("files/input/utf-16", |stage| Box::pin(utf16(stage))),
        scene("files/input/let-through", |stage| {
            Box::pin(let_through(stage))
        }),
        scene("files/input/many", |stage| Box::pin(many(stage))),
        scene("files/input/strict", |stage| Box::pin(strict(stage))),
        scene("files/input/shadow", |stage| Box::pin(in_shadow(stage))),
        scene("files/input/zip", |stage| Box::pin(archive(stage))),
        scene("files/input/slow", |stage| Box::pin(slow(stage))),
        scene("files/input/too-large", |stage| Box::pin(too_large(stage))),
        scene("files/input/folder", |stage| Box::pin(input_folder(stage))).only(Kind::Chrome),
        scene("files/drop/clean", |stage| Box::pin(drop_clean(stage))),
        scene("files/drop/picture", |stage| Box::pin(drop_picture(stage))),
        scene("files/drop/held", |stage| Box::pin(drop_held(stage))),
        scene("files/drop/folder", |stage| Box::pin(drop_folder(stage))).only(Kind::Chrome),
    ]
}

/// A file as the page got it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Got {
    /// See `File`.
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub size: u64,
    pub last_modified: u64,
    /// Within the chosen folder.
    pub path: String,
    /// The beginning, in hexadecimal digits.
    pub bytes: String,
}

/// An event as the page saw it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Seen {
    #[serde(rename = "type")]
    pub kind: String,
    pub trusted: bool,
    pub files: Vec<Got>,
}

/// A folder of files to be chosen, gone when the scene has ended.
pub struct Folder(PathBuf);

impl Folder {
    /// An empty one.
    pub fn new(stage: &Stage<'_>) -> Result<Folder> {
        let path = std::env::temp_dir().join(format!(
            "keyward-files-{}-{}",
            std::process::id(),
            stage.mark
        ));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }

    /// Writes a file.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> Result<PathBuf> {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
        std::fs::write(&path, content)?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Opens the page that takes files.
pub async fn open(tab: &Tab<'_>, host: &str, policy: Policy) -> Result<()> {
    tab.open(&format!("https://{host}/{}/files.html", policy.name()))
        .await
}

/// Chooses files in an input of the page.
pub async fn choose(tab: &Tab<'_>, input: &str, paths: &[&Path]) -> Result<()> {
    let paths: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    Ok(tab.find(input).await?.send_keys(paths.join("\n")).await?)
}

/// What the page has seen, once it has read it all.
pub async fn seen(tab: &Tab<'_>) -> Result<Vec<Seen>> {
    tab.until("the page has read the files", async || {
        tab.js("return window.reading === 0", vec![]).await
    })
    .await?;
    Ok(serde_json::from_value(
        tab.js("return window.got", vec![]).await?,
    )?)
}

/// Waits until the page has seen events of this kind, and gives all that it has seen.
pub async fn until_seen(tab: &Tab<'_>, kind: &str) -> Result<Vec<Seen>> {
    tab.until("the page gets the files", async || {
        Ok(seen(tab).await?.iter().any(|seen| seen.kind == kind).into())
    })
    .await?;
    seen(tab).await
}

/// Empties the page's record and its inputs: a driver adds to what is chosen.
async fn forget(tab: &Tab<'_>) -> Result<()> {
    tab.js("window.got.length = 0; document.querySelectorAll('input').forEach((input) => { input.value = ''; })", vec![])
        .await?;
    Ok(())
}

/// How many files the input holds.
async fn held_by(tab: &Tab<'_>, input: &str) -> Result<u64> {
    let count = tab
        .js(
            "return document.querySelector(arguments[0]).files.length",
            vec![input.into()],
        )
        .await?;
    count.as_u64().context("a number of files")
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn env() -> String {
    format!("# settings\nDEEPSEEK_API_KEY={}\nDEBUG=1\n", deepseek())
}

/// The page gets the same files by the same events, once each, as without the extension.
async fn clean(stage: &Stage<'_>, input: &str) -> Result<()> {
    let folder = Folder::new(stage)?;
    let path = folder.file("notes.txt", "no key at all\r\n\u{4e2d}\u{6587}\n")?;
    let (mut records, mut times) = (Vec::new(), Vec::new());
    for tab in [stage.tab, stage.control] {
        open(&tab, &stage.host("files"), Policy::Plain).await?;
        let start = Instant::now();
        choose(&tab, input, &[&path]).await?;
        let mut record = until_seen(&tab, "change").await?;
        times.push(start.elapsed().as_millis());
        tab.settle().await?;
        ensure!(
            seen(&tab).await?.len() == record.len(),
            "more events come later"
        );
        // What a page can tell it by.
        record.iter_mut().for_each(|seen| seen.trusted = true);
        records.push((record, held_by(&tab, input).await?));
    }
    ensure!(
        records[0] == records[1],
        "the page saw {:?} instead of {:?}",
        records[0],
        records[1]
    );
    ensure!(stage.tab.notice().await?.is_none(), "a notice");
    stage.say(format!(
        "until the page has the file: {} ms, without the extension {} ms",
        times[0], times[1]
    ));
    Ok(())
}

/// A picture needs no look: the browser's own events arrive.
async fn picture(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let path = folder.file("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    choose(&tab, "#one", &[&path]).await?;
    let record = until_seen(&tab, "change").await?;
    ensure!(
        record.iter().all(|seen| seen.trusted),
        "the page saw {record:?}"
    );
    Ok(())
}

/// Chooses a file with a key and waits for the notice about it.
async fn choose_key(tab: &Tab<'_>, paths: &[&Path], name: &str) -> Result<()> {
    let input = if paths.len() > 1 { "#many" } else { "#one" };
    choose(tab, input, paths).await?;
    let notice = tab.until_notice().await?;
    for expected in [name, "DeepSeek"] {
        ensure!(
            notice.text.contains(expected),
            "the notice does not say {expected:?}: {:?}",
            notice.text
        );
    }
    ensure!(
        seen(tab).await?.is_empty(),
        "the page saw {:?}",
        seen(tab).await?
    );
    ensure!(
        held_by(tab, input).await? == 0,
        "the page can read the files"
    );
    Ok(())
}

async fn left_out(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let path = folder.file(".env", env())?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    choose_key(&tab, &[&path], ".env").await?;
    tab.escape().await?;
    tab.settle().await?;
    ensure!(seen(&tab).await?.is_empty(), "the page learns of it");
    ensure!(
        held_by(&tab, "#one").await? == 0,
        "the file is still chosen"
    );
    // The input takes the next choice as ever.
    let clean = folder.file("clean.txt", "clean")?;
    choose(&tab, "#one", &[&clean]).await?;
    until_seen(&tab, "change").await?;
    Ok(())
}

async fn copy(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let path = folder.file("settings.json", env())?;
    let tab = stage.tab;
    // What the browser makes of the file without the extension: type and time.
    open(&stage.control, &stage.host("files"), Policy::Plain).await?;
    choose(&stage.control, "#one", &[&path]).await?;
    let original = until_seen(&stage.control, "change").await?;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    choose_key(&tab, &[&path], "settings.json").await?;
    tab.press("copy").await?;
    let record = until_seen(&tab, "change").await?;
    let expected = env().replace(&deepseek(), DEEPSEEK_REDACTED);
    for seen in &record {
        let [got] = &seen.files[..] else {
            anyhow::bail!("the page saw {record:?}");
        };
        let before = &original[0].files[0];
        ensure!(
            got.bytes == hex(expected.as_bytes()),
            "the copy is {:?}",
            got.bytes
        );
        ensure!(
            (&got.name, &got.kind, got.last_modified)
                == (&before.name, &before.kind, before.last_modified),
            "{got:?} instead of {before:?}"
        );
    }
    ensure!(record.len() == 2, "the page saw {record:?}");
    tab.until_no_notice().await
}

async fn utf16(stage: &Stage<'_>) -> Result<()> {
    let encode = |text: &str| -> Vec<u8> {
        "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect()
    };
    let folder = Folder::new(stage)?;
    let path = folder.file("export.txt", encode(&env()))?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    choose_key(&tab, &[&path], "export.txt").await?;
    tab.press("copy").await?;
    let record = until_seen(&tab, "change").await?;
    let expected = encode(&env().replace(&deepseek(), DEEPSEEK_REDACTED));
    ensure!(
        record[0].files[0].bytes == hex(&expected),
        "the copy is {:?}",
        record[0].files[0].bytes
    );
    Ok(())
}

async fn let_through(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let path = folder.file("deploy.sh", env())?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    choose_key(&tab, &[&path], "deploy.sh").await?;
    tab.press("Let it through").await?;
    let page = tab.enter_confirm().await?;
    ensure!(
        tab.words().await?.contains("Stopped in a file"),
        "the window says {:?}",
        tab.words().await?
    );
    tab.click("#letThrough").await?;
    tab.back_to(page).await?;
    let record = until_seen(&tab, "change").await?;
    ensure!(
        record[0].files[0].bytes == hex(env().as_bytes()),
        "the page got {record:?}"
    );
    // It is not asked about again in this document.
    forget(&tab).await?;
    choose(&tab, "#one", &[&path]).await?;
    until_seen(&tab, "change").await?;
    ensure!(tab.notice().await?.is_none(), "it is asked about again");
    Ok(())
}

async fn many(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let first = folder.file("a.txt", "clean")?;
    let second = folder.file("b.env", env())?;
    let third = folder.file("c.png", b"\x89PNG\r\n\x1a\n")?;
    let fourth = folder.file("d.yaml", format!("key: {}\n", deepseek()))?;
    let paths: [&Path; 4] = [&first, &second, &third, &fourth];
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    choose_key(&tab, &paths, "b.env").await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains("d.yaml") && !notice.text.contains("a.txt"),
        "the notice says {:?}",
        notice.text
    );
    tab.press("upload the rest").await?;
    let record = until_seen(&tab, "change").await?;
    let names: Vec<&str> = record[0].files.iter().map(|file| &file.name[..]).collect();
    ensure!(names == ["a.txt", "c.png"], "the page got {names:?}");
    // Once more, with copies of the two in their places.
    forget(&tab).await?;
    choose_key(&tab, &paths, "d.yaml").await?;
    tab.press("copy").await?;
    let record = until_seen(&tab, "change").await?;
    let names: Vec<&str> = record[0].files.iter().map(|file| &file.name[..]).collect();
    ensure!(
        names == ["a.txt", "b.env", "c.png", "d.yaml"],
        "the page got {names:?}"
    );
    let expected = format!("key: {DEEPSEEK_REDACTED}\n");
    ensure!(
        record[0].files[3].bytes == hex(expected.as_bytes()),
        "the page got {record:?}"
    );
    Ok(())
}

async fn strict(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let path = folder.file(".env", env())?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::None).await?;
    choose_key(&tab, &[&path], ".env").await?;
    tab.press("copy").await?;
    until_seen(&tab, "change").await?;
    let violations = tab.js("return window.violations", vec![]).await?;
    ensure!(
        violations == json!([]),
        "the page saw violations of its policy: {violations}"
    );
    Ok(())
}

/// An input in a shadow root, of which the window hears no `change`. The driver chooses without the click that opens the
/// browser's window, so the scene has the page click, which opens none without a person.
async fn in_shadow(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let path = folder.file(".env", env())?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    let input = tab
        .element("window.inShadow.click(); return window.inShadow")
        .await?;
    input.send_keys(path.display().to_string()).await?;
    tab.until_notice().await?;
    ensure!(
        seen(&tab).await?.is_empty(),
        "the page saw {:?}",
        seen(&tab).await?
    );
    tab.press("copy").await?;
    let record = until_seen(&tab, "change").await?;
    let expected = env().replace(&deepseek(), DEEPSEEK_REDACTED);
    ensure!(
        record
            .iter()
            .all(|seen| seen.files[0].bytes == hex(expected.as_bytes())),
        "the page got {record:?}"
    );
    Ok(())
}

/// A zip archive with one file, not packed.
fn stored(name: &str, content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len())
        .unwrap_or_default()
        .to_le_bytes();
    let length = u16::try_from(name.len()).unwrap_or_default().to_le_bytes();
    let common = [
        &[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x5b, 0, 0, 0, 0][..],
        &size,
        &size,
        &length,
        &[0, 0],
    ]
    .concat();
    let file = [b"PK\x03\x04", &common[..], name.as_bytes(), content].concat();
    let list = [b"PK\x01\x02\x14\0", &common[..], &[0; 14], name.as_bytes()].concat();
    let place = [list.len(), file.len()]
        .map(|number| u32::try_from(number).unwrap_or_default().to_le_bytes());
    let end = [
        b"PK\x05\x06\0\0\0\0\x01\0\x01\0",
        &place[0][..],
        &place[1],
        &[0, 0],
    ]
    .concat();
    [file, list, end].concat()
}

/// Archives are looked into; a copy of one is not offered.
async fn archive(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let path = folder.file("project.zip", stored("project/.env", env().as_bytes()))?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    choose_key(&tab, &[&path], "project.zip \u{203a} project/.env").await?;
    let notice = tab.until_notice().await?;
    ensure!(
        !notice
            .controls
            .iter()
            .any(|control| control.contains("copy")),
        "a copy is offered: {:?}",
        notice.controls
    );
    tab.escape().await?;
    ensure!(seen(&tab).await?.is_empty(), "the page learns of it");
    // So are documents.
    let text = format!("BT /F1 9 Tf 72 700 Td (the key is {}) Tj ET", deepseek());
    let document = format!(
        "%PDF-1.7\n4 0 obj\n<< /Length {} >>\nstream\n{text}\nendstream\nendobj\n",
        text.len()
    );
    let document = folder.file("letter.pdf", document)?;
    choose_key(&tab, &[&document], "letter.pdf").await?;
    tab.escape().await?;
    // One without a key passes.
    let clean = folder.file("clean.zip", stored("a.txt", b"clean"))?;
    choose(&tab, "#one", &[&clean]).await?;
    until_seen(&tab, "change").await?;
    Ok(())
}

/// While a large file is looked at, the person sees it and can leave it out.
async fn slow(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let line = "2026-11-24 10:00:00 INFO a line of a log that goes on and on\n";
    let path = folder.file("large.log", line.repeat((45 << 20) / line.len()))?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    choose(&tab, "#one", &[&path]).await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains("looking for keys"),
        "the notice says {:?}",
        notice.text
    );
    tab.escape().await?;
    ensure!(
        seen(&tab).await?.is_empty() && held_by(&tab, "#one").await? == 0,
        "the page learns of it"
    );
    // Left alone, it arrives.
    let start = Instant::now();
    choose(&tab, "#many", &[&path]).await?;
    tab.within(Duration::from_secs(40), "the file arrives", async || {
        Ok((held_by(&tab, "#many").await? == 1).into())
    })
    .await?;
    stage.say(format!(
        "45 MB of text took {} ms",
        start.elapsed().as_millis()
    ));
    tab.until_no_notice().await
}

/// What is too large to be looked at is held, and says so.
async fn too_large(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let path = folder.file("dump.sql", "-- a dump\n")?;
    std::fs::OpenOptions::new()
        .write(true)
        .open(&path)?
        .set_len((50 << 20) + 1)?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    choose(&tab, "#one", &[&path]).await?;
    let notice = tab.until_notice().await?;
    for expected in ["dump.sql", "50 MB"] {
        ensure!(
            notice.text.contains(expected),
            "the notice says {:?}",
            notice.text
        );
    }
    ensure!(seen(&tab).await?.is_empty(), "the page learns of it");
    tab.escape().await
}

/// A folder is chosen as a whole: one decision, and what is clean can go without the rest. Firefox's driver chooses no folders.
async fn input_folder(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    folder.file("project/a.txt", "clean")?;
    let inside = folder.file("project/config/.env", env())?;
    let project = inside
        .ancestors()
        .nth(2)
        .context("it is two folders down")?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    choose(&tab, "#folder", &[project]).await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains("project/config/.env"),
        "the notice says {:?}",
        notice.text
    );
    ensure!(
        !notice
            .controls
            .iter()
            .any(|control| control.contains("copy")),
        "a copy is offered, which would lose its folder"
    );
    tab.press("upload the rest").await?;
    let record = until_seen(&tab, "change").await?;
    let paths: Vec<&str> = record[0].files.iter().map(|file| &file.path[..]).collect();
    ensure!(paths == ["project/a.txt"], "the page got {paths:?}");
    Ok(())
}

/// Drops files on the element of that name: in Chromium by the DevTools protocol, from the disk; in Firefox, whose headless form has
/// no drag session, by trusted events of the privileged context with files that the page made.
pub(super) async fn drop_files(tab: &Tab<'_>, on: &str, paths: &[&Path]) -> Result<()> {
    match tab.browser.kind {
        Kind::Chrome => {
            let place = tab
                .js(
                    "const box = document.getElementById(arguments[0]).getBoundingClientRect();
                     return { x: Math.round(box.left + 20), y: Math.round(box.top + 8) };",
                    vec![json!(on)],
                )
                .await?;
            let paths: Vec<String> = paths
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            let data = json!({ "items": [], "files": paths, "dragOperationsMask": 1 });
            for step in ["dragEnter", "dragOver", "drop"] {
                let event = json!({ "type": step, "x": place["x"], "y": place["y"], "data": data });
                tab.browser.cdp("Input.dispatchDragEvent", event).await?;
            }
        }
        Kind::Firefox => {
            let mut files = Vec::new();
            for path in paths {
                let name = path
                    .file_name()
                    .and_then(|name| name.to_str())
                    .unwrap_or_default();
                let kind = if name.ends_with(".png") {
                    "image/png"
                } else {
                    "text/plain"
                };
                files.push(json!([name, kind, std::fs::read(path)?]));
            }
            let inside = "
                const make = window.eval(`(files) => {
                    const data = new DataTransfer();
                    for (const [name, type, bytes] of JSON.parse(files)) data.items.add(new File([new Uint8Array(bytes)], name, { type }));
                    return data;
                }`);
                const data = make(args[0]);
                const zone = document.getElementById(args[1]);
                const { left: clientX, top: clientY } = zone.getBoundingClientRect();
                for (const type of ['dragenter', 'dragover', 'drop']) {
                    const init = { bubbles: true, cancelable: true, composed: true, clientX, clientY, dataTransfer: data.mozCloneForEvent(type) };
                    window.windowUtils.dispatchDOMEventViaPresShellForTesting(zone, new DragEvent(type, init));
                }
                return true;";
            let script = "
                const actor = gBrowser.selectedBrowser.browsingContext.currentWindowGlobal.getActor('MarionetteCommands');
                return await actor.executeScript('const args = [...arguments];' + args[0], args.slice(1), { sandboxName: 'system', newSandbox: true, timeout: 5000 });";
            let files = Value::from(serde_json::to_string(&files)?);
            tab.browser
                .firefox_privileged(script, vec![json!(inside), files, json!(on)])
                .await?;
        }
    }
    Ok(())
}

async fn drop_clean(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let first = folder.file("a.txt", "clean")?;
    let second = folder.file("b.csv", "1;2\n")?;
    let mut records = Vec::new();
    for tab in [stage.tab, stage.control] {
        open(&tab, &stage.host("files"), Policy::Plain).await?;
        drop_files(&tab, "zone", &[&first, &second]).await?;
        let mut record = until_seen(&tab, "drop").await?;
        for seen in &mut record {
            seen.trusted = true;
            // The files that the scene makes in Firefox are of this moment.
            seen.files
                .iter_mut()
                .for_each(|file| file.last_modified = 0);
        }
        records.push(record);
    }
    ensure!(
        records[0] == records[1] && records[0].len() == 1,
        "the page saw {:?} instead of {:?}",
        records[0],
        records[1]
    );
    Ok(())
}

async fn drop_picture(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let path = folder.file("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    drop_files(&tab, "zone", &[&path]).await?;
    let record = until_seen(&tab, "drop").await?;
    ensure!(
        record[0].trusted && record.len() == 1,
        "the page saw {record:?}"
    );
    Ok(())
}

async fn drop_held(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let first = folder.file("a.txt", "clean")?;
    let second = folder.file(".env", env())?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    // Left out,
    drop_files(&tab, "zone", &[&second]).await?;
    tab.until_notice().await?;
    tab.escape().await?;
    tab.settle().await?;
    ensure!(seen(&tab).await?.is_empty(), "the page learns of it");
    // as a copy,
    drop_files(&tab, "zone", &[&first, &second]).await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains(".env") && notice.text.contains("DeepSeek"),
        "the notice says {:?}",
        notice.text
    );
    tab.press("copy").await?;
    let record = until_seen(&tab, "drop").await?;
    let expected = env().replace(&deepseek(), DEEPSEEK_REDACTED);
    ensure!(
        record[0].files.len() == 2 && record[0].files[1].bytes == hex(expected.as_bytes()),
        "the page got {record:?}"
    );
    // and let through.
    forget(&tab).await?;
    drop_files(&tab, "zone", &[&second]).await?;
    tab.press("Let it through").await?;
    let page = tab.enter_confirm().await?;
    tab.click("#letThrough").await?;
    tab.back_to(page).await?;
    let record = until_seen(&tab, "drop").await?;
    ensure!(
        record[0].files[0].bytes == hex(env().as_bytes()),
        "the page got {record:?}"
    );
    Ok(())
}

/// No script can hand over a folder: one without keys is to be dropped once more, one with keys stays out.
async fn drop_folder(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    folder.file("clean/a.txt", "clean")?;
    folder.file("clean/deeper/b.txt", "clean")?;
    folder.file("keys/deeper/.env", env())?;
    let (clean, keys) = (folder.0.join("clean"), folder.0.join("keys"));
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    drop_files(&tab, "zone", &[&keys]).await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains(".env") && notice.text.contains("DeepSeek"),
        "the notice says {:?}",
        notice.text
    );
    tab.escape().await?;
    ensure!(seen(&tab).await?.is_empty(), "the page learns of it");
    drop_files(&tab, "zone", &[&clean]).await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains("once more"),
        "the notice says {:?}",
        notice.text
    );
    tab.escape().await?;
    ensure!(
        tab.js("return window.got.length", vec![]).await? == 0,
        "the page learns of it"
    );
    drop_files(&tab, "zone", &[&clean]).await?;
    let names = "return window.got[0]?.entries[0]";
    tab.until("the folder arrives", async || {
        Ok((tab.js(names, vec![]).await? == "/clean").into())
    })
    .await
}
