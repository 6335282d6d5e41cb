//! The guard's notice as a person meets it, and as a test can read it.
//!
//! It sits in a closed shadow root, which no page can look into. A person sees it and uses the keyboard: so do the scenes,
//! with real keys. To read what it says, they use what only a test has: the DevTools protocol in Chromium, the privileged
//! context in Firefox. Nothing of the product is opened for it.

use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::browser::Kind;
use crate::page::{PATIENCE, POLL, Tab};

/// What is read of an open dialog, by a function whose `this` is the dialog or the mark.
const READ: &str = "function () {
    const visible = (element) => element.getClientRects().length > 0 && !element.disabled;
    const name = (element) => (element.getAttribute('aria-label') || element.innerText || element.value || '').trim();
    const controls = [...this.querySelectorAll('button, input, select, a[href]')].filter(visible);
    const active = this.getRootNode().activeElement;
    const box = this.getBoundingClientRect();
    const referred = (attribute) => (this.getAttribute(attribute) || '').split(/\\s+/).filter(Boolean)
        .map((id) => this.getRootNode().getElementById(id)?.textContent.trim() ?? `no element ${id}`).join(' ');
    return {
        open: this.matches('dialog') ? this.open : this.matches(':popover-open') && box.width > 0,
        mark: !this.matches('dialog'),
        text: this.innerText,
        controls: controls.map(name),
        places: controls.map((element) => {
            const { left, top, width, height } = element.getBoundingClientRect();
            return [Math.round(left + width / 2), Math.round(top + height / 2)];
        }),
        focused: active && active !== this ? name(active) : null,
        role: this.getAttribute('role'),
        label: this.getAttribute('aria-label') || referred('aria-labelledby'),
        description: referred('aria-describedby'),
        language: this.closest('[lang]')?.lang || '',
        width: box.width,
        height: box.height,
        left: box.left,
        top: box.top,
        viewport: [innerWidth, innerHeight],
        moves: this.ownerDocument.defaultView.getComputedStyle(this).animationName !== 'none',
    };
}";

/// An open notice, or a mark, as it was when it was read.
#[derive(Clone, Debug, Deserialize)]
pub struct Notice {
    /// Whether it is not the notice but the quiet mark at a field.
    pub mark: bool,
    /// All that it says.
    pub text: String,
    /// Names of what can be reached with Tab, in order.
    pub controls: Vec<String>,
    /// The middle of each, in CSS pixels of the viewport.
    pub places: Vec<[i64; 2]>,
    /// Name of the one with the focus.
    pub focused: Option<String>,
    /// Its ARIA role, as written.
    pub role: Option<String>,
    /// Its accessible name, as written.
    pub label: String,
    /// Its accessible description, as written.
    pub description: String,
    /// The language it declares.
    pub language: String,
    /// Size and place in CSS pixels.
    pub width: f64,
    /// See `width`.
    pub height: f64,
    /// See `width`.
    pub left: f64,
    /// See `width`.
    pub top: f64,
    /// Width and height of the viewport.
    pub viewport: [f64; 2],
    /// Whether it comes in with a movement.
    pub moves: bool,
}

