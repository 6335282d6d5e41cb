//! Answers that are waited for.
//!
//! How, is compiled once for all kinds of requests and answers, each of which has only its own writing and reading: an async function
//! over their types is compiled whole for each of them, and into each place that waits for it.

use std::pin::Pin;
use std::task::{Context, Poll};

use wasm_bindgen::JsValue;

use super::error::WebError;

/// An answer before it is read.
pub(super) type Waiting = Pin<Box<dyn Future<Output = Result<JsValue, WebError>>>>;

/// The answer to a request, when it comes.
#[must_use]
pub struct Asked<T, E> {
    answer: Waiting,
    read: fn(Result<JsValue, WebError>) -> Result<T, E>,
}

impl<T, E> Asked<T, E> {
    /// `read` makes of the answer what is asked for.
    pub(super) fn new(
        answer: Waiting,
        read: fn(Result<JsValue, WebError>) -> Result<T, E>,
    ) -> Self {
        Self { answer, read }
    }
}

impl<T, E> Future for Asked<T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let read = self.read;
        self.answer.as_mut().poll(context).map(read)
    }
}
