//! Second factors. In Chromium with virtual authenticators of the browser's own: enrolled, asked for, lost, removed, by a person's
//! keystrokes. Firefox has none for extensions: there the page has to say so, and a vault that was enrolled elsewhere opens by its code.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::life::ask;
use super::looks::picture;
use super::vault::{PASSPHRASE, bytes};
use super::{Scene, Stage, scene};
use crate::browser::Kind;
use crate::page::Tab;

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("factor/two", |stage| Box::pin(two(stage))).only(Kind::Chrome),
        scene("factor/elsewhere", |stage| Box::pin(elsewhere(stage))),
        scene("factor/not-here", |stage| Box::pin(not_here(stage))).only(Kind::Firefox),
        scene("factor/looks/light", |stage| {
            Box::pin(async move { looks(&stage.tab, "light").await })
        }),
        scene("factor/looks/dark", |stage| {
            Box::pin(async move {
                let tab = &stage.tab;
                tab.in_the_dark(async || looks(tab, "dark").await).await
            })
        }),
        // Firefox has no window so narrow.
        scene("factor/looks/narrow", |stage| {
            Box::pin(async move {
                stage.tab.narrow(640).await?;
                looks(&stage.tab, "narrow").await
            })
        })
        .only(Kind::Chrome),
        scene("factor/looks/german", |stage| {
            Box::pin(in_language(stage, "de", "Sicherheitsschlüssel"))
        })
        .only(Kind::Chrome),
        scene("factor/looks/chinese", |stage| {
            Box::pin(in_language(stage, "zh-CN", "安全密钥"))
        })
        .only(Kind::Chrome),
    ]
}

/// Opens the page anew.
async fn enter(tab: &Tab<'_>, page: &str) -> Result<()> {
    tab.open("about:blank").await?;
    tab.open(&tab.browser.extension_page(page)?).await
}

/// A new vault in place of the one there is, open; gives its recovery code.
async fn new_vault(tab: &Tab<'_>) -> Result<String> {
    enter(tab, "factor.html").await?;
    ask(*tab, json!({ "type": "lockVault" })).await?;
    ask(*tab, json!({ "type": "removeVault" })).await?;
    let create = json!({ "type": "createVault", "passphrase": bytes(PASSPHRASE) });
    let made = ask(*tab, create).await?;
    let code: Vec<u8> = serde_json::from_value(made["recovery"].clone())
        .with_context(|| format!("not made: {made}"))?;
    Ok(String::from_utf8(code)?)
}

async fn lock(tab: &Tab<'_>) -> Result<()> {
    ask(*tab, json!({ "type": "lockVault" })).await.map(drop)
}

async fn until_state(tab: &Tab<'_>, presence: &str) -> Result<()> {
    tab.until(&format!("the vault is {presence}"), async || {
        let state = ask(*tab, json!({ "type": "vaultState" })).await?;
        Ok((state["presence"] == presence).into())
    })
    .await
}

async fn says(tab: &Tab<'_>, words: &str) -> Result<()> {
    let said = tab
        .until(&format!("the page says {words:?}"), async || {
            Ok(tab.words().await?.contains(words).into())
        })
        .await;
    match said {
        Ok(()) => Ok(()),
        Err(error) => Err(error.context(format!("it says {:?}", tab.words().await?))),
    }
}

/// Types into a field and presses what submits it.
async fn give(tab: &Tab<'_>, field: &str, text: &str, submit: &str) -> Result<()> {
    tab.until_there(field).await?;
    tab.click(field).await?;
    tab.control('a').await?;
    tab.type_text(text).await?;
    tab.click(submit).await
}

/// How many factors there are.
async fn count(tab: &Tab<'_>) -> Result<usize> {
    let state = ask(*tab, json!({ "type": "factorState" })).await?;
    let factors = state["factors"].as_array().map(Vec::len);
    factors.with_context(|| format!("answered {state}"))
}

async fn until_count(tab: &Tab<'_>, expected: usize) -> Result<()> {
    tab.until(&format!("{expected} are enrolled"), async || {
        Ok((count(tab).await? == expected).into())
    })
    .await
}

/// A virtual authenticator of the tab.
struct Authenticator(Value);

