//! What a scene does with a tab: opening pages, keys, the real clipboard, waiting for conditions.

use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use thirtyfour::action_chain::ActionChain;
use thirtyfour::prelude::*;

use crate::browser::Browser;
use crate::server::{Policy, Server};

/// How long a condition may take to come true. Only a scene that fails waits so long.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Pause between two looks at a condition.
pub const POLL: Duration = Duration::from_millis(10);

/// One kind of field or editor that people paste into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name in scenes' names and in the page's address.
    pub kind: &'static str,
    /// Script below `pages/` that makes it.
    script: &'static str,
    /// Style sheet below `pages/built/`.
    style: &'static str,
    /// Whether it holds one line only.
    pub single_line: bool,
}

const fn plain(kind: &'static str, single_line: bool) -> Field {
    Field {
        kind,
        script: "plain.js",
        style: "none.css",
        single_line,
    }
}

const fn editor(kind: &'static str, script: &'static str, style: &'static str) -> Field {
    Field {
        kind,
        script,
        style,
        single_line: false,
    }
}

/// Every kind of field that is promised to work.
pub const FIELDS: [Field; 13] = [
    plain("textarea", false),
    plain("text", true),
    plain("search", true),
    plain("password", true),
    plain("contenteditable", false),
    plain("contenteditable-plain", false),
    editor("prosemirror", "built/prosemirror.js", "none.css"),
    editor("lexical", "built/lexical.js", "none.css"),
    editor("slate", "built/slate.js", "none.css"),
    editor("quill", "built/quill.js", "quill.css"),
    editor("codemirror", "built/codemirror.js", "none.css"),
    editor("monaco", "built/monaco.js", "monaco.css"),
    editor("draft", "built/draft.js", "draft.css"),
];

impl Field {
    /// The kind of that name.
    pub fn named(kind: &str) -> Field {
        FIELDS
            .into_iter()
            .find(|field| field.kind == kind)
            .expect("scenes name kinds that are in the table")
    }

    /// Address of a page with this field, on a host of the scene's choice.
    pub fn url(&self, host: &str, policy: Policy) -> String {
        let Field {
            kind,
            script,
            style,
            ..
        } = self;
        format!(
            "https://{host}/{}/field.html?kind={kind}&script={script}&style={style}",
            policy.name()
        )
    }
}

/// A tab of a browser, and the server behind it.
#[derive(Clone, Copy)]
pub struct Tab<'a> {
    /// The browser whose current tab this is.
    pub browser: &'a Browser,
    /// What serves its pages.
    pub server: &'a Server,
}

