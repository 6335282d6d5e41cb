//! A key that is typed: a quiet mark at once, and the hold when it is about to be sent.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::Key;

use super::{Scene, Stage, scene};
use crate::browser::Kind;
use crate::page::{FIELDS, Field, Tab};
use crate::samples::{DEEPSEEK_REDACTED, deepseek};
use crate::server::Policy;

/// Composers in which Enter sends.
const COMPOSERS: [&str; 7] = [
    "textarea",
    "contenteditable",
    "prosemirror",
    "lexical",
    "slate",
    "quill",
    "draft",
];

pub fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for field in FIELDS {
        scenes.push(scene(format!("typed/mark/{}", field.kind), move |stage| {
            Box::pin(mark(stage, field))
        }));
    }
    for kind in COMPOSERS {
        let field = Field::named(kind);
        scenes.push(scene(format!("typed/enter/{kind}"), move |stage| {
            Box::pin(enter(stage, field))
        }));
        scenes.push(scene(format!("typed/click/{kind}"), move |stage| {
            Box::pin(click(stage, field))
        }));
        for by_key in [true, false] {
            let name = if by_key { "enter" } else { "click" };
            let name = format!("typed/at-once/{name}/{kind}");
            scenes.push(scene(name, move |stage| {
                Box::pin(at_once(stage, field, by_key))
            }));
        }
    }
    scenes.push(scene("typed/mark/long", |stage| Box::pin(long(stage))));
    scenes.push(scene("typed/shift-enter", |stage| {
        Box::pin(shift_enter(stage))
    }));
    // Only the DevTools protocol can compose text as an input method does.
    scenes.push(scene("typed/composing", |stage| Box::pin(composing(stage))).only(Kind::Chrome));
    scenes.push(scene("typed/dictated", |stage| Box::pin(dictated(stage))).only(Kind::Chrome));
    for (name, way) in [
        ("button", Way::Button("#post")),
        ("outside", Way::Button("#outside")),
        ("request-submit", Way::Button("#script")),
        ("enter", Way::Enter),
    ] {
        scenes.push(scene(format!("typed/submit/{name}"), move |stage| {
            Box::pin(submit(stage, way))
        }));
    }
    scenes.push(scene("typed/submit/filled-by-script", |stage| {
        Box::pin(filled_by_script(stage))
    }));
    scenes
}

/// How a form is sent.
#[derive(Clone, Copy)]
enum Way {
    Button(&'static str),
    Enter,
}

async fn mark(stage: &Stage<'_>, field: Field) -> Result<()> {
    let tab = stage.tab;
    tab.open_field(field, &stage.host("typed"), Policy::Plain)
        .await?;
    tab.type_text(" my key is ").await?;
    ensure!(tab.mark().await?.is_none(), "a mark without a key");
    tab.type_text(&deepseek()).await?;
    tab.type_text(" ").await?;
    let mark = tab.until_mark("DeepSeek").await?;
    ensure!(
        !mark.contains(&deepseek()[4..12]),
        "the mark shows characters of the key"
    );
    tab.until_text(&format!("a my key is {} b", deepseek()))
        .await?;
    ensure!(tab.notice().await?.is_none(), "typing is never held");
    tab.control('a').await?;
    tab.key(Key::Delete).await?;
    tab.until("the mark goes with the key", async || {
        Ok(tab.mark().await?.is_none().into())
    })
    .await
}

/// In the middle of a text of 1 MB, of which only what is around the caret is looked at.
async fn long(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let field = Field::named("contenteditable");
    tab.open_field(field, &stage.host("typed"), Policy::Plain)
        .await?;
    let script = "const host = document.activeElement;
        const line = 'the quick brown fox jumps over the lazy dog and on '.repeat(4);
        for (let index = 0; index < 5000; index++) {
            host.append(Object.assign(document.createElement('p'), { textContent: line }));
        }
        getSelection().collapse(host.children[2500].firstChild, line.length);
        return host.textContent.length;";
    let units = tab.js(script, vec![]).await?;
    ensure!(units.as_u64() >= Some(1_000_000), "{units} units");
    tab.type_text(&deepseek()).await?;
    tab.type_text(" ").await?;
    tab.until_mark("DeepSeek").await?;
    Ok(())
}

/// Opens the composer and types a key into it.
async fn compose(stage: &Stage<'_>, field: Field) -> Result<()> {
    let tab = stage.tab;
    let url = field
        .url(&stage.host("chat"), Policy::Plain)
        .replace("field.html", "compose.html");
    tab.open(&format!("{url}&mark=%3F{}", stage.mark)).await?;
    tab.enter_field().await?;
    tab.type_text(&format!(" {} ", deepseek())).await?;
    tab.until_text(&format!("a {} b", deepseek())).await
}

fn sent(stage: &Stage<'_>) -> Vec<String> {
    stage
        .server()
        .received("/collect", &stage.mark)
        .into_iter()
        .map(|received| received.body)
        .collect()
}

async fn until_sent(stage: &Stage<'_>, expected: &str) -> Result<()> {
    stage
        .tab
        .until("the text is sent", async || {
            Ok((!sent(stage).is_empty()).into())
        })
        .await?;
    ensure!(sent(stage) == [expected], "sent was {:?}", sent(stage));
    Ok(())
}

/// The notice is open, and nothing has been sent.
async fn held(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains("DeepSeek"),
        "the notice does not name the provider: {:?}",
        notice.text
    );
    tab.settle().await?;
    ensure!(sent(stage).is_empty(), "it was sent: {:?}", sent(stage));
    Ok(())
}