impl Authenticator {
    async fn add(tab: &Tab<'_>, transport: &str) -> Result<Self> {
        let options = json!({
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": transport,
            "hasUserVerification": true, "isUserVerified": true, "hasPrf": true,
            "automaticPresenceSimulation": true,
        });
        let added = tab.browser.cdp(
            "WebAuthn.addVirtualAuthenticator",
            json!({ "options": options }),
        );
        let id = added.await?["authenticatorId"].clone();
        ensure!(id.is_string(), "no authenticator");
        Ok(Authenticator(id))
    }

    /// Whether somebody touches it when the browser asks.
    async fn touched(&self, tab: &Tab<'_>, enabled: bool) -> Result<()> {
        let presence = json!({ "authenticatorId": self.0, "enabled": enabled });
        tab.browser
            .cdp("WebAuthn.setAutomaticPresenceSimulation", presence)
            .await
            .map(drop)
    }
}

/// Two are enrolled; each opens the vault with the passphrase, neither without it, the code without both; and removed again.
async fn two(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    let code = new_vault(tab).await?;
    enter(tab, "life.html").await?;
    says(tab, "The passphrase alone opens the vault.").await?;
    enter(tab, "factor.html").await?;
    tab.browser.cdp("WebAuthn.enable", json!({})).await?;
    let first = Authenticator::add(tab, "usb").await?;
    // Nobody who finds the vault open changes what opens it.
    give(tab, "#factorPassphrase", "not the passphrase", "#addFactor").await?;
    says(tab, "does not open with this passphrase").await?;
    ensure!(count(tab).await? == 0, "it was enrolled");
    give(tab, "#factorPassphrase", PASSPHRASE, "#addFactor").await?;
    until_count(tab, 1).await?;
    says(tab, "Add a second one").await?;
    picture(tab, "factor-one-real").await?;
    // The same one once more.
    give(tab, "#factorPassphrase", PASSPHRASE, "#addFactor").await?;
    says(tab, "This security key is enrolled already.").await?;
    first.touched(tab, false).await?;
    let second = Authenticator::add(tab, "internal").await?;
    give(tab, "#factorPassphrase", PASSPHRASE, "#addFactor").await?;
    until_count(tab, 2).await?;
    says(tab, "This device").await?;
    says(tab, "as many as there can be").await?;

    for (used, other) in [(&first, &second), (&second, &first)] {
        lock(tab).await?;
        used.touched(tab, true).await?;
        other.touched(tab, false).await?;
        // The right authenticator and another passphrase.
        give(
            tab,
            "#unlockSecret",
            "not the passphrase",
            "form.unlock [type=submit]",
        )
        .await?;
        says(tab, "does not open with this passphrase").await?;
        until_state(tab, "locked").await?;
        give(
            tab,
            "#unlockSecret",
            PASSPHRASE,
            "form.unlock [type=submit]",
        )
        .await?;
        until_state(tab, "open").await?;
        tab.until_there("#enrolledTitle").await?;
    }
    lock(tab).await?;
    let alone =
        json!({ "type": "unlockVault", "passphrase": bytes(PASSPHRASE), "acceptOlder": false });
    let told = ask(*tab, alone.clone()).await?;
    ensure!(told["error"] == "cannotOpen", "told {told}");
    tab.until_there("#otherWay").await?;
    tab.click("#otherWay").await?;
    give(tab, "#unlockSecret", &code, "form.unlock [type=submit]").await?;
    until_state(tab, "open").await?;

    for left in [1, 0] {
        tab.until_there("#remove-0").await?;
        tab.click("#remove-0").await?;
        give(tab, "#factorPassphrase", PASSPHRASE, "#removeNow").await?;
        until_count(tab, left).await?;
        says(tab, "Removed.").await?;
    }
    lock(tab).await?;
    let told = ask(*tab, alone).await?;
    ensure!(told.get("error").is_none(), "told {told}");
    ask(*tab, json!({ "type": "removeVault" })).await.map(drop)
}

/// Enrols what no authenticator gave: the vault does not know the difference, and no browser has to have one.
async fn enrolled(tab: &Tab<'_>) -> Result<String> {
    let code = new_vault(tab).await?;
    for (number, transports) in [(1_u8, 1), (2, 8)] {
        let add = json!({
            "type": "addFactor", "passphrase": bytes(PASSPHRASE), "transports": transports,
            "factor": { "credential": vec![number; 16], "output": vec![number; 32] },
        });
        let added = ask(*tab, add).await?;
        ensure!(added.get("error").is_none(), "not added: {added}");
    }
    Ok(code)
}

