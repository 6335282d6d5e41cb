//! Ten applications, each on a framework of its own (`pages/apps`), are used with the extension and without: what they did, what they
//! show and what they complained of must be the same.
//!
//! Keys, clicks and the clipboard are real. The drag is made of events by script, since headless Firefox has no drag session.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::Key;
use thirtyfour::WebElement;

use super::{Scene, Stage, scene};
use crate::page::{PATIENCE, Tab};

const APPS: [&str; 10] = [
    "react", "preact", "vue", "svelte", "angular", "solid", "lit", "alpine", "mithril", "jquery",
];

/// What each of them does, in the words of `pages/apps/model.js`.
const DID: [&str; 12] = [
    "add buy milk",
    "add write a letter to the bank",
    "toggle 3",
    "rename 1 water the roses",
    "move 1 4 water the roses",
    "remove 2",
    "undo",
    "toggle 2",
    "undo",
    "route notes",
    "route tasks",
    "add the end",
];

/// Elements wherever they are, in shadow roots too; `LOOK` is put before scripts.
const LOOK: &str = "
    const all = (selector, root = document) => [...root.querySelectorAll('*'), ...(root.shadowRoot?.querySelectorAll('*') ?? [])]
        .flatMap((element) => [...(element.matches(selector) ? [element] : []), ...(element.shadowRoot ? all(selector, element.shadowRoot) : [])]);
    const one = (selector) => all(selector)[0];
    const item = (number, selector) => all(selector, all('#items li')[number])[0];
    const shape = (node) => {
        if (node.nodeType === Node.TEXT_NODE) return node.data.trim();
        if (node.nodeType !== Node.ELEMENT_NODE) return '';
        const inside = [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes].map(shape).filter(Boolean).join(' ');
        const value = 'value' in node ? ` =${JSON.stringify(node.value)}` : '';
        return node.localName === 'style' ? '' : `<${node.localName}#${node.id}.${node.className}${node.checked ? ' on' : ''}${value} ${inside}>`;
    };
";

pub fn scenes() -> Vec<Scene> {
    let play = |app: &'static str| {
        scene(format!("frameworks/{app}"), move |stage| {
            Box::pin(same(stage, app))
        })
    };
    APPS.into_iter().map(play).collect()
}

async fn same(stage: &Stage<'_>, app: &str) -> Result<()> {
    let host = stage.host("apps");
    let plain = used(&stage.control, &host, app)
        .await
        .context("without the extension")?;
    let with = used(&stage.tab, &host, app)
        .await
        .context("with the extension")?;
    ensure!(plain["did"] == json!(DID), "it did {}", plain["did"]);
    for part in ["did", "notes", "shape", "complaints"] {
        ensure!(
            plain[part] == with[part],
            "{part}: {} without, {} with it",
            plain[part],
            with[part]
        );
    }
    ensure!(stage.tab.notice().await?.is_none(), "something is asked");
    Ok(())
}

