//! Pages whose policy allows almost nothing: the guard works as elsewhere, and causes no report.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::paste::paste_held;
use super::{Scene, Stage, scene};
use crate::page::Field;
use crate::samples::{DEEPSEEK_REDACTED, deepseek};
use crate::server::{Policy, Received};

/// Fields that themselves work under the policy. Those missing violate it by their own styles.
const FIELDS: [(Policy, &[&str]); 3] = [
    (
        Policy::None,
        &[
            "textarea",
            "text",
            "password",
            "contenteditable",
            "prosemirror",
            "codemirror",
        ],
    ),
    (
        Policy::Dynamic,
        &[
            "textarea",
            "contenteditable",
            "prosemirror",
            "lexical",
            "slate",
            "quill",
            "codemirror",
            "draft",
        ],
    ),
    (
        Policy::Trusted,
        &["textarea", "search", "contenteditable", "prosemirror"],
    ),
];

pub fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for (policy, kinds) in FIELDS {
        for kind in kinds {
            let field = Field::named(kind);
            let name = format!("strict/{}/{kind}", policy.name());
            scenes.push(scene(name, move |stage| {
                Box::pin(no_report(stage, policy, field))
            }));
        }
    }
    scenes
}

async fn no_report(stage: &Stage<'_>, policy: Policy, field: Field) -> Result<()> {
    let tab = stage.tab;
    let host = stage.host("strict");
    tab.copy(&format!("key {}.", deepseek())).await?;
    tab.open_field(field, &host, policy).await?;
    paste_held(&tab, "the key").await?;
    tab.escape().await?;
    tab.must_have_seen_nothing().await?;
    tab.type_text("x").await?;
    tab.until_text("axb").await?;
    tab.paste().await?;
    tab.press("redacted").await?;
    tab.until_text(&format!("axkey {DEEPSEEK_REDACTED}.b"))
        .await?;
    let violations = tab.js("return window.violations", vec![]).await?;
    ensure!(
        violations == json!([]),
        "the page saw violations of its policy: {violations}"
    );
    // Reports arrive in order: behind one that the scene causes itself, no other can be on its way.
    tab.js("const base = document.createElement('base'); base.href = 'https://elsewhere.example/'; document.head.append(base)", vec![])
        .await?;
    let reports = || stage.server().received("/report", &host);
    let own = |report: &Received| {
        let body: Value = serde_json::from_str(&report.body).unwrap_or_default();
        body["csp-report"]["effective-directive"] == "base-uri"
    };
    tab.until("the scene's own violation is reported", async || {
        Ok(reports().iter().any(own).into())
    })
    .await?;
    let others: Vec<_> = reports()
        .into_iter()
        .filter(|report| !own(report))
        .collect();
    ensure!(others.is_empty(), "the site got reports: {others:?}");
    Ok(())
}
