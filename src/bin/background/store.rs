//! Where the policy's state lies: settings on the disk, the session in memory.

use keyward::fill::ask::Asks;
use keyward::message::Loss;
use keyward::message::life::Summary;
use keyward::policy::{Policy, Session, Settings, StoredSession, StoredSettings};
use keyward::web::clock::now_ms;
use keyward::web::error::WebError;
use keyward::web::js::{from_js, to_js};
use keyward::web::storage::Area;
use wasm_bindgen::JsValue;

const SETTINGS: &str = "settings";
/// There from the loss of settings until the person has read of it.
const LOSS: &str = "settingsLost";
/// Followed by the time: a damaged value, as it was found. Never removed by the extension.
const ASIDE: &str = "settingsUnreadable";
const SESSION: &str = "session";
const FILLS: &str = "fills";
const ICON: &str = "icon";

/// Never fails: what cannot be read means a guard that is on.
pub(crate) async fn load() -> Policy {
    let (settings, loss) = load_settings().await;
    Policy::new(settings, load_session().await, loss)
}

pub(crate) async fn save_settings(settings: &Settings) -> Result<(), WebError> {
    Area::Local
        .store(SETTINGS, &to_js(&settings.stored())?)
        .await
}

pub(crate) async fn save_session(session: StoredSession) -> Result<(), WebError> {
    Area::Session.store(SESSION, &to_js(&session)?).await
}

pub(crate) async fn save_fills(asks: &Asks) -> Result<(), WebError> {
    Area::Session.store(FILLS, &to_js(asks)?).await
}

/// What cannot be read is over: no grant is given by mistake.
pub(crate) async fn load_fills() -> Asks {
    let stored = Area::Session.load(FILLS).await.ok().flatten();
    stored
        .and_then(|stored| from_js(&stored).ok())
        .unwrap_or_default()
}

pub(crate) async fn save_icon(summary: &Summary) -> Result<(), WebError> {
    Area::Session.store(ICON, &to_js(summary)?).await
}

/// `None` until it was said for the first time since the browser was opened.
pub(crate) async fn load_icon() -> Option<Summary> {
    let stored = Area::Session.load(ICON).await.ok().flatten();
    stored.and_then(|stored| from_js(&stored).ok())
}

pub(crate) async fn forget_loss() -> Result<(), WebError> {
    Area::Local.remove(LOSS).await
}

async fn load_settings() -> (Settings, Loss) {
    let stored = match Area::Local.load(SETTINGS).await {
        Ok(Some(stored)) => stored,
        Ok(None) => return (Settings::default(), known_loss().await),
        Err(_) => return (Settings::default(), Loss::Unavailable),
    };
    let read = from_js::<StoredSettings>(&stored)
        .ok()
        .and_then(|stored| Settings::read(stored).ok());
    match read {
        Some(settings) => (settings, known_loss().await),
        // Only once the damaged value is safe may another take its place.
        None => match keep_aside(&stored).await {
            Ok(()) => (Settings::default(), Loss::KeptAside),
            Err(_) => (Settings::default(), Loss::Unavailable),
        },
    }
}

async fn keep_aside(stored: &JsValue) -> Result<(), WebError> {
    Area::Local
        .store(&format!("{ASIDE}.{}", now_ms()), stored)
        .await?;
    Area::Local.store(LOSS, &JsValue::TRUE).await?;
    Area::Local.remove(SETTINGS).await
}

async fn known_loss() -> Loss {
    match Area::Local.load(LOSS).await {
        Ok(None) => Loss::None,
        Ok(Some(_)) => Loss::KeptAside,
        Err(_) => Loss::Unavailable,
    }
}

async fn load_session() -> Session {
    let stored = Area::Session.load(SESSION).await.ok().flatten();
    stored
        .and_then(|stored| from_js::<StoredSession>(&stored).ok())
        .and_then(|stored| Session::read(stored).ok())
        .unwrap_or_default()
}
