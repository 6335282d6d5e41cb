//! The part of `scripts/bench` about pages that are hard to watch: `keyward-e2e bench-busy PAGES WORK`. Prints JSON, as `bench` does.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use crate::bench::pair;
use crate::browser::Kind;
use crate::page::Tab;
use crate::server::Server;

/// Keys of one turn, and how many turns each browser has.
const KEYS: usize = 50;
const TURNS: usize = 4;
/// Between two keys: 15 a second.
const KEY_EVERY: Duration = Duration::from_millis(67);
/// Frames of the page whose memory is measured.
const FRAMES: usize = 200;

/// Measures in both browsers and prints one JSON object.
pub async fn run(pages: &Path, work: &Path) -> Result<()> {
    let server = Server::start(pages).await?;
    let mut results = Map::new();
    for kind in [Kind::Chrome, Kind::Firefox] {
        let (guard, empty) = pair(kind, work, &server).await?;
        let tabs = [&guard, &empty].map(|browser| Tab {
            browser,
            server: &server,
        });
        let measured = measure(tabs).await;
        guard.stop().await;
        empty.stop().await;
        results.insert(
            kind.name().to_owned(),
            measured.with_context(|| kind.name().to_owned())?,
        );
    }
    println!("{}", Value::Object(results));
    Ok(())
}

async fn measure(tabs: [Tab<'_>; 2]) -> Result<Value> {
    let mut memory = Vec::new();
    for tab in &tabs {
        tab.new_tab().await?;
        open(tab).await?;
        let before = tab.browser.memory_kb()?;
        let script = "const done = arguments[arguments.length - 1];
            window.addFrames(arguments[0]).then(done);";
        let args = vec![json!(FRAMES)];
        tab.browser.driver.execute_async(script, args).await?;
        tab.settle().await?;
        memory.push(tab.browser.memory_kb()?.saturating_sub(before));
    }
    let mut result =
        json!({ "memory": { "guard": memory[0], "empty": memory[1], "frames": FRAMES } });
    for page in ["inputs", "editor"] {
        let mut taken = [Vec::new(), Vec::new()];
        for tab in &tabs {
            open(tab).await?;
            tab.js("window.make(arguments[0])", vec![json!(page)])
                .await?;
        }
        // The first turn warms up.
        for turn in 0..=TURNS {
            for (tab, all) in tabs.iter().zip(&mut taken) {
                tab.js("window.latencies.length = 0", vec![]).await?;
                for _ in 0..KEYS {
                    let (key, _) = tokio::join!(tab.type_text("a"), tokio::time::sleep(KEY_EVERY));
                    key?;
                }
                tab.until("all keys have arrived", async || {
                    let arrived = format!("return window.latencies.length >= {KEYS}");
                    tab.js(&arrived, vec![]).await
                })
                .await?;
                let times = tab.js("return window.latencies", vec![]).await?;
                let times: Vec<f64> = serde_json::from_value(times)?;
                ensure!(times.len() == KEYS, "{} of {KEYS} keys", times.len());
                if turn > 0 {
                    all.extend(times);
                }
            }
        }
        let [guard, empty] = taken;
        result[page] = json!({ "guard": guard, "empty": empty });
    }
    Ok(result)
}

async fn open(tab: &Tab<'_>) -> Result<()> {
    tab.open("https://busy.example/plain/bench/busy.html").await
}
