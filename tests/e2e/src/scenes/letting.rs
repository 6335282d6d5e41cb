//! Letting a key through is decided in the extension's own window, and nowhere else.

use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::prelude::*;

use super::{Scene, Stage, scene};
use crate::page::{Field, Tab};
use crate::samples::{deepseek, deepseek_other, openai};
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for kind in ["textarea", "prosemirror", "codemirror"] {
        let field = Field::named(kind);
        scenes.push(scene(format!("letting/once/{kind}"), move |stage| {
            Box::pin(once(stage, field))
        }));
    }
    scenes.push(scene("letting/always", |stage| Box::pin(always(stage))));
    scenes.push(scene("letting/not-a-key", |stage| {
        Box::pin(not_a_key(stage))
    }));
    scenes.push(scene("letting/not", |stage| Box::pin(not(stage))));
    scenes.push(scene("letting/sent", |stage| Box::pin(sent(stage))));
    scenes.push(scene("letting/page-gone", |stage| {
        Box::pin(page_gone(stage))
    }));
    scenes.push(scene("letting/by-the-page", |stage| {
        Box::pin(by_the_page(stage))
    }));
    scenes.push(scene("letting/accessible", |stage| {
        Box::pin(accessible(stage))
    }));
    scenes
}

/// Pastes a key and goes to the extension's window. Gives the page's tab.
async fn ask(stage: &Stage<'_>, field: Field, key: &str) -> Result<WindowHandle> {
    let tab = stage.tab;
    tab.copy(key).await?;
    tab.open_field(field, &stage.host("letting"), Policy::Plain)
        .await?;
    tab.paste().await?;
    to_window(&tab, &stage.host("letting")).await
}

/// From the open notice to the extension's window.
async fn to_window(tab: &Tab<'_>, host: &str) -> Result<WindowHandle> {
    tab.press("Let it through").await?;
    let page = tab.enter_confirm().await?;
    let words = tab.words().await?;
    for expected in [&format!("https://{host}")[..], "DeepSeek API key"] {
        ensure!(
            words.contains(expected),
            "the window does not say {expected:?}: {words:?}"
        );
    }
    ensure!(
        !words.contains(&deepseek()[4..12]),
        "the window shows characters of the key"
    );
    Ok(page)
}

async fn once(stage: &Stage<'_>, field: Field) -> Result<()> {
    let tab = stage.tab;
    let page = ask(stage, field, &deepseek()).await?;
    tab.click("#letThrough").await?;
    tab.back_to(page).await?;
    tab.until_text(&format!("a{}b", deepseek())).await?;
    ensure!(tab.notice().await?.is_none(), "the notice stays");
    // Once is once: the next key is asked about again.
    tab.copy(&deepseek_other()).await?;
    tab.paste().await?;
    tab.until_notice().await?;
    tab.escape().await?;
    tab.until_text(&format!("a{}b", deepseek())).await
}

async fn always(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let field = Field::named("textarea");
    let page = ask(stage, field, &deepseek()).await?;
    tab.click("#always").await?;
    tab.click("#letThrough").await?;
    let missing = async || Ok(tab.words().await?.contains("Choose a reason").into());
    tab.until("a reason is asked for", missing).await?;
    let reason = tab
        .js(
            "return document.querySelector('input[name=reason]').id",
            vec![],
        )
        .await?;
    tab.click(&format!("#{}", reason.as_str().unwrap_or_default()))
        .await?;
    tab.click("#letThrough").await?;
    tab.back_to(page).await?;
    tab.until_text(&format!("a{}b", deepseek())).await?;
    // From now on this kind of key is silent here, also in a new document,
    tab.copy(&deepseek_other()).await?;
    tab.open_field(field, &stage.host("letting"), Policy::Plain)
        .await?;
    tab.paste().await?;
    tab.until_text(&format!("a{}b", deepseek_other())).await?;
    ensure!(tab.notice().await?.is_none(), "it is asked about again");
    // no other kind is,
    tab.copy(&openai()).await?;
    tab.paste().await?;
    tab.until_notice().await?;
    tab.escape().await?;
    // and no other site;
    tab.copy(&deepseek()).await?;
    tab.open_field(field, &stage.host("elsewhere"), Policy::Plain)
        .await?;
    tab.paste().await?;
    tab.until_notice().await?;
    tab.escape().await?;
    // until the person takes it back in the popup.
    tab.open_field(field, &stage.host("letting"), Policy::Plain)
        .await?;
    let page = tab.enter_popup().await?;
    ensure!(
        tab.words().await?.contains("Always let through here"),
        "the popup says {:?}",
        tab.words().await?
    );
    let withdraw = "[...document.querySelectorAll('button')].find((button) => button.innerText.includes('Withdraw'))";
    tab.js(&format!("{withdraw}.id ||= 'withdraw'"), vec![])
        .await?;
    let id = tab.js(&format!("return {withdraw}.id"), vec![]).await?;
    tab.click(&format!("[id={id}]")).await?;
    let gone = async || tab.js(&format!("return !{withdraw}"), vec![]).await;
    tab.until("the rule is gone", gone).await?;
    tab.back_to(page).await?;
    tab.paste().await?;
    tab.until_notice().await?;
    tab.escape().await
}

