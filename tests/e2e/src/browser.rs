//! Starting and stopping a browser with its driver: Chromium and Firefox behind one type.
//!
//! Each browser has a fresh profile, its own driver on a free port, the [`Server`] as its proxy, and the built package
//! loaded, or nothing at all where a scene compares with a browser that has no extension.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::common::capabilities::firefox::FirefoxPreferences;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::extensions::addons::firefox::FirefoxTools;
use thirtyfour::prelude::*;
use thirtyfour::{RequestData, SessionId};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::server::Server;

/// `browser_specific_settings.gecko.id` of the manifest.
pub const GECKO_ID: &str = "keyward@keyward.dev";
/// The address that Firefox is told to give the extension's pages, so that scenes can open them.
const GECKO_UUID: &str = "b6b9a8f0-5a1f-4d8b-9d53-6b1f6c3c9a70";
/// A driver that has not said its port after this time will not do so.
const DRIVER_START: Duration = Duration::from_secs(20);

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Debian's Chromium.
    Chrome,
    /// Firefox ESR.
    Firefox,
}

impl Kind {
    /// The word for it on the command line and of its folder under `dist`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Chrome => "chrome",
            Kind::Firefox => "firefox",
        }
    }
}

/// What a browser is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The unpacked package, or none.
    pub extension: Option<PathBuf>,
    /// Without a window.
    pub headless: bool,
    /// Whether every host is the [`Server`]'s. Without it the browser has the real web, as a person wants it.
    pub alone: bool,
    /// Language of the browser's own interface, which decides the extension's.
    pub language: &'static str,
    /// The identifier of an extension that Chromium's profile lets into private windows from the beginning.
    pub in_private: Option<String>,
}

/// How long a browser may take to start before it is started anew; it takes two seconds.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running browser, its driver and its profile.
pub struct Browser {
    /// Which one it is.
    pub kind: Kind,
    /// The session.
    pub driver: WebDriver,
    /// The tab whose only use is to put things on the clipboard. It stays open all the time.
    pub clipboard_tab: WindowHandle,
    /// What it was started with.
    pub options: Options,
    /// How many welcome pages the installation opened. They were closed.
    pub welcomes: usize,
    extension_base: Option<String>,
    process: Child,
    profile: PathBuf,
}

impl Browser {
    /// Starts driver and browser and loads the extension.
    ///
    /// # Errors
    /// A missing driver or browser is named in the error, with what to install.
    pub async fn start(kind: Kind, options: &Options, server: &Server) -> Result<Browser> {
        // With an extension that may see requests Chromium now and then never ends loading its first tab, for which its driver
        // waits a minute: one start in ten on a busy machine (November 2026).
        for _ in 0..2 {
            if let Some(browser) = Browser::begin(kind, options, server, START_LIMIT).await? {
                return Ok(browser);
            }
        }
        let begun = Browser::begin(kind, options, server, START_LIMIT * 3).await?;
        begun.with_context(|| format!("{} does not start in time", kind.name()))
    }

