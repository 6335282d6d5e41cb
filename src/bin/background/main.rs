//! The guard's module of the background: carries out what `keyward::policy` and `keyward::fill` decide about tabs, frames and windows.
//!
//! `extension/background.js` registers the listeners; `extension/modules.js` calls the exports below. The text of pages never
//! comes here, and neither does anything of the vault that is secret: see `keyward::message::between`.

mod effects;
mod fill;
mod harmless;
mod icon;
mod leaving;
mod store;
mod storing;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use keyward::fill::Trigger;
use keyward::life::exposure::Kind as Exposed;
use keyward::message::between::{Done, HoldOrigin, ToGuard, ToVault, Woken};
use keyward::message::{
    self, Answered, FramePush, FrameReply, FrameRequest, GuardState, PageReply, PageRequest,
    Reason, Refusal, Scope,
};
use keyward::origin::WebOrigin;
use keyward::policy::Hold;
use keyward::policy::{Place, Policy};
use keyward::vault::log::Kind;
use keyward::web::between::{ask_vault, hand_to_vault, with_value};
use keyward::web::clock::now_ms;
use keyward::web::extension::{self, DOCUMENT_PATIENCE_MS, Receiver, Sender, send_to_tab};
use keyward::web::js::{from_js, member, to_js};
use keyward::web::scripts;
use keyward::web::settle::{self, Settled};
use keyward::web::storage::Area;
use keyward::web::turn::Turns;
use keyward::web::vault::Records;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Wipes all memory that is given back. Nothing of the vault is here, and this is one more reason that nothing stays.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// What the keeper has in the session as long as the vault is open.
const OPEN_VAULT: &str = "keeper.open";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    fn random_uuid() -> String;
}

thread_local! {
    static BACKGROUND: OnceCell<Rc<Background>> = const { OnceCell::new() };
}

struct Background {
    policy: RefCell<Policy>,
    /// Changes of the settings, each with its write, one after the other: what the browser does not store is taken back.
    settings_turns: Turns,
    /// Writes of the session.
    session_turns: Turns,
    /// Who waits for the guard of a tab's page to say that it is there.
    asking: RefCell<Vec<Asking>>,
    /// Holds whose window is being opened.
    opening: RefCell<Vec<String>>,
    /// As it was read last; whatever changes it goes through this background.
    own_keys: RefCell<Option<Vec<u8>>>,
    fills: fill::Fills,
    /// What the icon says of keys.
    summary: Cell<message::life::Summary>,
}

struct Asking {
    tab: i32,
    place: Rc<RefCell<Option<Place>>>,
    done: Function,
}

#[derive(Serialize)]
struct Error {
    error: Refusal,
}

/// Reads what is stored. To be awaited once, before any other export is called.
#[wasm_bindgen]
pub async fn start() {
    let policy = store::load().await;
    let icon = store::load_icon().await;
    let background = Rc::new(Background {
        policy: RefCell::new(policy),
        settings_turns: Turns::default(),
        session_turns: Turns::default(),
        asking: RefCell::default(),
        opening: RefCell::default(),
        own_keys: RefCell::default(),
        fills: fill::Fills::new(store::load_fills().await),
        summary: Cell::new(icon.unwrap_or_default()),
    });
    // A second call would be a bug of the script; the first one's state stays.
    let _ = BACKGROUND.with(|cell| cell.set(Rc::clone(&background)));
    // Before anything is answered, the time is looked at. A vault that is locked is not asked, and its module not loaded.
    if !matches!(Area::Session.load(OPEN_VAULT).await, Ok(None)) {
        let woken = ask_vault::<Woken>(&ToVault::Woke {}).await;
        if woken.is_ok_and(|woken| woken.locked) {
            background.fills_locked().await;
        }
    }
    background.expire().await;
    let unwatched = {
        let policy = background.policy.borrow();
        let settings = policy.settings();
        settings.sending().then(|| settings.unwatched())
    };
    if let Some(unwatched) = unwatched {
        // An update takes the scripts out. Without the permission they stay out, and the switch says so.
        let _ = scripts::register_sending(&unwatched).await;
    }
    if icon.is_none() {
        // Since the browser was opened nobody has said it yet. Nobody waits for it.
        spawn_local(async { tell_vault(&ToVault::ShowIcon {}).await });
    }
}

