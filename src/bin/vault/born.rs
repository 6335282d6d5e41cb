//! Keys that are seen on their issuer's page on the day they are made: the offer, the window that asks, the word to the page.
//!
//! What is worth an offer is in `keyward::life::birth`. What waits is in the session, so that it outlives this background.

use keyward::detect;
use keyward::life::birth::{self, Birth};
use keyward::message::between::{BIRTH, HELD_ALARM};
use keyward::message::store::{Born, BornRequest, FramePush, HeldKey, Offered};
use keyward::message::{FrameReply, Refusal};
use keyward::policy::Place;
use keyward::web::clock::now_ms;
use keyward::web::extension;
use keyward::web::js::{from_js, to_js};
use keyward::web::kinds;
use keyward::web::storage::Area;
use keyward::web::words;
use wasm_bindgen::JsValue;

use super::filling::say;
use super::{Desk, js};

/// Answers a frame.
pub(crate) async fn message(
    desk: &Desk,
    place: Place,
    message: &JsValue,
) -> Result<JsValue, Refusal> {
    match from_js(message).map_err(|_| Refusal::NotUnderstood)? {
        BornRequest::BornSeen { detectors } => seen(&place, &detectors).await,
        BornRequest::StoreBorn { keys, account } => desk.store_born(place, keys, &account).await,
    }
}

/// Which keys in a page are worth an offer; none but in the page itself, since a frame can stand in anybody's.
async fn seen(place: &Place, detectors: &[u16]) -> Result<JsValue, Refusal> {
    let origin = place.origin.web().filter(|_| place.frame == 0);
    // Some milliseconds, the first time that there is a key at home.
    kinds::load().await;
    let offer = birth::offered(origin, kinds::known(), detectors);
    let title = match offer.as_slice() {
        [] => String::new(),
        [only] => extension::text_with("bornTitle", &[&words::key(detect::id(*only))]),
        several => extension::text_with("bornTitleMany", &[&several.len().to_string()]),
    };
    js(&Offered { offer, title })
}

/// What waits under this name.
pub(crate) async fn of(id: &str) -> Option<Birth> {
    load().await.filter(|birth| birth.id == id)
}

async fn load() -> Option<Birth> {
    let stored = Area::Session.load(BIRTH).await.ok().flatten()?;
    from_js(&stored).ok()
}

async fn save(birth: &Birth) -> Result<(), Refusal> {
    let stored = to_js(birth).map_err(|_| Refusal::Failed)?;
    let saved = Area::Session.store(BIRTH, &stored).await;
    saved.map_err(|_| Refusal::NotStored)
}

impl Desk {
    /// The person took the offer.
    async fn store_born(
        &self,
        place: Place,
        keys: Vec<HeldKey>,
        account: &str,
    ) -> Result<JsValue, Refusal> {
        let detectors: Vec<u16> = keys.iter().map(|key| key.detector).collect();
        let origin = place.origin.web().filter(|_| place.frame == 0);
        kinds::load().await;
        let offered = birth::offered(origin, kinds::known(), &detectors);
        let (Some(origin), true) = (origin, !keys.is_empty() && offered == detectors) else {
            return Err(Refusal::UnknownHold);
        };
        // One window at a time: a page cannot have many opened.
        if let Some(before) = load().await {
            self.born_over(before).await;
        }
        let mut birth = Birth {
            id: super::random_uuid(),
            tab: place.tab,
            document: place.document,
            origin: origin.to_string(),
            account: birth::account(account).to_owned(),
            at_ms: now_ms(),
            window: None,
        };
        let until_ms = self.vault.keep_held(&birth.id, &keys).await;
        let until_ms = until_ms.map_err(|_| Refusal::NotStored)?;
        // Without it they are forgotten at the next look.
        let _ = extension::set_alarm(HELD_ALARM, until_ms);
        save(&birth).await?;
        let page = format!("confirm.html?store={}", birth.id);
        let opened = match extension::open_window(&page).await {
            Ok(window) => {
                birth.window = Some(window);
                save(&birth).await.is_ok()
            }
            Err(_) => false,
        };
        if !opened {
            self.born_over(birth).await;
        }
        js(&FrameReply::Opened { opened })
    }

    /// What the window asks besides.
    pub(crate) async fn born_question(
        &self,
        birth: &Birth,
        keys: &[(u16, Option<String>)],
    ) -> Born {
        let predecessors = match keys {
            [(detector, None)] if *detector < detect::detectors() => {
                kinds::load().await;
                let kind = kinds::known().named(detect::id(*detector));
                let issuer = kind.map_or("", |kind| kind.provider.name);
                let mut keeper = self.vault.keeper().await;
                // A vault that is locked is asked once more when it is open.
                keeper.predecessors(issuer).await.unwrap_or_default()
            }
            _ => Vec::new(),
        };
        Born {
            at_ms: birth.at_ms,
            account: birth.account.clone(),
            predecessors,
        }
    }

    /// The person has decided; the window closes itself.
    pub(crate) async fn born_ended(&self, birth: Birth, stored: bool) {
        let _ = Area::Session.remove(BIRTH).await;
        if let Ok(push) = js(&FramePush::BornEnded { stored }) {
            // The page may be gone.
            let _ = say(birth.tab, &birth.document, &push).await;
        }
    }

    /// A window was closed, which is a no.
    pub(crate) async fn born_window_closed(&self, window: i32) {
        if let Some(birth) = load().await.filter(|birth| birth.window == Some(window)) {
            self.born_over(Birth {
                window: None,
                ..birth
            })
            .await;
        }
    }

    async fn born_over(&self, birth: Birth) {
        self.vault.forget_held(&birth.id).await;
        if let Some(window) = birth.window {
            // The person may have closed it already.
            let _ = extension::close_window(window).await;
        }
        self.born_ended(birth, false).await;
    }
}
