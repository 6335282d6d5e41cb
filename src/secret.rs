//! A value that must not show up anywhere: not in a log, an error, a dump of a structure or freed memory.
//!
//! [`Secret`] has no `Display`, no `Clone` and no `Serialize`; `Debug` prints `[REDACTED]`. It is read only through
//! [`Secret::expose`], and each call has a line `// EXPOSE:` that says why and why the value stays there.
//!
//! What this does not do: it does not keep the value out of swap, and a copy that a caller makes of what
//! `expose` lends is the caller's. The modules that hold secrets wipe their heap as they free it, besides.

use core::fmt;
use std::boxed::Box;

use zeroize::Zeroize;

/// A value that is wiped when dropped and prints as `[REDACTED]`.
///
/// The value is on the heap from the start, so that moving a `Secret` copies a pointer and leaves no trace of the value.
pub struct Secret<T: Zeroize>(Box<T>);

impl<T: Zeroize> Secret<T> {
    /// Takes the value over. For types that own heap memory (`String`, `Vec<u8>`), whose move leaves nothing
    /// behind; fixed arrays are better made with [`Secret::filled`].
    pub fn new(value: T) -> Self {
        Secret(Box::new(value))
    }

    /// Lends the value. Each call carries a line `// EXPOSE: why, and why it stays here`.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize + Default> Secret<T> {
    /// Lets `fill` write the value where it will stay.
    pub fn filled(fill: impl FnOnce(&mut T)) -> Self {
        let mut value = Box::<T>::default();
        fill(&mut value);
        Secret(value)
    }

    /// As [`Secret::filled`], for what can fail; a value written by half is wiped.
    ///
    /// # Errors
    /// Those of `fill`.
    pub fn try_filled<E>(fill: impl FnOnce(&mut T) -> Result<(), E>) -> Result<Self, E> {
        let mut secret = Secret(Box::<T>::default());
        fill(&mut secret.0)?;
        Ok(secret)
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[REDACTED]")
    }
}

impl From<&str> for Secret<String> {
    fn from(text: &str) -> Self {
        Secret::new(text.to_owned())
    }
}

/// Bytes of the stack that [`scrub_stack`] overwrites.
const SCRUBBED_BYTES: usize = 64 * 1024;

/// Overwrites the stack below the caller, where functions that have returned left parts of what they worked on.
///
/// Called after locking; without it a module's memory holds round keys and pieces of entries until other calls happen to overwrite
/// them.
#[inline(never)]
pub fn scrub_stack() {
    let mut below = [0_u8; SCRUBBED_BYTES];
    core::hint::black_box(&mut below);
}
