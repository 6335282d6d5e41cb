//! What is left of an account: asked for by a button and by the hour, warned of, and shown as a curve that is a table, too.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::guide::says;
use super::{ask, grant, key, make_vault, own_browser, pages, store};
use crate::browser::Kind;
use crate::page::Tab;
use crate::provider::Behaviour;
use crate::scenes::Stage;
use crate::scenes::looks::picture;
use crate::server::Server;

pub(super) async fn watched(stage: &Stage<'_>) -> Result<()> {
    let server = Server::start(&pages()).await?;
    let browser = own_browser(stage, &server).await?;
    let played = async {
        let tab = Tab {
            browser: &browser,
            server: &server,
        };
        tab.new_tab().await?;
        tab.open(&browser.extension_page("popup.html")?).await?;
        make_vault(tab).await?;
        if browser.kind == Kind::Firefox {
            grant(&browser).await?;
        }
        watch(tab).await
    };
    let played = played.await;
    browser.stop().await;
    played
}

async fn watch(tab: Tab<'_>) -> Result<()> {
    let providers = tab.server.providers();
    let keys = [key(0x61), key(0x62), key(0x63)];
    let mut entries = Vec::new();
    for key in &keys {
        providers.behave(key, Behaviour::Left(1234));
        entries.push(store(tab, key).await?);
    }
    let first = &entries[0];
    tab.open(&tab.browser.extension_page("life.html")?).await?;
    says(tab, "nobody was asked", &["Its provider was not asked yet"]).await?;
    ensure!(
        asked(tab, &keys[0]) == 0,
        "it was asked without being told to"
    );

    // On demand, with a warning below what the person wants to keep.
    providers.behave(&keys[0], Behaviour::Left(11_000));
    press(tab, first).await?;
    says(tab, "the balance is shown", &["110.00 CNY"]).await?;
    click(tab, &format!("#low-{first}")).await?;
    tab.type_text("fifty").await?;
    tab.key(thirtyfour::Key::Tab).await?;
    says(tab, "a word is no amount", &["This is no amount"]).await?;
    click(tab, &format!("#low-{first}")).await?;
    tab.control('a').await?;
    tab.type_text("50,00").await?;
    tab.key(thirtyfour::Key::Tab).await?;
    until_noted(tab, first, "low", json!("50.00")).await?;
    providers.behave(&keys[0], Behaviour::Left(4210));
    press(tab, first).await?;
    says(
        tab,
        "it is low",
        &["42.10 CNY", "Less is left than you wanted"],
    )
    .await?;
    tab.until_there("svg.curve polyline").await?;
    let curve = tab
        .js(
            "return document.querySelector('svg.curve').getAttribute('aria-label')",
            vec![],
        )
        .await?;
    ensure!(
        curve
            .as_str()
            .is_some_and(|words| words.contains("110.00 CNY") && words.contains("42.10 CNY")),
        "{curve}"
    );
    let rows = tab
        .js(
            "return document.querySelectorAll('#balances tbody tr').length",
            vec![],
        )
        .await?;
    ensure!(rows == 2, "{rows} lines");
    click(tab, "#balances summary").await?;
    tab.must_be_accessible().await?;
    picture(&tab, "life-balance").await?;

    // By the hour: whoever was not asked in the last one, and no sooner.
    for entry in &entries[1..] {
        click(tab, &format!("#hourly-{entry}")).await?;
        until_noted(tab, entry, "isHourly", json!(true)).await?;
        let number = usize::from(*entry == entries[2]) + 1;
        ring(tab).await?;
        tab.until("its issuer is asked", async || {
            Ok((asked(tab, &keys[number]) == 1).into())
        })
        .await?;
        until_noted(tab, entry, "points/0/balance/total", json!("12.34")).await?;
    }
    ensure!(asked(tab, &keys[1]) == 1, "asked twice in an hour");
    ensure!(asked(tab, &keys[0]) == 2, "asked without being told to");

    // What a provider says, in plain words.
    for (behaviour, words) in [
        (Behaviour::NoBalance, "nothing left to spend"),
        (Behaviour::TooOften, "30 seconds"),
        (Behaviour::Refuses, "Not valid any more"),
    ] {
        providers.behave(&keys[0], behaviour);
        press(tab, first).await?;
        says(tab, words, &[words]).await?;
    }
    providers.behave(&keys[0], Behaviour::Left(4209));
    press(tab, first).await?;
    says(tab, "it is low again", &["42.09 CNY"]).await?;
    tab.open(&tab.browser.extension_page("popup.html")?).await?;
    tab.until_there("#leaks").await?;
    says(tab, "the popup says so", &["running low"]).await
}

/// Asks now, when the button has come to rest.
async fn press(tab: Tab<'_>, entry: &str) -> Result<()> {
    let id = format!("ask-{entry}");
    click(tab, &format!("#{id}")).await?;
    // The answer is shown, and the focus is back.
    let done = "return !!document.querySelector('#told').innerText.trim() && !document.querySelector('#told').innerText.includes('Asking')
                    && document.activeElement?.id === arguments[0]";
    tab.until("it was answered", async || {
        tab.js(done, vec![json!(id)]).await
    })
    .await
}

/// Clicks an element of a list that may be drawn anew at any moment.
async fn click(tab: Tab<'_>, css: &str) -> Result<()> {
    tab.until_there(css).await?;
    loop {
        match tab.click(css).await {
            Err(error) if format!("{error:#}").contains("tale") => tab.settle().await?,
            clicked => return clicked,
        }
    }
}

/// Has the alarm of the open vault ring at once, as it does each minute.
async fn ring(tab: Tab<'_>) -> Result<()> {
    let alarm = "await chrome.alarms.create('vault', { when: Date.now() + 50, periodInMinutes: 1 }); return null";
    tab.extension_js(alarm).await.map(drop)
}

async fn until_noted(tab: Tab<'_>, entry: &str, what: &str, expected: Value) -> Result<()> {
    tab.until(&format!("{what} is noted"), async || {
        let lives = ask(tab, json!({ "type": "keyLives" })).await?;
        let life = lives
            .as_array()
            .and_then(|lives| lives.iter().find(|life| life["entry"] == entry));
        let noted = life.and_then(|life| life.pointer(&format!("/{what}")));
        Ok((noted == Some(&expected)).into())
    })
    .await
}

/// How often the provider saw a key.
fn asked(tab: Tab<'_>, key: &str) -> usize {
    let seen = tab.server.providers().seen();
    seen.iter().filter(|seen| seen.key() == Some(key)).count()
}
