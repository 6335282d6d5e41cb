//! The window in which a key is filled: by the keyboard alone, and how it looks. Pictures go to `target/e2e/pictures`.

use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::{Key, WindowHandle};

use super::fill::{send, tab_id};
use super::filled::entry;
use super::looks::picture;
use super::{Scene, Stage, scene};
use crate::browser::Kind;
use crate::page::Tab;
use crate::samples::deepseek;
use crate::trigger::Trigger;

/// As many steps lead through all controls, whatever the number of entries.
const MOST_STEPS: usize = 40;

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("fill-window/keyboard", |stage| Box::pin(keyboard(stage))),
        scene("fill-window/escape", |stage| Box::pin(escape(stage))),
        scene("fill-window/sign", |stage| Box::pin(sign(stage))),
        scene("fill-window/dark", |stage| Box::pin(dark(stage))),
        // Firefox has no window so narrow.
        scene("fill-window/narrow", |stage| Box::pin(narrow(stage))).only(Kind::Chrome),
        scene("fill-window/german", |stage| {
            Box::pin(in_language(stage, "de", "ausfüllen"))
        })
        .only(Kind::Chrome),
        scene("fill-window/chinese", |stage| {
            Box::pin(in_language(stage, "zh-CN", "填"))
        })
        .only(Kind::Chrome),
    ]
}

/// Asks by the shortcut in a page with a field; gives the page's tab, with the window in front, and the entry.
async fn asked(stage: &Stage<'_>, host: &str) -> Result<(WindowHandle, String)> {
    let id = tab_id(stage).await?;
    let entry = entry(stage).await?;
    let tab = stage.tab;
    tab.open(&format!("https://{host}/plain/tools/bare.html?how=focus"))
        .await?;
    tab.click("input").await?;
    tab.ask_by(Trigger::Shortcut, id, None).await?;
    Ok((tab.enter_asked().await?, entry))
}

/// Goes on by Tab until an element has the focus.
async fn tab_to(tab: &Tab<'_>, id: &str) -> Result<()> {
    let script = "return document.activeElement?.id === arguments[0]";
    for _ in 0..MOST_STEPS {
        if tab.js(script, vec![json!(id)]).await? == true {
            return Ok(());
        }
        tab.key(Key::Tab).await?;
    }
    anyhow::bail!("Tab does not lead to {id}: {}", tab.words().await?)
}

/// Waits until the button may be pressed, which takes some time in front.
async fn until_armed(tab: &Tab<'_>) -> Result<()> {
    tab.until("the button may be pressed", async || {
        let script = "return document.querySelector('#fill')?.disabled === false";
        tab.js(script, vec![]).await
    })
    .await
}

/// Chooses the entry by the keyboard: the arrows go from one to the next, and Tab to the group.
async fn choose(tab: &Tab<'_>, entry: &str) -> Result<()> {
    let script = "return !!document.activeElement?.matches('input[type=radio]')";
    for _ in 0..MOST_STEPS {
        if tab.js(script, vec![]).await? == true {
            break;
        }
        tab.key(Key::Tab).await?;
    }
    let chosen = "return document.getElementById(arguments[0])?.checked";
    let element = json!(format!("entry-{entry}"));
    // Space takes the one that has the focus, where none is chosen yet.
    tab.type_text(" ").await?;
    for _ in 0..MOST_STEPS {
        if tab.js(chosen, vec![element.clone()]).await? == true {
            return Ok(());
        }
        tab.key(Key::Down).await?;
    }
    anyhow::bail!("the entry cannot be chosen by the keyboard")
}

/// From the shortcut to the filled field without a mouse: chosen, approved, confirmed.
async fn keyboard(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let (page, entry) = asked(stage, &stage.host("tool")).await?;
    let focused = tab.js("return document.activeElement.id", vec![]).await?;
    ensure!(focused == "decline", "the focus begins on {focused}");
    choose(&tab, &entry).await?;
    until_armed(&tab).await?;
    tab.must_be_accessible().await?;
    picture(&tab, "fill-window-approve").await?;
    tab_to(&tab, "fill").await?;
    tab.key(Key::Enter).await?;
    // Approved: the same entry is the one that is chosen now, and the focus is where Enter does nothing.
    let approved = async || {
        let script = "return document.activeElement.id === 'decline' && !!document.querySelector('fieldset input:checked')";
        tab.js(script, vec![]).await
    };
    tab.until("the site is approved", approved).await?;
    until_armed(&tab).await?;
    tab.must_be_accessible().await?;
    picture(&tab, "fill-window-confirm").await?;
    tab_to(&tab, "fill").await?;
    tab.key(Key::Enter).await?;
    tab.back_to(page).await?;
    tab.until("the key stands in the field", async || {
        let value = tab
            .js("return document.querySelector('input').value", vec![])
            .await?;
        Ok((value == deepseek().as_str()).into())
    })
    .await
}

/// Enter and Escape are a no.
async fn escape(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let driver = &stage.browser().driver;
    for key in [Key::Enter, Key::Escape] {
        let (page, _) = asked(stage, &stage.host("tool")).await?;
        let window = driver.window().await?;
        tab.key(key).await?;
        tab.back_to(page.clone()).await?;
        tab.until("the window is gone", async || {
            Ok((!driver.windows().await?.contains(&window)).into())
        })
        .await?;
        let value = tab
            .js("return document.querySelector('input').value", vec![])
            .await?;
        ensure!(value == "", "something stands in the field");
    }
    Ok(())
}

/// The question with an entry chosen, as a person sees it who has to approve the site.
async fn shown(stage: &Stage<'_>, name: &str) -> Result<WindowHandle> {
    let tab = stage.tab;
    let (page, entry) = asked(stage, &stage.host("tool")).await?;
    tab.click(&format!("#entry-{entry}")).await?;
    until_armed(&tab).await?;
    tab.must_be_accessible().await?;
    picture(&tab, &format!("fill-window-{name}")).await?;
    Ok(page)
}