    /// `None` where it takes longer than it may.
    async fn begin(
        kind: Kind,
        options: &Options,
        server: &Server,
        limit: Duration,
    ) -> Result<Option<Browser>> {
        static PROFILES: AtomicU32 = AtomicU32::new(0);
        let number = PROFILES.fetch_add(1, Ordering::Relaxed);
        let profile =
            std::env::temp_dir().join(format!("keyward-e2e-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&profile)?;
        let (process, url) = start_driver(kind).await?;
        remember(process.id(), &profile);
        let connecting = async {
            match kind {
                Kind::Chrome => chrome(&url, options, server, &profile).await,
                Kind::Firefox => firefox(&url, options, server).await,
            }
        };
        let Ok(connected) = tokio::time::timeout(limit, connecting).await else {
            kill_group(&process).await;
            std::fs::remove_dir_all(&profile).ok();
            return Ok(None);
        };
        let (driver, extension_base) = match connected {
            Ok(connected) => connected,
            Err(error) => {
                kill_group(&process).await;
                return Err(error).with_context(|| format!("{} does not start", kind.name()));
            }
        };
        let clipboard_tab = driver.window().await?;
        driver.set_script_timeout(Duration::from_secs(60)).await?;
        driver
            .set_page_load_timeout(Duration::from_secs(60))
            .await?;
        driver.set_window_rect(0, 0, 1000, 800).await.ok();
        let welcomes = match &extension_base {
            Some(_) => close_welcomes(&driver, &clipboard_tab).await?,
            None => 0,
        };
        Ok(Some(Browser {
            kind,
            driver,
            clipboard_tab,
            options: options.clone(),
            welcomes,
            extension_base,
            process,
            profile,
        }))
    }

    /// Chromium's profile; Firefox's is made by its driver, and known to the browser itself.
    pub fn profile(&self) -> &Path {
        &self.profile
    }

    /// The address of one of the extension's pages.
    pub fn extension_page(&self, name: &str) -> Result<String> {
        let base = self
            .extension_base
            .as_ref()
            .context("this browser runs without the extension")?;
        Ok(format!("{base}/{name}"))
    }

    /// Sends a command of the Chrome DevTools Protocol to the tab.
    pub async fn cdp(&self, method: &str, params: Value) -> Result<Value> {
        self.driver
            .cdp()
            .send_raw(method, params)
            .await
            .with_context(|| method.to_owned())
    }

    /// Runs a script in Firefox's own (chrome) context, which sees what a page does not. The script's last statement
    /// returns a value or a promise.
    pub async fn firefox_privileged(&self, script: &str, args: Vec<Value>) -> Result<Value> {
        self.driver.cmd(MozContext("chrome")).await?;
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async (...args) => {{ {script} }})(...[...arguments].slice(0, -1))
               .then((value) => done({{ value }}), (error) => done({{ error: String(error) + ' ' + error.stack }}));"
        );
        let answer = self.driver.execute_async(script, args).await;
        self.driver.cmd(MozContext("content")).await?;
        let answer = answer?.json().clone();
        if let Some(error) = answer.get("error") {
            bail!("in the chrome context: {error}");
        }
        Ok(answer.get("value").cloned().unwrap_or(Value::Null))
    }

    /// What all processes of the browser take, each page shared by several counted in parts (PSS), in KB. The driver's is
    /// among it, which does not grow.
    pub fn memory_kb(&self) -> Result<u64> {
        let group = self.process.id().context("the driver has ended")?;
        let mut sum = 0;
        for entry in std::fs::read_dir("/proc")? {
            let folder = entry?.path();
            // Processes come and go meanwhile.
            let Ok(stat) = std::fs::read_to_string(folder.join("stat")) else {
                continue;
            };
            let after_name = stat.rsplit(')').next().unwrap_or_default();
            if after_name.split_whitespace().nth(2) != Some(&group.to_string()) {
                continue;
            }
            let rollup = std::fs::read_to_string(folder.join("smaps_rollup")).unwrap_or_default();
            let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
            let pss = pss.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
            sum += pss.unwrap_or(0);
        }
        Ok(sum)
    }

    /// Ends the session, the driver and everything they started, and removes the profile.
    pub async fn stop(self) {
        let Browser {
            driver,
            process,
            profile,
            ..
        } = self;
        // The browser is killed right below when it does not go in peace.
        tokio::time::timeout(Duration::from_secs(10), driver.quit())
            .await
            .ok();
        kill_group(&process).await;
        std::fs::remove_dir_all(&profile).ok();
    }
}