async fn enter(stage: &Stage<'_>, field: Field) -> Result<()> {
    let tab = stage.tab;
    compose(stage, field).await?;
    tab.key(Key::Enter).await?;
    held(stage).await?;
    let keys = tab.js("return window.keys", vec![]).await?;
    ensure!(
        keys.as_array()
            .is_some_and(|keys| !keys.contains(&json!("Enter"))),
        "the page saw the Enter"
    );
    tab.escape().await?;
    tab.until_text(&format!("a {} b", deepseek())).await?;
    // Again, for what was kept out once is not let through the second time.
    tab.key(Key::Enter).await?;
    held(stage).await?;
    tab.press("Redact it").await?;
    let redacted = format!("a {DEEPSEEK_REDACTED} b");
    tab.until_text(&redacted).await?;
    tab.key(Key::Enter).await?;
    until_sent(stage, &redacted).await
}

async fn click(stage: &Stage<'_>, field: Field) -> Result<()> {
    let tab = stage.tab;
    compose(stage, field).await?;
    let button = tab.find("#send").await?;
    tab.chain().click_element(&button).perform().await?;
    held(stage).await?;
    tab.press("variable").await?;
    tab.until("the key is replaced", async || {
        Ok((!tab.text().await?.contains(&deepseek())).into())
    })
    .await?;
    let text = tab.text().await?;
    ensure!(text.contains("DEEPSEEK_API_KEY"), "the text is {text:?}");
    // The mark goes when all is done.
    tab.until("the mark goes with the key", async || {
        Ok(tab.mark().await?.is_none().into())
    })
    .await?;
    tab.chain().click_element(&button).perform().await?;
    until_sent(stage, &text).await
}

/// Sends without waiting for the editor to show the replacement: what is sent has no key, and it is sent once.
async fn at_once(stage: &Stage<'_>, field: Field, by_key: bool) -> Result<()> {
    let tab = stage.tab;
    compose(stage, field).await?;
    let button = tab.find("#send").await?;
    tab.chain().click_element(&button).perform().await?;
    held(stage).await?;
    let notice = tab.until_notice().await?;
    let place = |name: &str| {
        let mut names = notice.controls.iter();
        names.position(|control| control.contains(name))
    };
    let redact = place("Redact it").context("redacting is not offered")?;
    let focused = notice.focused.as_deref().and_then(place);
    let steps = redact - focused.context("nothing has the focus")?;
    let mut chain = tab.chain();
    for _ in 0..steps {
        chain = chain.send_keys(Key::Tab);
    }
    chain = chain.send_keys(Key::Enter);
    chain = match by_key {
        true => chain.send_keys(Key::Enter),
        false => chain.click_element(&button),
    };
    chain.perform().await?;
    until_sent(stage, &format!("a {DEEPSEEK_REDACTED} b")).await
}

