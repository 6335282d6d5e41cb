//! What comes in from files and goes out into them.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::{NAME, PASSPHRASE, add_key, ask, key, make_vault, press, says, there, value, write};
use crate::browser::Kind;
use crate::page::Tab;
use crate::scenes::{Scene, Stage, scene};

/// Of the backup, another than the vault's.
const BACKUP: &str = "brittle-lantern orbit 19 made-up";
/// A backup is stretched for about a second, where the machine has nothing else to do.
const SAVING: Duration = Duration::from_secs(60);

pub(super) fn scenes() -> Vec<Scene> {
    vec![
        scene("options/backup", |stage| Box::pin(backup(stage))),
        scene("options/import", |stage| Box::pin(import(stage))),
        scene("options/tools", |stage| Box::pin(tools(stage))),
    ]
}

/// A folder of the scene's own, which goes with it.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new(stage: &Stage<'_>, name: &str) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!(
            "keyward-{name}-{}-{}",
            stage.mark,
            std::process::id()
        ));
        std::fs::create_dir_all(&folder)?;
        Ok(Folder(folder))
    }

    fn write(&self, name: &str, text: &str) -> Result<String> {
        let path = self.0.join(name);
        std::fs::write(&path, text)?;
        Ok(path.display().to_string())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Saved, read by Debian's `age`, and put back into another vault.
async fn backup(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    let folder = Folder::new(stage, "backup")?;
    save_into(stage, &folder.0).await?;
    make_vault(tab).await?;
    add_key(tab, &key(), NAME).await?;
    write(tab, "#site", "https://tool.example").await?;
    press(tab, "#approve").await?;
    says(tab, "https://tool.example is approved").await?;

    press(tab, "a[href='#backup']").await?;
    press(tab, "#backup").await?;
    write(tab, "#newPassphrase", BACKUP).await?;
    write(tab, "#repeatedPassphrase", BACKUP).await?;
    press(tab, "#passphraseDone").await?;
    tab.within(SAVING, "the backup is saved", async || {
        Ok(finished(&folder.0, "age").is_some().into())
    })
    .await?;
    let saved = finished(&folder.0, "age").context("no file")?;
    let name = saved
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
        .to_owned();
    ensure!(
        name.starts_with("keyward-") && name.ends_with(".age"),
        "it is called {name}"
    );
    let opened = folder.0.join("opened");
    let command = format!(
        "age --decrypt --output {} {}",
        opened.display(),
        saved.display()
    );
    on_terminal(&command, &format!("{BACKUP}\n"))?;
    let text = std::fs::read_to_string(&opened)?;
    for part in [NAME, &key(), "https://tool.example"] {
        ensure!(text.contains(part), "{part} is not in the backup");
    }

    make_vault(tab).await?;
    press(tab, "a[href='#backup']").await?;
    choose(stage, &saved.display().to_string()).await?;
    there(tab, "#backupPassphrase").await?;
    write(tab, "#backupPassphrase", PASSPHRASE).await?;
    press(tab, "#openBackup").await?;
    let wrong = async || {
        Ok(tab
            .words()
            .await?
            .contains("does not open with this passphrase")
            .into())
    };
    tab.within(SAVING, "the wrong passphrase is refused", wrong)
        .await?;
    press(tab, "#backupPassphrase").await?;
    tab.control('a').await?;
    tab.type_text(BACKUP).await?;
    press(tab, "#openBackup").await?;
    let shown = async || {
        tab.js("return !!document.querySelector('#importTake')", vec![])
            .await
    };
    tab.within(SAVING, "the backup is shown", shown).await?;
    press(tab, "#importTake").await?;
    says(tab, "Keys stored: 1.").await?;
    let entries = ask(tab, json!({ "type": "entries" })).await?;
    ensure!(
        entries[0]["origins"] == json!(["https://tool.example"])
            && entries[0]["details"]["name"] == NAME,
        "put back: {entries}"
    );
    Ok(())
}

/// A `.env` file and an export of Bitwarden, with a key that the vault has, one that stands twice, and one that is odd.
async fn import(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    let folder = Folder::new(stage, "import")?;
    make_vault(tab).await?;
    add_key(tab, &key(), NAME).await?;
    let other = ["sk-", "5e1d2e3f4a5b69788796a5b4c3d2e777"].concat();
    let env = folder.write(
        ".env",
        &format!(
            "# made up\nDEEPSEEK_API_KEY={}\nexport OTHER_DEEPSEEK_KEY=\"{other}\"\nPORT=3000\n",
            key()
        ),
    )?;
    press(tab, "a[href='#backup']").await?;
    choose(stage, &env).await?;
    there(tab, "#importTake").await?;
    says(tab, &format!("In the vault already: {NAME}")).await?;
    says(tab, "Store the chosen (1)").await?;
    let words = tab.words().await?;
    ensure!(
        !words.contains(&other[4..16]),
        "a key of the file is on the page"
    );
    tab.must_be_accessible().await?;
    press(tab, "#importTake").await?;
    says(tab, "Keys stored: 1.").await?;
    says(tab, "delete the file now").await?;

    let password = ["sk-", "77aa2e3f4a5b69788796a5b4c3d2e000"].concat();
    let bitwarden = json!({
        "encrypted": false,
        "folders": [],
        "items": [{
            "type": 1,
            "name": "Made-up console",
            "notes": null,
            "fields": [],
            "login": { "username": "ada", "password": password,
                       "uris": [{ "uri": "https://platform.deepseek.com" }], "totp": null }
        }]
    });
    let json = folder.write("bitwarden.json", &bitwarden.to_string())?;
    press(tab, "#importAgain").await?;
    choose(stage, &json).await?;
    says(tab, "Bitwarden export").await?;
    says(tab, "Made-up console").await?;
    tab.js("return document.querySelector('#import-0').checked || document.querySelector('#import-0').click()", vec![]).await?;
    press(tab, "#importTake").await?;
    says(tab, "Keys stored: 1.").await?;
    press(tab, "a.button[href='#keys']").await?;
    says(tab, "Made-up console").await?;

    let unknown = folder.write("photo.bin", "\u{0}\u{1}\u{2} nothing of the kind")?;
    press(tab, "a[href='#backup']").await?;
    press(tab, "#importAgain").await?;
    choose(stage, &unknown).await?;
    says(tab, "This is no file that Keyward can read").await
}

/// One entry in the words of each tool, on the clipboard, and as a file where the tool has one.
async fn tools(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    let folder = Folder::new(stage, "tools")?;
    save_into(stage, &folder.0).await?;
    make_vault(tab).await?;
    add_key(tab, &key(), NAME).await?;
    let key = key();
    let forms = [
        ("shell", format!("export DEEPSEEK_API_KEY='{key}'")),
        ("powerShell", format!("$env:DEEPSEEK_API_KEY = '{key}'")),
        ("dotenv", format!("DEEPSEEK_API_KEY={key}")),
        ("cline", format!("API Key: {key}")),
        ("continue", key.clone()),
        ("aider", key.clone()),
        ("liteLlm", key.clone()),
    ];
    for (form, part) in forms {
        open_tools(tab).await?;
        let choose = "const field = document.querySelector('#tool'); field.value = arguments[0]; field.dispatchEvent(new Event('change', { bubbles: true })); return field.value";
        let chosen = tab.js(choose, vec![json!(form)]).await?;
        ensure!(chosen == form, "{form} cannot be chosen");
        press(tab, "#toolCopy").await?;
        says(tab, "Copied with the key in it").await?;
        press(tab, "#search").await?;
        tab.control('a').await?;
        tab.paste().await?;
        let pasted = value(tab, "#search").await?;
        ensure!(pasted.contains(&part), "{form}: another text was copied");
        tab.control('a').await?;
        tab.key(thirtyfour::Key::Delete).await?;
        press(tab, "#toldClose").await?;
    }
    ensure!(
        !tab.words().await?.contains(&key[4..16]),
        "the key is on the page"
    );
    tab.must_be_accessible().await?;
    open_tools(tab).await?;
    let choose = "const field = document.querySelector('#tool'); field.value = 'liteLlm'; return field.value";
    tab.js(choose, vec![]).await?;
    press(tab, "#toolSave").await?;
    says(tab, "Saved").await?;
    tab.until("the file is there", async || {
        Ok(finished(&folder.0, "yaml").is_some().into())
    })
    .await?;
    let file = finished(&folder.0, "yaml").context("no file")?;
    ensure!(
        std::fs::read_to_string(&file)?.contains("model_name"),
        "it is no model of LiteLLM"
    );
    Ok(())
}

/// The part closes when the entry is drawn anew, as it is after each use.
async fn open_tools(tab: &Tab<'_>) -> Result<()> {
    let is_open = tab
        .js("return document.querySelector('#tools').open", vec![])
        .await?;
    if is_open != true {
        press(tab, "#tools > summary").await?;
    }
    there(tab, "#toolCopy").await
}

/// Chooses a file as a driver does: the browser's own window for it cannot be driven.
async fn choose(stage: &Stage<'_>, path: &str) -> Result<()> {
    there(&stage.tab, "#importFile").await?;
    let field = stage.tab.find("#importFile").await?;
    Ok(field.send_keys(path).await?)
}

/// Has the browser save downloads into a folder without asking.
pub(super) async fn save_into(stage: &Stage<'_>, folder: &Path) -> Result<()> {
    let path = folder.display().to_string();
    match stage.browser().kind {
        Kind::Chrome => {
            let behavior = json!({ "behavior": "allow", "downloadPath": path });
            stage
                .browser()
                .cdp("Browser.setDownloadBehavior", behavior)
                .await?;
        }
        Kind::Firefox => {
            let script = "Services.prefs.setIntPref('browser.download.folderList', 2);
                Services.prefs.setStringPref('browser.download.dir', args[0]);
                Services.prefs.setBoolPref('browser.download.useDownloadDir', true);
                Services.prefs.setBoolPref('browser.download.always_ask_before_handling_new_types', false);
                return true;";
            stage
                .browser()
                .firefox_privileged(script, vec![json!(path)])
                .await?;
        }
    }
    Ok(())
}

/// The file that is saved whole: browsers write under another name until then, or beside an empty one.
pub(super) fn finished(folder: &Path, kind: &str) -> Option<PathBuf> {
    let files: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    match &files[..] {
        [file] if file.extension().is_some_and(|it| it == kind) => {
            let is_whole = std::fs::metadata(file).is_ok_and(|about| about.len() > 200);
            is_whole.then(|| file.clone())
        }
        _ => None,
    }
}

/// Runs a command on a terminal of its own, where `age` asks for the passphrase.
pub(super) fn on_terminal(command: &str, typed: &str) -> Result<()> {
    let mut script = Command::new("script")
        .args(["--quiet", "--return", "--command", command, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("`script`, and `age`, which scripts/setup installs")?;
    let mut terminal = script.stdin.take().context("no terminal")?;
    terminal.write_all(typed.as_bytes())?;
    let mut said = String::new();
    script
        .stdout
        .take()
        .context("no terminal")?
        .read_to_string(&mut said)?;
    drop(terminal);
    ensure!(script.wait()?.success(), "{command}: {said}");
    Ok(())
}
