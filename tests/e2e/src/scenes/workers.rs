//! What a page sends by ways that no script of its world sees: by workers of all kinds, and by the addresses of elements. Firefox
//! shows such requests to the extension before the first byte and lets it hold them; Chromium shows them, and the person is told.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::life::{ask, make_vault, store};
use super::sending::{PATIENCE, arrived_at, key, send, until_arrived, until_said, with_it_on};
use super::{Scene, Stage, scene};
use crate::browser::Kind;
use crate::page::Tab;

/// Ways of `pages/workers.js`.
const WAYS: [&str; 8] = [
    "worker",
    "worker-header",
    "worker-bytes",
    "worker-xhr",
    "shared-worker",
    "service-worker",
    "image",
    "script",
];

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("workers/held", |stage| {
            Box::pin(with_it_on(stage, true, async |tab| {
                held(stage, tab, "plain").await
            }))
        })
        .only(Kind::Firefox),
        scene("workers/strict", |stage| {
            Box::pin(with_it_on(stage, true, async |tab| {
                held(stage, tab, "dynamic").await
            }))
        })
        .only(Kind::Firefox),
        scene("workers/let-through", |stage| {
            Box::pin(with_it_on(stage, true, async |tab| {
                let_through(stage, tab).await
            }))
        })
        .only(Kind::Firefox),
        scene("workers/nobody-to-ask", |stage| {
            Box::pin(with_it_on(stage, true, async |tab| {
                nobody(stage, tab).await
            }))
        })
        .only(Kind::Firefox),
        scene("workers/seen", |stage| {
            Box::pin(with_it_on(stage, true, async |tab| seen(stage, tab).await))
        })
        .only(Kind::Chrome),
        scene("workers/own-key-seen", |stage| {
            Box::pin(with_it_on(stage, true, async |tab| {
                own_seen(stage, tab).await
            }))
        })
        .only(Kind::Chrome),
        scene("workers/home", |stage| {
            Box::pin(with_it_on(stage, true, async |tab| home(stage, tab).await))
        }),
    ]
}

async fn open(stage: &Stage<'_>, tab: &Tab<'_>, policy: &str) -> Result<()> {
    let host = stage.host("workers");
    tab.open(&format!("https://{host}/{policy}/workers.html"))
        .await
}

/// Each is held before the first byte, in the page that it belongs to, and what the person keeps does not leave.
async fn held(stage: &Stage<'_>, tab: &Tab<'_>, policy: &str) -> Result<()> {
    open(stage, tab, policy).await?;
    for (number, way) in WAYS.into_iter().enumerate() {
        // A policy of nonces takes scripts of the page only; it loads no other, with a key or without.
        if policy == "dynamic" && way == "script" {
            continue;
        }
        let (mark, secret) = (format!("{}-{way}-", stage.mark), key(0xa0 + number));
        keep_one(tab, way, &mark, &secret)
            .await
            .with_context(|| way.to_owned())?;
    }
    Ok(())
}

async fn keep_one(tab: &Tab<'_>, way: &str, mark: &str, secret: &str) -> Result<()> {
    send(tab, way, mark, secret).await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains("about to be sent to"),
        "the notice says {:?}",
        notice.text
    );
    ensure!(arrived_at(tab, mark).is_empty(), "it was sent");
    tab.escape().await?;
    tab.until_no_notice().await?;
    let said = until_said(tab, mark).await?;
    let failed = ["TypeError", "NetworkError", "error"].contains(&said.as_str());
    ensure!(failed, "the page was told {said:?}");
    // Without a key the same way is open.
    let after = format!("{mark}after");
    send(tab, way, &after, "nothing of note").await?;
    until_arrived(tab, &after, 1).await?;
    ensure!(arrived_at(tab, mark).len() == 1, "it was sent after all");
    Ok(())
}

/// Let through in the extension's window, it arrives; and neither a worker nor the page is asked about it again.
async fn let_through(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    open(stage, tab, "plain").await?;
    let (mark, secret) = (format!("{}-through-", stage.mark), key(0xb0));
    send(tab, "worker", &mark, &secret).await?;
    tab.press("Let it through").await?;
    let page = tab.enter_confirm().await?;
    tab.click("#letThrough").await?;
    tab.back_to(page).await?;
    let sent = until_arrived(tab, &mark, 1).await?;
    ensure!(sent[0].contains(&secret), "sent: {sent:?}");
    for way in ["worker", "shared-worker", "worker-header", "image"] {
        let again = format!("{mark}{way}-again");
        send(tab, way, &again, &secret).await?;
        until_arrived(tab, &again, 1).await?;
    }
    ensure!(tab.notice().await?.is_none(), "it is asked about again");
    Ok(())
}

