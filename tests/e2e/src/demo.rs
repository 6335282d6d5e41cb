//! The demonstration: a chat, a forum and an AI tool's settings, with the extension loaded.
//!
//! With a window, the browser is left to the person. Without one, the scene is played with the real clipboard, what
//! happens is said line by line, and pictures are saved: a key kept from a chat and a forum, then stored, and filled where it
//! is approved.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::prelude::*;

use crate::browser::{Browser, Kind, Options};
use crate::page::Tab;
use crate::samples::{DEEPSEEK_REDACTED, deepseek};
use crate::server::Server;

/// Five words, drawn for the demonstration.
const PASSPHRASE: &str = "quill ember lagoon tariff osprey";

/// How often is looked whether the person has closed the window.
const LOOK: Duration = Duration::from_millis(500);

/// Starts the browser with the extension on the demonstration site.
pub async fn run(kind: Kind, extension: &Path, headless: bool, server: &Server) -> Result<()> {
    let extension = extension
        .canonicalize()
        .with_context(|| format!("{} is not built", extension.display()))?;
    let options = Options {
        extension: Some(extension),
        headless,
        alone: headless,
        language: "en-US",
        in_private: None,
    };
    let browser = Browser::start(kind, &options, server).await?;
    let tab = Tab {
        browser: &browser,
        server,
    };
    let outcome = if headless {
        play(&tab).await
    } else {
        leave_to_person(&tab).await
    };
    browser.stop().await;
    outcome
}