/// The person says of a value that it is no key, there or everywhere, and takes it back.
async fn not_a_key(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let field = Field::named("textarea");
    for (choice, everywhere) in [("#harmlessHere", false), ("#harmless", true)] {
        let page = ask(stage, field, &deepseek()).await?;
        tab.click(choice).await?;
        tab.click("#letThrough").await?;
        tab.back_to(page).await?;
        tab.until_text(&format!("a{}b", deepseek())).await?;
        // The value is silent, in a new document too, alone and in a longer text,
        for text in [deepseek(), format!("key = \"{}\";", deepseek())] {
            tab.copy(&text).await?;
            tab.open_field(field, &stage.host("letting"), Policy::Plain)
                .await?;
            tab.paste().await?;
            tab.until_text(&format!("a{text}b")).await?;
            ensure!(tab.notice().await?.is_none(), "it is asked about again");
        }
        // no other of its kind is,
        tab.copy(&deepseek_other()).await?;
        tab.paste().await?;
        tab.until_notice().await?;
        tab.escape().await?;
        // and elsewhere it is as the person said.
        tab.copy(&deepseek()).await?;
        tab.open_field(field, &stage.host("elsewhere"), Policy::Plain)
            .await?;
        tab.paste().await?;
        if everywhere {
            tab.until_text(&format!("a{}b", deepseek())).await?;
        } else {
            tab.until_notice().await?;
            tab.escape().await?;
        }
        // Only a fingerprint is on the disk; the list takes it back.
        let options = tab.browser.extension_page("options.html#guard")?;
        tab.open(&options).await?;
        let listed =
            "return document.querySelector('[aria-labelledby=harmlessTitle] li button') !== null";
        tab.until("it is listed", async || tab.js(listed, vec![]).await)
            .await?;
        let stored = tab
            .extension_js("return JSON.stringify(await chrome.storage.local.get())")
            .await?;
        let stored = stored.as_str().unwrap_or_default();
        ensure!(stored.contains("harmless"), "nothing is stored: {stored}");
        ensure!(!stored.contains(&deepseek()[4..16]), "the value is stored");
        tab.click("[aria-labelledby=harmlessTitle] li button")
            .await?;
        let gone =
            "return document.querySelector('[aria-labelledby=harmlessTitle] li button') === null";
        tab.until("it is taken back", async || tab.js(gone, vec![]).await)
            .await?;
        tab.open_field(field, &stage.host("letting"), Policy::Plain)
            .await?;
        tab.paste().await?;
        tab.until_notice().await?;
        tab.escape().await?;
    }
    Ok(())
}

async fn not(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let page = ask(stage, Field::named("textarea"), &deepseek()).await?;
    tab.click("#keepOut").await?;
    tab.back_to(page).await?;
    tab.until_no_notice().await?;
    tab.must_have_seen_nothing().await?;
    tab.type_text("x").await?;
    tab.until_text("axb").await
}