/// One person's use of the application, from the first task to the last.
async fn used(tab: &Tab<'_>, host: &str, app: &str) -> Result<Value> {
    tab.open(&format!("https://{host}/plain/app.html?app={app}"))
        .await?;
    until(
        tab,
        "the application is there",
        "return all('.title').length === 2",
    )
    .await?;
    // Typed, and sent with Enter.
    click(tab, "one('#new')").await?;
    tab.type_text("buy milk").await?;
    tab.key(Key::Enter).await?;
    until_did(tab, 1).await?;
    // Pasted, and sent with a click.
    tab.copy("write a letter to the bank").await?;
    click(tab, "one('#new')").await?;
    tab.paste().await?;
    until(
        tab,
        "it is pasted",
        "return one('#new').value === 'write a letter to the bank'",
    )
    .await?;
    click(tab, "one('#add button')").await?;
    until_did(tab, 2).await?;
    click(tab, "item(2, '[type=checkbox]')").await?;
    until_did(tab, 3).await?;
    // Changed in its place; and not changed after all.
    edit(tab, "water the roses", Key::Enter).await?;
    until_did(tab, 4).await?;
    edit(tab, "nothing at all", Key::Escape).await?;
    until(
        tab,
        "it is as it was",
        "return item(0, '.title')?.textContent === 'water the roses'",
    )
    .await?;
    drag(tab).await?;
    until_did(tab, 5).await?;
    click(tab, "item(0, '.remove')").await?;
    until_did(tab, 6).await?;
    click(tab, "one('#undo')").await?;
    until_did(tab, 7).await?;
    // The keyboard chooses by letters, and goes to the first by Home.
    let filter = element(tab, "one('#filter')").await?;
    filter.send_keys("d").await?;
    until(
        tab,
        "the list is filtered",
        "return all('#items li').length === 2",
    )
    .await?;
    filter.send_keys(Key::Home + "").await?;
    until(tab, "all are there", "return all('#items li').length === 4").await?;
    click(tab, "item(0, '[type=checkbox]')").await?;
    until_did(tab, 8).await?;
    click(tab, "one('#undo')").await?;
    until_did(tab, 9).await?;
    // Another view, and the browser's own undo in it.
    click(tab, "all('nav a')[1]").await?;
    until_did(tab, 10).await?;
    until(tab, "the view is there", "return !!one('#notes')").await?;
    click(tab, "one('#notes')").await?;
    tab.type_text("first").await?;
    tab.key(Key::Enter).await?;
    tab.type_text("second").await?;
    tab.control('z').await?;
    tab.paste().await?;
    click(tab, "one('#rich')").await?;
    tab.type_text("rich").await?;
    tab.paste().await?;
    tab.control('z').await?;
    tab.type_text("!").await?;
    tab.settle().await?;
    let notes = look(
        tab,
        "return shape(one('#notes')) + shape(one('#rich')) + shape(one('#count'))",
    )
    .await?;
    tab.browser.driver.back().await?;
    until_did(tab, 11).await?;
    until(tab, "the view is there", "return !!one('#new')").await?;
    click(tab, "one('#new')").await?;
    tab.type_text("the end").await?;
    tab.key(Key::Enter).await?;
    until_did(tab, 12).await?;
    tab.settle().await?;
    let mut left = look(
        tab,
        "return { did: window.did, complaints: window.complaints, shape: shape(document.body) }",
    )
    .await?;
    left["notes"] = notes;
    Ok(left)
}

/// Writes over the first task's title.
async fn edit(tab: &Tab<'_>, title: &str, end: Key) -> Result<()> {
    let shown = element(tab, "item(0, '.title')").await?;
    tab.chain().double_click_element(&shown).perform().await?;
    until(
        tab,
        "it can be written in",
        "let active = document.activeElement;
         while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
         return active?.classList.contains('edit')",
    )
    .await?;
    tab.control('a').await?;
    tab.type_text(title).await?;
    tab.key(end).await
}

/// The first task onto the last one.
async fn drag(tab: &Tab<'_>) -> Result<()> {
    let script = "
        const [first, last] = [all('#items li')[0], all('#items li')[3]];
        const dataTransfer = new DataTransfer();
        const fire = (target, type) => target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, composed: true, dataTransfer }));
        fire(first, 'dragstart');
        fire(last, 'dragenter');
        fire(last, 'dragover');
        fire(last, 'drop');
        fire(first, 'dragend');
        return true";
    look(tab, script).await.map(drop)
}

async fn look(tab: &Tab<'_>, script: &str) -> Result<Value> {
    tab.js(&format!("{LOOK}{script}"), vec![]).await
}

async fn element(tab: &Tab<'_>, which: &str) -> Result<WebElement> {
    tab.element(&format!("{LOOK}return {which}")).await
}

async fn click(tab: &Tab<'_>, which: &str) -> Result<()> {
    let element = element(tab, which).await?;
    Ok(tab.chain().click_element(&element).perform().await?)
}

async fn until(tab: &Tab<'_>, what: &str, script: &str) -> Result<()> {
    let waited = tab
        .within(PATIENCE, what, async || look(tab, script).await)
        .await;
    match waited {
        Ok(()) => tab.settle().await,
        Err(error) => {
            let now = "return [window.did, window.complaints, shape(document.body)]";
            Err(error.context(look(tab, now).await?.to_string()))
        }
    }
}

async fn until_did(tab: &Tab<'_>, count: usize) -> Result<()> {
    let script = format!("return window.did.length >= {count}");
    until(tab, &format!("{:?} is done", DID[count - 1]), &script).await
}