/// Waits for the page that a first installation opens, closes it, and gives how many there were.
async fn close_welcomes(driver: &WebDriver, stay: &WindowHandle) -> Result<usize> {
    let mut closed = 0;
    for _ in 0..200 {
        for window in driver.windows().await? {
            if window == *stay {
                continue;
            }
            driver.switch_to_window(window).await?;
            if driver
                .current_url()
                .await?
                .path()
                .ends_with("/welcome.html")
            {
                driver.close_window().await?;
                closed += 1;
            }
        }
        driver.switch_to_window(stay.clone()).await?;
        if closed > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(closed)
}

/// Switches what Firefox's scripts run in. Needs `--allow-system-access`.
#[derive(Debug)]
struct MozContext(&'static str);

impl FormatRequestData for MozContext {
    fn format_request(&self, session_id: &SessionId) -> RequestData {
        RequestData::new(
            "POST".parse().expect("a method of HTTP"),
            format!("/session/{session_id}/moz/context"),
        )
        .add_body(json!({ "context": self.0 }))
    }
}

async fn chrome(
    url: &str,
    options: &Options,
    server: &Server,
    profile: &Path,
) -> Result<(WebDriver, Option<String>)> {
    let mut capabilities = DesiredCapabilities::chrome();
    capabilities.set_binary(&on_path(&["chromium", "chromium-browser"])?)?;
    capabilities.accept_insecure_certs(true)?;
    let mut arguments = vec![
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--ignore-certificate-errors".to_owned(),
        // A scene asks for a page without TLS and must get it.
        "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable".to_owned(),
        format!("--lang={}", options.language),
        format!("--accept-lang={}", options.language),
        format!("--user-data-dir={}", profile.display()),
    ];
    if options.alone {
        arguments.push(format!("--proxy-server=http://127.0.0.1:{}", server.port()));
        arguments.push("--proxy-bypass-list=<-loopback>".to_owned());
    }
    if options.headless {
        arguments.push("--headless=new".to_owned());
    }
    if let Some(extension) = &options.extension {
        arguments.push(format!("--load-extension={}", extension.display()));
    }
    for argument in &arguments {
        capabilities.add_arg(argument)?;
    }
    if let Some(id) = &options.in_private {
        let preferences = json!({ "extensions": { "settings": { id: { "incognito": true } } } });
        let folder = profile.join("Default");
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("Preferences"), preferences.to_string())?;
    }
    // The window that the extension opens is a target like a tab.
    capabilities.add_experimental_option("enableExtensionTargets", true)?;
    let driver = WebDriver::builder(url, capabilities)
        .request_timeout(Duration::from_secs(120))
        .await?;
    if options.extension.is_none() {
        return Ok((driver, None));
    }
    // The id follows from the manifest's key; the browser knows it as soon as the service worker runs.
    for _ in 0..200 {
        let targets = driver
            .cdp()
            .send_raw("Target.getTargets", json!({}))
            .await?;
        let base = targets["targetInfos"]
            .as_array()
            .into_iter()
            .flatten()
            .find_map(|target| {
                let url = target["url"].as_str()?;
                let rest = url.strip_prefix("chrome-extension://")?;
                (target["type"] == "service_worker")
                    .then(|| format!("chrome-extension://{}", &rest[..32]))
            });
        if base.is_some() {
            return Ok((driver, base));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("the extension's service worker does not run: is the package built and whole?")
}

async fn firefox(
    url: &str,
    options: &Options,
    server: &Server,
) -> Result<(WebDriver, Option<String>)> {
    let mut capabilities = DesiredCapabilities::firefox();
    capabilities.set_firefox_binary(&on_path(&["firefox-esr", "firefox"])?)?;
    capabilities.accept_insecure_certs(true)?;
    if options.headless {
        capabilities.add_arg("-headless")?;
    }
    let mut preferences = FirefoxPreferences::new();
    preferences.set(
        "extensions.webextensions.uuids",
        json!({ GECKO_ID: GECKO_UUID }).to_string(),
    )?;
    if options.alone {
        preferences.set("network.proxy.type", 1)?;
        for scheme in ["http", "ssl"] {
            preferences.set(&format!("network.proxy.{scheme}"), "127.0.0.1")?;
            preferences.set(&format!("network.proxy.{scheme}_port"), server.port())?;
        }
        preferences.set("network.proxy.no_proxies_on", "")?;
        preferences.set("network.proxy.allow_hijacking_localhost", true)?;
    }
    preferences.set("network.stricttransportsecurity.preloadlist", false)?;
    // Asking for an icon of the page violates the policies that scenes look at.
    preferences.set("browser.chrome.site_icons", false)?;
    preferences.set("dom.security.https_first", false)?;
    preferences.set("intl.locale.requested", options.language)?;
    preferences.set("intl.accept_languages", options.language)?;
    preferences.set(
        "devtools.console.stdout.content",
        std::env::var_os("KEYWARD_E2E_LOG").is_some(),
    )?;
    capabilities.set_preferences(preferences)?;
    let driver = WebDriver::builder(url, capabilities)
        .request_timeout(Duration::from_secs(120))
        .await?;
    let Some(extension) = &options.extension else {
        return Ok((driver, None));
    };
    let path = extension
        .to_str()
        .context("the package's path is not UTF-8")?;
    FirefoxTools::new(driver.handle().clone())
        .install_addon(path, Some(true))
        .await?;
    Ok((driver, Some(format!("moz-extension://{GECKO_UUID}"))))
}

/// Starts the driver on a port of its own choice and waits until it says which.
async fn start_driver(kind: Kind) -> Result<(Child, String)> {
    let (program, arguments): (PathBuf, &[&str]) = match kind {
        Kind::Chrome => (tool("chromedriver"), &["--port=0"]),
        Kind::Firefox => (
            tool("geckodriver"),
            &[
                "--port",
                "0",
                "--websocket-port",
                "0",
                "--allow-system-access",
            ],
        ),
    };
    let mut process = Command::new(&program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(if std::env::var_os("KEYWARD_E2E_LOG").is_some() {
            Stdio::inherit()
        } else {
            Stdio::null()
        })
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .with_context(|| {
            format!(
                "cannot start {}: run scripts/setup first",
                program.display()
            )
        })?;
    let mut lines = BufReader::new(process.stdout.take().expect("stdout is piped")).lines();
    let port = tokio::time::timeout(DRIVER_START, async {
        while let Some(line) = lines.next_line().await? {
            // "ChromeDriver was started successfully on port 40017." (before it, "Starting … on port 0") and "… Listening on 127.0.0.1:43435".
            let found = line.contains("successfully on port ") || line.contains("Listening on ");
            let digits: String = line
                .trim_end_matches('.')
                .chars()
                .rev()
                .take_while(char::is_ascii_digit)
                .collect();
            if found && !digits.is_empty() {
                return Ok(digits.chars().rev().collect::<String>());
            }
        }
        bail!("{} ends without naming its port", program.display())
    })
    .await
    .with_context(|| format!("{} does not name its port", program.display()))??;
    // Keep reading, so that the driver never blocks on a full pipe.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((process, format!("http://127.0.0.1:{port}")))
}

/// A driver: where scripts/setup puts it, or on the PATH.
fn tool(name: &str) -> PathBuf {
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or(home);
    let tools = std::env::var_os("KEYWARD_TOOLS")
        .map(PathBuf::from)
        .or(cache.map(|cache| cache.join("keyward/tools")));
    let compiled = tools
        .map(|tools| tools.join("bin").join(name))
        .filter(|path| path.is_file());
    compiled.unwrap_or_else(|| PathBuf::from(name))
}

/// The first of these programs that the PATH has. Branded Chrome is no candidate: it ignores `--load-extension`.
fn on_path(names: &[&str]) -> Result<String> {
    let path = std::env::var_os("PATH").context("there is no PATH")?;
    let found = names.iter().find_map(|name| {
        let program = std::env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|program| program.is_file())?;
        program.to_str().map(str::to_owned)
    });
    found.with_context(|| format!("{} is not installed: run scripts/setup first", names[0]))
}

/// Process groups of drivers, each with the profile that its browser uses.
static STARTED: Mutex<Vec<(u32, PathBuf)>> = Mutex::new(Vec::new());

fn remember(group: Option<u32>, profile: &Path) {
    let mut started = STARTED.lock().expect("nothing panics while it is held");
    started.extend(group.map(|group| (group, profile.to_owned())));
}

/// Ends all browsers at once, for a program that is told to end: nobody else would, as they have process groups of their own.
pub async fn end_all() {
    let started = std::mem::take(&mut *STARTED.lock().expect("nothing panics while it is held"));
    for (group, profile) in started {
        end_group(group).await;
        std::fs::remove_dir_all(&profile).ok();
    }
}

/// Ends the driver and the browser, which run in one process group of their own.
async fn kill_group(process: &Child) {
    if let Some(group) = process.id() {
        end_group(group).await;
        let mut started = STARTED.lock().expect("nothing panics while it is held");
        started.retain(|(other, _)| *other != group);
    }
}

async fn end_group(group: u32) {
    Command::new("kill")
        .args(["-9", "--", &format!("-{group}")])
        .stderr(Stdio::null())
        .status()
        .await
        .ok();
}
