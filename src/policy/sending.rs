//! What a page may send of its own accord.
//!
//! A page that is loaded sends credentials of its own all day: the token of its session, that of its form, a password that was
//! typed to sign in. None of it is a key of the person's that goes astray, and a guard that asked about it would be switched off.
//! So what is recognised by a word beside it, or is a token by its form alone, passes on this road. It is still held on
//! the others, where a person has it in hand; and what is in the person's vault is held on all.

use crate::detect;

/// How the ids begin of what passes: what is recognised by its surroundings, which a login form has, and tokens that a page got
/// from its server.
const PASSES: [&str; 6] = [
    "generic.",
    "database.ado-password",
    "jwt.",
    "openai.session-token",
    "coder.session-token",
    "gitlab.session-cookie",
];

/// Numbers of the detectors whose findings pass.
pub(super) fn passing() -> Vec<u16> {
    (0..)
        .zip(detect::ids())
        .filter(|(_, id)| PASSES.iter().any(|begin| id.starts_with(begin)))
        .map(|(number, _)| number)
        .collect()
}
