//! Files that are pasted, as a person does who copied them in the system's file manager.
//!
//! No driver puts a file on the clipboard. In Firefox the privileged context does, and the paste is that of the keyboard; for Chromium
//! without a window there is no way, so its paste of files is the same code without a scene.

use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::json;

use super::files::{Folder, env, hex, open, seen, until_seen};
use super::{Scene, Stage, scene};
use crate::browser::Kind;
use crate::page::Tab;
use crate::samples::{DEEPSEEK_REDACTED, deepseek};
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("files/paste/clean", |stage| Box::pin(clean(stage))).only(Kind::Firefox),
        scene("files/paste/held", |stage| Box::pin(held(stage))).only(Kind::Firefox),
        scene("files/paste/strict", |stage| Box::pin(strict(stage))).only(Kind::Firefox),
    ]
}

/// Puts a file on the clipboard and pastes it where that selector leads.
pub(super) async fn paste_file(tab: &Tab<'_>, on: &str, path: &Path) -> Result<()> {
    // Without a window Firefox's clipboard is its own, which has files as long as it is read from what was put there.
    let script = "
        Services.prefs.setBoolPref('widget.clipboard.use-cached-data.enabled', true);
        const file = Cc['@mozilla.org/file/local;1'].createInstance(Ci.nsIFile);
        file.initWithPath(args[0]);
        const data = Cc['@mozilla.org/widget/transferable;1'].createInstance(Ci.nsITransferable);
        data.init(null);
        data.addDataFlavor('application/x-moz-file');
        data.setTransferData('application/x-moz-file', file);
        Services.clipboard.setData(data, null, Ci.nsIClipboard.kGlobalClipboard);
        return Services.clipboard.hasDataMatchingFlavors(['application/x-moz-file'], Ci.nsIClipboard.kGlobalClipboard);";
    let there = tab
        .browser
        .firefox_privileged(script, vec![json!(path)])
        .await?;
    ensure!(there == true, "the file is not on the clipboard");
    tab.click(on).await?;
    tab.paste().await
}

async fn clean(stage: &Stage<'_>) -> Result<()> {
    let folder = Folder::new(stage)?;
    let file = folder.file("notes.txt", "nothing of note\n")?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), Policy::Plain).await?;
    paste_file(&tab, "#zone", &file).await?;
    let record = until_seen(&tab, "paste").await?;
    ensure!(
        record.len() == 1 && record[0].files[0].bytes == hex(b"nothing of note\n"),
        "the page got {record:?}"
    );
    ensure!(tab.notice().await?.is_none(), "it is asked about");
    Ok(())
}

async fn held(stage: &Stage<'_>) -> Result<()> {
    kept_and_copied(stage, Policy::Plain).await
}

async fn strict(stage: &Stage<'_>) -> Result<()> {
    kept_and_copied(stage, Policy::Dynamic).await?;
    let reports = stage.server().received("/report", &stage.host("files"));
    ensure!(reports.is_empty(), "reported: {reports:?}");
    Ok(())
}

/// Kept out, and then as a copy without the key.
async fn kept_and_copied(stage: &Stage<'_>, policy: Policy) -> Result<()> {
    let folder = Folder::new(stage)?;
    let file = folder.file(".env", env())?;
    let tab = stage.tab;
    open(&tab, &stage.host("files"), policy).await?;
    paste_file(&tab, "#zone", &file).await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains(".env") && notice.text.contains("DeepSeek"),
        "the notice says {:?}",
        notice.text
    );
    tab.escape().await?;
    tab.until_no_notice().await?;
    ensure!(seen(&tab).await?.is_empty(), "the page learns of it");
    paste_file(&tab, "#zone", &file).await?;
    tab.press("copy").await?;
    let record = until_seen(&tab, "paste").await?;
    let expected = env().replace(&deepseek(), DEEPSEEK_REDACTED);
    ensure!(
        record[0].files[0].bytes == hex(expected.as_bytes()),
        "the page got {record:?}"
    );
    Ok(())
}
