//! The demonstration: a chat, a forum and an AI tool's settings, with the extension loaded.
//!
//! With a window, the browser is left to the person. Without one, the scene is played with the real clipboard, what
//! happens is said line by line, and pictures are saved.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::browser::{Browser, Kind, Options};
use crate::page::Tab;
use crate::samples::{DEEPSEEK_REDACTED, deepseek};
use crate::server::Server;

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

    println!("{name}: pictures of it:");
    for path in [first, second, third, fourth, fifth] {
        println!("  {}", path.display());
    }
    Ok(())
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
