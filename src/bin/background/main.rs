//! The module of the background: carries out what `keyward::policy` decides.
//!
//! `extension/background.js` registers the listeners and calls the exports below. The text of pages never comes here.

mod born;
mod effects;
mod fill;
mod life;
mod store;
mod storing;
mod turn;
mod vault;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use keyward::fill::Trigger;
use keyward::message::{
    self, Answered, FramePush, FrameReply, FrameRequest, GuardState, PageReply, PageRequest,
    Reason, Refusal, Scope,
};
use keyward::policy::{Place, Policy};
use keyward::vault::lock::Signal;
use keyward::vault::log::Kind;
use keyward::web::clipboard;
use keyward::web::clock::now_ms;
use keyward::web::extension::{self, Receiver, Sender, send_to_tab};
use keyward::web::js::{from_js, to_js};
use keyward::web::scripts;
use keyward::web::settle::{self, Settled};
use serde::Serialize;
use turn::Turns;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Wipes all memory that is given back: after locking, nothing of the vault is left in this module's memory
/// (tests/background searches it).
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// How long a document has to take a release or to show that it is there. It takes some milliseconds; in Chromium a
/// document that is gone never answers.
const DOCUMENT_PATIENCE_MS: i32 = 1000;

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
    vault: vault::Vault,
    /// As it was read last; whatever changes it goes through this background.
    own_keys: RefCell<Option<Vec<u8>>>,
    fills: fill::Fills,
    /// What the icon says of keys.
    life: Cell<message::life::Summary>,
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

#[derive(Serialize)]
struct VaultError {
    error: message::vault::Refusal,
}

/// Reads what is stored. To be awaited once, before any other export is called.
#[wasm_bindgen]
pub async fn start() {
    let policy = store::load().await;
    let background = Rc::new(Background {
        policy: RefCell::new(policy),
        settings_turns: Turns::default(),
        session_turns: Turns::default(),
        asking: RefCell::default(),
        opening: RefCell::default(),
        vault: vault::Vault::default(),
        own_keys: RefCell::default(),
        fills: fill::Fills::new(store::load_fills().await),
        life: Cell::default(),
    });
    // A second call would be a bug of the script; the first one's state stays.
    let _ = BACKGROUND.with(|cell| cell.set(Rc::clone(&background)));
    background.vault.wake().await;
    background.expire().await;
    if background.policy.borrow().settings().sending() {
        // An update takes the scripts out. Without the permission they stay out, and the switch says so.
        let _ = scripts::register_sending().await;
    }
    // Nobody waits for what the icon says.
    spawn_local(async move { background.life_show(false).await });
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
                Err(_) => match from_js::<message::store::PageRequest>(&message) {
                    Ok(request) => background.store_page(request).await,
                    Err(_) => match from_js::<message::life::PageRequest>(&message) {
                        Ok(request) => background.life_page(request).await,
                        Err(_) => background.vault_page(&message).await,
                    },
                },
            },
        },
    };
    answered.unwrap_or_else(|error| js(&Error { error }).unwrap_or(JsValue::NULL))
}

/// An alarm rang. A pause may have ended, or the time of the open vault.
#[wasm_bindgen]
pub async fn alarm(name: String) {
    if let Some(background) = background() {
        if name == vault::CLIPBOARD_ALARM {
            // There is nobody to tell of a failure.
            let _ = clipboard::empty().await;
        }
        if name == life::ALARM {
            background.life_show(false).await;
        }
        if name == storing::HELD_ALARM {
            background.vault.forget_old_held().await;
        }
        background.vault.wake().await;
        background.fills_locked().await;
        background.expire().await;
    }
}

/// The machine is used, idle or locked, as the browser calls it.
#[wasm_bindgen(js_name = idleState)]
pub async fn idle_state(state: String) {
    if let Some(background) = background()
        && state == "locked"
    {
        background.vault.signal(Signal::ScreenLocked).await;
        background.fills_locked().await;
    }
}

/// The person locks the vault by the shortcut.
#[wasm_bindgen(js_name = lockAsked)]
pub async fn lock_asked() {
    if let Some(background) = background() {
        background.vault.signal(Signal::Asked).await;
        background.fills_locked().await;
    }
}

