//! Drives the built packages in real Chromium and real Firefox, headless, with real keystrokes and the real clipboard.
//!
//! ```text
//! cargo run -p keyward-e2e -- [--browser chrome|firefox] [--list] [--window] [--dist DIR] [--only] [WORD]…
//! ```
//!
//! Words choose the scenes whose names contain one of them. Scenes share one session for each browser, and one without the extension to compare with; every scene gets fresh tabs
//! and hosts of its own. A line is printed for each scene, and pictures of the failed ones go to `target/e2e`.

#![allow(dead_code)] // What the next scenes need is there already.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::browser::{Browser, Kind, Options};
use crate::page::Tab;
use crate::scenes::{Scene, Stage};
use crate::server::Server;

mod bench;
mod browser;
mod notice;
mod page;
mod samples;
mod scenes;
mod server;

/// No scene takes longer; one that does has got stuck.
const SCENE_LIMIT: Duration = Duration::from_secs(90);

/// The repository's root, where `dist` and `target` are.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

struct Arguments {
    kinds: Vec<Kind>,
    only: Vec<String>,
    list: bool,
    headless: bool,
    dist: PathBuf,
}

fn arguments() -> Result<Arguments> {
    let mut parsed = Arguments {
        kinds: vec![Kind::Chrome, Kind::Firefox],
        only: Vec::new(),
        list: false,
        headless: true,
        dist: repository().join("dist"),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .with_context(|| format!("{word} needs a value"))
        };
        match word.as_str() {
            "--browser" => {
                parsed.kinds = match value()?.as_str() {
                    "chrome" => vec![Kind::Chrome],
                    "firefox" => vec![Kind::Firefox],
                    other => bail!("{other} is neither chrome nor firefox"),
                }
            }
            "--only" => parsed.only.push(value()?),
            "--list" => parsed.list = true,
            "--window" => parsed.headless = false,
            "--dist" => parsed.dist = PathBuf::from(value()?),
            other if other.starts_with("--") => bail!("unknown argument {other}"),
            _ => parsed.only.push(word),
        }
    }
    Ok(parsed)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    match run().await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(2)
        }
    }
}

/// Plays what is asked for and gives the number of failures.
async fn run() -> Result<usize> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [command, pages, work] = &words[..]
        && command == "bench"
    {
        return bench::run(Path::new(pages), Path::new(work))
            .await
            .map(|()| 0);
    }
    let arguments = arguments()?;
    let wanted = |name: &str| {
        arguments.only.is_empty()
            || arguments
                .only
                .iter()
                .any(|word| name.contains(word.as_str()))
    };
    let scenes: Vec<Scene> = scenes::all()
        .into_iter()
        .filter(|scene| wanted(&scene.name))
        .collect();
    let mut names = HashSet::new();
    if let Some(twice) = scenes
        .iter()
        .find(|scene| !names.insert(scene.name.clone()))
    {
        bail!("two scenes are named {}", twice.name);
    }
    if scenes.is_empty() {
        bail!("no scene has such a name");
    }
    if arguments.list {
        scenes.iter().for_each(|scene| println!("{}", scene.name));
        return Ok(0);
    }
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
    if !pages.join("built/prosemirror.js").is_file() {
        bail!("the editors are not built: run `node tests/e2e/pages/build.mjs` first");
    }
    let server = Server::start(&pages).await?;
    let (mut passed, mut failed) = (0, 0);
    for &kind in &arguments.kinds {
        let (more_passed, more_failed) = play_all(kind, &arguments, &scenes, &server).await?;
        passed += more_passed;
        failed += more_failed;
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed)
}

async fn play_all(
    kind: Kind,
    arguments: &Arguments,
    scenes: &[Scene],
    server: &Server,
) -> Result<(usize, usize)> {
    let extension = arguments.dist.join(kind.name());
    if !extension.join("manifest.json").is_file() {
        bail!(
            "{} is not built: run scripts/build first",
            extension.display()
        );
    }
    let plain = Options {
        extension: None,
        headless: arguments.headless,
        language: "en-US",
    };
    let with = Options {
        extension: Some(extension.canonicalize()?),
        ..plain.clone()
    };
    let browser = Browser::start(kind, &with, server).await?;
    let control = match Browser::start(kind, &plain, server).await {
        Ok(control) => control,
        Err(error) => {
            browser.stop().await;
            return Err(error);
        }
    };
    let (mut passed, mut failed) = (0, 0);
    let playable = scenes
        .iter()
        .filter(|scene| scene.only.is_none_or(|only| only == kind));
    for (number, scene) in playable.enumerate() {
        let start = Instant::now();
        let mark = format!("s{number}");
        let outcome = play(scene, &browser, &control, server, mark).await;
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => {
                passed += 1;
                println!("ok    {} {} {seconds:.1} s", kind.name(), scene.name);
            }
            Err(error) => {
                failed += 1;
                println!(
                    "FAIL  {} {} {seconds:.1} s: {error:#}",
                    kind.name(),
                    scene.name
                );
            }
        }
    }
    browser.stop().await;
    control.stop().await;
    Ok((passed, failed))
}

async fn play(
    scene: &Scene,
    browser: &Browser,
    control: &Browser,
    server: &Server,
    mark: String,
) -> Result<()> {
    for each in [browser, control] {
        each.driver
            .new_tab()
            .await
            .and(Ok(()))
            .context("opening a tab")?;
        let tabs = each.driver.windows().await?;
        each.driver
            .switch_to_window(tabs.last().context("no tab")?.clone())
            .await?;
    }
    let stage = Stage {
        tab: Tab { browser, server },
        control: Tab {
            browser: control,
            server,
        },
        mark,
    };
    let outcome = match tokio::time::timeout(SCENE_LIMIT, (scene.play)(&stage)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(anyhow!("still not done after {} s", SCENE_LIMIT.as_secs())),
    };
    if outcome.is_err() {
        picture(browser, &scene.name).await.ok();
    }
    for each in [browser, control] {
        tidy(each)
            .await
            .with_context(|| format!("tidying up after {}", scene.name))?;
    }
    outcome
}

/// Saves what the tab shows.
async fn picture(browser: &Browser, name: &str) -> Result<()> {
    let folder = repository().join("target/e2e");
    std::fs::create_dir_all(&folder)?;
    let png =
        tokio::time::timeout(Duration::from_secs(5), browser.driver.screenshot_as_png()).await??;
    std::fs::write(
        folder.join(format!(
            "{}-{}.png",
            browser.kind.name(),
            name.replace('/', "-")
        )),
        png,
    )?;
    Ok(())
}

/// Closes every tab and window but the clipboard's.
async fn tidy(browser: &Browser) -> Result<()> {
    let driver = &browser.driver;
    for window in driver.windows().await? {
        if window != browser.clipboard_tab {
            driver.switch_to_window(window).await?;
            driver.close_window().await?;
        }
    }
    driver
        .switch_to_window(browser.clipboard_tab.clone())
        .await?;
    Ok(())
}
