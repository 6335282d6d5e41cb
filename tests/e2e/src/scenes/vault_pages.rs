//! The vault as a person uses it, on the extension's pages and with real keystrokes: made on the welcome page, locked and
//! unlocked in the popup, a key filled from there. Each scene makes a vault and removes it.

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use thirtyfour::Key;

use super::fill::tab_id;
use super::looks::picture;
use super::vault::{ask, bytes, presence};
use super::welcome::whole_picture;
use super::{Scene, Stage, scene};
use crate::browser::Kind;
use crate::page::{Field, Tab};
use crate::samples::deepseek;
use crate::server::Policy;

/// Five words, drawn for this.
const PASSPHRASE: &str = "tundra oboe quarry vestige mollusc";
/// How often the popup is opened to see how long that takes.
const OPENINGS: usize = 9;
/// How often at most, on a machine that has other work.
const MOST_OPENINGS: usize = 40;
/// How long a person may wait for it.
const USABLE_MS: f64 = 150.0;

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("vault-pages/make", |stage| {
            Box::pin(with(stage, Play::Make))
        }),
        scene("vault-pages/popup", |stage| {
            Box::pin(with(stage, Play::Popup))
        }),
        scene("vault-pages/fill", |stage| {
            Box::pin(with(stage, Play::Fill))
        }),
        scene("vault-pages/usable", |stage| {
            Box::pin(with(stage, Play::Usable))
        }),
        // Debian's Firefox speaks English.
        scene("vault-pages/german", |stage| {
            Box::pin(in_language(stage, "de", "Der Tresor ist gesperrt"))
        })
        .only(Kind::Chrome),
        scene("vault-pages/chinese", |stage| {
            Box::pin(in_language(stage, "zh-CN", "保险库已锁定"))
        })
        .only(Kind::Chrome),
    ]
}

enum Play {
    Make,
    Popup,
    Fill,
    Usable,
}

/// Plays it in a browser without a vault, and leaves it so.
async fn with(stage: &Stage<'_>, play: Play) -> Result<()> {
    let tab = &stage.tab;
    tab.open(&stage.browser().extension_page("clipboard.html")?)
        .await?;
    remove_vault(stage).await?;
    let played = match play {
        Play::Make => make(stage).await,
        Play::Popup => popup(stage).await,
        Play::Fill => fill(stage).await,
        Play::Usable => usable(stage).await,
    };
    tab.open(&stage.browser().extension_page("clipboard.html")?)
        .await?;
    played.and(remove_vault(stage).await)
}

async fn remove_vault(stage: &Stage<'_>) -> Result<()> {
    ask(stage, json!({ "type": "lockVault" })).await?;
    let script = "const names = Object.keys(await chrome.storage.local.get(null));
                  await chrome.storage.local.remove(names.filter((name) => /^(vault|keeper)\\./.test(name)));";
    stage.tab.extension_js(script).await?;
    let state = presence(stage).await?;
    ensure!(state == "absent", "the vault is {state}");
    Ok(())
}

/// Waits until the page says it.
async fn says(tab: &Tab<'_>, words: &str) -> Result<()> {
    let said = tab
        .until("the page says it", async || {
            Ok(tab.words().await?.contains(words).into())
        })
        .await;
    match said {
        Ok(()) => Ok(()),
        Err(_) => bail!("instead of {words:?} it says {:?}", tab.words().await?),
    }
}

/// Whether an element has the focus.
async fn focused(tab: &Tab<'_>, id: &str) -> Result<()> {
    tab.until(&format!("{id} has the focus"), async || {
        let script = "return document.activeElement.id === arguments[0]";
        tab.js(script, vec![json!(id)]).await
    })
    .await
}

