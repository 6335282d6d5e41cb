//! What is not filled, and why: the kinds of pages and frames, and of fields, each refused with its own reason before any
//! key is read.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{Scene, Stage, scene};

/// Where nothing stands against it, so that it is for the vault and the person to say.
const ASKED: &str = "asked";

/// Where the field is: scheme, path, whether it is in the page's only frame, and how it ends.
const PLACES: [(&str, &str, &str, bool, &str); 9] = [
    ("page", "https", "bare.html?how=focus", false, ASKED),
    ("frame-same", "https", "around.html?kind=same", true, ASKED),
    ("http", "http", "bare.html?how=focus", false, "http"),
    (
        "frame-foreign",
        "https",
        "around.html?kind=foreign",
        true,
        "foreignFrame",
    ),
    (
        "frame-sandboxed",
        "https",
        "around.html?kind=sandboxed",
        true,
        "sandboxed",
    ),
    (
        "frame-srcdoc",
        "https",
        "around.html?kind=srcdoc",
        true,
        "srcdoc",
    ),
    (
        "frame-blank",
        "https",
        "around.html?kind=blank",
        true,
        "blank",
    ),
    ("frame-data", "https", "around.html?kind=data", true, "data"),
    ("frame-blob", "https", "around.html?kind=blob", true, "blob"),
];

/// How the field is, and how it ends.
const FIELDS: [(&str, &str); 13] = [
    ("form-elsewhere", "formElsewhere"),
    ("form-http", "formElsewhere"),
    ("button-elsewhere", "buttonElsewhere"),
    ("base-elsewhere", "baseElsewhere"),
    ("transparent", "hidden"),
    ("transparent-around", "hidden"),
    ("tiny", "tiny"),
    ("away", "outOfView"),
    ("covered", "covered"),
    ("read-only", "readOnly"),
    ("email", "notText"),
    ("checkbox", "notText"),
    ("none", "noField"),
];

pub fn scenes() -> Vec<Scene> {
    let places = PLACES
        .iter()
        .map(|&(name, scheme, page, framed, expected)| {
            scene(format!("fill/place/{name}"), move |stage| {
                Box::pin(place(stage, scheme, page, framed, expected))
            })
        });
    let fields = FIELDS.iter().map(|&(name, expected)| {
        scene(format!("fill/field/{name}"), move |stage| {
            Box::pin(field(stage, name, expected))
        })
    });
    places.chain(fields).collect()
}

async fn place(
    stage: &Stage<'_>,
    scheme: &str,
    page: &str,
    framed: bool,
    expected: &str,
) -> Result<()> {
    let id = tab_id(stage).await?;
    let driver = &stage.browser().driver;
    let host = stage.host("tool");
    let url = format!(
        "{scheme}://{host}/plain/tools/{page}&other={}",
        stage.host("other")
    );
    stage.tab.open(&url).await?;
    if framed {
        driver.enter_frame(0).await?;
    }
    stage.tab.find("input").await?.click().await?;
    if framed {
        driver.enter_default_frame().await?;
    }
    ends_as(stage, id, expected).await
}

async fn field(stage: &Stage<'_>, how: &str, expected: &str) -> Result<()> {
    let id = tab_id(stage).await?;
    let host = stage.host("tool");
    stage
        .tab
        .open(&format!("https://{host}/plain/tools/bare.html?how={how}"))
        .await?;
    ends_as(stage, id, expected).await
}

/// The browser's number of the scene's tab, which one of the extension's pages is shown for.
pub(super) async fn tab_id(stage: &Stage<'_>) -> Result<i64> {
    stage
        .tab
        .open(&stage.browser().extension_page("popup.html")?)
        .await?;
    let id = extension_js(
        stage,
        "chrome.tabs.getCurrent().then((tab) => tab.id)",
        Value::Null,
    )
    .await?;
    id.as_i64().context("a tab has a number")
}

/// Asks for the tab from a page of the extension in a window of its own, and sees how it ends.
async fn ends_as(stage: &Stage<'_>, id: i64, expected: &str) -> Result<()> {
    let driver = &stage.browser().driver;
    let here = driver.window().await?;
    let popup = driver.new_window().await?;
    driver.switch_to_window(popup).await?;
    stage
        .tab
        .open(&stage.browser().extension_page("popup.html")?)
        .await?;
    let asked = send(stage, json!({ "type": "fill", "tabId": id, "entry": null })).await?;
    let ask = asked["ask"]
        .as_str()
        .with_context(|| format!("nothing was asked: {asked}"))?;
    let question = send(stage, json!({ "type": "fillPending", "ask": ask })).await?;
    driver.switch_to_window(here).await?;
    let got = question["refusal"].as_str().unwrap_or(ASKED);
    ensure!(got == expected, "ended as {question}, not as {expected}");
    Ok(())
}

pub(super) async fn send(stage: &Stage<'_>, message: Value) -> Result<Value> {
    extension_js(stage, "chrome.runtime.sendMessage(message)", message).await
}

/// The value of a promise in a page of the extension.
pub(super) async fn extension_js(
    stage: &Stage<'_>,
    promise: &str,
    message: Value,
) -> Result<Value> {
    let script = format!(
        "const [message, done] = arguments;
         Promise.resolve({promise}).then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));"
    );
    let answer = stage
        .browser()
        .driver
        .execute_async(script.as_str(), vec![message])
        .await?;
    let answer = answer.json();
    ensure!(
        answer.get("error").is_none(),
        "in the extension's page: {answer}"
    );
    Ok(answer["value"].clone())
}
