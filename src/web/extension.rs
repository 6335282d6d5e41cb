//! Tabs, windows, the icon, alarms, and the texts of `_locales`.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::error::WebError;
use super::js::member;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "tabs"], js_name = query, catch)]
    fn tabs_query(query: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "tabs"], js_name = getCurrent, catch)]
    fn tabs_get_current() -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "tabs"], js_name = get, catch)]
    fn tabs_get(tab: i32) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "tabs"], js_name = sendMessage, catch)]
    fn tabs_send_message(tab: i32, message: &JsValue, options: &Object)
    -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "windows"], js_name = create, catch)]
    fn windows_create(options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "windows"], js_name = update, catch)]
    fn windows_update(window: i32, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "windows"], js_name = remove, catch)]
    fn windows_remove(window: i32) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "windows"], js_name = getCurrent, catch)]
    fn windows_get_current() -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "windows"], js_name = getLastFocused, catch)]
    fn windows_get_last_focused() -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "action"], js_name = setBadgeText, catch)]
    fn action_set_badge_text(details: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "action"], js_name = setBadgeBackgroundColor, catch)]
    fn action_set_badge_background_color(details: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "action"], js_name = setBadgeTextColor, catch)]
    fn action_set_badge_text_color(details: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "action"], js_name = setTitle, catch)]
    fn action_set_title(details: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "action"], js_name = getUserSettings, catch)]
    fn action_get_user_settings() -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "extension"], js_name = isAllowedIncognitoAccess, catch)]
    fn extension_is_allowed_incognito_access() -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "commands"], js_name = getAll, catch)]
    fn commands_get_all() -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "notifications"], js_name = create, catch)]
    fn notifications_create(name: &str, options: &Object) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "alarms"], js_name = create, catch)]
    fn alarms_create(name: &str, info: &Object) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "alarms"], js_name = clear, catch)]
    fn alarms_clear(name: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "i18n"], js_name = getMessage, catch)]
    fn i18n_get_message(key: &str, substitutions: &Array) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "i18n"], js_name = getUILanguage, catch)]
    fn i18n_get_ui_language() -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = getURL, catch)]
    fn runtime_get_url(path: &str) -> Result<String, JsValue>;

    #[wasm_bindgen(thread_local_v2, js_namespace = ["chrome", "runtime"], js_name = id)]
    static RUNTIME_ID: String;
}

/// How long a document has to take what it is told, or to show that it is there. It takes some milliseconds; in Chromium a
/// document that is gone never answers.
pub const DOCUMENT_PATIENCE_MS: i32 = 1000;
/// The red of the badge: white on it has a contrast of 6.5 to 1.
const BADGE_COLOR: &str = "#b3261e";
/// Whole numbers up to this are exact in JavaScript.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
/// Of the confirmation's window, in CSS pixels.
const WINDOW_WIDTH: i32 = 480;
/// As [`WINDOW_WIDTH`].
const WINDOW_HEIGHT: i32 = 720;

/// A tab, without its address: that would take a permission.
#[derive(Clone, Copy, Debug)]
pub struct Tab {
    /// Its number.
    pub id: i32,
    /// Whether it is in a private window.
    pub private: bool,
}

/// The tab in front of the person, from a popup.
///
/// # Errors
/// [`WebError::Form`] where there is none.
pub async fn active_tab() -> Result<Tab, WebError> {
    let query = object([("active", true.into()), ("currentWindow", true.into())]);
    let tabs = JsFuture::from(tabs_query(&query)?).await?;
    let tab = Array::from(&tabs).get(0);
    Ok(Tab {
        id: number(&tab, "id")?,
        private: flag(&tab, "incognito").unwrap_or(false),
    })
}

/// The number of the tab that a page of the extension is in; `None` in a popup and in the background.
pub async fn own_tab() -> Option<i32> {
    let tab = JsFuture::from(tabs_get_current().ok()?).await.ok()?;
    number(&tab, "id").ok()
}

/// The numbers of all tabs.
///
/// # Errors
/// [`WebError::Refused`] where the browser does not say.
pub async fn all_tabs() -> Result<Vec<i32>, WebError> {
    let tabs = JsFuture::from(tabs_query(&Object::new())?).await?;
    Ok(Array::from(&tabs)
        .iter()
        .filter_map(|tab| number(&tab, "id").ok())
        .collect())
}