/// A window was closed; closing the confirmation is a no.
#[wasm_bindgen(js_name = windowClosed)]
pub async fn window_closed(window: i32) {
    if let Some(background) = background() {
        background.store_window_closed(window).await;
        let effects = background.policy.borrow_mut().window_closed(window);
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
        self.log_hold(Kind::KeptOut, decided.as_ref());
        if let FrameReply::Held { hold, .. } = &reply {
            self.log_hold(Kind::Held, self.policy.borrow().hold(hold));
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
                Ok(PageReply::Site(self.policy.borrow().site(
                    place.as_ref(),
                    private,
                    now_ms(),
                )))
            }
            PageRequest::SetSite {
                origin,
                mode,
                private,
            } => {
                self.change(|policy| policy.set_mode(&origin, mode, private, now_ms()))
                    .await?;
                Ok(PageReply::Done {})
            }
            PageRequest::WithdrawRule { origin, detector } => {
                self.change(|policy| policy.withdraw(&origin, &detector))
                    .await?;
                Ok(PageReply::Done {})
            }
            PageRequest::GuardSettings {} => Ok(PageReply::Settings(
                self.policy.borrow().guard_settings(now_ms()),
            )),
            PageRequest::SetSign { on } => {
                self.change(|policy| policy.set_sign(on)).await?;
                Ok(PageReply::Done {})
            }
            PageRequest::SetDetectorOn { detector, on } => {
                self.change(|policy| policy.set_detector_on(&detector, on))
                    .await?;
                Ok(PageReply::Done {})
            }
            PageRequest::SetSending { on } => {
                self.change(|policy| policy.set_sending(on)).await?;
                Ok(PageReply::Done {})
            }
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
        }
    }

    /// What pages ask of the vault.
    async fn vault_page(&self, message: &JsValue) -> Result<JsValue, Refusal> {
        let request =
            from_js::<message::vault::PageRequest>(message).map_err(|_| Refusal::NotUnderstood)?;
        let only_reads = matches!(
            request,
            message::vault::PageRequest::VaultState {} | message::vault::PageRequest::Entries {}
        );
        let before = self.own_keys().await;
        let answered = self.vault.page(request).await;
        self.fills_locked().await;
        self.own_keys_may_differ(before).await;
        if !only_reads && answered.is_ok() {
            self.life_show(true).await;
        }
        match answered {
            Ok(reply) => js(&reply),
            Err(error) => js(&VaultError { error }),
        }
    }

    /// The table by which frames recognise the person's own keys; empty where it cannot be read. Only that of keys which
    /// machines made: a frame must not get what lets a word of a person be guessed.
    pub(crate) async fn own_keys(&self) -> Vec<u8> {
        let known = self.own_keys.borrow().clone();
        match known {
            Some(table) => table,
            None => {
                let table = vault::read_own_keys().await;
                self.own_keys.replace(Some(table.clone()));
                table
            }
        }
    }

    /// The vault may have changed: frames ask again where its keys did.
    pub(crate) async fn own_keys_may_differ(&self, before: Vec<u8>) {
        self.own_keys.replace(None);
        if self.own_keys().await != before {
            effects::tell_frames().await;
        }
    }

    async fn refuse(&self, hold: &str) -> Result<Answered, Refusal> {
        let held = self.policy.borrow().hold(hold).cloned();
        let (answered, effects) = self.policy.borrow_mut().refuse(hold)?;
        self.log_hold(Kind::KeptOut, held.as_ref());
        self.carry_out_quietly(effects).await;
        Ok(answered)
    }

    async fn let_through(
        &self,
        hold: &str,
        scope: Scope,
        reason: Option<Reason>,
    ) -> Result<Answered, Refusal> {
        let release = self.policy.borrow_mut().agree(hold, scope, reason)?;
        let until_ms = now_ms() + u64::from(DOCUMENT_PATIENCE_MS.unsigned_abs());
        let push = FramePush::Release {
            hold: release.hold.id.clone(),
            allow: true,
            until_ms,
        };
        let hold = &release.hold;
        let answer = self.answer_to(hold.tab, &hold.document, &push).await;
        let delivered = answer.as_ref().is_some_and(was_there);
        if delivered {
            self.log_hold(Kind::LetThrough, Some(hold));
        }
        // Nothing of a private window reaches the disk.
        let place = match (&hold.origin, hold.private) {
            (Some(origin), false) => origin.to_string(),
            _ => String::new(),
        };
        let stored = self
            .change(|policy| Ok(policy.released(release, delivered, now_ms())))
            .await;
        if let Some(answer) = answer {
            self.life_exposed(&answer, &place).await;
        }
        // The release has gone out by now; only the rule can still fail.
        Ok(stored.unwrap_or(Answered::NotRemembered))
    }

    async fn expire(&self) {
        // A pause that could not be taken out of the store has ended all the same: every answer looks at the clock.
        let _ = self
            .change(|policy| Ok(((), policy.expire(now_ms()))))
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

/// Whether a document that answered still had what it was told of.
fn was_there(answer: &JsValue) -> bool {
    extension::flag(answer, "released").unwrap_or(true)
}

fn background() -> Option<Rc<Background>> {
    BACKGROUND.with(|cell| cell.get().cloned())
}

fn js(value: &impl Serialize) -> Result<JsValue, Refusal> {
    to_js(value).map_err(|_| Refusal::Failed)
}

fn main() {}
