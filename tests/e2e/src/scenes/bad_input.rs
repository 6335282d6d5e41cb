//! Texts that break things: huge, malformed, with keys at the edges.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use super::{Scene, Stage, scene};
use crate::page::{Field, Tab};
use crate::samples::{DEEPSEEK_REDACTED, deepseek, deepseek_other, openai};
use crate::server::Policy;

/// How much is pasted at once.
const HUGE_BYTES: usize = 50_000_000;
/// Longer than this a page must not stand still because of it.
const HUGE_LIMIT: Duration = Duration::from_secs(20);

pub fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    let (one, two) = (deepseek(), deepseek_other());
    let redacted = DEEPSEEK_REDACTED;
    for (name, text, expected) in [
        ("whole", one.clone(), redacted.to_owned()),
        (
            "at-start",
            format!("{one} and more"),
            format!("{redacted} and more"),
        ),
        (
            "at-end",
            format!("and more {one}"),
            format!("and more {redacted}"),
        ),
        (
            "two-lines",
            format!("{one}\n{two}"),
            format!("{redacted}\n{redacted}"),
        ),
        (
            "two-by-comma",
            format!("{one},{two}"),
            format!("{redacted},{redacted}"),
        ),
        (
            "right-to-left",
            format!("المفتاح {one} شكرا"),
            format!("المفتاح {redacted} شكرا"),
        ),
        (
            "combining",
            format!("e\u{301}te\u{301} {one} a\u{308}"),
            format!("e\u{301}te\u{301} {redacted} a\u{308}"),
        ),
        (
            "astral",
            format!("🔑🔑 {one} 🔑"),
            format!("🔑🔑 {redacted} 🔑"),
        ),
    ] {
        scenes.push(scene(format!("input/paste/{name}"), move |stage| {
            let (text, expected) = (text.clone(), expected.clone());
            Box::pin(async move { redact(stage, &text, &expected).await })
        }));
    }
    for (name, before, after) in [
        ("lone-surrogates", r"\ud800", r"\udc00"),
        ("nul", r"\u0000", r"\u0000\u0000"),
        ("zero-width", r"\u200b", r"\ufeff"),
    ] {
        scenes.push(scene(format!("input/form/{name}"), move |stage| {
            Box::pin(form(stage, before, after))
        }));
    }
    scenes.push(scene("input/several-kinds", |stage| {
        Box::pin(several(stage))
    }));
    scenes.push(scene("input/huge/clean", |stage| {
        Box::pin(huge_clean(stage))
    }));
    scenes.push(scene("input/huge/key-at-end", |stage| {
        Box::pin(huge_with_key(stage))
    }));
    scenes
}

async fn paste_into_textarea(stage: &Stage<'_>, text: &str) -> Result<()> {
    let tab = stage.tab;
    tab.copy(text).await?;
    tab.open_field(
        Field::named("textarea"),
        &stage.host("input"),
        Policy::Plain,
    )
    .await?;
    tab.paste().await?;
    tab.until_notice().await?;
    tab.must_have_seen_nothing().await
}

async fn redact(stage: &Stage<'_>, text: &str, expected: &str) -> Result<()> {
    paste_into_textarea(stage, text).await?;
    stage.tab.press("redacted").await?;
    stage.tab.until_text(&format!("a{expected}b")).await
}

async fn several(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    let text = format!("{}\n{}\n{}", deepseek(), openai(), deepseek());
    paste_into_textarea(stage, &text).await?;
    let notice = tab.until_notice().await?;
    for provider in ["DeepSeek", "OpenAI"] {
        ensure!(
            notice.text.contains(provider),
            "{provider} is not listed: {:?}",
            notice.text
        );
    }
    tab.press("one by one").await?;
    let notice = tab.until_notice().await?;
    let choices = notice
        .controls
        .iter()
        .filter(|name| name.contains("takes the place"))
        .count();
    ensure!(
        choices == 2,
        "there are choices for {choices} keys: {:?}",
        notice.controls
    );
    // The first key as a variable, the second as it is offered: redacted.
    tab.type_text("e").await?;
    tab.press("as chosen").await?;
    tab.until("the text arrives", async || {
        Ok((tab.text().await? != "ab").into())
    })
    .await?;
    let text = tab.text().await?;
    ensure!(
        !text.contains(&deepseek()) && !text.contains(&openai()),
        "a key is in {text:?}"
    );
    ensure!(
        text.matches("DEEPSEEK_API_KEY").count() == 2,
        "the variable is not twice in {text:?}"
    );
    ensure!(
        text.contains("[redacted: OpenAI"),
        "nothing is redacted in {text:?}"
    );
    Ok(())
}

