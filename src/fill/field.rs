//! What a field is: the facts that a frame gathers about it, and whether a person could have meant it.
//!
//! The frame only measures. It sends its measurements when asked and again before writing; both are judged here, and the
//! last act of the frame is to check that it would still say the same.

use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::origin::HttpsOrigin;

/// What kind of element takes the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Element {
    /// `<input>`.
    Input,
    /// `<textarea>`.
    Textarea,
    /// The root of something `contenteditable`.
    Editable,
    /// Anything else that has the focus.
    Other,
}

/// The facts about the field that has the focus. Nothing of its content is in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// What it is.
    pub element: Element,
    /// The type of an input, in lower case.
    pub kind: String,
    /// Its `name`.
    pub name: String,
    /// Its `id`.
    pub id: String,
    /// What a person reads beside it; shown in the confirmation, 80 characters at most.
    pub label: String,
    /// Part of the document.
    pub connected: bool,
    /// Disabled or read only.
    pub read_only: bool,
    /// Whether something stands in it; it will be replaced.
    pub has_text: bool,
    /// Rendered, not `visibility: hidden`, not skipped.
    pub rendered: bool,
    /// Of itself and everything around it, multiplied, in percent.
    pub opacity: u32,
    /// Middle of its box in the page, in CSS pixels from the corner of the page.
    pub x: i32,
    /// As `x`.
    pub y: i32,
    /// Its box, in CSS pixels.
    pub width: u32,
    /// As `width`.
    pub height: u32,
    /// The part of its box inside the window.
    pub width_in_view: u32,
    /// As `width_in_view`.
    pub height_in_view: u32,
    /// Of [`POINTS`] points of that part, those where a click would meet the field.
    pub points: u32,
    /// Where its form sends, as an origin; `javascript:` where it runs a script of the page. `None` without a form.
    pub action: Option<String>,
    /// Where the buttons of its form send, where they have a `formaction`.
    pub button_actions: Vec<String>,
    /// Whether its form puts what is written into the address.
    pub in_address: bool,
    /// What the page resolves its addresses against, as an origin.
    pub base: String,
}

/// How many points of a field are tried.
pub const POINTS: u32 = 9;
/// Icons and buttons are drawn into the ends of fields: the middle and more than half must be free.
const FREE_POINTS: u32 = 5;
/// Shorter than an eye-catching `<input size=4>`, larger than what pages use to gather keystrokes.
const LEAST_WIDTH: u32 = 32;
/// Less than a line of the smallest legible text with its padding.
const LEAST_HEIGHT: u32 = 10;
/// Disabled-looking fields are drawn at half opacity.
const LEAST_OPACITY: u32 = 50;
/// What a page moves by itself while a window opens and closes: a hint that appears, a scroll bar.
const MOST_MOVED: u32 = 64;

/// Types of input that take a line of any text. Not `email`, `url` and `number`, which a key is not.
const TEXT_KINDS: [&str; 4] = ["", "text", "password", "search"];

/// Longer texts and lists do not come from our own script, which cuts them.
const MOST_TEXT_BYTES: usize = 1024;
const MOST_BUTTONS: usize = 32;

impl Field {
    /// Whether a script of ours can have said this.
    pub fn is_well_formed(&self) -> bool {
        let texts = [&self.kind, &self.name, &self.id, &self.label, &self.base];
        let roads = self.action.iter().chain(&self.button_actions);
        texts
            .into_iter()
            .chain(roads)
            .all(|text| text.len() <= MOST_TEXT_BYTES)
            && self.button_actions.len() <= MOST_BUTTONS
    }

    /// Whether a person could have meant this field, and what is written there stays at the origin of the page.
    ///
    /// # Errors
    /// The first reason against it.
    pub fn judge(&self, origin: &HttpsOrigin) -> Result<(), Refusal> {
        if self.element == Element::Other {
            return Err(Refusal::NoField);
        }
        if self.element == Element::Input && !TEXT_KINDS.contains(&self.kind.as_str()) {
            return Err(Refusal::NotText);
        }
        if !self.connected {
            return Err(Refusal::Detached);
        }
        if self.read_only {
            return Err(Refusal::ReadOnly);
        }
        self.judge_sight()?;
        self.judge_road(origin)
    }

    /// Whether this is the field that was confirmed, where it was: `before` is what was judged then.
    ///
    /// # Errors
    /// [`Refusal::Changed`], [`Refusal::Moved`], and those of [`Field::judge`].
    pub fn judge_again(&self, before: &Self, origin: &HttpsOrigin) -> Result<(), Refusal> {
        self.judge(origin)?;
        if self.signature() != before.signature() {
            return Err(Refusal::Changed);
        }
        if self.x.abs_diff(before.x) > MOST_MOVED || self.y.abs_diff(before.y) > MOST_MOVED {
            return Err(Refusal::Moved);
        }
        Ok(())
    }

    fn judge_sight(&self) -> Result<(), Refusal> {
        if !self.rendered || self.opacity < LEAST_OPACITY {
            return Err(Refusal::Hidden);
        }
        if self.width < LEAST_WIDTH || self.height < LEAST_HEIGHT {
            return Err(Refusal::Tiny);
        }
        if self.width_in_view < LEAST_WIDTH || self.height_in_view < LEAST_HEIGHT {
            return Err(Refusal::OutOfView);
        }
        if self.points < FREE_POINTS {
            return Err(Refusal::Covered);
        }
        Ok(())
    }

    fn judge_road(&self, origin: &HttpsOrigin) -> Result<(), Refusal> {
        let stays = |target: &str| target == origin.as_str() || target == "javascript:";
        if self.base != origin.as_str() {
            return Err(Refusal::BaseElsewhere);
        }
        if self.action.as_deref().is_some_and(|action| !stays(action)) {
            return Err(Refusal::FormElsewhere);
        }
        if !self.button_actions.iter().all(|action| stays(action)) {
            return Err(Refusal::ButtonElsewhere);
        }
        Ok(())
    }

    /// What makes it this field and no other. The element itself is held by the frame.
    fn signature(&self) -> impl PartialEq + use<'_> {
        (
            self.element,
            &self.kind,
            &self.name,
            &self.id,
            &self.label,
            &self.action,
            &self.button_actions,
            self.in_address,
        )
    }
}