async fn leave_to_person(tab: &Tab<'_>) -> Result<()> {
    let address = format!("http://127.0.0.1:{}/demo/index.html", tab.server.port());
    tab.open(&address).await?;
    println!("The browser is open on {address} with Keyward loaded.");
    println!(
        "Copy the made-up key there and paste it into the chat. Close the browser to end this."
    );
    // An error is the browser that has been closed.
    while tab
        .browser
        .driver
        .windows()
        .await
        .is_ok_and(|windows| !windows.is_empty())
    {
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

async fn play(tab: &Tab<'_>) -> Result<()> {
    let name = tab.browser.kind.name();
    println!("{name}: a DeepSeek key is on the clipboard.");
    tab.copy(&format!(
        "The API gives 401, my key is {}, what is wrong?",
        deepseek()
    ))
    .await?;
    tab.new_tab().await?;

    tab.open("https://chat.example/demo/chat.html").await?;
    let composer = tab.element("return window.field.element").await?;
    tab.chain().click_element(&composer).perform().await?;
    tab.paste().await?;
    let notice = tab.until_notice().await?;
    ensure!(
        tab.text().await?.is_empty(),
        "the page has the text already"
    );
    println!(
        "{name}: pasted into the chat. The page has got nothing; Keyward asks: {:?}",
        notice.label
    );
    let first = picture(tab, "1-notice").await?;
    tab.press("redacted").await?;
    tab.until("the redacted text arrives", async || {
        Ok(tab.text().await?.contains(DEEPSEEK_REDACTED).into())
    })
    .await?;
    println!(
        "{name}: chose \"Paste it redacted\". The chat's editor holds: {:?}",
        tab.text().await?
    );
    let second = picture(tab, "2-redacted").await?;

    tab.open("https://forum.example/demo/forum.html").await?;
    tab.click("#text").await?;
    tab.type_text(&format!("curl -H 'Authorization: Bearer {}'", deepseek()))
        .await?;
    println!(
        "{name}: typed into the forum's form. The mark says: {:?}",
        tab.until_mark("DeepSeek").await?
    );
    let third = picture(tab, "3-mark").await?;
    tab.click("#post").await?;
    let notice = tab.until_notice().await?;
    println!(
        "{name}: pressed Post. Nothing was sent; Keyward asks: {:?}",
        notice.label
    );
    let fourth = picture(tab, "4-before-sending").await?;
    tab.press("variable").await?;
    tab.until_no_notice().await?;
    let script = "return document.getElementById('text').value";
    let replaced = async || {
        let text = tab.js(script, vec![]).await?;
        Ok(text
            .as_str()
            .is_some_and(|text| text.contains("DEEPSEEK_API_KEY"))
            .into())
    };
    tab.until("the key is replaced", replaced).await?;
    println!(
        "{name}: chose the environment variable. The form holds: {}",
        tab.js(script, vec![]).await?
    );
    let fifth = picture(tab, "5-variable").await?;

    let sixth = make_vault(tab).await?;
    let [seventh, eighth] = fill(tab).await?;

    println!("{name}: pictures of it:");
    for path in [first, second, third, fourth, fifth, sixth, seventh, eighth] {
        println!("  {}", path.display());
    }
    Ok(())
}

/// Makes a vault on the welcome page and puts the key into it.
async fn make_vault(tab: &Tab<'_>) -> Result<PathBuf> {
    let name = tab.browser.kind.name();
    tab.new_tab().await?;
    tab.open(&tab.browser.extension_page("welcome.html#vault")?)
        .await?;
    for field in ["#newPassphrase", "#repeatedPassphrase"] {
        tab.click(field).await?;
        tab.type_text(PASSPHRASE).await?;
    }
    tab.key(Key::Enter).await?;
    tab.click("#recoveryKept").await?;
    let picture = picture(tab, "6-vault").await?;
    tab.click("#recoveryDone").await?;
    tab.until_there("#justMade").await?;
    println!("{name}: made a vault on the welcome page; its recovery code is shown this once.");
    let store = json!({
        "type": "storeEntry",
        "details": { "name": "Demonstration", "provider": "DeepSeek", "variable": "DEEPSEEK_API_KEY" },
        "key": deepseek().as_bytes(),
        "notes": [],
    });
    let stored = tab
        .extension_js(&format!(
            "return (await chrome.runtime.sendMessage({store})).entry"
        ))
        .await?;
    ensure!(stored.is_string(), "the key is not stored: {stored}");
    println!("{name}: stored the key in it.");
    Ok(picture)
}

/// Fills the key where it is approved; the same page on another port is another site.
async fn fill(tab: &Tab<'_>) -> Result<[PathBuf; 2]> {
    let name = tab.browser.kind.name();
    let value = "return document.getElementById('key').value";

    let page = ask_to_fill(tab, "https://tool.example/demo/settings.html").await?;
    println!(
        "{name}: asked in the popup to fill the key into https://tool.example; its window asks to approve the site."
    );
    tab.click("#fill").await?;
    tab.until("it asks to confirm", async || {
        Ok(tab.words().await?.contains("Fill it").into())
    })
    .await?;
    tab.click("#fill").await?;
    tab.back_to(page).await?;
    tab.until("the key is filled", async || {
        Ok((tab.js(value, vec![]).await? == deepseek()).into())
    })
    .await?;
    println!("{name}: approved and confirmed. The tool's field holds the key.");
    let filled = picture(tab, "7-filled").await?;

    let page = ask_to_fill(tab, "https://tool.example:8443/demo/settings.html").await?;
    let said = tab.words().await?;
    ensure!(
        said.contains("Approve this site"),
        "the twin is approved: {said}"
    );
    let twin = picture(tab, "8-twin").await?;
    tab.click("#decline").await?;
    tab.back_to(page).await?;
    ensure!(tab.js(value, vec![]).await? == "", "the twin has the key");
    println!("{name}: its twin on port 8443 is not approved; declined, and its field is empty.");
    Ok([filled, twin])
}

/// Opens the page in a tab of its own, goes into its field and asks in the popup to fill the key. The window that asks is in
/// front then; gives the page's tab.
async fn ask_to_fill(tab: &Tab<'_>, address: &str) -> Result<WindowHandle> {
    tab.new_tab().await?;
    tab.open(address).await?;
    tab.click("#key").await?;
    let page = tab.enter_popup().await?;
    tab.click("#keysFound .fill").await?;
    tab.enter_fill().await?;
    Ok(page)
}

/// Saves what the tab shows.
async fn picture(tab: &Tab<'_>, name: &str) -> Result<PathBuf> {
    let folder = std::env::current_dir()?.join("target/run");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{}-{name}.png", tab.browser.kind.name()));
    tab.settle().await?;
    std::fs::write(&path, tab.browser.driver.screenshot_as_png().await?)?;
    Ok(path)
}
