//! Windows and tabs that are not like others: popups, pictures in pictures, tabs that were open before, pages that are closed to
//! extensions.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::extensions::addons::firefox::FirefoxTools;

use super::{Scene, Stage, scene};
use crate::browser::{Browser, Kind, Options};
use crate::page::{Field, Tab};
use crate::samples::deepseek;
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("windows/popup", |stage| Box::pin(popup(stage))),
        scene("windows/blank", |stage| Box::pin(blank(stage))),
        // Firefox has no such windows.
        scene("windows/picture", |stage| Box::pin(picture(stage))).only(Kind::Chrome),
        scene("windows/open-before", |stage| Box::pin(open_before(stage))),
        scene("windows/browser-page", |stage| {
            Box::pin(browser_page(stage))
        }),
        scene("windows/pdf", |stage| Box::pin(pdf(stage))),
    ]
}

/// A key is held in the field that the tab is in.
async fn must_hold(tab: &Tab<'_>) -> Result<()> {
    tab.paste().await?;
    tab.until_notice().await?;
    tab.escape().await?;
    tab.until_no_notice().await?;
    let text = tab.text().await?;
    ensure!(text == "ab", "the text changed: {text:?}");
    Ok(())
}

/// Has the page open a window in the turn of a click, and goes there.
async fn enter_opened(tab: &Tab<'_>, host: &str, open: &str) -> Result<()> {
    tab.open(&Field::named("textarea").url(host, Policy::Plain))
        .await?;
    tab.until("the field is there", async || {
        tab.js("return !!window.field?.element", vec![]).await
    })
    .await?;
    let before = tab.browser.driver.windows().await?;
    tab.js(
        &format!("document.addEventListener('click', () => {{ {open} }}, {{ once: true }})"),
        vec![],
    )
    .await?;
    tab.click("body").await?;
    tab.until("the window has come", async || {
        let now = tab.browser.driver.windows().await?;
        let Some(new) = now.into_iter().find(|window| !before.contains(window)) else {
            return Ok(false.into());
        };
        tab.browser.driver.switch_to_window(new).await?;
        Ok(true.into())
    })
    .await
}

async fn popup(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let host = stage.host("popup");
    tab.copy(&deepseek()).await?;
    let address = Field::named("textarea").url(&host, Policy::Plain);
    let open = format!(
        "window.open({}, '', 'popup,width=600,height=500')",
        json!(address)
    );
    enter_opened(&tab, &host, &open).await?;
    tab.enter_field().await?;
    must_hold(&tab).await
}

/// A window without an address, which the page that opened it has filled.
async fn blank(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    tab.copy(&deepseek()).await?;
    let open = "const other = window.open('about:blank', '', 'popup,width=600,height=500');
        other.document.body.innerHTML = '<textarea rows=4></textarea>';
        const area = other.document.querySelector('textarea');
        other.seen = [];
        other.field = { element: area, text: () => area.value };";
    enter_opened(&tab, &stage.host("blank"), open).await?;
    tab.enter_field().await?;
    must_hold(&tab).await
}

/// A window above all others, in which a page shows a part of itself. Its driver does not go there, so the paste is one of a script,
/// at which the guard looks, too; one without a key shows that the page would hear of it.
async fn picture(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let host = stage.host("picture");
    tab.open(&Field::named("textarea").url(&host, Policy::Plain))
        .await?;
    let open = "window.opened = 'not yet';
        document.addEventListener('click', () => {
            documentPictureInPicture.requestWindow({ width: 420, height: 420 }).then((other) => {
                other.document.body.innerHTML = '<textarea rows=4></textarea>';
                const area = other.document.querySelector('textarea');
                window.heard = [];
                area.addEventListener('paste', (event) => window.heard.push(event.clipboardData.getData('text/plain')));
                window.pasteThere = (text) => {
                    const clipboardData = new other.DataTransfer();
                    clipboardData.setData('text/plain', text);
                    return area.dispatchEvent(new other.ClipboardEvent('paste', { bubbles: true, cancelable: true, composed: true, clipboardData }));
                };
                window.opened = 'yes';
            }, (error) => { window.opened = String(error); });
        }, { once: true })";
    tab.js(open, vec![]).await?;
    tab.click("body").await?;
    tab.until("the window has come", async || {
        Ok((tab.js("return window.opened", vec![]).await? != "not yet").into())
    })
    .await?;
    let opened = tab.js("return window.opened", vec![]).await?;
    ensure!(opened == "yes", "the window did not open: {opened}");
    // The guard comes with the document, which the page may write into before.
    let paste = "return [window.pasteThere(arguments[0]), window.heard.splice(0)]";
    let plain = tab.js(paste, vec![json!("nothing of note")]).await?;
    ensure!(
        plain == json!([true, ["nothing of note"]]),
        "a clean paste: {plain}"
    );
    let key = tab.js(paste, vec![json!(deepseek())]).await?;
    ensure!(key == json!([false, []]), "the key came through: {key}");
    Ok(())
}

