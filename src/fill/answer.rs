//! Which frame of a tab has the field that a person means: the answers of all, and the choice among them.

use super::field::Field;
use super::place::{Around, Sender};

/// What one frame says when a tab is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The browser's word on the frame.
    pub sender: Sender,
    /// The origins around it, as it sees them.
    pub ancestors: Vec<String>,
    /// What has the focus there; `None` where nothing has, or a frame inside of it.
    pub field: Option<Field>,
    /// Whether the frame has the keyboard. None has while a window of the extension is open.
    pub in_front: bool,
    /// When a person last put the focus somewhere in it, in milliseconds since 1970.
    pub touched_ms: u64,
}

impl Answer {
    fn is_certain(&self) -> bool {
        self.in_front && self.field.is_some()
    }
}

/// Whether nothing can be more to the point, so that there is no need to wait for more.
pub fn are_certain(answers: &[Answer]) -> bool {
    can_choose(answers) && answers.iter().any(Answer::is_certain)
}

/// Whether a frame has a field and the page has answered, too, without which it is not known what is around the frame.
pub fn can_choose(answers: &[Answer]) -> bool {
    let has_page = answers.iter().any(|answer| answer.sender.frame == 0);
    has_page && answers.iter().any(|answer| answer.field.is_some())
}

/// The answer with the field that was in use last, and what is around it. `None` where no frame has one.
///
/// A frame keeps its focus when a person goes on to another, so several can have a field; what they say of the time
/// is believed, for at worst the confirmation then shows another field of a page that the person looks at.
pub fn choose(answers: &[Answer]) -> Option<(&Answer, Around)> {
    let chosen = answers
        .iter()
        .filter(|answer| answer.field.is_some())
        .max_by_key(|answer| (answer.in_front, answer.touched_ms, answer.sender.frame == 0))?;
    let top = answers.iter().find(|answer| answer.sender.frame == 0);
    let around = Around {
        top: top.and_then(|answer| answer.sender.origin.clone()),
        ancestors: chosen.ancestors.clone(),
    };
    Some((chosen, around))
}