/// Answers a message. Always with an object; a refusal is `{error: …}`.
#[wasm_bindgen]
pub async fn message(message: JsValue, sender: JsValue) -> JsValue {
    let answered = match (background(), extension::sender(&sender)) {
        (None, _) => Err(Refusal::Failed),
        (_, None) => Err(Refusal::UnknownSender),
        (Some(background), Some(Sender::Frame(place))) => match from_js::<FrameRequest>(&message) {
            Ok(request) => background
                .frame(place, request)
                .await
                .and_then(|reply| js(&reply)),
            Err(_) => match background.fill_message(&message, &sender) {
                Err(Refusal::NotUnderstood) => {
                    match background.sign_message(&place, &message).await {
                        Err(Refusal::NotUnderstood) => {
                            background.store_message(place, &message).await
                        }
                        answered => answered,
                    }
                }
                answered => answered,
            },
        },
        (Some(background), Some(Sender::Page)) => match from_js::<PageRequest>(&message) {
            Ok(request) => background.page(request).await.and_then(|reply| js(&reply)),
            Err(_) => match from_js::<message::fill::PageRequest>(&message) {
                Ok(request) => background.fill_page(request).await,
                Err(_) => Err(Refusal::NotUnderstood),
            },
        },
    };
    answered.unwrap_or_else(|error| js(&Error { error }).unwrap_or(JsValue::NULL))
}

/// Answers the vault's module.
#[wasm_bindgen]
pub async fn call(message: JsValue) -> JsValue {
    let answered = match (background(), from_js::<ToGuard>(&message)) {
        (None, _) => Err(Refusal::Failed),
        (_, Err(_)) => Err(Refusal::NotUnderstood),
        (Some(background), Ok(request)) => background.vault_says(request).await,
    };
    answered.unwrap_or_else(|error| js(&Error { error }).unwrap_or(JsValue::NULL))
}

/// An alarm rang: a pause may have ended.
#[wasm_bindgen]
pub async fn alarm(_name: String) {
    if let Some(background) = background() {
        background.expire().await;
    }
}

/// A window was closed; closing the confirmation is a no.
#[wasm_bindgen(js_name = windowClosed)]
pub async fn window_closed(window: i32) {
    if let Some(background) = background() {
        background.store_window_closed(window).await;
        let held = {
            let policy = background.policy.borrow();
            let asked = policy.asked_in(window);
            asked.and_then(|hold| policy.hold(&hold).cloned())
        };
        let effects = background.policy.borrow_mut().window_closed(window);
        record_hold(Kind::KeptOut, held.as_ref());
        background.carry_out_quietly(effects).await;
        background.fill_window_closed(window).await;
    }
}

/// The person asks for a key to be filled, by the shortcut or the menu.
#[wasm_bindgen(js_name = fillAsked)]
pub async fn fill_asked(tab: i32, by_menu: bool) {
    let trigger = if by_menu {
        Trigger::ContextMenu
    } else {
        Trigger::Shortcut
    };
    if let Some(background) = background() {
        // Without a window there is nobody to tell.
        let _ = background.fill_asked(trigger, tab, None).await;
    }
}

/// A tab goes somewhere, within its document or to another one.
#[wasm_bindgen(js_name = tabMoves)]
pub async fn tab_moves(tab: i32) {
    let Some(background) = background() else {
        return;
    };
    let documents = background.policy.borrow().documents(tab);
    for document in documents {
        let there = background
            .tell(tab, &document, &FramePush::GuardStateChanged {})
            .await;
        if !there {
            background.document_gone(tab, &document).await;
        }
    }
}

/// A tab was closed.
#[wasm_bindgen(js_name = tabClosed)]
pub async fn tab_closed(tab: i32) {
    let Some(background) = background() else {
        return;
    };
    let documents = background.policy.borrow().documents(tab);
    for document in documents {
        background.document_gone(tab, &document).await;
    }
}

impl Background {
    async fn frame(&self, place: Place, request: FrameRequest) -> Result<FrameReply, Refusal> {
        if place.frame == 0 {
            self.answer_asking(&place);
        }
        let decided = match &request {
            FrameRequest::Decided { hold, .. } => {
                let policy = self.policy.borrow();
                policy.held_in(&place, hold).ok().cloned()
            }
            _ => None,
        };
        let decision = self
            .policy
            .borrow_mut()
            .frame(&place, request, random_uuid(), now_ms());
        let (reply, effects) = decision?;
        record_hold(Kind::KeptOut, decided.as_ref());
        if let FrameReply::Held { hold, .. } = &reply {
            record_hold(Kind::Held, self.policy.borrow().hold(hold));
        }
        match reply {
            FrameReply::State(state) => Ok(FrameReply::State(GuardState {
                own: Some(self.own_keys().await),
                ..state
            })),
            FrameReply::Opened { .. } => Ok(FrameReply::Opened {
                opened: self.carry_out(effects).await.is_ok(),
            }),
            reply => {
                self.carry_out_quietly(effects).await;
                Ok(reply)
            }
        }
    }

