//! A site that is excepted from the watch over what pages send: by the popup, seen and taken back in the options.

use anyhow::{Result, ensure};
use serde_json::json;

use super::sending::{PATIENCE, arrived_at, key, send, until_arrived, with_it_on};
use super::{Scene, Stage, scene};
use crate::page::Tab;

pub fn scenes() -> Vec<Scene> {
    vec![scene("sending/excepted", |stage| {
        Box::pin(with_it_on(stage, false, async |tab| {
            excepted(stage, tab).await
        }))
    })]
}

async fn excepted(stage: &Stage<'_>, tab: &Tab<'_>) -> Result<()> {
    let address = format!("https://{}/plain/sending.html", stage.host("excepted"));
    let other = format!("https://{}/plain/sending.html", stage.host("another"));
    tab.open(&address).await?;
    stopped(tab, &format!("{}-before-", stage.mark), &key(0xe0)).await?;
    let page = tab.enter_popup().await?;
    tab.click("#sending").await?;
    says(tab, "#sendingHere", "is not watched").await?;
    tab.must_be_accessible().await?;
    tab.browser.driver.close_window().await?;
    tab.back_to(page.clone()).await?;

    tab.open(&address).await?;
    let native = "return Function.prototype.toString.call(fetch).includes('native')";
    ensure!(tab.js(native, vec![]).await? == true, "fetch is not native");
    let mark = format!("{}-excepted-", stage.mark);
    send(tab, "fetch-text", &mark, &key(0xe1)).await?;
    let sent = until_arrived(tab, &mark, 1).await?;
    ensure!(sent[0].contains(&key(0xe1)), "sent: {sent:?}");
    ensure!(tab.notice().await?.is_none(), "it is asked about");
    // Its workers are no other matter.
    let mark = format!("{}-worker-", stage.mark);
    tab.open(&address.replace("sending.html", "workers.html"))
        .await?;
    send(tab, "worker", &mark, &key(0xe2)).await?;
    until_arrived(tab, &mark, 1).await?;
    ensure!(tab.notice().await?.is_none(), "its worker is asked about");
    // Another site is none of this.
    tab.open(&other).await?;
    stopped(tab, &format!("{}-other-", stage.mark), &key(0xe3)).await?;

    tab.open(&tab.browser.extension_page("options.html#guard")?)
        .await?;
    let host = stage.host("excepted");
    let row = "ul[aria-labelledby=unwatched]";
    says(tab, row, &host).await?;
    tab.click(&format!("{row} button")).await?;
    let gone = async || {
        tab.js(
            "return document.querySelector(arguments[0]) === null",
            vec![json!(row)],
        )
        .await
    };
    tab.within(PATIENCE, "it is gone from the list", gone)
        .await?;
    tab.open(&address).await?;
    stopped(tab, &format!("{}-after-", stage.mark), &key(0xe4)).await
}

async fn stopped(tab: &Tab<'_>, mark: &str, secret: &str) -> Result<()> {
    send(tab, "fetch-text", mark, secret).await?;
    tab.until_notice().await?;
    tab.escape().await?;
    tab.until_no_notice().await?;
    ensure!(arrived_at(tab, mark).is_empty(), "it was sent");
    Ok(())
}

async fn says(tab: &Tab<'_>, css: &str, words: &str) -> Result<()> {
    let script =
        "return document.querySelector(arguments[0])?.innerText.includes(arguments[1]) === true";
    tab.within(PATIENCE, &format!("{css} says {words}"), async || {
        tab.js(script, vec![json!(css), json!(words)]).await
    })
    .await
}
