//! A fill from beginning to end, over a world that does what is decided.
//!
//! The order is what makes it safe: each stage is stored before the step that it allows, so that whatever dies in
//! between, a grant that may have been used is never used again; and the key is read by the world in the one call that
//! sends it.

use std::cell::RefCell;

use super::answer::{Answer, choose};
use super::ask::{Ask, Asks, Past, Target};
use super::field::Field;
use super::{Refusal, Trigger};
use crate::origin::HttpsOrigin;

/// What a fill needs: the time, a memory that survives the background, the vault, and the frames.
#[allow(async_fn_in_trait, reason = "everything that fills runs on one thread")]
pub trait World {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;
    /// Keeps the asks until the browser closes.
    ///
    /// # Errors
    /// [`Refusal::NotStored`].
    async fn save(&self, asks: &Asks) -> Result<(), Refusal>;
    /// The origins that an entry is approved for, as the vault has them now.
    ///
    /// # Errors
    /// [`Refusal::Locked`], [`Refusal::Unknown`] for an entry that is not there.
    async fn approved(&self, entry: &str) -> Result<Vec<HttpsOrigin>, Refusal>;
    /// Asks the one document for its field once more. `None` where it does not hold it any more.
    ///
    /// # Errors
    /// [`Refusal::NoAnswer`] where the document does not answer in time.
    async fn look_again(&self, ask: &str, target: &Target) -> Result<Option<Field>, Refusal>;
    /// Reads the entry's key and sends it to the one document, to be written if the field is still as `judged`.
    ///
    /// # Errors
    /// Those of [`World::approved`] and [`World::look_again`]; [`Refusal::Changed`] and [`Refusal::NotTaken`] as the frame
    /// says.
    async fn write(
        &self,
        ask: &str,
        target: &Target,
        judged: &Field,
        entry: &str,
    ) -> Result<(), Refusal>;
    /// Notes in the vault that the entry was used.
    async fn note_use(&self, entry: &str, origin: &HttpsOrigin);
}

/// All fills of a browser.
#[derive(Debug)]
pub struct Filling {
    asks: RefCell<Asks>,
}

impl Filling {
    /// Goes on with what was stored.
    pub fn new(asks: Asks) -> Self {
        Self {
            asks: RefCell::new(asks),
        }
    }

    /// A person asks.
    ///
    /// # Errors
    /// [`Refusal::NotStored`].
    pub async fn begin(
        &self,
        world: &impl World,
        id: String,
        trigger: Trigger,
        tab: i32,
        entry: Option<String>,
    ) -> Result<(), Refusal> {
        self.asks
            .borrow_mut()
            .begin(id, trigger, tab, entry, world.now_ms());
        self.save(world).await
    }

    /// The frames of the tab have answered, or had the time to. `unreachable` is why none might have.
    ///
    /// # Errors
    /// The refusal, which is the end of it.
    pub async fn answered(
        &self,
        world: &impl World,
        id: &str,
        answers: &[Answer],
        unreachable: Refusal,
    ) -> Result<(), Refusal> {
        let outcome = match choose(answers) {
            Some((answer, around)) => {
                let field = answer
                    .field
                    .clone()
                    .expect("an answer with a field is chosen");
                let now_ms = world.now_ms();
                let mut asks = self.asks.borrow_mut();
                asks.answer(id, &answer.sender, &around, field, now_ms)
                    .map(drop)
            }
            None if answers.is_empty() => Err(unreachable),
            None => Err(Refusal::NoField),
        };
        if let Err(refusal) = outcome {
            self.asks.borrow_mut().refuse(id, refusal);
        }
        self.save(world).await?;
        outcome
    }

    /// What waits for the person in the window.
    ///
    /// # Errors
    /// How it ended.
    pub fn pending(&self, world: &impl World, id: &str) -> Result<(Ask, Target), Refusal> {
        let mut asks = self.asks.borrow_mut();
        let (ask, target) = asks.pending(id, world.now_ms())?;
        Ok((ask.clone(), target.clone()))
    }

    /// The person confirms: everything from there to the key in the field.
    ///
    /// # Errors
    /// The refusal. [`Refusal::Locked`], [`Refusal::NotApproved`] and [`Refusal::Unknown`] at the start leave the question
    /// open; all others end it.
    pub async fn confirm(
        &self,
        world: &impl World,
        id: &str,
        entry: &str,
    ) -> Result<HttpsOrigin, Refusal> {
        let approved = world.approved(entry).await?;
        let target = self
            .asks
            .borrow_mut()
            .confirm(id, entry, &approved, world.now_ms())?
            .clone();
        let filled = self.fill(world, id, entry, &target).await;
        if let Err(refusal) = filled {
            let mut asks = self.asks.borrow_mut();
            asks.refuse(id, refusal);
            asks.failed(id, refusal);
        }
        // Whatever is stored now, the grant is spent in what was stored before.
        let _ = self.save(world).await;
        filled?;
        world.note_use(entry, &target.origin).await;
        Ok(target.origin)
    }

    async fn fill(
        &self,
        world: &impl World,
        id: &str,
        entry: &str,
        target: &Target,
    ) -> Result<(), Refusal> {
        self.save(world).await?;
        let again = world
            .look_again(id, target)
            .await?
            .ok_or(Refusal::Changed)?;
        let approved = world.approved(entry).await?;
        let spent =
            self.asks
                .borrow_mut()
                .spend(id, &target.document, &again, &approved, world.now_ms());
        let (target, entry) = spent?;
        self.save(world).await?;
        world.write(id, &target, &again, &entry).await
    }

    /// Ends one from outside: a no, a closed window.
    pub async fn refuse(&self, world: &impl World, id: &str, refusal: Refusal) {
        self.asks.borrow_mut().refuse(id, refusal);
        // What is not stored is over in this background all the same, and soon by its time.
        let _ = self.save(world).await;
    }

    /// Ends all, when the vault is locked.
    pub async fn refuse_all(&self, world: &impl World, refusal: Refusal) {
        if self.asks.borrow_mut().refuse_all(refusal) {
            let _ = self.save(world).await;
        }
    }

    /// The last ones that are over, newest first.
    pub fn past(&self) -> Vec<Past> {
        self.asks.borrow().past().to_vec()
    }

    async fn save(&self, world: &impl World) -> Result<(), Refusal> {
        let asks = self.asks.borrow().clone();
        world.save(&asks).await
    }
}
