//! What is not filled, and why: the kinds of pages and frames, and of fields, each refused with its own reason before any
//! key is read.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{Scene, Stage, scene};
use crate::browser::Kind;
use crate::trigger::Trigger;

/// Where nothing stands against it, so that it is for the vault and the person to say.
const ASKED: &str = "asked";

/// What is said where no frame answers in time.
const NO_ANSWER: &str = "internal";
const MOST_ASKINGS: usize = 8;

/// A place that a person can ask in.
struct Place {
    name: &'static str,
    /// Scheme and path of an address of the scene's host, or all of an address.
    scheme: &'static str,
    page: &'static str,
    /// Whether the field is in the page's only frame; `None` where there is no page of the web, and so no field.
    framed: Option<bool>,
    /// How it ends.
    end: &'static str,
}

const fn place(
    name: &'static str,
    scheme: &'static str,
    page: &'static str,
    end: &'static str,
) -> Place {
    Place {
        name,
        scheme,
        page,
        framed: Some(false),
        end,
    }
}

const fn frame(name: &'static str, page: &'static str, end: &'static str) -> Place {
    Place {
        name,
        scheme: "https",
        page,
        framed: Some(true),
        end,
    }
}

/// Kinds of origins and of frames, each of which is asked in by each of the triggers: the matrix of what is refused.
const PLACES: [Place; 13] = [
    place("page", "https", "bare.html?how=focus", ASKED),
    place("port", "https8443", "bare.html?how=focus", ASKED),
    place("http", "http", "bare.html?how=focus", "http"),
    Place {
        name: "file",
        scheme: "file",
        page: "bare.html",
        framed: Some(false),
        end: "file",
    },
    Place {
        name: "extension",
        scheme: "extension",
        page: "clipboard.html",
        framed: None,
        end: "extension",
    },
    Place {
        name: "internal",
        scheme: "internal",
        page: "",
        framed: None,
        end: "internal",
    },
    frame("frame-same", "around.html?kind=same", ASKED),
    frame("frame-foreign", "around.html?kind=foreign", "foreignFrame"),
    frame("frame-sandboxed", "around.html?kind=sandboxed", "sandboxed"),
    frame("frame-srcdoc", "around.html?kind=srcdoc", "srcdoc"),
    frame("frame-blank", "around.html?kind=blank", "blank"),
    frame("frame-data", "around.html?kind=data", "data"),
    frame("frame-blob", "around.html?kind=blob", "blob"),
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
    let places = PLACES.iter().flat_map(|place| {
        let asked = Trigger::ALL.into_iter().filter(|&trigger| {
            // The menu of a field needs one.
            trigger != Trigger::Menu || place.framed.is_some()
        });
        asked.map(move |trigger| {
            let name = format!("fill/place/{}/{}", place.name, trigger.name());
            scene(name, move |stage| Box::pin(refused(stage, place, trigger)))
        })
    });
    let fields = FIELDS.iter().map(|&(name, expected)| {
        scene(format!("fill/field/{name}"), move |stage| {
            Box::pin(field(stage, name, expected))
        })
    });
    places.chain(fields).collect()
}

async fn refused(stage: &Stage<'_>, place: &Place, trigger: Trigger) -> Result<()> {
    let id = tab_id(stage).await?;
    let browser = stage.browser();
    let (host, other) = (stage.host("tool"), stage.host("other"));
    let Place { page, .. } = place;
    let url = match place.scheme {
        "file" => {
            let pages = crate::repository()
                .join("tests/e2e/pages/tools")
                .canonicalize()?;
            format!("file://{}/{page}", pages.display())
        }
        "extension" => browser.extension_page(page)?,
        "internal" => match browser.kind {
            Kind::Chrome => "chrome://version".to_owned(),
            Kind::Firefox => "about:license".to_owned(),
        },
        "https8443" => format!("https://{host}:8443/plain/tools/{page}"),
        scheme => format!("{scheme}://{host}/plain/tools/{page}&other={other}"),
    };
    stage.tab.open(&url).await?;
    if place.framed == Some(true) {
        browser.driver.enter_frame(0).await?;
    }
    if place.framed.is_some() {
        stage.tab.find("input").await?.click().await?;
    }
    let field = (trigger == Trigger::Menu).then_some("input");
    let mut got = String::new();
    // Frames have a second to answer. On a machine with other work none may be in time, and then the person asks again.
    for _ in 0..MOST_ASKINGS {
        stage.tab.ask_by(trigger, id, field).await?;
        let page = stage.tab.enter_asked().await?;
        let script = "return document.querySelector('#refusal')?.dataset.refusal ?? null";
        let refusal = stage.tab.js(script, vec![]).await?;
        got = refusal.as_str().unwrap_or(ASKED).to_owned();
        // Nor is the page around a frame heard, where it has only just come.
        let is_late = got == NO_ANSWER || got == "foreignFrame";
        if got == place.end || !is_late {
            break;
        }
        browser.driver.close_window().await?;
        browser.driver.switch_to_window(page).await?;
        if place.framed == Some(true) {
            browser.driver.enter_frame(0).await?;
        }
    }
    ensure!(got == place.end, "ended as {got}, not as {}", place.end);
    ensure!(
        !stage.tab.words().await?.is_empty(),
        "the window says nothing"
    );
    Ok(())
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
