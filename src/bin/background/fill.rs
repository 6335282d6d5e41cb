//! Filling, as far as it happens in the background: asking the frames, opening the window, sending the key.
//!
//! What may be done is decided in `keyward::fill`; this asks and carries out.

use std::cell::RefCell;

use js_sys::{Function, Promise};
use keyward::fill::answer::{Answer, are_certain, can_choose};
use keyward::fill::ask::{Asks, Target};
use keyward::fill::field::Field;
use keyward::fill::flow::{Filling, World};
use keyward::fill::place::{Sender, unreachable};
use keyward::fill::{Refusal, Trigger};
use keyward::message;
use keyward::message::between::{Origins, ToVault};
use keyward::message::fill::{
    Asked, Ended, FramePush, FrameRequest, PageRequest, Question, Sign, SignRequest,
};
use keyward::origin::HttpsOrigin;
use keyward::policy::Place;
use keyward::web::between::{ask_vault, hand_to_vault};
use keyward::web::clock::now_ms;
use keyward::web::extension::{self, DOCUMENT_PATIENCE_MS, Receiver, send_to_tab};
use keyward::web::js::from_js;
use keyward::web::settle::{self, Settled};
use keyward::web::turn::Turns;
use wasm_bindgen::JsValue;

use super::{Background, js, random_uuid, store, tell_vault};

/// How long frames have to answer while none has that has the keyboard in a field. They take some milliseconds.
const GATHER_MS: i32 = 150;
/// How long they have besides, in a tab that sleeps, while there is no field or nothing from the page itself.
const FIELD_MS: i32 = 850;
/// A page can make as many frames as it likes.
const MOST_ANSWERS: usize = 64;

/// What the background keeps for filling.
pub(crate) struct Fills {
    filling: Filling,
    /// Asks whose frames are answering.
    gathering: RefCell<Vec<Gathering>>,
    /// Open windows and what they ask.
    windows: RefCell<Vec<(i32, String)>>,
    /// Writes of the session.
    turns: Turns,
}

struct Gathering {
    ask: String,
    tab: i32,
    answers: Vec<Answer>,
    /// Whoever waits for an answer.
    waiting: Option<Waiting>,
}

struct Waiting {
    enough: fn(&[Answer]) -> bool,
    done: Function,
}

impl Fills {
    pub(crate) fn new(asks: Asks) -> Self {
        Self {
            filling: Filling::new(asks),
            gathering: RefCell::default(),
            windows: RefCell::default(),
            turns: Turns::default(),
        }
    }
}

impl Background {
    /// A person asks; ends with the window open, which shows the question or why there is none.
    pub(crate) async fn fill_asked(
        &self,
        trigger: Trigger,
        tab: i32,
        entry: Option<String>,
    ) -> Result<String, message::Refusal> {
        let ask = random_uuid();
        let filling = &self.fills.filling;
        let begun = filling.begin(self, ask.clone(), trigger, tab, entry).await;
        if begun.is_ok() {
            let answers = self.gather(tab, &ask).await;
            let address = match answers.is_empty() {
                true => extension::tab_address(tab).await,
                false => None,
            };
            // The window shows how it ended.
            let _ = filling
                .answered(self, &ask, &answers, unreachable(address.as_deref()))
                .await;
        }
        // Names of asks are UUIDs: nothing in them needs escaping.
        let window = extension::open_window(&format!("fill.html?ask={ask}"))
            .await
            .map_err(|_| message::Refusal::Failed)?;
        self.fills.windows.borrow_mut().push((window, ask.clone()));
        Ok(ask)
    }

    /// Closing the window is a no.
    pub(crate) async fn fill_window_closed(&self, window: i32) {
        let asked = {
            let mut windows = self.fills.windows.borrow_mut();
            let at = windows.iter().position(|(other, _)| *other == window);
            at.map(|at| windows.swap_remove(at).1)
        };
        if let Some(ask) = asked {
            self.fills
                .filling
                .refuse(self, &ask, Refusal::Declined)
                .await;
        }
    }

    /// Ends what is asked where the vault has just been locked: what a person began with it open is not to go on with somebody
    /// else's unlocking it.
    pub(crate) async fn fills_locked(&self) {
        self.fills.filling.refuse_all(self, Refusal::Locked).await;
    }

