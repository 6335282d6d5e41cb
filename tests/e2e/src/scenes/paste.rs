//! A DeepSeek key is pasted into every kind of field: it is held before the page learns of it, and what the person
//! chooses arrives intact at the caret.

use anyhow::{Result, ensure};
use thirtyfour::Key;

use super::{Scene, Stage, scene};
use crate::page::{FIELDS, Field, Tab};
use crate::samples::{DEEPSEEK_REDACTED, deepseek};
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for field in FIELDS {
        let kind = field.kind;
        scenes.push(scene(format!("paste/keep-out/{kind}"), move |stage| {
            Box::pin(keep_out(stage, field))
        }));
        scenes.push(scene(format!("paste/redact/{kind}"), move |stage| {
            Box::pin(redact(stage, field))
        }));
        scenes.push(scene(format!("paste/redact-lines/{kind}"), move |stage| {
            Box::pin(redact_lines(stage, field))
        }));
        scenes.push(scene(format!("paste/variable/{kind}"), move |stage| {
            Box::pin(variable(stage, field))
        }));
    }
    scenes
}

/// Pastes a text with a key and waits for the notice; nothing may have reached the page.
pub async fn paste_held(tab: &Tab<'_>, text: &str) -> Result<()> {
    tab.paste().await?;
    let notice = tab.until_notice().await?;
    ensure!(
        notice.text.contains("DeepSeek"),
        "the notice does not name the provider: {:?}",
        notice.text
    );
    let key = deepseek();
    for part in [&key[..], &key[..10], &key[25..]] {
        ensure!(
            !notice.text.contains(part),
            "the notice shows characters of the key"
        );
    }
    tab.must_have_seen_nothing().await?;
    ensure!(
        tab.text().await? == "ab",
        "the text changed while {text:?} was held: {:?}",
        tab.text().await?
    );
    Ok(())
}

/// What pasting `text` between `a` and `b` natively gives in this field.
async fn natively(stage: &Stage<'_>, field: Field, text: &str) -> Result<String> {
    let tab = stage.control;
    tab.copy(text).await?;
    tab.open_field(field, &stage.host("native"), Policy::Plain)
        .await?;
    tab.paste().await?;
    tab.until("the native paste arrives", async || {
        Ok((tab.text().await? != "ab").into())
    })
    .await?;
    tab.text().await
}

async fn keep_out(stage: &Stage<'_>, field: Field) -> Result<()> {
    let tab = stage.tab;
    tab.copy(&deepseek()).await?;
    tab.open_field(field, &stage.host("paste"), Policy::Plain)
        .await?;
    paste_held(&tab, "the key").await?;
    tab.escape().await?;
    tab.must_have_seen_nothing().await?;
    // Focus and caret are where they were: the next letter lands between the two.
    tab.type_text("x").await?;
    tab.until_text("axb").await
}

async fn redact(stage: &Stage<'_>, field: Field) -> Result<()> {
    let text = format!("my key is {} and it fails", deepseek());
    let redacted = format!("my key is {DEEPSEEK_REDACTED} and it fails");
    choose(stage, field, &text, "redacted", &redacted).await
}

async fn redact_lines(stage: &Stage<'_>, field: Field) -> Result<()> {
    let text = format!("first line\nDEEPSEEK_API_KEY={}\nthird line", deepseek());
    let redacted = format!("first line\nDEEPSEEK_API_KEY={DEEPSEEK_REDACTED}\nthird line");
    choose(stage, field, &text, "redacted", &redacted).await
}

async fn variable(stage: &Stage<'_>, field: Field) -> Result<()> {
    let text = format!("import os\nclient = Client(api_key=\"{}\")", deepseek());
    choose(
        stage,
        field,
        &text,
        "variable",
        "import os\nclient = Client(api_key=os.environ[\"DEEPSEEK_API_KEY\"])",
    )
    .await
}

/// Pastes `text`, presses the choice, and expects exactly what a native paste of `expected` gives.
async fn choose(
    stage: &Stage<'_>,
    field: Field,
    text: &str,
    choice: &str,
    expected: &str,
) -> Result<()> {
    let tab = stage.tab;
    let native = natively(stage, field, expected).await?;
    tab.copy(text).await?;
    tab.open_field(field, &stage.host("paste"), Policy::Plain)
        .await?;
    paste_held(&tab, text).await?;
    tab.press(choice).await?;
    tab.until_no_notice().await?;
    tab.until_text(&native).await?;
    for event in tab.events().await? {
        ensure!(
            !event.to_string().contains(&deepseek()),
            "the page saw the key: {event}"
        );
    }
    // The caret stands behind what came in.
    tab.type_text("x").await?;
    tab.until_text(&format!(
        "{}xb",
        native.strip_suffix('b').unwrap_or(&native)
    ))
    .await?;
    tab.key(Key::Left).await
}