async fn sent(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let host = stage.host("chat");
    let url = Field::named("contenteditable")
        .url(&host, Policy::Plain)
        .replace("field.html", "compose.html");
    tab.open(&format!("{url}&mark=%3F{}", stage.mark)).await?;
    tab.enter_field().await?;
    tab.type_text(&format!(" {} ", deepseek())).await?;
    tab.key(Key::Enter).await?;
    let page = to_window(&tab, &host).await?;
    let received = || stage.server().received("/collect", &stage.mark);
    ensure!(
        received().is_empty(),
        "it was sent before it was let through"
    );
    tab.click("#letThrough").await?;
    tab.back_to(page).await?;
    tab.until("the message is sent", async || {
        Ok((!received().is_empty()).into())
    })
    .await?;
    ensure!(
        received().len() == 1 && received()[0].body.contains(&deepseek()),
        "sent: {:?}",
        received()
    );
    Ok(())
}

/// The page that asked is gone: nothing is let through to the one that came after it.
async fn page_gone(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let page = ask(stage, Field::named("textarea"), &deepseek()).await?;
    let window = tab.browser.driver.window().await?;
    tab.back_to(page.clone()).await?;
    tab.open_field(
        Field::named("textarea"),
        &stage.host("letting"),
        Policy::Plain,
    )
    .await?;
    if tab.browser.driver.windows().await?.contains(&window) {
        tab.back_to(window).await?;
        let ended = async || {
            let words = tab.words().await?;
            Ok(
                (words.contains("Nothing was let through") || words.contains("nothing to decide"))
                    .into(),
            )
        };
        let open = tab
            .js(
                "return !!document.querySelector('#letThrough')?.checkVisibility()",
                vec![],
            )
            .await?;
        if open == true {
            tab.click("#letThrough").await?;
        }
        tab.until("the window says that nothing was let through", ended)
            .await?;
        tab.back_to(page).await?;
    }
    tab.settle().await?;
    tab.must_have_seen_nothing().await?;
    tab.until_text("ab").await
}

/// What a page can send or click grants nothing.
async fn by_the_page(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let page = ask(stage, Field::named("textarea"), &deepseek()).await?;
    let confirm = tab.browser.driver.current_url().await?.to_string();
    tab.back_to(page).await?;
    // Neither can it load the window in a frame,
    let script = "
        const done = arguments[arguments.length - 1];
        const frame = document.createElement('iframe');
        frame.src = arguments[0];
        document.body.append(frame);
        window.postMessage({ type: 'release', hold: 1, allow: true }, '*');
        frame.onload = frame.onerror = () => done(true);
        setTimeout(() => done(true), 500);";
    tab.browser
        .driver
        .execute_async(script, vec![json!(confirm)])
        .await?;
    let inside = tab
        .js(
            "try { return frames[0].document.body.innerText } catch (error) { return 'closed' }",
            vec![],
        )
        .await?;
    ensure!(
        !inside.to_string().contains("DeepSeek"),
        "the page reads {inside}"
    );
    // nor send what the background sends, nor fetch the page's files.
    let fetched = "
        const done = arguments[arguments.length - 1];
        fetch(arguments[0]).then(() => done('fetched'), () => done('refused'));";
    let answer = tab
        .browser
        .driver
        .execute_async(fetched, vec![json!(confirm)])
        .await?;
    ensure!(
        answer.json() == "refused",
        "the page fetched the extension's page"
    );
    ensure!(tab.notice().await?.is_some(), "the notice went away");
    tab.until_text("ab").await
}

async fn accessible(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let page = ask(stage, Field::named("textarea"), &deepseek()).await?;
    let armed = "return document.querySelector('#letThrough')?.disabled === false || document.querySelector('#letThrough')?.getAttribute('aria-disabled') !== 'true'";
    tab.until("the window is at rest", async || {
        tab.js(armed, vec![]).await
    })
    .await?;
    tab.must_be_accessible().await?;
    tab.back_to(page).await?;
    let page = tab.enter_popup().await?;
    tab.must_be_accessible().await?;
    tab.back_to(page).await
}
