//! What is filled: a key from a real vault, asked for and confirmed through the extension's own pages, comes to stand in the
//! field and in the state of the framework behind it, once, and in no document but the one that was confirmed.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::fill::{extension_js, send, tab_id};
use super::vault::PASSPHRASE;
use super::{Scene, Stage, scene};
use crate::samples::deepseek;

/// Kinds of fields, and the script of the page that makes them.
const FIELDS: [(&str, &str); 16] = [
    ("react", "built/react.js"),
    ("react-blur", "built/react.js"),
    ("react-masked", "built/react.js"),
    ("vue", "built/vue.js"),
    ("vue-lazy", "built/vue.js"),
    ("svelte", "built/svelte.js"),
    ("shadow-open", "built/places.js"),
    ("shadow-closed", "built/places.js"),
    ("slot", "built/places.js"),
    ("dialog", "built/places.js"),
    ("popover", "built/places.js"),
    ("text", "plain.js"),
    ("textarea", "plain.js"),
    ("contenteditable", "plain.js"),
    ("lexical", "built/lexical.js"),
    ("codemirror", "built/codemirror.js"),
];

/// Runs of one scene; four scenes make the hundred.
const RUNS: usize = 25;

pub fn scenes() -> Vec<Scene> {
    let fields = FIELDS.iter().map(|&(kind, script)| {
        scene(format!("filled/{kind}"), move |stage| {
            Box::pin(field(stage, kind, script))
        })
    });
    let mut scenes: Vec<Scene> = fields.collect();
    scenes.push(scene("filled/sent", |stage| Box::pin(sent(stage))));
    scenes.push(scene("filled/port", |stage| Box::pin(port(stage))));
    for way in ["elsewhere", "same-site"] {
        for part in 0..4 {
            scenes.push(scene(
                format!("filled/navigation/{way}/{part}"),
                move |stage| Box::pin(navigation(stage, way == "elsewhere", part)),
            ));
        }
    }
    scenes
}

async fn field(stage: &Stage<'_>, kind: &str, script: &str) -> Result<()> {
    let id = tab_id(stage).await?;
    let entry = entry(stage).await?;
    let host = stage.host("tool");
    let tab = stage.tab;
    tab.open(&format!(
        "https://{host}/plain/field.html?kind={kind}&script={script}&style=none.css"
    ))
    .await?;
    tab.until("the field is there", async || {
        tab.js("return !!window.field?.element?.isConnected", vec![])
            .await
    })
    .await?;
    let element = tab.element("return window.field.element").await?;
    tab.chain().click_element(&element).perform().await?;
    let refused = fill(stage, id, &entry, &host).await?;
    ensure!(refused.is_null(), "refused as {refused}");
    tab.until_text(&deepseek()).await?;
    ensure!(
        tab.notice().await?.is_none(),
        "the guard holds what was filled"
    );
    Ok(())
}

/// The form with the filled key is sent, and the guard lets it go.
async fn sent(stage: &Stage<'_>) -> Result<()> {
    let id = tab_id(stage).await?;
    let entry = entry(stage).await?;
    let host = stage.host("tool");
    stage
        .tab
        .open(&format!(
            "https://{host}/plain/tools/bare.html?how=form-same&doc=sent-{}",
            stage.mark
        ))
        .await?;
    let refused = fill(stage, id, &entry, &host).await?;
    ensure!(refused.is_null(), "refused as {refused}");
    let input = stage.tab.find("input").await?;
    stage.tab.chain().click_element(&input).perform().await?;
    stage.tab.key(thirtyfour::Key::Enter).await?;
    stage
        .tab
        .until("the form has come", async || {
            Ok((!stage.server().received("/submit", &deepseek()).is_empty()).into())
        })
        .await
}

/// The twin of an approved origin on another port is not approved.
async fn port(stage: &Stage<'_>) -> Result<()> {
    let id = tab_id(stage).await?;
    let entry = entry(stage).await?;
    let host = stage.host("tool");
    let approved = send(
        stage,
        json!({ "type": "approveOrigin", "entry": entry, "origin": format!("https://{host}") }),
    )
    .await?;
    ensure!(approved.get("error").is_none(), "{approved}");
    stage
        .tab
        .open(&format!(
            "https://{host}:8443/plain/tools/bare.html?how=focus"
        ))
        .await?;
    let ask = asked(stage, id).await?;
    let ended = send(
        stage,
        json!({ "type": "fillConfirm", "ask": ask, "entry": entry }),
    )
    .await?;
    ensure!(ended["refused"] == "notApproved", "ended as {ended}");
    Ok(())
}