async fn shift_enter(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    compose(stage, Field::named("textarea")).await?;
    let chain = tab
        .chain()
        .key_down(Key::Shift)
        .send_keys(Key::Enter)
        .key_up(Key::Shift);
    chain.perform().await?;
    tab.until_text(&format!("a {} \nb", deepseek())).await?;
    ensure!(tab.notice().await?.is_none(), "Shift+Enter sends nothing");
    Ok(())
}

async fn composing(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let browser = stage.browser();
    compose(stage, Field::named("textarea")).await?;
    let composition = json!({ "text": "ni", "selectionStart": 2, "selectionEnd": 2 });
    browser.cdp("Input.imeSetComposition", composition).await?;
    tab.until_text(&format!("a {} nib", deepseek())).await?;
    // The Enter that ends a word of an input method, as Chromium delivers it: key code 229.
    let enter = json!({ "type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229 });
    browser.cdp("Input.dispatchKeyEvent", enter).await?;
    tab.settle().await?;
    ensure!(
        tab.notice().await?.is_none(),
        "the Enter of an input method sends nothing"
    );
    browser
        .cdp("Input.insertText", json!({ "text": "你" }))
        .await?;
    tab.until_text(&format!("a {} 你b", deepseek())).await?;
    tab.key(Key::Enter).await?;
    held(stage).await
}

/// Text that comes in one piece and by no paste: dictation, an input method's clipboard.
async fn dictated(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let browser = stage.browser();
    tab.open_field(
        Field::named("textarea"),
        &stage.host("dictated"),
        Policy::Plain,
    )
    .await?;
    browser
        .cdp(
            "Input.insertText",
            json!({ "text": format!("key {}.", deepseek()) }),
        )
        .await?;
    tab.until_notice().await?;
    tab.must_have_seen_nothing().await?;
    tab.press("redacted").await?;
    tab.until_text(&format!("akey {DEEPSEEK_REDACTED}.b")).await
}

async fn open_forum(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    tab.open(&format!(
        "https://{}/forum.html?mark={}",
        stage.host("forum"),
        stage.mark
    ))
    .await
}

fn posted(stage: &Stage<'_>) -> Vec<String> {
    stage
        .server()
        .received("/submit", &stage.mark)
        .into_iter()
        .map(|received| received.body)
        .collect()
}

async fn send(tab: &Tab<'_>, way: Way) -> Result<()> {
    match way {
        Way::Button(css) => {
            let button = tab.find(css).await?;
            Ok(tab.chain().click_element(&button).perform().await?)
        }
        Way::Enter => {
            tab.find("#title").await?.click().await?;
            tab.key(Key::Enter).await
        }
    }
}

async fn submit(stage: &Stage<'_>, way: Way) -> Result<()> {
    let tab = stage.tab;
    open_forum(stage).await?;
    tab.find("#text").await?.click().await?;
    tab.type_text(&format!("why does {} fail", deepseek()))
        .await?;
    send(&tab, way).await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains("DeepSeek"),
        "the notice says {:?}",
        notice.text
    );
    let seen = tab.events().await?;
    ensure!(
        !seen.iter().any(|event| event["type"] == "submit"),
        "the page saw the submit"
    );
    tab.settle().await?;
    ensure!(posted(stage).is_empty(), "it was posted");
    tab.press("Redact it").await?;
    tab.until("the text is redacted", async || {
        tab.js(
            "return document.getElementById('text').value === arguments[0]",
            vec![json!(format!("why does {DEEPSEEK_REDACTED} fail"))],
        )
        .await
    })
    .await?;
    tab.until_no_notice().await?;
    send(&tab, way).await?;
    tab.until("the form is posted", async || {
        Ok((!posted(stage).is_empty()).into())
    })
    .await?;
    let posted = posted(stage);
    ensure!(
        posted.len() == 1 && posted[0].contains("redacted") && !posted[0].contains(&deepseek()),
        "posted: {posted:?}"
    );
    Ok(())
}

async fn filled_by_script(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    open_forum(stage).await?;
    tab.js(
        "document.getElementById('text').value = arguments[0]",
        vec![json!(deepseek())],
    )
    .await?;
    send(&tab, Way::Button("#post")).await?;
    tab.until_notice().await?;
    tab.escape().await?;
    tab.settle().await?;
    ensure!(posted(stage).is_empty(), "it was posted");
    Ok(())
}
