//! Does the harness itself do what it claims? The real clipboard reaches every kind of field of a browser without the
//! extension, and a policy that is violated is reported.

use anyhow::{Result, ensure};

use super::{Scene, Stage, scene};
use crate::page::{FIELDS, Field};
use crate::server::Policy;

pub fn scenes() -> Vec<Scene> {
    let mut scenes: Vec<Scene> = FIELDS
        .iter()
        .map(|&field| {
            scene(format!("harness/{}", field.kind), move |stage| {
                Box::pin(native_paste(stage, field))
            })
        })
        .collect();
    scenes.push(scene("harness/report", |stage| Box::pin(report(stage))));
    scenes
}

async fn native_paste(stage: &Stage<'_>, field: Field) -> Result<()> {
    let tab = stage.control;
    tab.copy("plain words").await?;
    tab.open_field(field, &stage.host("harness"), Policy::Plain)
        .await?;
    tab.paste().await?;
    tab.until_text("aplain wordsb").await?;
    let events = tab.events().await?;
    ensure!(
        events
            .iter()
            .any(|event| event["type"] == "paste" && event["trusted"] == true),
        "no trusted paste: {events:?}"
    );
    Ok(())
}

async fn report(stage: &Stage<'_>) -> Result<()> {
    let tab = stage.control;
    let host = stage.host("report");
    let url = format!(
        "{}&mark={}",
        Field::named("textarea").url(&host, Policy::None),
        stage.mark
    );
    tab.open(&url).await?;
    // A script without the nonce: what every report-uri is for.
    tab.js(
        "const s = document.createElement('script'); s.textContent = '1'; document.body.append(s)",
        vec![],
    )
    .await?;
    tab.until("the report has come", async || {
        Ok((!stage.server().received("/report", &stage.mark).is_empty()).into())
    })
    .await
}
