//! What an issuer's answer about a key means, in the person's language, and what to do.

use crate::life::check::{Check, Verdict};
use crate::message::life::{Checked, Refusal};
use crate::message::vault;
use crate::web::extension::{text, text_with};
use crate::web::forms::problem;

/// What an answer means, and what to do.
pub fn words(check: &Check, checked: &Checked) -> String {
    let host = [check.host];
    match (checked.verdict, checked.retry_s) {
        (Verdict::Alive, _) => text_with("lifeAlive", &host),
        (Verdict::NoBalance, _) => text("lifeNoBalance"),
        (Verdict::Limited, _) => text("lifeLimited"),
        (Verdict::RateLimited, Some(seconds)) => {
            text_with("lifeRateLimitedFor", &[&seconds.to_string()])
        }
        (Verdict::RateLimited, None) => text("lifeRateLimited"),
        (Verdict::Dead, _) => text_with("lifeDead", &host),
        (Verdict::NotKnown, _) => text_with("lifeNotKnown", &host),
        (Verdict::Trouble, _) => text_with("lifeTrouble", &host),
        (Verdict::Strange, _) => text_with("lifeStrange", &host),
        (Verdict::Unreached, _) => text_with("lifeUnreached", &host),
        (Verdict::Late, _) => text_with("lifeLate", &host),
    }
}

/// Why nothing was asked.
pub fn refused(check: &Check, refusal: Refusal) -> String {
    match refusal {
        Refusal::Locked => problem::words(vault::Refusal::Locked),
        Refusal::NotAllowed => text_with("lifeNotAllowed", &[check.host]),
        Refusal::OtherKind => text("lifeOtherKind"),
        _ => text("lifeFailed"),
    }
}