/// The address of a tab, as far as the browser tells it: `activeTab` lets it, once the person has asked by shortcut,
/// menu or popup.
///
/// # Security
/// To say why a tab cannot be filled, and for nothing else: it is that of the page, whatever frame is meant.
pub async fn tab_address(tab: i32) -> Option<String> {
    let tab = JsFuture::from(tabs_get(tab).ok()?).await.ok()?;
    member(&tab, "url").as_string()
}

/// Who in a tab gets a message.
#[derive(Clone, Copy, Debug)]
pub enum Receiver<'a> {
    /// Every frame.
    AllFrames,
    /// The page itself, whatever page that is by then. For questions only, never for a grant.
    TopFrame,
    /// One document, and no other that takes its place.
    Document(&'a str),
}

/// Sends to a tab. The promise is rejected where nobody is there to receive it, and in Chromium stays open forever where
/// the document is gone: see [`super::settle::within`].
///
/// # Errors
/// [`WebError::Refused`] where the call itself is refused.
pub fn send_to_tab(
    tab: i32,
    receiver: Receiver<'_>,
    message: &JsValue,
) -> Result<Promise, WebError> {
    let options = match receiver {
        Receiver::AllFrames => Object::new(),
        Receiver::TopFrame => object([("frameId", 0.into())]),
        Receiver::Document(document) => object([("documentId", document.into())]),
    };
    Ok(tabs_send_message(tab, message, &options)?)
}

/// Opens a page of the extension in a window of its own, in front and in the middle of the window that the person is in.
/// Answers with the window's number.
///
/// # Errors
/// [`WebError::Refused`] where the browser opens none.
pub async fn open_window(path: &str) -> Result<i32, WebError> {
    let options = vec![
        ("url", runtime_get_url(path)?.into()),
        ("type", "popup".into()),
        ("focused", true.into()),
        ("width", WINDOW_WIDTH.into()),
        ("height", WINDOW_HEIGHT.into()),
    ];
    let mut placed = options.clone();
    if let Ok(around) = JsFuture::from(windows_get_last_focused()?).await
        && let (Ok(left), Ok(top), Ok(width), Ok(height)) = (
            number(&around, "left"),
            number(&around, "top"),
            number(&around, "width"),
            number(&around, "height"),
        )
    {
        placed.push(("left", (left + (width - WINDOW_WIDTH) / 2).max(0).into()));
        placed.push(("top", (top + (height - WINDOW_HEIGHT) / 2).max(0).into()));
    }
    // A place that is not on any screen is refused; then wherever the browser likes.
    let window = match JsFuture::from(windows_create(&object(placed))?).await {
        Ok(window) => window,
        Err(_) => JsFuture::from(windows_create(&object(options))?).await?,
    };
    number(&window, "id")
}

/// Brings a window to the front.
///
/// # Errors
/// [`WebError::Refused`] where it is gone.
pub async fn focus_window(window: i32) -> Result<(), WebError> {
    let options = object([("focused", true.into()), ("drawAttention", true.into())]);
    JsFuture::from(windows_update(window, &options)?).await?;
    Ok(())
}

/// Closes the window that a page is in. `window.close()` does nothing in Firefox for a window that the extension opened.
///
/// # Errors
/// As [`close_window`].
pub async fn close_own_window() -> Result<(), WebError> {
    let window = JsFuture::from(windows_get_current()?).await?;
    close_window(number(&window, "id")?).await
}

/// Closes a window.
///
/// # Errors
/// [`WebError::Refused`] where it is gone.
pub async fn close_window(window: i32) -> Result<(), WebError> {
    JsFuture::from(windows_remove(window)?).await?;
    Ok(())
}

