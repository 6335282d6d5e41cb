//! Drives the built packages in real Chromium and real Firefox, headless, with real keystrokes and the real clipboard.
//!
//! ```text
//! cargo run -p keyward-e2e -- run [--browser chrome|firefox] [--window]    the demonstration, see scripts/run
//! cargo run -p keyward-e2e -- [--browser chrome|firefox] [--list] [--window] [--dist DIR] [--only] [WORD]…
//! ```
//!
//! Words choose the scenes whose names contain one of them. Scenes share one session for each browser, and one without the extension to compare with; every scene gets fresh tabs
//! and hosts of its own. A line is printed for each scene, and pictures of the failed ones go to `target/e2e`.
//!
//! The two browsers run at the same time, which can starve one of them. Where at most [`MOST_AGAIN`] scenes failed, these
//! are played once more, in new browsers that have the machine to themselves. Who passes then is named in the last line: a
//! scene that stands there twice has a fault of its own.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use tokio::signal::unix::{SignalKind, signal};

use crate::browser::{Browser, Kind, Options};
use crate::page::Tab;
use crate::scenes::{Scene, Stage};
use crate::server::Server;

mod bench;
mod browser;
mod busy;
mod demo;
mod extension;
mod notice;
mod page;
mod provider;
mod samples;
mod scenes;
mod server;
mod trigger;

/// No scene takes longer; one that does has got stuck.
const SCENE_LIMIT: Duration = Duration::from_secs(180);

/// More failures are no accident.
const MOST_AGAIN: usize = 4;

/// A browser that takes longer to close its tabs has got stuck, too.
const TIDY_LIMIT: Duration = Duration::from_secs(15);

/// The repository's root, where `dist` and `target` are.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

struct Arguments {
    kinds: Vec<Kind>,
    only: Vec<String>,
    list: bool,
    demo: bool,
    headless: bool,
    dist: PathBuf,
}

fn arguments() -> Result<Arguments> {
    let mut parsed = Arguments {
        kinds: vec![Kind::Chrome, Kind::Firefox],
        only: Vec::new(),
        list: false,
        demo: false,
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
            "run" => parsed.demo = true,
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
    let outcome = tokio::select! {
        outcome = run() => outcome,
        outcome = told_to_end() => {
            browser::end_all().await;
            outcome
        }
    };
    match outcome {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(2)
        }
    }
}

/// Waits for Ctrl+C or SIGTERM.
async fn told_to_end() -> Result<usize> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    bail!("told to end")
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
    if let [command, pages, work] = &words[..]
        && command == "bench-busy"
    {
        return busy::run(Path::new(pages), Path::new(work))
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
    if arguments.demo {
        for &kind in &arguments.kinds {
            demo::run(
                kind,
                &arguments.dist.join(kind.name()),
                arguments.headless,
                &server,
            )
            .await?;
        }
        return Ok(0);
    }
    let all: Vec<&Scene> = scenes.iter().collect();
    let play = |kind| play_all(kind, 1, &arguments, &all, &server);
    let mut played = Vec::new();
    match arguments.kinds[..] {
        // At the same time, where each has a clipboard of its own.
        [first, second] if arguments.headless => {
            let (one, other) = tokio::join!(play(first), play(second));
            played.extend([(first, one?), (second, other?)]);
        }
        _ => {
            for &kind in &arguments.kinds {
                played.push((kind, play(kind).await?));
            }
        }
    }
    let mut passed: usize = played.iter().map(|(_, played)| played.passed).sum();
    let mut failed: usize = played.iter().map(|(_, played)| played.failed.len()).sum();
    let mut second = String::new();
    if failed <= MOST_AGAIN {
        for (kind, first) in &played {
            let again = match &first.failed[..] {
                [] => continue,
                failed => play_all(*kind, 2, &arguments, failed, &server).await?,
            };
            passed += again.passed;
            failed -= again.passed;
            for scene in &first.failed {
                if !again.failed.iter().any(|other| other.name == scene.name) {
                    second += &format!(", {} {} only when played again", kind.name(), scene.name);
                }
            }
        }
    }
    println!("{passed} passed{second}, {failed} failed");
    Ok(failed)
}

