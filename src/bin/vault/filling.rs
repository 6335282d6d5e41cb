//! What filling needs of the vault: the question for the window, and the key on its way to the one document.

use keyward::fill::Refusal;
use keyward::fill::Trigger;
use keyward::fill::field::Field;
use keyward::message::between::{Done, Origins, ToVault};
use keyward::message::fill::{Choice, Ended, Open, Question, Sign, Write, Written};
use keyward::origin::HttpsOrigin;
use keyward::web::clock::now_ms;
use keyward::web::extension::{DOCUMENT_PATIENCE_MS, Receiver, send_to_tab};
use keyward::web::js::from_js;
use keyward::web::settle::{self, Settled};
use wasm_bindgen::JsValue;

use super::{Desk, js};

impl Desk {
    pub(crate) async fn fill_call(
        &self,
        request: ToVault,
    ) -> Result<JsValue, keyward::message::Refusal> {
        match request {
            ToVault::FillQuestion {
                origin,
                trigger,
                field,
                chosen,
            } => js(&self.question(origin, trigger, field, chosen).await),
            ToVault::IsApproved { origin } => js(&Sign {
                shown: self.vault.is_approved(&origin).await,
            }),
            ToVault::Approve { entry, origin } => ended(self.vault.approve(&entry, &origin).await),
            ToVault::Origins { entry } => {
                let (origins, refused) = match self.vault.origins(&entry).await {
                    Ok(origins) => (origins, None),
                    Err(refusal) => (Vec::new(), Some(refusal)),
                };
                js(&Origins { origins, refused })
            }
            ToVault::Write {
                ask,
                tab,
                document,
                field,
                entry,
            } => ended(self.write(&ask, tab, &document, &field, &entry).await),
            ToVault::NoteUse { entry, origin } => {
                self.vault.note_use(&entry, &origin).await;
                js(&Done {})
            }
            _ => Err(keyward::message::Refusal::NotUnderstood),
        }
    }

    async fn question(
        &self,
        origin: HttpsOrigin,
        trigger: Trigger,
        field: Field,
        chosen: Option<String>,
    ) -> Question {
        let entries = match self.vault.lines().await {
            Ok(Some(entries)) => entries,
            Ok(None) => return Question::NoVault,
            Err(_) => return Question::Locked { origin },
        };
        let mut approved: Vec<HttpsOrigin> = Vec::new();
        for origin in entries.iter().flat_map(|entry| &entry.origins) {
            if !approved.contains(origin) {
                approved.push(origin.clone());
            }
        }
        // The sorts of the standard library are several kilobytes for each type.
        let (mut choices, others): (Vec<Choice>, Vec<Choice>) = entries
            .into_iter()
            .map(|entry| Choice {
                approved: entry.origins.contains(&origin),
                used_here: entry.used_at.as_ref() == Some(&origin),
                entry: entry.id,
                name: entry.name,
                provider: entry.provider,
                exposed: entry.exposed,
            })
            .partition(|choice| choice.approved);
        choices.extend(others);
        let open = Open {
            origin,
            trigger,
            field,
            entries: choices,
            chosen,
            approved,
        };
        Question::Open { open }
    }

    async fn write(
        &self,
        ask: &str,
        tab: i32,
        document: &str,
        field: &Field,
        entry: &str,
    ) -> Result<(), Refusal> {
        let key = self.vault.key(entry).await?;
        let message = js(&Write {
            ask,
            field,
            // EXPOSE: this is the filling itself. The string lives in the message until the frame has it.
            key: key.expose(),
            until_ms: now_ms() + u64::from(DOCUMENT_PATIENCE_MS.unsigned_abs()),
        })
        .map_err(|_| Refusal::NoAnswer)?;
        drop(key);
        let answer = say(tab, document, &message).await;
        let answer = answer.ok_or(Refusal::NoAnswer)?;
        match from_js::<Written>(&answer) {
            Ok(Written::Filled) => Ok(()),
            Ok(Written::NotTaken) => Err(Refusal::NotTaken),
            Ok(Written::Changed) | Err(_) => Err(Refusal::Changed),
        }
    }
}

/// Says something to one document, and gives its answer; `None` where nobody was there.
pub(crate) async fn say(tab: i32, document: &str, message: &JsValue) -> Option<JsValue> {
    let sent = send_to_tab(tab, Receiver::Document(document), message).ok()?;
    match settle::within(sent, DOCUMENT_PATIENCE_MS).await {
        Settled::Fulfilled(answer) => Some(answer),
        Settled::Rejected | Settled::Late => None,
    }
}

fn ended(result: Result<(), Refusal>) -> Result<JsValue, keyward::message::Refusal> {
    js(&Ended {
        refused: result.err(),
    })
}
