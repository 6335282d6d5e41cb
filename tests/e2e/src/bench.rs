//! The part of `scripts/bench` that needs browsers: `keyward-e2e bench PAGES WORK`.
//!
//! `PAGES` is the folder that `scripts/bench.d` has filled, `WORK` holds the empty extensions to compare with. Prints JSON;
//! what the numbers mean and have to reach is said in `scripts/bench.d/parts.mjs`.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use crate::browser::{Browser, Kind, Options};
use crate::page::Tab;
use crate::repository;
use crate::samples::deepseek;
use crate::server::Server;

/// Frames in one turn of a browser, and how many turns each of the two has. The first turn warms up and is left out.
const FRAMES: usize = 25;
const TURNS: usize = 7;
/// Pastes whose time to the notice is taken.
const PASTES: usize = 24;

/// Measures in both browsers and prints one JSON object.
pub async fn run(pages: &Path, work: &Path) -> Result<()> {
    let server = Server::start(pages).await?;
    let mut results = Map::new();
    for kind in [Kind::Chrome, Kind::Firefox] {
        let result = measure(kind, work, &server)
            .await
            .with_context(|| kind.name().to_owned())?;
        results.insert(kind.name().to_owned(), result);
    }
    println!("{}", Value::Object(results));
    Ok(())
}

fn options(extension: Option<&Path>) -> Result<Options> {
    let extension = extension.map(Path::canonicalize).transpose()?;
    Ok(Options {
        extension,
        headless: true,
        alone: true,
        language: "en-US",
        in_private: None,
    })
}

/// A browser with the package, and one with an empty extension.
pub async fn pair(kind: Kind, work: &Path, server: &Server) -> Result<(Browser, Browser)> {
    let package = repository().join("dist").join(kind.name());
    let empty = work.join(format!("empty-{}", kind.name()));
    let guard = Browser::start(kind, &options(Some(&package))?, server).await?;
    match Browser::start(kind, &options(Some(&empty))?, server).await {
        Ok(control) => Ok((guard, control)),
        Err(error) => {
            guard.stop().await;
            Err(error)
        }
    }
}

async fn measure(kind: Kind, work: &Path, server: &Server) -> Result<Value> {
    let (guard, control) = pair(kind, work, server).await?;
    let outcome = with_extensions(
        Tab {
            browser: &guard,
            server,
        },
        Tab {
            browser: &control,
            server,
        },
    )
    .await;
    guard.stop().await;
    control.stop().await;
    let (frames, notice) = outcome?;

    let plain = Browser::start(kind, &options(None)?, server).await?;
    let outcome = speeds(Tab {
        browser: &plain,
        server,
    })
    .await;
    plain.stop().await;
    let (first, warm) = outcome?;
    Ok(json!({ "frames": frames, "notice": notice, "first": first, "warm": warm }))
}

async fn with_extensions(guard: Tab<'_>, empty: Tab<'_>) -> Result<(Value, Value)> {
    for tab in [guard, empty] {
        fine_clock(&tab).await?;
    }
    let mut frames = Map::new();
    for make in ["srcdoc", "http"] {
        frames.insert(make.to_owned(), untouched_frames(guard, empty, make).await?);
    }
    Ok((Value::Object(frames), notices(guard).await?))
}

/// Firefox's clock ticks in whole milliseconds for pages; frames take about as long.
async fn fine_clock(tab: &Tab<'_>) -> Result<()> {
    if tab.browser.kind == Kind::Firefox {
        let script = "Services.prefs.setBoolPref('privacy.reduceTimerPrecision', false)";
        tab.browser.firefox_privileged(script, vec![]).await?;
    }
    Ok(())
}

/// Milliseconds of each frame, from when it is added until it has loaded, the two browsers in turns.
async fn untouched_frames(guard: Tab<'_>, empty: Tab<'_>, make: &str) -> Result<Value> {
    let mut taken = [Vec::new(), Vec::new()];
    for tab in [guard, empty] {
        tab.browser.driver.new_tab().await?;
        let tabs = tab.browser.driver.windows().await?;
        tab.browser
            .driver
            .switch_to_window(tabs.last().context("no tab")?.clone())
            .await?;
        tab.open("https://frames.example/plain/bench/frames.html")
            .await?;
    }
    for turn in 0..TURNS {
        for (tab, times) in [guard, empty].iter().zip(&mut taken) {
            let script = "const done = arguments[arguments.length - 1];
                window.addFrames(arguments[0], arguments[1]).then(done);";
            let answer = tab
                .browser
                .driver
                .execute_async(script, vec![json!(FRAMES), json!(make)])
                .await?;
            let more: Vec<f64> = serde_json::from_value(answer.json().clone())?;
            ensure!(more.len() == FRAMES, "{} frames", more.len());
            if turn > 0 {
                times.extend(more);
            }
        }
    }
    let [guard, empty] = taken;
    Ok(json!({ "guard": guard, "empty": empty }))
}

/// From the key press to the frame that shows the notice, in a page that has just loaded: set-up included.
async fn notices(tab: Tab<'_>) -> Result<Value> {
    tab.copy(&deepseek()).await?;
    let mut taken = Vec::new();
    for paste in 0..=PASTES {
        tab.open("https://paste.example/plain/bench/paste.html")
            .await?;
        tab.js("window.watch()", vec![]).await?;
        tab.paste().await?;
        tab.until("something is shown", async || {
            tab.js("return window.shown !== null", vec![]).await
        })
        .await?;
        let shown = tab.js("return window.shown", vec![]).await?;
        // What was shown is the notice, and it is open.
        tab.escape().await?;
        // The first paste of a session warms up the browser.
        if paste > 0 {
            taken.push(shown);
        }
    }
    Ok(Value::Array(taken))
}

/// Speeds of both carriers and of the RegExps in a page of a browser without the extension.
async fn speeds(tab: Tab<'_>) -> Result<(Value, Value)> {
    fine_clock(&tab).await?;
    tab.browser
        .driver
        .set_script_timeout(Duration::from_secs(300))
        .await?;
    tab.open("http://speeds.example/plain/bench/speeds.html")
        .await?;
    let call = async |script: &str| -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async () => {script})().then((value) => done({{ value }}), (error) => done({{ error: `${{error}} ${{error.stack}}` }}));"
        );
        let answer = tab.browser.driver.execute_async(script, vec![]).await?;
        let answer = answer.json();
        ensure!(answer.get("error").is_none(), "{}", answer["error"]);
        Ok(answer["value"].clone())
    };
    call("window.bench.load()").await?;
    let first = call("window.bench.firstScans()").await?;
    let mut warm = Map::new();
    for kind in ["source", "prose"] {
        for size in ["small", "large"] {
            let times = call(&format!("window.bench.warmScans('{kind}', '{size}')")).await?;
            warm.insert(format!("{kind}.{size}"), times);
        }
    }
    Ok((first, Value::Object(warm)))
}