    async fn page(&self, request: PageRequest) -> Result<PageReply, Refusal> {
        match request {
            PageRequest::Site { tab_id, private } => {
                let place = self.top_place(tab_id).await;
                let effects = self.policy.borrow_mut().told(tab_id);
                self.carry_out_quietly(effects).await;
                Ok(PageReply::Site(self.policy.borrow().site(
                    place.as_ref(),
                    private,
                    now_ms(),
                )))
            }
            PageRequest::GuardSettings {} => Ok(PageReply::Settings(
                self.policy.borrow().guard_settings(now_ms()),
            )),
            PageRequest::Recent { private } => {
                Ok(PageReply::Recent(self.policy.borrow().recent(private)))
            }
            PageRequest::LossSeen {} => {
                store::forget_loss().await.map_err(|_| Refusal::NotStored)?;
                self.policy.borrow_mut().loss_seen();
                Ok(PageReply::Done {})
            }
            PageRequest::Pending { hold } => {
                Ok(PageReply::Pending(self.policy.borrow().pending(&hold)?))
            }
            PageRequest::Answer {
                hold,
                allow,
                scope,
                reason,
            } => {
                let answered = if allow {
                    self.let_through(&hold, scope, reason).await
                } else {
                    self.refuse(&hold).await
                };
                Ok(PageReply::Answered {
                    answered: answered?,
                })
            }
            request => {
                self.change(Box::new(move |policy| policy.set(request, now_ms())))
                    .await?;
                Ok(PageReply::Done {})
            }
        }
    }

    /// What the vault's module says.
    async fn vault_says(&self, request: ToGuard) -> Result<JsValue, Refusal> {
        match request {
            ToGuard::VaultLocked {} => self.fills_locked().await,
            ToGuard::OwnKeysChanged {} => {
                self.own_keys.replace(None);
                effects::tell_frames().await;
            }
            ToGuard::Icon { summary } => self.show_icon(summary).await,
            ToGuard::HoldOrigin { hold } => {
                let policy = self.policy.borrow();
                let origin = policy.hold(&hold).and_then(|hold| hold.origin.as_ref());
                return js(&HoldOrigin {
                    origin: origin.map(WebOrigin::to_string),
                });
            }
            ToGuard::Stored {
                hold,
                instead,
                names,
            } => return js(&self.say_stored(hold, instead, names).await),
        }
        js(&Done {})
    }

    /// The table by which frames recognise the person's own keys; empty where it cannot be read. Only that of keys which
    /// machines made: a frame must not get what lets a word of a person be guessed.
    pub(crate) async fn own_keys(&self) -> Vec<u8> {
        let known = self.own_keys.borrow().clone();
        match known {
            Some(table) => table,
            None => {
                let table = keyward::vault::read_own_keys(&Records(Area::Local)).await;
                let table = table.unwrap_or_default();
                self.own_keys.replace(Some(table.clone()));
                table
            }
        }
    }

    async fn refuse(&self, hold: &str) -> Result<Answered, Refusal> {
        let held = self.policy.borrow().hold(hold).cloned();
        let (answered, effects) = self.policy.borrow_mut().refuse(hold)?;
        record_hold(Kind::KeptOut, held.as_ref());
        self.carry_out_quietly(effects).await;
        Ok(answered)
    }

    async fn let_through(
        &self,
        hold: &str,
        scope: Scope,
        reason: Option<Reason>,
    ) -> Result<Answered, Refusal> {
        let values = matches!(scope, Scope::Harmless | Scope::HarmlessHere);
        let release = self.policy.borrow_mut().agree(hold, scope, reason)?;
        let until_ms = now_ms() + u64::from(DOCUMENT_PATIENCE_MS.unsigned_abs());
        let push = FramePush::Release {
            hold: release.hold.id.clone(),
            allow: true,
            until_ms,
            values,
        };
        let hold = &release.hold;
        let answer = self.answer_to(hold.tab, &hold.document, &push).await;
        let delivered = answer.as_ref().is_some_and(was_there);
        if delivered {
            record_hold(Kind::LetThrough, Some(hold));
        }
        // Nothing of a private window reaches the disk.
        let place = match (&hold.origin, hold.private) {
            (Some(origin), false) => origin.to_string(),
            _ => String::new(),
        };
        let rows = match &answer {
            Some(answer) if values => self.harmless_rows(answer).await,
            _ => None,
        };
        let mut answered = Answered::NotRemembered;
        let settle = |policy: &mut Policy| {
            let (said, effects) = policy.released_with(release, delivered, rows.as_ref(), now_ms());
            answered = said;
            Ok(((), effects))
        };
        let stored = self.change(Box::new(settle)).await;
        if let Some(answer) = answer {
            exposed(&member(&answer, "own"), Exposed::LetThrough, place).await;
        }
        // The release has gone out by now; only the rule can still fail.
        Ok(stored.map_or(Answered::NotRemembered, |()| answered))
    }

