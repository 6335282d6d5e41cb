//! The stages of a fill, from the asking to its end.
//!
//! [`Asks`] is a plain value: the background keeps it in `storage.session` after every step *before* it acts on the step,
//! so that a background that died and came back finds each grant spent that was spent. Times are milliseconds since
//! 1970; a clock that went back ends what was asked before.

use serde::{Deserialize, Serialize};

use super::field::Field;
use super::place::{Around, Sender, origin_of};
use super::{Refusal, Trigger};
use crate::origin::HttpsOrigin;

/// How long a frame has to answer.
pub const ANSWER_MS: u64 = 1_000;
/// How long a person has to confirm; unlocking the vault is part of it.
pub const CONFIRM_MS: u64 = 120_000;
/// How long a grant can be spent.
pub const GRANT_MS: u64 = 30_000;
/// How long it is remembered how an ask ended, so that the window can say so.
const REMEMBER_MS: u64 = 300_000;
/// More at a time are not asked by a person.
const MOST: usize = 16;
/// How many are remembered until the browser closes.
const MOST_PAST: usize = 50;

/// All that is asked at present.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asks {
    asks: Vec<Ask>,
    /// Newest first.
    #[serde(default)]
    past: Vec<Past>,
}

/// A fill that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Past {
    /// The name of the ask.
    pub ask: String,
    /// Where; `None` where it did not come so far.
    pub origin: Option<HttpsOrigin>,
    /// The entry's identifier; `None` where none was chosen.
    pub entry: Option<String>,
    /// How it was asked for.
    pub trigger: Trigger,
    /// When its last stage began, in milliseconds since 1970.
    pub at_ms: u64,
    /// Why nothing was filled; `None` where it was.
    pub refused: Option<Refusal>,
}

/// One fill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ask {
    /// Drawn at random by whoever asks; the frame holds its field by this name.
    pub id: String,
    /// How.
    pub trigger: Trigger,
    /// Where.
    pub tab: i32,
    /// Only this entry, where the person chose it before.
    pub entry: Option<String>,
    since_ms: u64,
    stage: Stage,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Stage {
    Asked,
    Answered { target: Target },
    Granted { target: Target, entry: String },
    Spent,
    Refused { refusal: Refusal },
}

/// One field of one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Of the browser.
    pub tab: i32,
    /// Of the tab.
    pub frame: i64,
    /// The browser's name of the document.
    pub document: String,
    /// Of the document.
    pub origin: HttpsOrigin,
    /// As it was when it was asked for.
    pub field: Field,
}

impl Asks {
    /// A person asks in a tab. What was asked in the same tab before and is not confirmed yet is replaced.
    pub fn begin(
        &mut self,
        id: String,
        trigger: Trigger,
        tab: i32,
        entry: Option<String>,
        now_ms: u64,
    ) {
        self.asks.retain(|ask| {
            now_ms
                .checked_sub(ask.since_ms)
                .is_some_and(|age| age < REMEMBER_MS)
                || ask.is_open()
        });
        for ask in self
            .asks
            .iter_mut()
            .filter(|ask| ask.tab == tab && ask.is_open())
        {
            ask.refuse(&mut self.past, Refusal::Replaced);
        }
        if self.asks.len() >= MOST {
            self.asks.remove(0);
        }
        self.asks.push(Ask {
            id,
            trigger,
            tab,
            entry,
            since_ms: now_ms,
            stage: Stage::Asked,
        });
    }

    /// A frame answers with the field that has the focus. Only the first answer counts.
    ///
    /// # Errors
    /// The refusal, which ends the ask; [`Refusal::Unknown`] and [`Refusal::WrongDocument`] do not, for they are no answer
    /// to it.
    pub fn answer(
        &mut self,
        id: &str,
        sender: &Sender,
        around: &Around,
        field: Field,
        now_ms: u64,
    ) -> Result<&Target, Refusal> {
        let Asks { asks, past } = self;
        let ask = open(asks, past, id, now_ms)?;
        if ask.tab != sender.tab {
            return Err(Refusal::WrongDocument);
        }
        if ask.stage != Stage::Asked || !field.is_well_formed() {
            return Err(Refusal::Unknown);
        }
        let judged = origin_of(sender, around).and_then(|origin| {
            field.judge(&origin)?;
            Ok(Target {
                tab: sender.tab,
                frame: sender.frame,
                document: sender.document.clone(),
                origin,
                field,
            })
        });
        match judged {
            Ok(target) => {
                ask.since_ms = now_ms;
                ask.stage = Stage::Answered { target };
                Ok(ask.target().expect("it was answered just now"))
            }
            Err(refusal) => Err(ask.refuse(past, refusal)),
        }
    }

    /// What waits for the person.
    ///
    /// # Errors
    /// How it ended, or that nothing was asked by that name.
    pub fn pending(&mut self, id: &str, now_ms: u64) -> Result<(&Ask, &Target), Refusal> {
        let Asks { asks, past } = self;
        let ask = open(asks, past, id, now_ms)?;
        match &ask.stage {
            Stage::Answered { target } => Ok((ask, target)),
            Stage::Granted { .. } => Err(Refusal::Used),
            _ => Err(Refusal::Unknown),
        }
    }