/// The clipboard carries no half characters, so these are in a form already when it is sent.
async fn form(stage: &Stage<'_>, before: &str, after: &str) -> Result<()> {
    let tab = stage.tab;
    tab.open(&format!(
        "https://{}/forum.html?mark={}",
        stage.host("form"),
        stage.mark
    ))
    .await?;
    let value = |key: &str| format!("'{before} {key} {after}'");
    tab.js(
        &format!(
            "document.getElementById('text').value = {}",
            value(&deepseek())
        ),
        vec![],
    )
    .await?;
    let button = tab.find("#post").await?;
    tab.chain().click_element(&button).perform().await?;
    tab.until_notice().await?;
    tab.press("Redact it").await?;
    let same = format!(
        "return document.getElementById('text').value === {}",
        value(DEEPSEEK_REDACTED)
    );
    tab.until("the text is redacted and otherwise as it was", async || {
        tab.js(&same, vec![]).await
    })
    .await
}

/// Copies a huge text without laying it out: the copy itself writes the clipboard.
async fn copy_huge(tab: &Tab<'_>, end: &str) -> Result<()> {
    let script = "
        const line = 'The quick brown fox sk-jumps over 42 lazy dogs. ';
        const text = line.repeat(Math.ceil(arguments[0] / line.length)) + arguments[1];
        const field = document.getElementById('plain');
        field.value = 'x'; field.focus(); field.select();
        window.written = false;
        addEventListener('copy', (event) => {
            event.clipboardData.setData('text/plain', text);
            event.preventDefault();
            window.written = true;
        }, { once: true, capture: true });";
    tab.copy_by(script, "written", vec![json!(HUGE_BYTES), json!(end)])
        .await
}

/// The page takes the text itself, so that the time is not that of the browser's layout.
async fn take_pastes(tab: &Tab<'_>) -> Result<()> {
    let script = "
        window.got = -1;
        document.addEventListener('paste', (event) => {
            event.preventDefault();
            window.got = event.clipboardData.getData('text/plain').length;
        });";
    tab.js(script, vec![]).await?;
    Ok(())
}

async fn huge_clean(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    copy_huge(&tab, "").await?;
    tab.open(&Field::named("textarea").url(&stage.host("huge"), Policy::Plain))
        .await?;
    tab.enter_field().await?;
    take_pastes(&tab).await?;
    let start = Instant::now();
    tab.paste().await?;
    let arrived = format!("return window.got >= {HUGE_BYTES}");
    let got = async || tab.js(&arrived, vec![]).await.map(|got| got == true);
    let unchecked = async || {
        tab.notice()
            .await
            .map(|notice| notice.is_some_and(|notice| notice.text.contains("could not be checked")))
    };
    tab.within(
        HUGE_LIMIT,
        "the page gets the text, or it is held unchecked",
        async || Ok((got().await? || unchecked().await?).into()),
    )
    .await?;
    if unchecked().await? {
        // On a slow machine the guard does not let the page stand still so long, and checks in slices when asked to.
        stage.say(format!(
            "50 MB are held unchecked after {:.1} s",
            start.elapsed().as_secs_f64()
        ));
        tab.press("Try again").await?;
        tab.within(HUGE_LIMIT, "the page gets the text", async || {
            Ok(got().await?.into())
        })
        .await?;
    }
    let took = start.elapsed();
    stage.say(format!(
        "50 MB without a key pass in {:.1} s",
        took.as_secs_f64()
    ));
    ensure!(took < HUGE_LIMIT, "it took {took:?}");
    ensure!(
        tab.notice().await?.is_none(),
        "a notice about text without a key"
    );
    tab.js("window.seen.length = 0", vec![]).await?;
    Ok(())
}

async fn huge_with_key(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.tab;
    copy_huge(&tab, &deepseek()).await?;
    tab.open_field(Field::named("textarea"), &stage.host("huge"), Policy::Plain)
        .await?;
    take_pastes(&tab).await?;
    let start = Instant::now();
    tab.paste().await?;
    tab.until_notice().await?;
    let took = start.elapsed();
    stage.say(format!(
        "50 MB with a key at the end are held after {:.1} s",
        took.as_secs_f64()
    ));
    ensure!(took < HUGE_LIMIT, "it took {took:?}");
    ensure!(
        tab.js("return window.got", vec![]).await? == -1,
        "the page got the text"
    );
    tab.escape().await?;
    tab.until_text("ab").await
}
