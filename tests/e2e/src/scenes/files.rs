//! Files that are chosen: looked at before the page has them, and untouched where nothing is found.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::{Scene, Stage, scene};
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
        scene("files/input/too-large", |stage| Box::pin(too_large(stage))),
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn env() -> String {
    format!("# settings\nDEEPSEEK_API_KEY={}\nDEBUG=1\n", deepseek())
}

/// The page gets the same files by the same events, once each, as without the extension.
async fn clean(stage: &Stage<'_>, input: &str) -> Result<()> {
    let folder = Folder::new(stage)?;
    let path = folder.file("notes.txt", "no key at all\r\n\u{4e2d}\u{6587}\n")?;
    let mut records = Vec::new();
    for tab in [stage.tab, stage.control] {
        open(&tab, &stage.host("files"), Policy::Plain).await?;
        choose(&tab, input, &[&path]).await?;
        let mut record = until_seen(&tab, "change").await?;
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
    choose_key(&tab, &paths, "d.yaml").await.ok();
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
        violations == serde_json::json!([]),
        "the page saw violations of its policy: {violations}"
    );
    Ok(())
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