impl Tab<'_> {
    /// The open notice in this tab, if there is one. Looks into every frame of the tab in Firefox, and into those of the
    /// page's own process in Chromium.
    pub async fn notice(&self) -> Result<Option<Notice>> {
        Ok(self.shown().await?.into_iter().find(|shown| !shown.mark))
    }

    /// What the mark at a field says, if there is one.
    pub async fn mark(&self) -> Result<Option<String>> {
        Ok(self
            .shown()
            .await?
            .into_iter()
            .find(|shown| shown.mark)
            .map(|mark| mark.text.trim().to_owned()))
    }

    /// Waits until the mark names this. While a key is being typed, what stands there so far may look like another.
    pub async fn until_mark(&self, name: &str) -> Result<String> {
        let start = Instant::now();
        let mut last = None;
        while start.elapsed() < PATIENCE {
            last = self.mark().await?;
            if let Some(mark) = &last
                && mark.contains(name)
            {
                return Ok(mark.clone());
            }
            tokio::time::sleep(POLL).await;
        }
        bail!("the mark says {last:?}")
    }

    /// All that the guard shows in this tab.
    pub async fn shown(&self) -> Result<Vec<Notice>> {
        let read = match self.browser.kind {
            Kind::Chrome => self.shown_in_chrome().await?,
            Kind::Firefox => self.shown_in_firefox().await?,
        };
        let open = read.into_iter().filter(|shown| shown["open"] == true);
        open.map(|shown| serde_json::from_value(shown).context("reading the notice"))
            .collect()
    }

    /// Waits for the notice.
    pub async fn until_notice(&self) -> Result<Notice> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(notice) = self.notice().await?
                && notice.focused.is_some()
            {
                return Ok(notice);
            }
            tokio::time::sleep(POLL).await;
        }
        bail!("no notice has come")
    }

    /// Waits until there is no notice.
    pub async fn until_no_notice(&self) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if self.notice().await?.is_none() {
                return Ok(());
            }
            tokio::time::sleep(POLL).await;
        }
        bail!("the notice stays")
    }

    /// Presses the control of the notice whose name contains `label`: Tab until it has the focus, then Enter.
    pub async fn press(&self, label: &str) -> Result<()> {
        let mut notice = self.until_notice().await?;
        let controls = notice.controls.len();
        for _ in 0..=controls {
            if notice
                .focused
                .as_deref()
                .is_some_and(|focused| focused.contains(label))
            {
                return self.key(Key::Enter).await;
            }
            self.key(Key::Tab).await?;
            notice = self
                .notice()
                .await?
                .context("the notice went away on Tab")?;
        }
        bail!(
            "Tab does not reach {label:?}; there are {:?}",
            notice.controls
        )
    }

    /// Presses Escape in the notice and waits until it is gone.
    pub async fn escape(&self) -> Result<()> {
        self.until_notice().await?;
        self.key(Key::Escape).await?;
        self.until_no_notice().await
    }

    async fn shown_in_chrome(&self) -> Result<Vec<Value>> {
        let document = self
            .browser
            .cdp("DOM.getDocument", json!({ "depth": -1, "pierce": true }))
            .await?;
        let mut boxes = Vec::new();
        closed_boxes(&document["root"], false, &mut boxes);
        if boxes.is_empty() {
            return Ok(Vec::new());
        }
        // A world of its own: the page may have broken everything in its.
        let frames = self.browser.cdp("Page.getFrameTree", json!({})).await?;
        let world = json!({ "frameId": frames["frameTree"]["frame"]["id"], "worldName": "scenes" });
        let world =
            self.browser.cdp("Page.createIsolatedWorld", world).await?["executionContextId"]
                .clone();
        let mut read = Vec::new();
        for node in boxes {
            // A node that went away between the calls is a notice that has closed.
            let Ok(object) = self
                .browser
                .cdp(
                    "DOM.resolveNode",
                    json!({ "nodeId": node, "executionContextId": world }),
                )
                .await
            else {
                continue;
            };
            let call = json!({
                "objectId": object["object"]["objectId"],
                "functionDeclaration": READ,
                "returnByValue": true,
            });
            let answer = self.browser.cdp("Runtime.callFunctionOn", call).await?;
            ensure!(
                answer.get("exceptionDetails").is_none(),
                "reading the notice: {answer}"
            );
            read.push(answer["result"]["value"].clone());
        }
        Ok(read)
    }

    async fn shown_in_firefox(&self) -> Result<Vec<Value>> {
        let script = r"
            const inside = `
                const found = [];
                const search = (root) => {
                    for (const element of root.querySelectorAll('*')) {
                        const shadow = element.openOrClosedShadowRoot;
                        if (!shadow) continue;
                        for (const dialog of shadow.querySelectorAll('dialog, [popover]')) {
                            if (shadow.mode === 'closed') found.push((${args[0]}).call(dialog));
                        }
                        search(shadow);
                    }
                };
                search(document);
                return found;
            `;
            const all = [];
            for (const context of gBrowser.selectedBrowser.browsingContext.getAllBrowsingContextsInSubtree()) {
                const actor = context.currentWindowGlobal?.getActor('MarionetteCommands');
                if (!actor) continue;
                try {
                    all.push(...await actor.executeScript(inside, [], { sandboxName: 'system', newSandbox: true, timeout: 5000 }));
                } catch (error) {
                    // A frame that navigates away is no reason to stop looking.
                    if (!/AbortError|no such|discarded|destroyed/i.test(String(error))) throw error;
                }
            }
            return all;
        ";
        let found = self
            .browser
            .firefox_privileged(script, vec![json!(READ)])
            .await?;
        Ok(found.as_array().cloned().unwrap_or_default())
    }
}

/// Collects the node ids of the dialogs and popovers inside closed shadow roots.
fn closed_boxes(node: &Value, closed: bool, boxes: &mut Vec<Value>) {
    let attributes = node["attributes"].as_array();
    let popover = attributes
        .is_some_and(|attributes| attributes.iter().step_by(2).any(|name| name == "popover"));
    if closed && (popover || node["nodeName"] == "DIALOG") {
        boxes.push(node["nodeId"].clone());
    }
    for child in node["children"].as_array().into_iter().flatten() {
        closed_boxes(child, closed, boxes);
    }
    for root in node["shadowRoots"].as_array().into_iter().flatten() {
        closed_boxes(root, closed || root["shadowRootType"] == "closed", boxes);
    }
    if let Some(document) = node.get("contentDocument") {
        closed_boxes(document, false, boxes);
    }
}