/// The tab goes to another document while the key is on its way; the moment differs from run to run.
async fn navigation(stage: &Stage<'_>, elsewhere: bool, part: usize) -> Result<()> {
    let id = tab_id(stage).await?;
    let entry = entry(stage).await?;
    let host = stage.host("tool");
    let other = if elsewhere {
        stage.host("evil")
    } else {
        host.clone()
    };
    let mark = &stage.mark;
    for host in [&host, &other] {
        let origin = format!("https://{host}");
        // Approved both, so that only the document tells them apart.
        let approved = send(
            stage,
            json!({ "type": "approveOrigin", "entry": entry, "origin": origin }),
        )
        .await?;
        ensure!(approved.get("error").is_none(), "{approved}");
    }
    let driver = &stage.browser().driver;
    let popup = driver.new_window().await?;
    driver.switch_to_window(popup).await?;
    stage
        .tab
        .open(&stage.browser().extension_page("popup.html")?)
        .await?;
    let script = "(async ({ id, entry, first, second, runs, part }) => {
        const { id: own } = await chrome.windows.getCurrent();
        const { windowId: page } = await chrome.tabs.get(id);
        const complete = () => new Promise((done) => {
            const listener = (tab, change) => {
                if (tab !== id || change.status !== 'complete') return;
                chrome.tabs.onUpdated.removeListener(listener);
                done();
            };
            chrome.tabs.onUpdated.addListener(listener);
        });
        const go = async (url) => { const there = complete(); await chrome.tabs.update(id, { url }); await there; };
        const ends = {};
        for (let run = 0; run < runs; run++) {
            const number = part * runs + run;
            await go(`${first}-a${number}`);
            let ask, question;
            // A tab is called complete before the document of an earlier navigation has quite gone.
            do {
                ({ ask } = await chrome.runtime.sendMessage({ type: 'fill', tabId: id, entry }));
                question = await chrome.runtime.sendMessage({ type: 'fillPending', ask });
            } while (question.type !== 'open');
            const there = complete();
            const leave = () => chrome.tabs.update(id, { url: `${second}-b${number}` });
            const confirm = () => chrome.runtime.sendMessage({ type: 'fillConfirm', ask, entry });
            const pause = () => new Promise((done) => setTimeout(done, number % 25));
            // Every other run the person leaves first, else the key is on its way first.
            let leaving, confirming;
            if (number % 2) {
                leaving = leave();
                await pause();
                confirming = confirm();
            } else {
                confirming = confirm();
                await pause();
                leaving = leave();
            }
            const { refused } = await confirming;
            ends[refused] = (ends[refused] ?? 0) + 1;
            await leaving;
            await there;
            for (const { id: window } of await chrome.windows.getAll()) {
                if (window !== own && window !== page) await chrome.windows.remove(window);
            }
        }
        return ends;
    })(message)";
    let url = |host: &str| format!("https://{host}/plain/tools/bare.html?how=focus&doc={mark}");
    let message = json!({ "id": id, "entry": entry, "first": url(&host), "second": url(&other), "runs": RUNS, "part": part });
    let ends = extension_js(stage, script, message).await?;
    let runs: u64 = ends
        .as_object()
        .context("ends")?
        .values()
        .filter_map(Value::as_u64)
        .sum();
    ensure!(runs == RUNS as u64, "{runs} runs: {ends}");
    let wrong: Vec<_> = stage
        .server()
        .received("/collect", mark)
        .into_iter()
        .filter(|received| received.query.contains("-b"))
        .collect();
    ensure!(
        wrong.is_empty(),
        "{} documents got the key of another: {ends}",
        wrong.len()
    );
    println!("      {ends}");
    Ok(())
}

/// Asks for the tab and gives the name of the question, with a page of the extension in front.
async fn asked(stage: &Stage<'_>, id: i64) -> Result<String> {
    let driver = &stage.browser().driver;
    let popup = driver.new_window().await?;
    driver.switch_to_window(popup).await?;
    stage
        .tab
        .open(&stage.browser().extension_page("popup.html")?)
        .await?;
    let asked = send(stage, json!({ "type": "fill", "tabId": id, "entry": null })).await?;
    Ok(asked["ask"]
        .as_str()
        .with_context(|| format!("nothing was asked: {asked}"))?
        .to_owned())
}

/// Asks, approves the site and confirms; gives the refusal or null, with the page in front again.
async fn fill(stage: &Stage<'_>, id: i64, entry: &str, host: &str) -> Result<Value> {
    let driver = &stage.browser().driver;
    let here = driver.window().await?;
    let ask = asked(stage, id).await?;
    let question = send(
        stage,
        json!({ "type": "fillApprove", "ask": ask, "entry": entry }),
    )
    .await?;
    ensure!(
        question["open"]["origin"] == format!("https://{host}"),
        "asked {question}"
    );
    let ended = send(
        stage,
        json!({ "type": "fillConfirm", "ask": ask, "entry": entry }),
    )
    .await?;
    driver.switch_to_window(here).await?;
    Ok(ended["refused"].clone())
}

/// The entry with the sample key, from the one vault of the browser, which is made where it is missing. A page of the extension is in front.
pub(super) async fn entry(stage: &Stage<'_>) -> Result<String> {
    const NAME: &str = "made up";
    let bytes = |text: &str| json!(text.as_bytes());
    let passphrase = bytes(PASSPHRASE);
    // Refused where there is one already.
    send(
        stage,
        json!({ "type": "createVault", "passphrase": passphrase }),
    )
    .await?;
    send(
        stage,
        json!({ "type": "unlockVault", "passphrase": passphrase, "acceptOlder": false }),
    )
    .await?;
    let known = |entries: &Value| {
        let entries = entries.as_array()?;
        let entry = entries
            .iter()
            .find(|entry| entry["details"]["name"] == NAME)?;
        Some(entry["entry"].as_str()?.to_owned())
    };
    let entries = send(stage, json!({ "type": "entries" })).await?;
    if let Some(entry) = known(&entries) {
        return Ok(entry);
    }
    let details = json!({ "name": NAME, "provider": "DeepSeek" });
    let request =
        json!({ "type": "storeEntry", "details": details, "key": bytes(&deepseek()), "notes": [] });
    let stored = send(stage, request).await?;
    let entries = send(stage, json!({ "type": "entries" })).await?;
    known(&entries).with_context(|| format!("not stored: {stored} {entries}"))
}
