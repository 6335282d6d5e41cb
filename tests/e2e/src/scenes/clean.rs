//! Text without a key: what arrives, what the page sees and what undo does are the same as without the extension.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{Scene, Stage, scene};
use crate::browser::Kind;
use crate::page::{FIELDS, Field, Tab};
use crate::server::Policy;

const TEXT: &str =
    "one plain line\n  a second, indented \u{2014} with 中文\nand a third: sk-learn is no key";
const HTML: &str = "<p>some <b>bold</b> and <a href=\"https://example.com/\">linked</a> words</p><ul><li>a point</li></ul>";

pub fn scenes() -> Vec<Scene> {
    let mut scenes: Vec<Scene> = FIELDS
        .iter()
        .map(|&field| {
            scene(format!("clean/{}", field.kind), move |stage| {
                Box::pin(same(stage, field))
            })
        })
        .collect();
    for kind in ["contenteditable", "prosemirror", "quill", "lexical"] {
        let field = Field::named(kind);
        // The clipboard of headless Firefox holds text and HTML only.
        scenes.push(
            scene(format!("clean/image/{kind}"), move |stage| {
                Box::pin(image(stage, field))
            })
            .only(Kind::Chrome),
        );
    }
    scenes
}

/// What a browser made of a scene, step by step.
#[derive(Debug, Default, PartialEq)]
struct Record {
    texts: Vec<String>,
    shapes: Vec<String>,
    events: Vec<Vec<Value>>,
}

impl Record {
    async fn add(&mut self, tab: &Tab<'_>) -> Result<()> {
        tab.settle().await?;
        self.texts.push(tab.text().await?);
        self.shapes.push(tab.shape().await?);
        self.events.push(tab.events().await?);
        tab.forget_events().await
    }

    /// Says at which step two browsers differ, and in what.
    fn must_equal(&self, without: &Record) -> Result<()> {
        for (step, (with, without)) in self.texts.iter().zip(&without.texts).enumerate() {
            ensure!(
                with == without,
                "step {step}: text {with:?} instead of {without:?}"
            );
        }
        for (step, (with, without)) in self.shapes.iter().zip(&without.shapes).enumerate() {
            ensure!(
                with == without,
                "step {step}: content {with} instead of {without}"
            );
        }
        for (step, (with, without)) in self.events.iter().zip(&without.events).enumerate() {
            ensure!(
                with == without,
                "step {step}: events {} instead of {}",
                brief(with),
                brief(without)
            );
        }
        ensure!(
            self == without,
            "the browsers took a different number of steps"
        );
        Ok(())
    }
}

/// Events as a person reads them in a failure.
fn brief(events: &[Value]) -> String {
    let each = events.iter().map(|event| {
        let mut text = event.to_string();
        text.truncate(
            (0..=160)
                .rev()
                .find(|&end| text.is_char_boundary(end))
                .unwrap_or(0),
        );
        text
    });
    each.collect::<Vec<_>>().join("; ")
}

async fn same(stage: &Stage<'_>, field: Field) -> Result<()> {
    let with = paste_and_undo(stage, &stage.tab, field).await?;
    let without = paste_and_undo(stage, &stage.control, field)
        .await
        .context("without the extension")?;
    ensure!(without.texts[0] != "ab", "nothing was pasted");
    with.must_equal(&without)
}

/// Pastes text, undoes it, selects all and pastes HTML over it.
async fn paste_and_undo(stage: &Stage<'_>, tab: &Tab<'_>, field: Field) -> Result<Record> {
    let mut record = Record::default();
    tab.copy(TEXT).await?;
    tab.open_field(field, &stage.host("clean"), Policy::Plain)
        .await?;
    tab.paste().await?;
    tab.until("the text arrives", async || {
        Ok(tab.text().await?.contains("no key").into())
    })
    .await?;
    record.add(tab).await?;
    tab.control('z').await?;
    tab.until("undo takes it out again", async || {
        Ok((!tab.text().await?.contains("no key")).into())
    })
    .await?;
    record.add(tab).await?;
    tab.copy_html(HTML).await?;
    tab.control('a').await?;
    tab.paste().await?;
    tab.until("the linked words arrive", async || {
        Ok(tab.text().await?.contains("linked").into())
    })
    .await?;
    record.add(tab).await?;
    ensure!(
        tab.notice().await?.is_none(),
        "a notice about text without a key"
    );
    Ok(record)
}

async fn image(stage: &Stage<'_>, field: Field) -> Result<()> {
    let with = paste_image(stage, &stage.tab, field).await?;
    let without = paste_image(stage, &stage.control, field)
        .await
        .context("without the extension")?;
    let files = |event: &Value| event["type"] == "paste" && event["files"] == 1;
    ensure!(
        without.events[0].iter().any(files),
        "the page got no file: {}",
        json!(without.events)
    );
    with.must_equal(&without)
}

async fn paste_image(stage: &Stage<'_>, tab: &Tab<'_>, field: Field) -> Result<Record> {
    let mut record = Record::default();
    // A picture of 2 x 2 pixels, put on the clipboard by the copy itself.
    let copy_picture = "
        const canvas = new OffscreenCanvas(2, 2);
        canvas.getContext('2d').fillRect(0, 0, 1, 1);
        const picture = canvas.convertToBlob({ type: 'image/png' });
        const field = document.getElementById('plain');
        field.value = 'x'; field.focus(); field.select();
        window.written = null;
        addEventListener('copy', (event) => {
            event.preventDefault();
            navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })])
                .then(() => { window.written = true; }, (error) => { window.written = String(error); });
        }, { once: true, capture: true });";
    tab.copy_by(copy_picture, "written", vec![]).await?;
    tab.open_field(field, &stage.host("image"), Policy::Plain)
        .await?;
    tab.paste().await?;
    let pasted = async || {
        Ok(tab
            .events()
            .await?
            .iter()
            .any(|event| event["type"] == "paste")
            .into())
    };
    tab.until("the page sees the paste", pasted).await?;
    // A picture that is inserted has an address of its own each time.
    tab.settle().await?;
    record.events.push(tab.events().await?);
    ensure!(tab.notice().await?.is_none(), "a notice about a picture");
    Ok(record)
}