/// Tabs that were open at the installation: guarded at once in Firefox; in Chromium the popup says what to do, and does not lie.
async fn open_before(stage: &Stage<'_>) -> Result<()> {
    let with = stage.browser().options.clone();
    let kind = stage.browser().kind;
    let options = match kind {
        Kind::Chrome => with.clone(),
        Kind::Firefox => Options {
            extension: None,
            ..with.clone()
        },
    };
    let browser = Browser::start(kind, &options, stage.server()).await?;
    let tab = Tab {
        browser: &browser,
        server: stage.server(),
    };
    let played = async {
        tab.new_tab().await?;
        tab.copy(&deepseek()).await?;
        match kind {
            Kind::Chrome => installed_in_chrome(stage, &tab).await,
            Kind::Firefox => {
                tab.open_field(Field::named("textarea"), &stage.host("before"), Policy::Plain)
                    .await?;
                let here = browser.driver.window().await?;
                let package = with.extension.context("the stage has the extension")?;
                let package = package.to_str().context("the path is not UTF-8")?;
                FirefoxTools::new(browser.driver.handle().clone())
                    .install_addon(package, Some(true))
                    .await?;
                let there = "return WebExtensionPolicy.getByID('keyward@keyward.dev')?.extension?.backgroundState === 'running'";
                tab.until("it is installed", async || {
                    browser.firefox_privileged(there, vec![]).await
                })
                .await?;
                tab.back_to(here).await?;
                must_hold(&tab).await
            }
        }
    }
    .await;
    browser.stop().await;
    played
}

/// Switching it off and on is an installation for the tabs that are open meanwhile.
async fn installed_in_chrome(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    let driver = &tab.browser.driver;
    let base = tab.browser.extension_page("")?;
    let id = base
        .trim_start_matches("chrome-extension://")
        .trim_matches('/');
    let list = driver.window().await?;
    tab.open("chrome://extensions").await?;
    let switch = async |on: bool| -> Result<()> {
        let script = "const done = arguments[arguments.length - 1];
            chrome.management.setEnabled(arguments[0], arguments[1], () => done(chrome.runtime.lastError?.message ?? 'switched'));";
        let said = driver
            .execute_async(script, vec![json!(id), json!(on)])
            .await?;
        ensure!(said.json() == "switched", "{}", said.json());
        Ok(())
    };
    switch(false).await?;
    tab.new_tab().await?;
    let page = driver.window().await?;
    tab.open_field(
        Field::named("textarea"),
        &stage.host("before"),
        Policy::Plain,
    )
    .await?;
    tab.back_to(list.clone()).await?;
    switch(true).await?;
    tab.back_to(page.clone()).await?;
    tab.enter_popup().await?;
    says_it_cannot(tab).await?;
    // And so it is, until the page is loaded again.
    tab.back_to(page).await?;
    tab.paste().await?;
    tab.until_text(&format!("a{}b", deepseek())).await?;
    driver.refresh().await?;
    tab.enter_field().await?;
    must_hold(tab).await
}

/// What the popup says where the guard is not.
async fn says_it_cannot(tab: &Tab<'_>) -> Result<()> {
    tab.until("the popup says that it cannot", async || {
        let words = tab.words().await?;
        Ok(
            (words.contains("Keyward cannot watch this page") && words.contains("reload it"))
                .into(),
        )
    })
    .await
}

async fn browser_page(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let page = match tab.browser.kind {
        Kind::Chrome => "chrome://version",
        Kind::Firefox => "about:support",
    };
    tab.open(page).await?;
    tab.enter_popup().await?;
    says_it_cannot(&tab).await
}

/// The popup says of a document what is true there: Firefox's viewer is closed to extensions; in Chromium the page around it is watched,
/// and nothing can be pasted into it but into fields of the document, which stay on the machine.
async fn pdf(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let address = format!("https://{}/plain/document.pdf", stage.host("pdf"));
    tab.open(&address).await?;
    tab.enter_popup().await?;
    match tab.browser.kind {
        Kind::Firefox => says_it_cannot(&tab).await,
        Kind::Chrome => {
            tab.until("the popup says that it watches the page", async || {
                Ok(tab.words().await?.contains("Keyward is watching").into())
            })
            .await
        }
    }
}