/// By the keyboard alone, once the first field has the focus.
async fn make(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    super::welcome::open(&tab, "#vault").await?;
    tab.click("#newPassphrase").await?;
    tab.type_text("password1").await?;
    tab.until("it is judged", async || {
        tab.js(
            "return !!document.querySelector('.strength.s0, .strength.s1')",
            vec![],
        )
        .await
    })
    .await?;
    tab.key(Key::Enter).await?;
    says(&tab, "This passphrase can be guessed").await?;
    focused(&tab, "newPassphrase").await?;
    tab.must_be_accessible().await?;
    whole_picture(&tab, "make-weak").await?;
    let state = presence(stage).await?;
    ensure!(state == "absent", "a weak passphrase made a vault: {state}");
    // All of it is selected: what is typed takes its place.
    tab.type_text(PASSPHRASE).await?;
    tab.until("it is strong", async || {
        tab.js(
            "return !!document.querySelector('.strength.s4, .strength.s3')",
            vec![],
        )
        .await
    })
    .await?;
    tab.key(Key::Enter).await?;
    says(&tab, "The two are not the same").await?;
    focused(&tab, "repeatedPassphrase").await?;
    tab.type_text(PASSPHRASE).await?;
    tab.key(Key::Enter).await?;
    tab.until_there("#recoveryCode").await?;
    focused(&tab, "recoveryTitle").await?;
    tab.must_be_accessible().await?;
    whole_picture(&tab, "make-recovery").await?;
    if tab.browser.kind == Kind::Chrome {
        // What a printer would get: the code and what it is for.
        let media = |media: &str| json!({ "media": media });
        let paper = tab
            .browser
            .cdp("Emulation.setEmulatedMedia", media("print"));
        paper.await?;
        picture(&tab, "make-print").await?;
        let words = tab.words().await?;
        let screen = tab.browser.cdp("Emulation.setEmulatedMedia", media(""));
        screen.await?;
        ensure!(
            words.contains("Your recovery code") && !words.contains("Try the guard"),
            "printed is {words:?}"
        );
    }
    let code = tab.find("#recoveryCode").await?.text().await?;
    ensure!(
        code.split('-').count() == 7 && code.len() == 34,
        "the code has another form"
    );
    let early = tab.find("#recoveryDone").await?.is_enabled().await?;
    ensure!(!early, "it goes on before the code is kept");
    tab.find("#recoveryKept").await?.focus().await?;
    tab.type_text(" ").await?;
    tab.key(Key::Tab).await?;
    focused(&tab, "recoveryDone").await?;
    tab.key(Key::Enter).await?;
    tab.until_there("#justMade").await?;
    let words = tab.words().await?;
    ensure!(!words.contains(&code), "the code is still shown");
    tab.must_be_accessible().await?;
    picture(&tab, "make-done").await?;
    let state = presence(stage).await?;
    ensure!(state == "open", "the vault is {state}");
    super::welcome::open(&tab, "").await?;
    tab.until_there("#alreadyThere").await?;
    tab.must_be_accessible().await?;
    // The code opens the vault that it was shown for.
    ask(stage, json!({ "type": "lockVault" })).await?;
    tab.open(&stage.browser().extension_page("popup.html")?)
        .await?;
    focused(&tab, "unlockSecret").await?;
    tab.click("#otherWay").await?;
    tab.type_text("not a code").await?;
    tab.key(Key::Enter).await?;
    says(&tab, "This is not a whole recovery code").await?;
    tab.type_text(&code.to_lowercase().replace('-', " "))
        .await?;
    tab.key(Key::Enter).await?;
    tab.until_there("#byCode").await?;
    tab.must_be_accessible().await?;
    picture(&tab, "popup-by-code").await
}

/// Makes a vault with an entry that is approved for the origins.
async fn stock(stage: &Stage<'_>, entries: &[(&str, String)], origins: &[String]) -> Result<()> {
    let made = ask(
        stage,
        json!({ "type": "createVault", "passphrase": bytes(PASSPHRASE) }),
    )
    .await?;
    ensure!(made["recovery"].is_array(), "no vault was made");
    for (name, key) in entries {
        let stored = ask(
            stage,
            json!({
                "type": "storeEntry",
                "details": { "name": name, "provider": "DeepSeek", "purpose": "for the tests" },
                "key": bytes(key),
                "notes": [],
            }),
        )
        .await?;
        let entry = stored["entry"].as_str().context("not stored")?;
        for origin in origins {
            let approved = ask(
                stage,
                json!({ "type": "approveOrigin", "entry": entry, "origin": origin }),
            )
            .await?;
            ensure!(approved == json!({}), "not approved: {approved}");
        }
    }
    Ok(())
}