/// A service worker goes on without its page: what it sends then is stopped, and the extension says so.
async fn nobody(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    open(stage, tab, "plain").await?;
    let (mark, secret) = (format!("{}-nobody-", stage.mark), key(0xb8));
    let warm = format!("{mark}warm");
    send(tab, "service-worker", &warm, "nothing of note").await?;
    until_arrived(tab, &warm, 1).await?;
    // It sends when the page is gone: it is given a lock then that the page holds.
    tab.js(
        "window.sendLater(arguments[0], arguments[1])",
        vec![json!(mark), json!(secret)],
    )
    .await?;
    until_said(tab, &mark).await?;
    tab.open(&tab.browser.extension_page("options.html#activity")?)
        .await?;
    let recent = async || -> Result<Value> {
        let script = "return (await chrome.runtime.sendMessage({ type: 'recent', private: false })).some(({ outcome }) => outcome === 'stopped')";
        tab.extension_js(script).await
    };
    tab.within(PATIENCE, "it is noted", recent).await?;
    ensure!(arrived_at(tab, &mark).len() == 1, "it was sent");
    Ok(())
}

/// Chromium lets nobody hold such a request: what leaves is seen, and icon and popup say so at once.
async fn seen(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    tab.open(&tab.browser.extension_page("options.html#guard")?)
        .await?;
    let own = tab.browser.driver.window().await?;
    tab.new_tab().await?;
    open(stage, tab, "plain").await?;
    let page = tab.browser.driver.window().await?;
    for (number, way) in WAYS.into_iter().enumerate() {
        let (mark, secret) = (format!("{}-{way}-", stage.mark), key(0xc0 + number));
        send(tab, way, &mark, &secret).await?;
        until_arrived(tab, &mark, 1).await?;
        tab.back_to(own.clone()).await?;
        until_badge(tab, &(number + 1).to_string())
            .await
            .with_context(|| way.to_owned())?;
        tab.back_to(page.clone()).await?;
    }
    ensure!(tab.notice().await?.is_none(), "it is asked about");
    tab.enter_popup().await?;
    let words = tab.words().await?;
    ensure!(
        words.contains("A key has left this site") && words.contains("DeepSeek"),
        "the popup says {words:?}"
    );
    tab.must_be_accessible().await?;
    // Once the person has looked, the icon has nothing to say.
    until_badge(tab, "").await
}

/// Waits until the icon says this in one tab, and nothing else in another.
async fn until_badge(tab: &Tab<'_>, text: &str) -> Result<()> {
    let script = "return (await Promise.all((await chrome.tabs.query({})).map(({ id }) => chrome.action.getBadgeText({ tabId: id })))).filter((text) => text !== '').join()";
    let badge = async || Ok((tab.extension_js(script).await? == text).into());
    tab.within(PATIENCE, &format!("the icon says {text:?}"), badge)
        .await
}

/// A key from the vault that was seen leaving is an exposure of its entry, and says where it went.
async fn own_seen(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    tab.open(&tab.browser.extension_page("popup.html")?).await?;
    make_vault(*tab).await?;
    let secret = key(0xd0);
    let entry = store(*tab, &secret).await?;
    let own = tab.browser.driver.window().await?;
    tab.new_tab().await?;
    open(stage, tab, "plain").await?;
    let mark = format!("{}-own-", stage.mark);
    send(tab, "worker", &mark, &secret).await?;
    until_arrived(tab, &mark, 1).await?;
    tab.back_to(own).await?;
    let place = format!("https://{}", stage.host("workers"));
    let exposed = async || -> Result<Value> {
        let lives = ask(*tab, json!({ "type": "keyLives" })).await?;
        let lives = lives.as_array().cloned().unwrap_or_default();
        let life = lives.iter().find(|life| life["entry"] == entry.as_str());
        let exposure = life.map(|life| &life["exposures"][0]);
        let is_it = |one: &Value| one["kind"] == "seenLeaving" && one["place"] == place.as_str();
        Ok(exposure.is_some_and(is_it).into())
    };
    tab.within(PATIENCE, "the exposure is noted", exposed).await
}

/// A worker that sends a key to its own home is not disturbed, nor is what it sends without one.
async fn home(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    open(stage, tab, "plain").await?;
    let script = "window.sendTo(arguments[0], arguments[1], arguments[2])";
    let args = vec![
        json!("home"),
        json!("https://api.deepseek.com/collect"),
        json!(key(0xd8)),
    ];
    tab.js(script, args).await?;
    ensure!(until_said(tab, "home").await? == "went", "not sent home");
    let seen = stage.server().providers().seen();
    let home =
        |seen: &crate::provider::Seen| seen.host == "api.deepseek.com" && seen.path == "/collect";
    ensure!(seen.iter().any(home), "nothing came home");
    let mark = format!("{}-plain-", stage.mark);
    send(tab, "worker", &mark, "a text like any other").await?;
    until_arrived(tab, &mark, 1).await?;
    ensure!(tab.notice().await?.is_none(), "something is asked about");
    tab.open(&tab.browser.extension_page("options.html#activity")?)
        .await?;
    let recent =
        "return (await chrome.runtime.sendMessage({ type: 'recent', private: false })).length";
    ensure!(tab.extension_js(recent).await? == 0, "something is noted");
    Ok(())
}
