//! What decisions do to the browser.

use keyward::message::between::ToVault;
use keyward::message::{FramePush, Loss, Refusal};
use keyward::policy::{Decision, Effect, Policy};
use keyward::web::clock::now_ms;
use keyward::web::extension::{self, DOCUMENT_PATIENCE_MS, Receiver, send_to_tab};
use keyward::web::{scripts, settle};
use wasm_bindgen_futures::spawn_local;

use super::{Background, js, store, tell_vault};

/// One alarm is enough: it is set to the pause that ends first.
const ALARM: &str = "pause";

/// A change of the settings. Boxed, for otherwise what surrounds it would be compiled once for each kind of change.
pub(crate) type Change<'a> = Box<dyn FnOnce(&mut Policy) -> Decision<()> + 'a>;

impl Background {
    /// A change of the settings with everything that follows from it, in its turn. Where the browser does not store it,
    /// it has not happened.
    pub(crate) async fn change(&self, decide: Change<'_>) -> Result<(), Refusal> {
        let _turn = self.settings_turns.mine().await;
        let before = self.policy.borrow().settings().clone();
        let decision = decide(&mut self.policy.borrow_mut());
        let ((), effects) = decision?;
        let done = self.carry_out(effects).await;
        if done.is_err() {
            self.policy.borrow_mut().restore(before);
        }
        done
    }

    /// For effects after which there is nobody to tell of a failure.
    pub(crate) async fn carry_out_quietly(&self, effects: Vec<Effect>) {
        let _ = self.carry_out(effects).await;
    }

    pub(crate) async fn carry_out(&self, effects: Vec<Effect>) -> Result<(), Refusal> {
        for effect in effects {
            self.effect(effect).await?;
        }
        Ok(())
    }

    async fn effect(&self, effect: Effect) -> Result<(), Refusal> {
        match effect {
            Effect::SaveSession => self.save_session().await,
            Effect::SaveSettings => {
                self.save_settings().await?;
                tell_frames().await;
            }
            Effect::TellFrames => tell_frames().await,
            Effect::Badge { tab } => self.badge(tab).await,
            Effect::OpenWindow { hold } => self.open_window("hold", hold).await?,
            Effect::FocusWindow { window, hold } => {
                if extension::focus_window(window).await.is_err() {
                    self.open_window("hold", hold).await?;
                }
            }
            Effect::CloseWindow { window, hold } => {
                tell_vault(&ToVault::ForgetHeld { hold }).await;
                // The person may have closed it already.
                let _ = extension::close_window(window).await;
            }
            Effect::KeepOut {
                hold,
                tab,
                document,
            } => {
                let until_ms = now_ms() + u64::from(DOCUMENT_PATIENCE_MS.unsigned_abs());
                self.tell(
                    tab,
                    &document,
                    &FramePush::Release {
                        hold,
                        allow: false,
                        until_ms,
                        values: false,
                    },
                )
                .await;
            }
            Effect::Sending {
                on: true,
                unwatched,
            } => scripts::register_sending(&unwatched)
                .await
                .map_err(|_| Refusal::NotStored)?,
            // A permission that was taken away took the scripts with it.
            Effect::Sending { on: false, .. } => drop(scripts::unregister_sending().await),
            // Without an alarm a pause still ends when it should; only the frames learn of it later.
            Effect::Alarm { at_ms: Some(at_ms) } => drop(extension::set_alarm(ALARM, at_ms)),
            Effect::Alarm { at_ms: None } => drop(extension::clear_alarm(ALARM)),
        }
        Ok(())
    }

    async fn save_settings(&self) -> Result<(), Refusal> {
        if self.policy.borrow().loss() == Loss::Unavailable {
            return Err(Refusal::NotStored);
        }
        let settings = self.policy.borrow().settings().clone();
        store::save_settings(&settings)
            .await
            .map_err(|_| Refusal::NotStored)
    }

    /// A session that the browser does not store lives until the background dies. What is held then is kept out.
    async fn save_session(&self) {
        let _turn = self.session_turns.mine().await;
        let session = self.policy.borrow().session().stored();
        let _ = store::save_session(session).await;
    }

    async fn badge(&self, tab: i32) {
        let (count, untold) = {
            let policy = self.policy.borrow();
            (policy.holds(tab), policy.untold(tab))
        };
        let title = match count {
            0 if untold > 0 => extension::text("actionTitleLeft"),
            0 => self.icon_title(),
            1 => extension::text("actionTitleHeld"),
            count => extension::text_with("actionTitleHeldMany", &[&count.to_string()]),
        };
        // The tab may be gone.
        let _ = extension::set_badge(tab, count.max(untold), &title).await;
    }

    /// `about` says what the window asks of the hold.
    pub(crate) async fn open_window(&self, about: &str, hold: String) -> Result<(), Refusal> {
        if self.opening.borrow().contains(&hold) {
            return Ok(());
        }
        self.opening.borrow_mut().push(hold.clone());
        // Names of holds are UUIDs: nothing in them needs escaping.
        let opened = extension::open_window(&format!("confirm.html?{about}={hold}")).await;
        self.opening.borrow_mut().retain(|other| *other != hold);
        let window = opened.map_err(|_| Refusal::Failed)?;
        let asked = self.policy.borrow_mut().window_opened(&hold, window);
        if asked {
            self.save_session().await;
        } else {
            let _ = extension::close_window(window).await;
        }
        Ok(())
    }
}

/// Not waited for: a tab that sleeps may take its time, and each frame asks again before it decides.
pub(crate) async fn tell_frames() {
    let Ok(push) = js(&FramePush::GuardStateChanged {}) else {
        return;
    };
    for tab in extension::all_tabs().await.unwrap_or_default() {
        if let Ok(sent) = send_to_tab(tab, Receiver::AllFrames, &push) {
            spawn_local(async move {
                // A tab without a guard rejects, which is no error.
                let _ = settle::within(sent, DOCUMENT_PATIENCE_MS).await;
            });
        }
    }
}