/// Every state of the popup's vault, each looked at by axe-core.
async fn popup(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let host = stage.host("keys");
    tab.open_field(Field::named("textarea"), &host, Policy::Plain)
        .await?;
    tab.enter_popup().await?;
    tab.until_there("#makeVault").await?;
    tab.must_be_accessible().await?;
    popup_picture(&tab, "popup-absent").await?;

    stock(stage, &[], &[]).await?;
    tab.browser.driver.refresh().await?;
    says(&tab, "The vault is empty").await?;
    tab.must_be_accessible().await?;
    popup_picture(&tab, "popup-empty").await?;

    let made_up = |last: char| format!("{}{last}", &deepseek()[..34]);
    for (name, last) in [
        ("Aider at home", '1'),
        ("Work, shared", '2'),
        ("Notebook", '3'),
    ] {
        let stored = ask(
            stage,
            json!({ "type": "storeEntry", "details": { "name": name, "provider": "DeepSeek" }, "key": bytes(&made_up(last)), "notes": [] }),
        )
        .await?;
        ensure!(stored["entry"].is_string(), "not stored: {stored}");
    }
    tab.browser.driver.refresh().await?;
    says(&tab, "No key is approved for this site yet").await?;
    let buttons = "return document.querySelectorAll('#keysFound .fill').length";
    ensure!(
        tab.js(buttons, vec![]).await? == 3,
        "not each can be approved"
    );
    tab.must_be_accessible().await?;
    popup_picture(&tab, "popup-none-here").await?;
    let entries = ask(stage, json!({ "type": "entries" })).await?;
    let first = entries
        .as_array()
        .into_iter()
        .flatten()
        .find(|entry| entry["details"]["name"] == "Notebook");
    let entry = first
        .and_then(|entry| entry["entry"].as_str())
        .context("no such entry")?;
    ask(
        stage,
        json!({ "type": "approveOrigin", "entry": entry, "origin": format!("https://{host}") }),
    )
    .await?;
    tab.browser.driver.refresh().await?;
    focused(&tab, "firstKey").await?;
    let here = tab.find("#keysHere").await?.text().await?;
    ensure!(
        here.contains("Notebook") && !here.contains("Aider"),
        "for this site there is {here:?}"
    );
    tab.click("#findKey").await?;
    tab.type_text("SHARED deep").await?;
    tab.until("the other is found", async || {
        tab.js(
            "return document.querySelectorAll('#keysFound li').length === 1",
            vec![],
        )
        .await
    })
    .await?;
    tab.must_be_accessible().await?;
    popup_picture(&tab, "popup-open").await?;
    tab.in_the_dark(async || {
        tab.must_be_accessible().await?;
        popup_picture(&tab, "popup-dark").await
    })
    .await?;
    tab.type_text(" nothing").await?;
    says(&tab, "No key has these words").await?;
    tab.find("#findKey").await?.clear().await?;
    tab.click("#keysHere .copy").await?;
    says(&tab, "Copied: Notebook").await?;

    tab.click("#lock").await?;
    focused(&tab, "unlockSecret").await?;
    let words = tab.words().await?;
    ensure!(!words.contains("Notebook"), "a name of a locked vault");
    tab.must_be_accessible().await?;
    popup_picture(&tab, "popup-locked").await?;
    for _ in 0..3 {
        tab.type_text("not the passphrase").await?;
        tab.key(Key::Enter).await?;
        says(&tab, "does not open with this passphrase").await?;
        focused(&tab, "unlockSecret").await?;
    }
    tab.must_be_accessible().await?;
    popup_picture(&tab, "popup-wrong").await?;
    tab.until("the next try may be made", async || {
        tab.js("return !document.querySelector('#unlock').disabled", vec![])
            .await
    })
    .await?;
    tab.type_text(PASSPHRASE).await?;
    tab.key(Key::Enter).await?;
    tab.until_there("#keysHere").await?;
    focused(&tab, "firstKey").await
}