/// Shows a number on the icon for one tab, and says it in the icon's title; for 0 what is shown for all tabs.
///
/// # Errors
/// [`WebError::Refused`] where the tab is gone.
pub async fn set_badge(tab: i32, count: usize, title: &str) -> Result<(), WebError> {
    let tab = JsValue::from(tab);
    // None: what is said for all tabs.
    let label = match count {
        0 => JsValue::NULL,
        count => count.to_string().into(),
    };
    for call in [
        action_set_badge_background_color(&object([
            ("color", BADGE_COLOR.into()),
            ("tabId", tab.clone()),
        ]))?,
        action_set_badge_text_color(&object([
            ("color", "#ffffff".into()),
            ("tabId", tab.clone()),
        ]))?,
        action_set_badge_text(&object([("text", label), ("tabId", tab.clone())]))?,
        action_set_title(&object([("title", title.into()), ("tabId", tab.clone())]))?,
    ] {
        JsFuture::from(call).await?;
    }
    Ok(())
}

/// Shows a sign on the icon, where a tab has none of its own.
///
/// # Errors
/// [`WebError::Refused`] where the browser refuses.
pub async fn set_badge_everywhere(label: &str, title: &str) -> Result<(), WebError> {
    for call in [
        action_set_badge_background_color(&object([("color", BADGE_COLOR.into())]))?,
        action_set_badge_text_color(&object([("color", "#ffffff".into())]))?,
        action_set_badge_text(&object([("text", label.into())]))?,
        action_set_title(&object([("title", title.into())]))?,
    ] {
        JsFuture::from(call).await?;
    }
    Ok(())
}

/// Shows a notification; one of the same name takes its place. Nothing waits for it.
///
/// # Errors
/// [`WebError::Refused`] without the permission.
pub fn notify(name: &str, title: &str, words: &str) -> Result<(), WebError> {
    let options = object([
        ("type", "basic".into()),
        ("iconUrl", runtime_get_url("icons/128.png")?.into()),
        ("title", title.into()),
        ("message", words.into()),
    ]);
    notifications_create(name, &options)?;
    Ok(())
}

/// Whether the icon is in the toolbar, where a person sees it.
///
/// # Errors
/// [`WebError`] where the browser does not tell.
pub async fn is_pinned() -> Result<bool, WebError> {
    let settings = JsFuture::from(action_get_user_settings()?).await?;
    flag(&settings, "isOnToolbar").ok_or(WebError::Form)
}

/// Whether the person lets the extension run in private windows.
///
/// # Errors
/// As [`is_pinned`].
pub async fn is_allowed_in_private_windows() -> Result<bool, WebError> {
    let allowed = JsFuture::from(extension_is_allowed_incognito_access()?).await?;
    allowed.as_bool().ok_or(WebError::Form)
}

/// The keys of a shortcut as the browser writes them; empty where it has none.
///
/// # Errors
/// As [`is_pinned`].
pub async fn shortcut(name: &str) -> Result<String, WebError> {
    let commands = JsFuture::from(commands_get_all()?).await?;
    let command = Array::from(&commands)
        .iter()
        .find(|command| member(command, "name").as_string().as_deref() == Some(name));
    let keys = command.and_then(|command| member(&command, "shortcut").as_string());
    keys.ok_or(WebError::Form)
}

/// Wakes the background at a time; one alarm per name.
///
/// # Errors
/// [`WebError::Refused`] where the browser takes no alarm.
pub fn set_alarm(name: &str, at_ms: u64) -> Result<(), WebError> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "below 2^53 for the next 280000 years"
    )]
    let when = at_ms as f64;
    alarms_create(name, &object([("when", when.into())]))?;
    Ok(())
}

/// Wakes the background again and again; the first time after one period.
///
/// # Errors
/// As [`set_alarm`].
pub fn set_repeating_alarm(name: &str, period_ms: u64) -> Result<(), WebError> {
    #[expect(clippy::cast_precision_loss, reason = "some minutes")]
    let minutes = period_ms as f64 / 60_000.0;
    alarms_create(name, &object([("periodInMinutes", minutes.into())]))?;
    Ok(())
}

/// Takes an alarm back.
///
/// # Errors
/// As [`set_alarm`].
pub fn clear_alarm(name: &str) -> Result<(), WebError> {
    // Whether there was one does not matter.
    let _ = alarms_clear(name)?;
    Ok(())
}

/// A text in the person's language. A key that is missing gives itself, so that a test sees it and a person is not left
/// with an empty button.
pub fn text(key: &str) -> String {
    text_with(key, &[])
}