/// Windows that cannot ask for a factor say where it is done, take the code all the same, and go on when it was done.
async fn elsewhere(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    let code = enrolled(tab).await?;
    lock(tab).await?;
    enter(tab, "popup.html").await?;
    tab.until_there("#openFactor").await?;
    let link = tab
        .js("return document.querySelector('#openFactor').href", vec![])
        .await?;
    ensure!(
        link.as_str()
            .is_some_and(|link| link.contains("/factor.html?unlock")),
        "it leads to {link}"
    );
    picture(tab, "factor-popup").await?;
    tab.must_be_accessible().await?;
    let unlock = json!({
        "type": "unlockWithFactor", "passphrase": bytes(PASSPHRASE), "acceptOlder": false,
        "factor": { "credential": vec![1; 16], "output": vec![1; 32] },
    });
    let unlocked = ask(*tab, unlock).await?;
    ensure!(unlocked.get("error").is_none(), "not unlocked: {unlocked}");
    tab.until_there("#lock").await?;
    tab.click("#lock").await?;
    tab.until_there("#openFactor").await?;
    tab.click("#otherWay").await?;
    give(tab, "#unlockSecret", &code, "form.unlock [type=submit]").await?;
    tab.until_there("#lock").await?;
    ask(*tab, json!({ "type": "removeVault" })).await.map(drop)
}

/// What cannot be is said, and not asked for by the advice.
async fn not_here(stage: &Stage<'_>) -> Result<()> {
    let tab = &stage.tab;
    new_vault(tab).await?;
    enter(tab, "factor.html").await?;
    tab.until_there("#notHere").await?;
    says(tab, "This browser does not let an extension ask").await?;
    ensure!(
        tab.js("return !document.querySelector('#addFactor')", vec![])
            .await?
            == true,
        "it offers what cannot be"
    );
    enter(tab, "life.html").await?;
    tab.until_there("#adviceTitle").await?;
    let words = tab.words().await?;
    ensure!(!words.contains("passphrase alone"), "it advises {words:?}");
    // Enrolled in another browser, and moved here.
    let code = enrolled(tab).await?;
    lock(tab).await?;
    enter(tab, "factor.html").await?;
    says(tab, "opens here with its recovery code").await?;
    tab.click("#otherWay").await?;
    give(tab, "#unlockSecret", &code, "form.unlock [type=submit]").await?;
    until_state(tab, "open").await?;
    for left in [1, 0] {
        tab.until_there("#remove-0").await?;
        tab.click("#remove-0").await?;
        give(tab, "#factorPassphrase", PASSPHRASE, "#removeNow").await?;
        until_count(tab, left).await?;
        // Last: what stands on the page is drawn anew before it.
        says(tab, "Removed.").await?;
    }
    ask(*tab, json!({ "type": "removeVault" })).await.map(drop)
}

async fn shown(tab: &Tab<'_>, name: &str) -> Result<()> {
    picture(tab, name).await?;
    tab.must_be_accessible().await?;
    tab.must_fit().await
}

async fn looks(tab: &Tab<'_>, name: &str) -> Result<()> {
    new_vault(tab).await?;
    enter(tab, "factor.html").await?;
    tab.until_there("#addTitle").await?;
    shown(tab, &format!("factor-none-{name}")).await?;
    enrolled(tab).await?;
    enter(tab, "factor.html").await?;
    tab.until_there("#remove-1").await?;
    tab.click("#remove-1").await?;
    tab.until_there("#removeNow").await?;
    shown(tab, &format!("factor-two-{name}")).await?;
    lock(tab).await?;
    enter(tab, "factor.html?unlock=1").await?;
    tab.until_there("#unlockSecret").await?;
    shown(tab, &format!("factor-locked-{name}")).await?;
    enter(tab, "life.html").await?;
    tab.until_there("#openFactor").await?;
    shown(tab, &format!("factor-life-{name}")).await?;
    ask(*tab, json!({ "type": "removeVault" })).await.map(drop)
}

/// In a browser of that language. What it says is read by people, so the pictures are what counts.
async fn in_language(stage: &Stage<'_>, language: &'static str, word: &str) -> Result<()> {
    stage
        .in_language(language, async |stage| {
            let tab = stage.tab;
            looks(&tab, language).await?;
            enter(&tab, "factor.html").await?;
            says(&tab, word).await
        })
        .await
}