impl<'a> Tab<'a> {
    /// Opens an address and waits until the page has loaded.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.browser
            .driver
            .goto(url)
            .await
            .with_context(|| format!("opening {url}"))
    }

    /// Opens a page with one field, clicks into it and types `ab` with the caret left between the two letters.
    pub async fn open_field(&self, field: Field, host: &str, policy: Policy) -> Result<()> {
        self.open(&field.url(host, policy)).await?;
        self.enter_field().await
    }

    /// Clicks into the page's field and types `ab` with the caret left between the two letters.
    pub async fn enter_field(&self) -> Result<()> {
        self.until("the field is there", async || {
            self.js("return !!(window.field && window.field.element && window.field.element.isConnected)", vec![]).await
        })
        .await?;
        let element = self.element("return window.field.element").await?;
        self.chain().click_element(&element).perform().await?;
        self.type_text("ab").await?;
        self.until_text("ab").await?;
        // Editors follow the caret with a delay; they are to have caught up with the letters, and then with the arrow.
        self.settle().await?;
        self.key(Key::Left).await?;
        self.settle().await?;
        self.forget_events().await
    }

    /// Runs a script in the page's own world.
    pub async fn js(&self, script: &str, args: Vec<Value>) -> Result<Value> {
        let answer = self.browser.driver.execute(script, args).await;
        Ok(answer.with_context(|| script.to_owned())?.json().clone())
    }

    /// The element that a script returns.
    pub async fn element(&self, script: &str) -> Result<WebElement> {
        let answer = self
            .browser
            .driver
            .execute(script, vec![])
            .await
            .with_context(|| script.to_owned())?;
        Ok(answer.element()?)
    }

    /// The first element that matches.
    pub async fn find(&self, css: &str) -> Result<WebElement> {
        self.browser
            .driver
            .find(By::Css(css))
            .await
            .with_context(|| css.to_owned())
    }

    /// What the page's field holds, as the page itself reads it.
    pub async fn text(&self) -> Result<String> {
        let text = self.js("return window.field.text()", vec![]).await?;
        Ok(text
            .as_str()
            .context("the field's text is not a string")?
            .to_owned())
    }

    /// The field's content with its formatting.
    pub async fn shape(&self) -> Result<String> {
        let shape = self.js("return window.field.shape()", vec![]).await?;
        Ok(shape
            .as_str()
            .context("the field's shape is not a string")?
            .to_owned())
    }

    /// The events that the page has seen, see `pages/recorder.js`.
    pub async fn events(&self) -> Result<Vec<Value>> {
        let events = self.js("return window.seen", vec![]).await?;
        Ok(events
            .as_array()
            .context("the page has no recorder")?
            .clone())
    }

    /// Empties the page's record of events.
    pub async fn forget_events(&self) -> Result<()> {
        self.js("window.seen.length = 0", vec![]).await?;
        Ok(())
    }

    /// Fails if the page has seen an event through which it could have learnt the text. `change` is none: a field that
    /// was typed into fires it for what was typed when the focus goes to the notice.
    pub async fn must_have_seen_nothing(&self) -> Result<()> {
        let mut events = self.events().await?;
        events.retain(|event| event["type"] != "change");
        if events.is_empty() {
            return Ok(());
        }
        bail!("the page saw {}", serde_json::to_string(&events)?)
    }

    /// Waits until the page has painted twice and done what was queued meanwhile.
    pub async fn settle(&self) -> Result<()> {
        let script = "const done = arguments[arguments.length - 1];
            requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));";
        self.browser.driver.execute_async(script, vec![]).await?;
        Ok(())
    }

    /// A chain of actions without pauses.
    pub fn chain(&self) -> ActionChain {
        ActionChain::new_with_delay(
            self.browser.driver.handle().clone(),
            Some(Duration::ZERO),
            Some(Duration::ZERO),
        )
    }

    /// Types text with real key presses.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        Ok(self.chain().send_keys(text).perform().await?)
    }

    /// Presses one key.
    pub async fn key(&self, key: Key) -> Result<()> {
        Ok(self.chain().send_keys(key).perform().await?)
    }

    /// Presses a letter with Control.
    pub async fn control(&self, letter: char) -> Result<()> {
        let chain = self
            .chain()
            .key_down(Key::Control)
            .send_keys(letter.to_string())
            .key_up(Key::Control);
        Ok(chain.perform().await?)
    }

    /// Pastes what is on the clipboard, as a person does.
    pub async fn paste(&self) -> Result<()> {
        self.control('v').await
    }

    /// Puts text on the clipboard by copying it from a field of another tab.
    pub async fn copy(&self, text: &str) -> Result<()> {
        let script = "const field = document.getElementById('plain');
             field.hidden = false; field.value = arguments[0]; field.focus(); field.select();";
        self.copy_by(script, "copied", vec![json!(text)]).await
    }

    /// Puts HTML, with its plain text, on the clipboard.
    pub async fn copy_html(&self, html: &str) -> Result<()> {
        let script = "const field = document.getElementById('rich');
             field.innerHTML = arguments[0]; field.focus(); getSelection().selectAllChildren(field);";
        self.copy_by(script, "copied", vec![json!(html)]).await
    }

    /// Puts on the clipboard what a script selects in the clipboard's tab, or itself writes there; it is done when the
    /// page's variable `done` is true (`copied` is set by the copy itself).
    pub async fn copy_by(&self, script: &str, done: &str, args: Vec<Value>) -> Result<()> {
        let driver = &self.browser.driver;
        let here = driver.window().await?;
        driver
            .switch_to_window(self.browser.clipboard_tab.clone())
            .await?;
        if !driver
            .current_url()
            .await?
            .path()
            .ends_with("clipboard.html")
        {
            self.open("https://clipboard.example/plain/clipboard.html")
                .await?;
        }
        self.js("window.copied = false; addEventListener('copy', () => { window.copied = true; }, { once: true })", vec![])
            .await?;
        self.js(script, args).await?;
        self.control('c').await?;
        self.until("the text is copied", async || {
            self.js(&format!("return window.{done} === true"), vec![])
                .await
        })
        .await?;
        driver.switch_to_window(here).await?;
        Ok(())
    }

    /// Waits until the field holds exactly this text.
    pub async fn until_text(&self, expected: &str) -> Result<()> {
        let mut last = String::new();
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            last = self.text().await?;
            if last == expected {
                return Ok(());
            }
            tokio::time::sleep(POLL).await;
        }
        Err(anyhow!("the field holds {last:?} instead of {expected:?}"))
    }

    /// Waits until a look at the page gives `true`.
    pub async fn until<F>(&self, what: &str, look: impl FnMut() -> F) -> Result<()>
    where
        F: Future<Output = Result<Value>>,
    {
        self.within(PATIENCE, what, look).await
    }

    /// Waits so long at most until a look at the page gives `true`.
    pub async fn within<F>(
        &self,
        patience: Duration,
        what: &str,
        mut look: impl FnMut() -> F,
    ) -> Result<()>
    where
        F: Future<Output = Result<Value>>,
    {
        let start = Instant::now();
        loop {
            if look().await? == Value::Bool(true) {
                return Ok(());
            }
            if start.elapsed() > patience {
                bail!("in vain waited until {what}");
            }
            tokio::time::sleep(POLL).await;
        }
    }
}