/// A text in the person's language with `$1`, `$2` … put in.
pub fn text_with(key: &str, values: &[&str]) -> String {
    let values: Array = values
        .iter()
        .map(|value| JsValue::from_str(value))
        .collect();
    match i18n_get_message(key, &values) {
        Ok(text) if !text.is_empty() => text,
        _ => key.to_owned(),
    }
}

/// The language of the texts, for the `lang` of a page.
pub fn language() -> String {
    // The locale that `_locales` was resolved to, which can be another than the browser's.
    match i18n_get_message("extensionLanguage", &Array::new()) {
        Ok(language) if !language.is_empty() => language,
        _ => i18n_get_ui_language().unwrap_or_else(|_| "en".to_owned()),
    }
}

/// The address of the extension's own pages, up to the host.
///
/// # Errors
/// [`WebError::Refused`] outside an extension.
pub fn own_origin() -> Result<String, WebError> {
    Ok(runtime_get_url("")?.trim_end_matches('/').to_owned())
}

/// The extension's own id.
pub fn own_id() -> String {
    RUNTIME_ID.with(Clone::clone)
}

pub(super) fn object(members: impl IntoIterator<Item = (&'static str, JsValue)>) -> Object {
    let object = Object::new();
    for (name, value) in members {
        // Setting a member of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &value);
    }
    object
}

/// `sender.frameId`. Firefox numbers frames beyond 32 bits; only 0, the page itself, means something.
fn frame_id(sender: &JsValue) -> Option<i64> {
    let number = member(sender, "frameId").as_f64()?;
    if number.fract() != 0.0 || number.abs() > MAX_SAFE_INTEGER {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
    let number = number as i64;
    Some(number)
}

fn number(value: &JsValue, name: &str) -> Result<i32, WebError> {
    let number = member(value, name).as_f64().ok_or(WebError::Form)?;
    if number.fract() != 0.0 || !(f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number) {
        return Err(WebError::Form);
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
    let number = number as i32;
    Ok(number)
}

/// A member of an object that a browser or a script gave, if it is there and a boolean.
pub fn flag(value: &JsValue, name: &str) -> Option<bool> {
    member(value, name).as_bool()
}

/// The sender of a message as the browser describes it.
#[derive(Clone, Debug)]
pub enum Sender {
    /// A page of the extension.
    Page,
    /// A frame of a tab.
    Frame(crate::policy::Place),
}

/// Reads `sender` of `runtime.onMessage`. `None` for a sender that is neither: another extension, a frame without a
/// document id.
///
/// # Security
/// `sender.url` and `sender.tab.url` are not looked at: for a sandboxed frame they name the site that it does not have.
pub fn sender(sender: &JsValue) -> Option<Sender> {
    if member(sender, "id").as_string()? != own_id() {
        return None;
    }
    let origin = member(sender, "origin").as_string();
    if origin.as_deref() == own_origin().ok().as_deref() {
        return Some(Sender::Page);
    }
    let tab = member(sender, "tab");
    Some(Sender::Frame(crate::policy::Place {
        tab: number(&tab, "id").ok()?,
        frame: frame_id(sender)?,
        document: member(sender, "documentId")
            .as_string()
            .filter(|id| !id.is_empty())?,
        origin: crate::origin::Origin::of_sender(origin.as_deref()),
        private: flag(&tab, "incognito").unwrap_or(false),
    }))
}

/// Reads `sender` of a frame's message for a fill, which refuses by the address too.
///
/// # Security
/// `url` can only refuse; see [`crate::fill::place::Sender`].
pub fn fill_sender(sender: &JsValue) -> Option<crate::fill::place::Sender> {
    if member(sender, "id").as_string()? != own_id() {
        return None;
    }
    Some(crate::fill::place::Sender {
        tab: number(&member(sender, "tab"), "id").ok()?,
        frame: frame_id(sender)?,
        document: member(sender, "documentId")
            .as_string()
            .filter(|id| !id.is_empty())?,
        origin: member(sender, "origin").as_string(),
        url: member(sender, "url").as_string(),
        lifecycle: member(sender, "documentLifecycle").as_string(),
    })
}