/// What came of the scenes in one browser.
struct Played<'s> {
    passed: usize,
    failed: Vec<&'s Scene>,
}

async fn play_all<'s>(
    kind: Kind,
    round: usize,
    arguments: &Arguments,
    scenes: &[&'s Scene],
    server: &Server,
) -> Result<Played<'s>> {
    let extension = arguments.dist.join(kind.name());
    if !extension.join("manifest.json").is_file() {
        bail!(
            "{} is not built: run scripts/build first",
            extension.display()
        );
    }
    let plain = Options {
        extension: None,
        alone: true,
        headless: arguments.headless,
        language: "en-US",
        in_private: None,
    };
    let with = Options {
        extension: Some(extension.canonicalize()?),
        ..plain.clone()
    };
    let mut pair = start_pair(kind, &with, &plain, server).await?;
    let mut played = Played {
        passed: 0,
        failed: Vec::new(),
    };
    let playable = scenes
        .iter()
        .copied()
        .filter(|scene| scene.only.is_none_or(|only| only == kind));
    for (number, scene) in playable.enumerate() {
        let start = Instant::now();
        // No mark is part of another.
        let mark = format!("{}{round}n{number}x", kind.name());
        let outcome = play(scene, &pair.0, &pair.1, server, mark).await;
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => {
                played.passed += 1;
                println!("ok    {} {} {seconds:.1} s", kind.name(), scene.name);
            }
            Err(error) => {
                played.failed.push(scene);
                // Without the driver's own stack, which says nothing about the scene.
                let error = format!("{error:#}");
                let error = error
                    .split("Stacktrace:")
                    .next()
                    .unwrap_or_default()
                    .trim_end();
                println!(
                    "FAIL  {} {} {seconds:.1} s: {error}",
                    kind.name(),
                    scene.name
                );
            }
        }
        let tidied = async { tidy(&pair.0).await.and(tidy(&pair.1).await) };
        if !matches!(tokio::time::timeout(TIDY_LIMIT, tidied).await, Ok(Ok(()))) {
            println!("      {} is started anew", kind.name());
            pair.0.stop().await;
            pair.1.stop().await;
            pair = start_pair(kind, &with, &plain, server).await?;
        }
    }
    pair.0.stop().await;
    pair.1.stop().await;
    Ok(played)
}

/// A browser with the extension and one without.
async fn start_pair(
    kind: Kind,
    with: &Options,
    plain: &Options,
    server: &Server,
) -> Result<(Browser, Browser)> {
    let browser = Browser::start(kind, with, server).await?;
    match Browser::start(kind, plain, server).await {
        Ok(control) => Ok((browser, control)),
        Err(error) => {
            browser.stop().await;
            Err(error)
        }
    }
}

async fn play(
    scene: &Scene,
    browser: &Browser,
    control: &Browser,
    server: &Server,
    mark: String,
) -> Result<()> {
    let stage = Stage::new(
        Tab { browser, server },
        Tab {
            browser: control,
            server,
        },
        mark,
    );
    let playing = async {
        stage.tab.new_tab().await?;
        stage.control.new_tab().await?;
        (scene.play)(&stage).await
    };
    let outcome = match tokio::time::timeout(SCENE_LIMIT, playing).await {
        Ok(outcome) => outcome,
        Err(_) => Err(anyhow!("still not done after {} s", SCENE_LIMIT.as_secs())),
    };
    stage
        .notes()
        .iter()
        .for_each(|note| println!("      {note}"));
    if outcome.is_err() {
        picture(browser, &scene.name).await.ok();
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

/// Closes every tab and window but the clipboard's. The extension may be closing one at the same moment.
async fn tidy(browser: &Browser) -> Result<()> {
    let driver = &browser.driver;
    for window in driver.windows().await? {
        if window != browser.clipboard_tab && driver.switch_to_window(window).await.is_ok() {
            driver.close_window().await.ok();
        }
    }
    Ok(driver
        .switch_to_window(browser.clipboard_tab.clone())
        .await?)
}