    /// What frames say about filling.
    pub(crate) fn fill_message(
        &self,
        message: &JsValue,
        sender: &JsValue,
    ) -> Result<JsValue, message::Refusal> {
        let request = from_js(message).map_err(|_| message::Refusal::NotUnderstood)?;
        let sender = extension::fill_sender(sender).ok_or(message::Refusal::UnknownSender)?;
        self.fill_here(sender, request);
        js(&message::FrameReply::Done {})
    }

    /// What frames say about the small sign in a field.
    pub(crate) async fn sign_message(
        &self,
        place: &Place,
        message: &JsValue,
    ) -> Result<JsValue, message::Refusal> {
        let request = from_js(message).map_err(|_| message::Refusal::NotUnderstood)?;
        // Looked at again when it is pressed: by then the vault may be locked.
        let shown = self.is_sign_shown(place).await;
        match request {
            SignRequest::SignHere {} => js(&Sign { shown }),
            SignRequest::SignPressed {} => {
                if shown {
                    self.fill_asked(Trigger::Sign, place.tab, None).await?;
                }
                js(&message::FrameReply::Done {})
            }
        }
    }

    async fn is_sign_shown(&self, place: &Place) -> bool {
        let is_on = self.policy.borrow().sign();
        let origin = place.origin.web().cloned().and_then(HttpsOrigin::new);
        match origin {
            Some(origin) if is_on => ask_vault::<Sign>(&ToVault::IsApproved { origin })
                .await
                .is_ok_and(|sign| sign.shown),
            _ => false,
        }
    }

    /// A frame answers a question of ours. Whatever nobody asked for is ignored.
    fn fill_here(&self, sender: Sender, request: FrameRequest) {
        let FrameRequest::FillHere {
            ask,
            field,
            in_front,
            touched_ms,
            ancestors,
        } = request;
        let mut gathering = self.fills.gathering.borrow_mut();
        let Some(gathering) = gathering
            .iter_mut()
            .find(|gathering| gathering.ask == ask && gathering.tab == sender.tab)
        else {
            return;
        };
        let known = |answer: &Answer| answer.sender.document == sender.document;
        if gathering.answers.len() >= MOST_ANSWERS || gathering.answers.iter().any(known) {
            return;
        }
        let answer = Answer {
            sender,
            ancestors,
            field,
            in_front,
            touched_ms,
        };
        gathering.answers.push(answer);
        let answers = &gathering.answers;
        let enough = |waiting: &mut Waiting| (waiting.enough)(answers);
        if let Some(waiting) = gathering.waiting.take_if(enough) {
            // A resolver of a promise never throws.
            let _ = waiting.done.call0(&JsValue::NULL);
        }
    }

    pub(crate) async fn fill_page(
        &self,
        request: PageRequest,
    ) -> Result<JsValue, message::Refusal> {
        match request {
            PageRequest::Fill { tab_id, entry } => {
                let ask = self.fill_asked(Trigger::Popup, tab_id, entry).await?;
                js(&Asked { ask })
            }
            PageRequest::FillPending { ask } => self.question(&ask).await,
            PageRequest::FillApprove { ask, entry } => {
                let pending = self.fills.filling.pending(self, &ask);
                if let Ok((_, target)) = pending {
                    let origin = target.origin;
                    let request = ToVault::Approve { entry, origin };
                    ask_ended(&request)
                        .await
                        .map_err(|_| message::Refusal::NotStored)?;
                }
                self.question(&ask).await
            }
            PageRequest::FillConfirm { ask, entry } => {
                let confirmed = self.fills.filling.confirm(self, &ask, &entry).await;
                js(&Ended {
                    refused: confirmed.err(),
                })
            }
            PageRequest::FillRecent {} => js(&self.fills.filling.past()),
            PageRequest::FillDecline { ask } => {
                self.fills
                    .filling
                    .refuse(self, &ask, Refusal::Declined)
                    .await;
                js(&Ended {
                    refused: Some(Refusal::Declined),
                })
            }
        }
    }

    /// What the window shows. The vault makes it, and it goes on unread: the names of entries are none of the guard's.
    async fn question(&self, ask: &str) -> Result<JsValue, message::Refusal> {
        let (ask, target) = match self.fills.filling.pending(self, ask) {
            Ok(pending) => pending,
            Err(refusal) => return js(&Question::Refused { refusal }),
        };
        let request = js(&ToVault::FillQuestion {
            origin: target.origin,
            trigger: ask.trigger,
            field: target.field,
            chosen: ask.entry,
        })?;
        let question = hand_to_vault(&request).await;
        question.map_err(|_| message::Refusal::Failed)
    }