    /// The person confirms it for an entry that is approved for these origins.
    ///
    /// # Errors
    /// [`Refusal::NotApproved`] and [`Refusal::Unknown`] leave the ask as it is; all others are its end.
    pub fn confirm(
        &mut self,
        id: &str,
        entry: &str,
        approved: &[HttpsOrigin],
        now_ms: u64,
    ) -> Result<&Target, Refusal> {
        let Asks { asks, past } = self;
        let ask = open(asks, past, id, now_ms)?;
        let target = match &ask.stage {
            Stage::Answered { target } => target.clone(),
            Stage::Granted { .. } => return Err(Refusal::Used),
            _ => return Err(Refusal::Unknown),
        };
        if ask.entry.as_deref().is_some_and(|asked| asked != entry) {
            return Err(Refusal::Unknown);
        }
        if !approved.contains(&target.origin) {
            return Err(Refusal::NotApproved);
        }
        ask.since_ms = now_ms;
        ask.stage = Stage::Granted {
            target,
            entry: entry.to_owned(),
        };
        Ok(ask.target().expect("it was granted just now"))
    }

    /// Spends a grant, whatever comes of it: after this it is over. The frame of `document` has looked at the field again.
    /// `approved` is read from the vault anew.
    ///
    /// # Errors
    /// The refusal, which is its end too.
    pub fn spend(
        &mut self,
        id: &str,
        document: &str,
        again: &Field,
        approved: &[HttpsOrigin],
        now_ms: u64,
    ) -> Result<(Target, String), Refusal> {
        let Asks { asks, past } = self;
        let ask = open(asks, past, id, now_ms)?;
        let Stage::Granted { target, entry } = &ask.stage else {
            return Err(Refusal::Unknown);
        };
        let (target, entry) = (target.clone(), entry.clone());
        let refusal = if target.document != document {
            Some(Refusal::WrongDocument)
        } else if !approved.contains(&target.origin) {
            Some(Refusal::NotApproved)
        } else {
            again.judge_again(&target.field, &target.origin).err()
        };
        if let Some(refusal) = refusal {
            return Err(ask.refuse(past, refusal));
        }
        ask.end(past, Stage::Spent);
        Ok((target, entry))
    }

    /// Ends an ask from outside: no answer, a no, a locked vault, a closed tab. What has ended already stays as it ended.
    pub fn refuse(&mut self, id: &str, refusal: Refusal) {
        if let Some(ask) = self
            .asks
            .iter_mut()
            .find(|ask| ask.id == id && ask.is_open())
        {
            ask.refuse(&mut self.past, refusal);
        }
    }

    /// Ends everything, as locking the vault does. Answers whether there was anything.
    pub fn refuse_all(&mut self, refusal: Refusal) -> bool {
        let mut any = false;
        for ask in self.asks.iter_mut().filter(|ask| ask.is_open()) {
            ask.refuse(&mut self.past, refusal);
            any = true;
        }
        any
    }

    /// A grant was spent, and nothing came of it.
    pub fn failed(&mut self, id: &str, refusal: Refusal) {
        if let Some(past) = self.past.iter_mut().find(|past| past.ask == id) {
            past.refused.get_or_insert(refusal);
        }
    }

    /// The last ones that are over, newest first.
    pub fn past(&self) -> &[Past] {
        &self.past
    }
}

fn open<'a>(
    asks: &'a mut [Ask],
    past: &mut Vec<Past>,
    id: &str,
    now_ms: u64,
) -> Result<&'a mut Ask, Refusal> {
    let ask = asks
        .iter_mut()
        .find(|ask| ask.id == id)
        .ok_or(Refusal::Unknown)?;
    let limit_ms = match &ask.stage {
        Stage::Asked => ANSWER_MS,
        Stage::Answered { .. } => CONFIRM_MS,
        Stage::Granted { .. } => GRANT_MS,
        Stage::Spent => return Err(Refusal::Used),
        Stage::Refused { refusal } => return Err(*refusal),
    };
    if now_ms
        .checked_sub(ask.since_ms)
        .is_none_or(|age| age > limit_ms)
    {
        return Err(ask.refuse(past, Refusal::Expired));
    }
    Ok(ask)
}

impl Ask {
    /// The field, from the answer to the end.
    pub fn target(&self) -> Option<&Target> {
        match &self.stage {
            Stage::Answered { target } | Stage::Granted { target, .. } => Some(target),
            _ => None,
        }
    }

    fn is_open(&self) -> bool {
        !matches!(self.stage, Stage::Spent | Stage::Refused { .. })
    }

    fn refuse(&mut self, past: &mut Vec<Past>, refusal: Refusal) -> Refusal {
        self.end(past, Stage::Refused { refusal });
        refusal
    }

    fn end(&mut self, past: &mut Vec<Past>, stage: Stage) {
        let entry = match &self.stage {
            Stage::Granted { entry, .. } => Some(entry.clone()),
            _ => self.entry.clone(),
        };
        let refused = match &stage {
            Stage::Refused { refusal } => Some(*refusal),
            _ => None,
        };
        past.truncate(MOST_PAST - 1);
        past.insert(
            0,
            Past {
                ask: self.id.clone(),
                origin: self.target().map(|target| target.origin.clone()),
                entry,
                trigger: self.trigger,
                at_ms: self.since_ms,
                refused,
            },
        );
        self.stage = stage;
    }
}
