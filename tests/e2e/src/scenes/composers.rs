//! Composers with the habits of the sites that people paste keys into by accident: paste, decide, send; and never a second question
//! about what was decided.

use anyhow::{Context, Result, ensure};
use thirtyfour::Key;

use super::{Scene, Stage, scene};
use crate::page::{Field, Tab};
use crate::samples::{DEEPSEEK_REDACTED, deepseek, deepseek_other};
use crate::server::Policy;

/// The sites of `pages/composers.js` with the editor that each has, and whether Enter alone sends there.
const SITES: [(&str, &str, bool); 7] = [
    ("chatgpt", "prosemirror", true),
    ("claude", "prosemirror", true),
    ("discord", "slate", true),
    ("slack", "quill", true),
    ("github", "textarea", false),
    ("stackoverflow", "textarea", false),
    ("jira", "prosemirror", false),
];

pub fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for (site, kind, by_enter) in SITES {
        scenes.push(scene(format!("composers/redacted/{site}"), move |stage| {
            Box::pin(redacted(stage, site, kind, by_enter))
        }));
        scenes.push(scene(
            format!("composers/let-through/{site}"),
            move |stage| Box::pin(let_through(stage, site, kind, by_enter)),
        ));
        scenes.push(scene(format!("composers/typed/{site}"), move |stage| {
            Box::pin(typed(stage, site, kind, by_enter))
        }));
    }
    scenes
}

async fn open(stage: &Stage<'_>, site: &str, kind: &'static str) -> Result<()> {
    let tab = stage.tab;
    let url = Field::named(kind)
        .url(&stage.host(site), Policy::Plain)
        .replace("field.html", "composers.html");
    tab.open(&format!("{url}&site={site}&mark={}", stage.mark))
        .await?;
    tab.enter_field().await
}

/// What the site's server got.
fn received(stage: &Stage<'_>) -> Vec<String> {
    let received = stage.server().received("/collect", &stage.mark);
    received.into_iter().map(|one| one.body).collect()
}

/// Sends by the site's key and gives what arrives: one message, without a question.
async fn send(stage: &Stage<'_>, by_enter: bool) -> Result<String> {
    let tab = stage.tab;
    press(&tab, by_enter).await?;
    let arrives = async || Ok((!received(stage).is_empty()).into());
    tab.until("the message arrives", arrives).await?;
    tab.settle().await?;
    ensure!(tab.notice().await?.is_none(), "it is asked about again");
    let received = received(stage);
    ensure!(received.len() == 1, "sent: {received:?}");
    Ok(received[0].clone())
}

async fn press(tab: &Tab<'_>, by_enter: bool) -> Result<()> {
    if by_enter {
        return tab.key(Key::Enter).await;
    }
    let chain = tab
        .chain()
        .key_down(Key::Control)
        .send_keys(Key::Enter)
        .key_up(Key::Control);
    Ok(chain.perform().await?)
}

/// Pasted, redacted, and sent as it stands then.
async fn redacted(stage: &Stage<'_>, site: &str, kind: &'static str, by_enter: bool) -> Result<()> {
    let tab = stage.tab;
    tab.copy(&format!("key {}.", deepseek())).await?;
    open(stage, site, kind).await?;
    // A name is offered, and Enter takes it: that is no sending.
    tab.type_text("@").await?;
    tab.key(Key::Enter).await?;
    let mentioned = async || {
        tab.js("return window.mentions === 1 && window.sent === 0", vec![])
            .await
    };
    tab.until("the name is taken", mentioned).await?;
    tab.paste().await?;
    tab.press("redacted").await?;
    tab.until_text(&format!("a@key {DEEPSEEK_REDACTED}.b"))
        .await?;
    tab.until_no_notice().await?;
    let body = send(stage, by_enter).await?;
    ensure!(
        body.contains(DEEPSEEK_REDACTED) && !body.contains(&deepseek()),
        "sent: {body}"
    );
    Ok(())
}

/// Let through once, it is sent without a second question; another key is asked about.
async fn let_through(
    stage: &Stage<'_>,
    site: &str,
    kind: &'static str,
    by_enter: bool,
) -> Result<()> {
    let tab = stage.tab;
    tab.copy(&deepseek()).await?;
    open(stage, site, kind).await?;
    tab.paste().await?;
    tab.press("Let it through").await?;
    let page = tab.enter_confirm().await?;
    tab.click("#letThrough").await?;
    tab.back_to(page).await?;
    tab.until_text(&format!("a{}b", deepseek())).await?;
    let body = send(stage, by_enter).await?;
    ensure!(body.contains(&deepseek()), "sent: {body}");
    tab.copy(&deepseek_other()).await?;
    tab.paste().await?;
    tab.until_notice().await?;
    tab.escape().await?;
    tab.until_no_notice().await
}

/// Typed, and held when it is sent by key; redacted in the text, then sent once.
async fn typed(stage: &Stage<'_>, site: &str, kind: &'static str, by_enter: bool) -> Result<()> {
    let tab = stage.tab;
    open(stage, site, kind).await?;
    tab.type_text(&format!(" {} ", deepseek())).await?;
    tab.until_text(&format!("a {} b", deepseek())).await?;
    press(&tab, by_enter).await?;
    tab.until_notice().await?;
    ensure!(received(stage).is_empty(), "sent: {:?}", received(stage));
    tab.press("Redact it").await?;
    tab.until_text(&format!("a {DEEPSEEK_REDACTED} b")).await?;
    tab.until_no_notice().await?;
    let body = send(stage, by_enter).await.context("after the redaction")?;
    ensure!(!body.contains(&deepseek()), "sent: {body}");
    Ok(())
}