/// From the popup into a page, through the extension's window, where the site is approved first.
async fn fill(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let driver = &stage.browser().driver;
    let id = tab_id(stage).await?;
    stock(stage, &[("Notebook", deepseek())], &[]).await?;
    let host = stage.host("tool");
    tab.open_field(Field::named("textarea"), &host, Policy::Plain)
        .await?;
    tab.control('a').await?;
    let page = driver.window().await?;
    for approved in [false, true] {
        let popup = driver.new_window().await?;
        driver.switch_to_window(popup.clone()).await?;
        tab.open(
            &stage
                .browser()
                .extension_page(&format!("popup.html?tab={id}"))?,
        )
        .await?;
        let list = if approved { "#keysHere" } else { "#keysFound" };
        tab.until_there(&format!("{list} .fill")).await?;
        tab.click(&format!("{list} .fill")).await?;
        tab.enter_fill().await?;
        if !approved {
            says(&tab, "Approve this site").await?;
            tab.must_be_accessible().await?;
            picture(&tab, "fill-approve").await?;
            tab.click("#fill").await?;
            says(&tab, "Fill it").await?;
        }
        tab.must_be_accessible().await?;
        picture(&tab, "fill-confirm").await?;
        tab.click("#fill").await?;
        driver.switch_to_window(page.clone()).await?;
        tab.until("the key stands in the field", async || {
            Ok(tab.text().await?.contains(&deepseek()).into())
        })
        .await?;
        driver.switch_to_window(popup).await?;
        driver.close_window().await?;
        driver.switch_to_window(page.clone()).await?;
        tab.click("#field, textarea").await?;
        tab.control('a').await?;
        tab.key(Key::Backspace).await?;
        tab.until_text("").await?;
    }
    Ok(())
}

/// From the opening of the page to its last part on the screen.
async fn usable(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let host = stage.host("usable");
    tab.open_field(Field::named("textarea"), &host, Policy::Plain)
        .await?;
    tab.enter_popup().await?;
    for state in ["absent", "open", "locked"] {
        match state {
            "open" => {
                stock(
                    stage,
                    &[("Notebook", deepseek())],
                    &[format!("https://{host}")],
                )
                .await?
            }
            "locked" => drop(ask(stage, json!({ "type": "lockVault" })).await?),
            _ => {}
        }
        let mut times: Vec<f64> = Vec::new();
        // Other work makes it slower, nothing makes it faster: so the best of them tells what the popup itself takes.
        while times.len() < OPENINGS
            || times.len() < MOST_OPENINGS && times.iter().all(|ms| *ms > USABLE_MS)
        {
            tab.browser.driver.refresh().await?;
            let at = "return performance.getEntriesByName('usable')[0]?.startTime ?? 0";
            tab.until("the popup can be used", async || {
                let at = tab.js(at, vec![]).await?;
                Ok((at.as_f64() > Some(0.0)).into())
            })
            .await?;
            times.push(tab.js(at, vec![]).await?.as_f64().context("no time")?);
        }
        times.sort_by(f64::total_cmp);
        let (best, median) = (times[0], times[times.len() / 2]);
        stage.say(format!(
            "the popup can be used after {median:.0} ms, vault {state} (median of {}, best {best:.0})",
            times.len()
        ));
        ensure!(
            best <= USABLE_MS,
            "{best:.0} ms until the popup can be used, vault {state}"
        );
    }
    Ok(())
}

/// A picture of the popup as wide as the browser shows it.
async fn popup_picture(tab: &Tab<'_>, name: &str) -> Result<()> {
    if tab.browser.kind == Kind::Chrome {
        let width = json!({ "width": 380, "height": 760, "deviceScaleFactor": 1, "mobile": false });
        tab.browser
            .cdp("Emulation.setDeviceMetricsOverride", width)
            .await?;
    }
    let taken = picture(tab, name).await;
    if tab.browser.kind == Kind::Chrome {
        tab.browser
            .cdp("Emulation.clearDeviceMetricsOverride", json!({}))
            .await?;
    }
    taken
}

/// The popup and the form of the welcome page in a browser of that language, for people to look at.
async fn in_language(stage: &Stage<'_>, language: &'static str, locked: &str) -> Result<()> {
    stage
        .in_language(language, async |stage| {
            let tab = stage.tab;
            tab.open_field(
                Field::named("textarea"),
                &stage.host("language"),
                Policy::Plain,
            )
            .await?;
            tab.enter_popup().await?;
            stock(stage, &[("Notebook", deepseek())], &[]).await?;
            tab.browser.driver.refresh().await?;
            tab.until_there("#keysFound").await?;
            popup_picture(&tab, &format!("popup-open-{language}")).await?;
            tab.click("#lock").await?;
            says(&tab, locked).await?;
            tab.type_text("not the passphrase").await?;
            tab.key(Key::Enter).await?;
            tab.until("it is refused", async || {
                tab.js(
                    "return document.querySelector('#unlockProblem').textContent !== ''",
                    vec![],
                )
                .await
            })
            .await?;
            tab.must_be_accessible().await?;
            popup_picture(&tab, &format!("popup-locked-{language}")).await
        })
        .await
}