    async fn expire(&self) {
        // A pause that could not be taken out of the store has ended all the same: every answer looks at the clock.
        let _ = self
            .change(Box::new(|policy| Ok(((), policy.expire(now_ms())))))
            .await;
    }

    async fn document_gone(&self, tab: i32, document: &str) {
        let effects = self.policy.borrow_mut().document_gone(tab, document);
        self.carry_out_quietly(effects).await;
    }

    /// The document of a tab's page, as its own guard's question shows it: the background has no permission to see the
    /// address of a tab, and a page in which no guard answers is a page that is not watched.
    async fn top_place(&self, tab: i32) -> Option<Place> {
        let place = Rc::new(RefCell::new(None));
        let slot = Rc::clone(&place);
        let arrived = Promise::new(&mut |done, _| {
            self.asking.borrow_mut().push(Asking {
                tab,
                place: Rc::clone(&slot),
                done,
            });
        });
        let push = js(&FramePush::GuardStateChanged {}).ok()?;
        let sent = send_to_tab(tab, Receiver::TopFrame, &push).ok()?;
        if let Settled::Fulfilled(_) = settle::within(sent, DOCUMENT_PATIENCE_MS).await {
            settle::within(arrived, DOCUMENT_PATIENCE_MS).await;
        }
        // Where nobody answered, nobody is asking any more.
        self.asking
            .borrow_mut()
            .retain(|asking| !Rc::ptr_eq(&asking.place, &place));
        place.borrow_mut().take()
    }

    fn answer_asking(&self, place: &Place) {
        for asking in self
            .asking
            .borrow()
            .iter()
            .filter(|asking| asking.tab == place.tab)
        {
            asking.place.replace(Some(place.clone()));
            // A resolver of a promise never throws.
            let _ = asking.done.call0(&JsValue::NULL);
        }
    }

    /// Tells one document something. Answers whether it was there, and for a release whether it still had the hold.
    async fn tell(&self, tab: i32, document: &str, push: &impl Serialize) -> bool {
        let answer = self.answer_to(tab, document, push).await;
        answer.as_ref().is_some_and(was_there)
    }

    /// As [`Background::tell`], with the answer; `None` where nobody was there.
    async fn answer_to(&self, tab: i32, document: &str, push: &impl Serialize) -> Option<JsValue> {
        let push = js(push).ok()?;
        let sent = send_to_tab(tab, Receiver::Document(document), &push).ok()?;
        match settle::within(sent, DOCUMENT_PATIENCE_MS).await {
            Settled::Fulfilled(answer) => Some(answer),
            Settled::Rejected | Settled::Late => None,
        }
    }
}

/// Keys of the person's own went to a place; handed on unread.
pub(crate) async fn exposed(own: &JsValue, kind: Exposed, place: String) {
    #[derive(Serialize)]
    struct Where {
        kind: Exposed,
        place: String,
    }
    if js_sys::Array::is_array(own) && own.unchecked_ref::<js_sys::Array>().length() > 0 {
        let message = with_value("exposed", "own", own, &Where { kind, place });
        if let Some(message) = message {
            // The person has been told what it means to let a key through, and of one that left the icon tells.
            let _ = hand_to_vault(&message).await;
        }
    }
}

/// Whether a document that answered still had what it was told of.
fn was_there(answer: &JsValue) -> bool {
    extension::flag(answer, "released").unwrap_or(true)
}

/// A vault's module that failed has lost what it is told of; it is reported where it happened.
pub(crate) async fn tell_vault(request: &ToVault) {
    let _ = ask_vault::<Done>(request).await;
}

/// Has recorded what became of a hold. Nobody waits for it. Nothing of a private window is recorded.
fn record_hold(kind: Kind, hold: Option<&Hold>) {
    let Some(hold) = hold.filter(|hold| !hold.private) else {
        return;
    };
    let place = hold.origin.as_ref().map(WebOrigin::to_string);
    let request = ToVault::Record {
        kind,
        place: place.unwrap_or_default(),
        detail: hold.detectors.join(" "),
    };
    spawn_local(async move { tell_vault(&request).await });
}

fn background() -> Option<Rc<Background>> {
    BACKGROUND.with(|cell| cell.get().cloned())
}

fn js(value: &impl Serialize) -> Result<JsValue, Refusal> {
    to_js(value).map_err(|_| Refusal::Failed)
}

fn main() {}