    /// Asks every frame of a tab which field has the focus.
    async fn gather(&self, tab: i32, ask: &str) -> Vec<Answer> {
        self.fills.gathering.borrow_mut().push(Gathering {
            ask: ask.to_owned(),
            tab,
            answers: Vec::new(),
            waiting: None,
        });
        let push = js(&FramePush::FillLook {
            ask: ask.to_owned(),
        });
        let sent = push.map(|push| send_to_tab(tab, Receiver::AllFrames, &push));
        if matches!(sent, Ok(Ok(_))) && !self.answered(ask, are_certain, GATHER_MS).await {
            self.answered(ask, can_choose, FIELD_MS).await;
        }
        let mut gathering = self.fills.gathering.borrow_mut();
        match gathering.iter().position(|each| each.ask == ask) {
            Some(at) => gathering.swap_remove(at).answers,
            None => Vec::new(),
        }
    }

    /// Waits until these answers are enough, but no longer than `ms`.
    async fn answered(&self, ask: &str, enough: fn(&[Answer]) -> bool, ms: i32) -> bool {
        let mut there = false;
        let arrived = Promise::new(&mut |done, _| {
            let mut gathering = self.fills.gathering.borrow_mut();
            if let Some(each) = gathering.iter_mut().find(|each| each.ask == ask) {
                there = enough(&each.answers);
                each.waiting = Some(Waiting { enough, done });
            }
        });
        there || matches!(settle::within(arrived, ms).await, Settled::Fulfilled(_))
    }

    /// Says something to the one document, and gives its answer.
    async fn say(&self, target: &Target, message: &JsValue) -> Result<JsValue, Refusal> {
        let sent = send_to_tab(target.tab, Receiver::Document(&target.document), message)
            .map_err(|_| Refusal::NoAnswer)?;
        match settle::within(sent, DOCUMENT_PATIENCE_MS).await {
            Settled::Fulfilled(answer) => Ok(answer),
            Settled::Rejected | Settled::Late => Err(Refusal::NoAnswer),
        }
    }
}

impl World for Background {
    fn now_ms(&self) -> u64 {
        now_ms()
    }

    async fn save(&self, asks: &Asks) -> Result<(), Refusal> {
        let _turn = self.fills.turns.mine().await;
        store::save_fills(asks)
            .await
            .map_err(|_| Refusal::NotStored)
    }

    async fn approved(&self, entry: &str) -> Result<Vec<HttpsOrigin>, Refusal> {
        let request = ToVault::Origins {
            entry: entry.to_owned(),
        };
        // A vault's module that failed has the vault open no more than one that is locked.
        let answer: Origins = ask_vault(&request).await.map_err(|_| Refusal::Locked)?;
        match answer.refused {
            None => Ok(answer.origins),
            Some(refusal) => Err(refusal),
        }
    }

    async fn look_again(&self, ask: &str, target: &Target) -> Result<Option<Field>, Refusal> {
        let push = js(&FramePush::FillAgain {
            ask: ask.to_owned(),
        })
        .map_err(|_| Refusal::NoAnswer)?;
        let answer = self.say(target, &push).await?;
        Ok(from_js(&answer).ok())
    }

    async fn write(
        &self,
        ask: &str,
        target: &Target,
        judged: &Field,
        entry: &str,
    ) -> Result<(), Refusal> {
        // The one who has the key sends it.
        ask_ended(&ToVault::Write {
            ask: ask.to_owned(),
            tab: target.tab,
            document: target.document.clone(),
            field: judged.clone(),
            entry: entry.to_owned(),
        })
        .await
    }

    async fn note_use(&self, entry: &str, origin: &HttpsOrigin) {
        tell_vault(&ToVault::NoteUse {
            entry: entry.to_owned(),
            origin: origin.clone(),
        })
        .await;
    }
}

async fn ask_ended(request: &ToVault) -> Result<(), Refusal> {
    let ended = ask_vault::<Ended>(request).await;
    match ended.map_err(|_| Refusal::NoAnswer)?.refused {
        None => Ok(()),
        Some(refusal) => Err(refusal),
    }
}
