//! The module of the vault: everything of the background that is secret, in a memory of its own.
//!
//! `extension/modules.js` loads it when it is asked something, and hands it what pages ask (`keyward::message::{vault, life, store}`),
//! what the guard's module asks (`keyward::message::between`), and what may lock it.

mod born;
mod filling;
mod harmless;
mod keeping;
mod life;
mod storing;

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use keyward::message::between::{
    CLIPBOARD_ALARM, Done, HELD_ALARM, Handed, LIFE_ALARM, TICK_ALARM, ToGuard, ToVault, Woken,
};
use keyward::message::{Refusal, life as life_message, store, vault};
use keyward::vault::lock::Signal;
use keyward::web::between::ask_guard;
use keyward::web::clipboard;
use keyward::web::extension::{self, Sender};
use keyward::web::js::{from_js, to_js};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// Wipes all memory that is given back: after locking, nothing of the vault is left in this module's memory
/// (tests/background searches it).
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    fn random_uuid() -> String;
}

thread_local! {
    static DESK: OnceCell<Rc<Desk>> = const { OnceCell::new() };
}

/// Where whatever is asked of the vault comes in.
#[derive(Default)]
struct Desk {
    vault: keeping::Vault,
    /// What the icon says of keys.
    life: Cell<Option<life_message::Summary>>,
}

#[derive(Serialize)]
struct Error {
    error: Refusal,
}

#[derive(Serialize)]
struct VaultError {
    error: vault::Refusal,
}

/// Answers a page. Always with an object; a refusal is `{error: …}`.
#[wasm_bindgen]
pub async fn message(message: JsValue, sender: JsValue) -> JsValue {
    let answered = match extension::sender(&sender) {
        None => Err(Refusal::UnknownSender),
        // A frame may offer a key, and has no other message here.
        Some(Sender::Frame(place)) => born::message(&desk(), place, &message).await,
        Some(Sender::Page) => desk().page(&message).await,
    };
    answered.unwrap_or_else(|error| js(&Error { error }).unwrap_or(JsValue::NULL))
}

/// Answers the guard's module.
#[wasm_bindgen]
pub async fn call(message: JsValue) -> JsValue {
    let answered = desk().call(&message).await;
    answered.unwrap_or_else(|error| js(&Error { error }).unwrap_or(JsValue::NULL))
}

/// An alarm rang. The time of the open vault may have ended.
#[wasm_bindgen]
pub async fn alarm(name: String) {
    let desk = desk();
    match name.as_str() {
        // There is nobody to tell of a failure.
        CLIPBOARD_ALARM => drop(clipboard::empty().await),
        LIFE_ALARM => desk.life_show(false).await,
        HELD_ALARM => desk.vault.forget_old_held().await,
        _ => {}
    }
    desk.vault.wake().await;
    desk.say_locked().await;
    if name == TICK_ALARM {
        desk.life_watch().await;
    }
}

/// The machine is used, idle or locked, as the browser calls it.
#[wasm_bindgen(js_name = idleState)]
pub async fn idle_state(state: String) {
    if state == "locked" {
        let desk = desk();
        desk.vault.signal(Signal::ScreenLocked).await;
        desk.say_locked().await;
    }
}

/// The person locks the vault by the shortcut.
#[wasm_bindgen(js_name = lockAsked)]
pub async fn lock_asked() {
    let desk = desk();
    desk.vault.signal(Signal::Asked).await;
    desk.say_locked().await;
}

impl Desk {
    async fn page(&self, message: &JsValue) -> Result<JsValue, Refusal> {
        if let Ok(request) = from_js::<vault::PageRequest>(message) {
            return self.vault_page(request).await;
        }
        if let Ok(request) = from_js::<store::PageRequest>(message) {
            return self.store_page(request).await;
        }
        let request = from_js::<life_message::PageRequest>(message);
        self.life_page(request.map_err(|_| Refusal::NotUnderstood)?)
            .await
    }

    async fn vault_page(&self, request: vault::PageRequest) -> Result<JsValue, Refusal> {
        let only_reads = matches!(
            request,
            vault::PageRequest::VaultState {} | vault::PageRequest::Entries {}
        );
        let answered = if only_reads {
            self.vault.page(request).await
        } else {
            let before = keeping::read_own_keys().await;
            let answered = self.vault.page(request).await;
            self.own_keys_may_differ(before).await;
            answered
        };
        self.say_locked().await;
        if !only_reads && answered.is_ok() {
            self.life_show(true).await;
        }
        match answered {
            Ok(reply) => js(&reply),
            Err(error) => js(&VaultError { error }),
        }
    }

    async fn call(&self, message: &JsValue) -> Result<JsValue, Refusal> {
        let Ok(request) = from_js::<ToVault>(message) else {
            return match from_js(message).map_err(|_| Refusal::NotUnderstood)? {
                Handed::StoreHeld { hold, keys } => self.keep_held(&hold, &keys).await,
                Handed::Exposed { kind, own, place } => {
                    self.life_expose(kind, &own, &place).await;
                    js(&Done {})
                }
                Handed::Harmless { salt, values } => harmless::rows(salt, &values),
            };
        };
        match request {
            ToVault::Woke {} => {
                self.vault.wake().await;
                return js(&Woken {
                    // The guard's module knows by this: it waits for the answer, and could not be told otherwise.
                    locked: self.vault.take_locked(),
                });
            }
            ToVault::ShowIcon {} => self.life_show(false).await,
            ToVault::Record {
                kind,
                place,
                detail,
            } => {
                let mut keeper = self.vault.keeper().await;
                keeper.log(kind, "", &place, &detail).await;
            }
            ToVault::ForgetHeld { hold } => self.vault.forget_held(&hold).await,
            ToVault::WindowClosed { window } => self.born_window_closed(window).await,
            request => return self.fill_call(request).await,
        }
        js(&Done {})
    }

    /// Ends what is asked where the vault has just been locked: what a person began with it open is not to go on with somebody
    /// else's unlocking it.
    async fn say_locked(&self) {
        if self.vault.take_locked() {
            tell_guard(&ToGuard::VaultLocked {}).await;
        }
    }

    /// The vault may have changed: frames ask again where its keys did.
    async fn own_keys_may_differ(&self, before: Vec<u8>) {
        if keeping::read_own_keys().await != before {
            tell_guard(&ToGuard::OwnKeysChanged {}).await;
        }
    }
}

/// A guard's module that failed has lost what it is told of.
async fn tell_guard(request: &ToGuard) {
    let _ = ask_guard::<Done>(request).await;
}

fn desk() -> Rc<Desk> {
    DESK.with(|cell| Rc::clone(cell.get_or_init(Rc::default)))
}

fn js(value: &impl Serialize) -> Result<JsValue, Refusal> {
    to_js(value).map_err(|_| Refusal::Failed)
}

fn main() {}