async fn dark(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let (_, entry) = asked(stage, &stage.host("tool")).await?;
    // Of the window, which Chromium has to be told of by itself.
    tab.in_the_dark(async || {
        tab.click(&format!("#entry-{entry}")).await?;
        until_armed(&tab).await?;
        let dark = "return matchMedia('(prefers-color-scheme: dark)').matches";
        ensure!(
            tab.js(dark, vec![]).await? == true,
            "the window is not dark"
        );
        tab.must_be_accessible().await?;
        picture(&tab, "fill-window-dark").await
    })
    .await
}

/// The small sign: not there until it is switched on, nor on a site that is not approved; pressed, it opens the window and gives
/// nothing away by itself.
async fn sign(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let driver = &stage.browser().driver;
    // A page of the extension is in front then.
    tab_id(stage).await?;
    let entry = entry(stage).await?;
    let (host, other) = (stage.host("tool"), stage.host("other"));
    let approve =
        json!({ "type": "approveOrigin", "entry": entry, "origin": format!("https://{host}") });
    let approved = send(stage, approve).await?;
    ensure!(approved.get("error").is_none(), "{approved}");
    let page = driver.window().await?;
    tab.new_tab().await?;
    tab.open(&stage.browser().extension_page("options.html#guard")?)
        .await?;
    let settings = driver.window().await?;
    // The last element of the document, of which a page sees that it is there.
    let seen = "return document.documentElement.lastElementChild.localName === 'div'";
    let focus = async |host: &str| {
        tab.back_to(page.clone()).await?;
        tab.open(&format!("https://{host}/plain/tools/bare.html?how=focus"))
            .await?;
        tab.click("input").await
    };
    focus(&host).await?;
    tab.settle().await?;
    ensure!(
        tab.js(seen, vec![]).await? == false,
        "a sign, and it is off"
    );

    tab.back_to(settings.clone()).await?;
    tab.until_there("#sign").await?;
    tab.click("#sign").await?;
    let is_on = async || {
        let set = send(stage, json!({ "type": "guardSettings" })).await?;
        Ok((set["sign"] == true).into())
    };
    tab.until("it is switched on", is_on).await?;
    tab.must_be_accessible().await?;
    picture(&tab, "options-guard-sign").await?;

    focus(&other).await?;
    tab.settle().await?;
    ensure!(
        tab.js(seen, vec![]).await? == false,
        "a sign on a site that is not approved"
    );
    focus(&host).await?;
    tab.until("the sign is there", async || tab.js(seen, vec![]).await)
        .await?;
    picture(&tab, "sign").await?;
    let inside = "return document.documentElement.lastElementChild.shadowRoot";
    ensure!(
        tab.js(inside, vec![]).await?.is_null(),
        "the page sees into the sign"
    );
    let corner = "const { right, bottom } = document.querySelector('input').getBoundingClientRect(); return [right, bottom]";
    let corner = tab.js(corner, vec![]).await?;
    let at = |index: usize| corner[index].as_f64().unwrap_or_default() as i64;
    let field = "return document.activeElement.localName === 'input' && document.activeElement.value === ''";
    tab.chain()
        .move_to(at(0) - 11, at(1) + 8)
        .click()
        .perform()
        .await?;
    ensure!(
        tab.js(field, vec![]).await? == true,
        "the focus has left the field, or something stands in it"
    );
    let page = tab.enter_asked().await?;
    tab.until_there("#fill").await?;
    tab.click(&format!("#entry-{entry}")).await?;
    until_armed(&tab).await?;
    tab.click("#fill").await?;
    tab.back_to(page).await?;
    tab.until("the key stands in the field", async || {
        let value = tab
            .js("return document.querySelector('input').value", vec![])
            .await?;
        Ok((value == deepseek().as_str()).into())
    })
    .await?;
    tab.back_to(settings).await?;
    let recent = send(stage, json!({ "type": "fillRecent" })).await?;
    ensure!(
        recent[0]["trigger"] == "sign",
        "it was asked by {}",
        recent[0]
    );
    send(stage, json!({ "type": "setSign", "on": false }))
        .await
        .map(drop)
}

async fn narrow(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    // A long name, on which a person tells sites apart.
    let host = stage.host("a-rather-long-name-of-a-tool.of-somebody");
    let (_, entry) = asked(stage, &host).await?;
    tab.narrow(640).await?;
    tab.click(&format!("#entry-{entry}")).await?;
    until_armed(&tab).await?;
    tab.must_fit().await?;
    tab.must_be_accessible().await?;
    picture(&tab, "fill-window-narrow").await
}

/// In a browser of that language. What it says is read by people, so the picture is what counts.
async fn in_language(stage: &Stage<'_>, language: &'static str, word: &str) -> Result<()> {
    stage
        .in_language(language, async |stage| {
            let tab = stage.tab;
            let page = shown(stage, language).await?;
            let words = tab.words().await?;
            ensure!(words.contains(word), "it does not say {word}: {words:?}");
            // And why nothing is filled, where that is so.
            tab.browser.driver.close_window().await?;
            tab.back_to(page).await?;
            let id = tab_id(stage).await?;
            let host = stage.host("http");
            let http = format!("http://{host}/plain/tools/bare.html?how=focus");
            tab.open(&http).await?;
            tab.ask_by(Trigger::Shortcut, id, None).await?;
            tab.enter_asked().await?;
            tab.until_there("#refusal").await?;
            picture(&tab, &format!("fill-window-refused-{language}")).await
        })
        .await
}
