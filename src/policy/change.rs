//! What the person sets.

use super::{Decision, Effect, PAUSE_MS, Policy};
use crate::detect;
use crate::message::{Mode, PageRequest, Refusal, SetMode};
use crate::origin::WebOrigin;

impl Policy {
    /// Carries out the request of a page that sets something.
    ///
    /// # Errors
    /// Those of the change; [`Refusal::NotUnderstood`] for a request that sets nothing.
    pub fn set(&mut self, request: PageRequest, now_ms: u64) -> Decision<()> {
        match request {
            PageRequest::SetSite {
                origin,
                mode,
                private,
            } => self.set_mode(&origin, mode, private, now_ms),
            PageRequest::WithdrawRule { origin, detector } => self.withdraw(&origin, &detector),
            PageRequest::WithdrawHarmless { index, created_ms } => {
                self.withdraw_harmless(index, created_ms)
            }
            PageRequest::SetSign { on } => self.set_sign(on),
            PageRequest::SetDetectorOn { detector, on } => self.set_detector_on(&detector, on),
            PageRequest::SetSending { on } => self.set_sending(on),
            PageRequest::SetSendingHere { origin, on } => self.set_sending_here(&origin, on),
            _ => Err(Refusal::NotUnderstood),
        }
    }

    /// Switches the small sign in fields on or off.
    pub fn set_sign(&mut self, on: bool) -> Decision<()> {
        self.settings.set_sign(on);
        Ok(((), vec![Effect::SaveSettings]))
    }

    /// The switch in the popup.
    ///
    /// # Errors
    /// [`Refusal::NotRememberable`] for an opaque origin.
    pub fn set_mode(
        &mut self,
        origin: &str,
        mode: SetMode,
        private: bool,
        now_ms: u64,
    ) -> Decision<()> {
        let origin = WebOrigin::parse(origin).map_err(|_| Refusal::NotRememberable)?;
        let mode = match mode {
            SetMode::On => Mode::On,
            SetMode::Paused => Mode::Paused {
                until_ms: now_ms + PAUSE_MS,
            },
            SetMode::Off => Mode::Off,
        };
        let mut effects = if private {
            self.session.set_mode(origin, mode);
            vec![Effect::SaveSession, Effect::TellFrames]
        } else {
            self.settings.set_mode(origin, mode);
            vec![Effect::SaveSettings]
        };
        effects.push(self.alarm(now_ms));
        Ok(((), effects))
    }

    /// Takes back a rule. One that is gone already is no error.
    pub fn withdraw(&mut self, origin: &str, detector: &str) -> Decision<()> {
        let origin = WebOrigin::parse(origin).map_err(|_| Refusal::NotRememberable)?;
        self.settings.withdraw(&origin, detector);
        Ok(((), vec![Effect::SaveSettings]))
    }

    /// Takes back that a value is no key.
    pub fn withdraw_harmless(&mut self, index: usize, created_ms: u64) -> Decision<()> {
        self.settings.harmless_mut().withdraw(index, created_ms);
        Ok(((), vec![Effect::SaveSettings]))
    }

    /// Switches the watch over what pages send of their own accord.
    pub fn set_sending(&mut self, on: bool) -> Decision<()> {
        self.settings.set_sending(on);
        Ok(((), vec![self.sending(), Effect::SaveSettings]))
    }

    /// Switches a detector on or off, everywhere.
    ///
    /// # Errors
    /// [`Refusal::NotUnderstood`] where no detector has this id. One that an earlier version had can still be switched on.
    pub fn set_detector_on(&mut self, id: &str, on: bool) -> Decision<()> {
        if !on && detect::detector_named(id).is_none() {
            return Err(Refusal::NotUnderstood);
        }
        self.settings.set_detector(id, on);
        Ok(((), vec![Effect::SaveSettings]))
    }
}
