//! How fields become bytes: big-endian numbers, and texts behind a length. There is one way to write a thing, and the
//! reader accepts no other.

use zeroize::{Zeroize, Zeroizing};

use super::VaultError;

/// Sealed texts are filled up with zeros to a multiple of this, so that their length does not give away the key's.
const PAD_BYTES: usize = 64;

/// Writes fields. What it has written is wiped when it is dropped.
pub(super) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    pub(super) fn new() -> Self {
        Writer(Zeroizing::new(Vec::with_capacity(256)))
    }

    /// Appends as they are; grows by hand, since growing in place would leave a copy behind that nobody wipes.
    pub(super) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        if self.0.len() + bytes.len() > self.0.capacity() {
            let mut larger = Vec::with_capacity((self.0.len() + bytes.len()) * 2);
            larger.extend_from_slice(&self.0);
            self.0.zeroize();
            *self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn u8(&mut self, number: u8) -> &mut Self {
        self.raw(&[number])
    }

    pub(super) fn u16(&mut self, number: u16) -> &mut Self {
        self.raw(&number.to_be_bytes())
    }

    pub(super) fn u32(&mut self, number: u32) -> &mut Self {
        self.raw(&number.to_be_bytes())
    }

    pub(super) fn u64(&mut self, number: u64) -> &mut Self {
        self.raw(&number.to_be_bytes())
    }

    /// A count or length.
    pub(super) fn length(&mut self, length: usize) -> &mut Self {
        self.u32(u32::try_from(length).expect("sizes are limited long before 4 GiB"))
    }

    /// Bytes behind their length.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.length(bytes.len()).raw(bytes)
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    pub(super) fn done(self) -> Zeroizing<Vec<u8>> {
        self.0
    }

    /// As [`Writer::done`], filled up with zeros behind a mark.
    pub(super) fn done_padded(mut self) -> Zeroizing<Vec<u8>> {
        let rest = PAD_BYTES - self.0.len() % PAD_BYTES;
        let mut padding = [0; PAD_BYTES];
        padding[0] = 1;
        self.raw(&padding[..rest]);
        self.0
    }
}

/// Reads fields. Every error is [`VaultError::CannotOpen`].
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Reader(bytes)
    }

    /// Takes off what [`Writer::done_padded`] filled up with.
    pub(super) fn new_padded(bytes: &'a [u8]) -> Result<Self, VaultError> {
        let end = bytes
            .iter()
            .rposition(|byte| *byte != 0)
            .ok_or(VaultError::CannotOpen)?;
        if bytes[end] != 1
            || !bytes.len().is_multiple_of(PAD_BYTES)
            || bytes.len() - end > PAD_BYTES
        {
            return Err(VaultError::CannotOpen);
        }
        Ok(Reader(&bytes[..end]))
    }

    pub(super) fn raw(&mut self, count: usize) -> Result<&'a [u8], VaultError> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or(VaultError::CannotOpen)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], VaultError> {
        Ok(*self
            .raw(N)?
            .first_chunk()
            .expect("`raw` gives what it was asked for"))
    }

    pub(super) fn u8(&mut self) -> Result<u8, VaultError> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Result<u16, VaultError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, VaultError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, VaultError> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    /// A count of things of which each takes at least `least_bytes`: more than the rest can hold is an error at
    /// once, so that no count makes anybody reserve memory for it.
    pub(super) fn count(&mut self, least_bytes: usize) -> Result<usize, VaultError> {
        let count = self.u32()? as usize;
        if count > self.0.len() / least_bytes.max(1) {
            Err(VaultError::CannotOpen)
        } else {
            Ok(count)
        }
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], VaultError> {
        let count = self.count(1)?;
        self.raw(count)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, VaultError> {
        core::str::from_utf8(self.bytes()?).map_err(|_| VaultError::CannotOpen)
    }

    pub(super) fn rest(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.0)
    }

    /// # Errors
    /// Where anything is left over.
    pub(super) fn done(self) -> Result<(), VaultError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(VaultError::CannotOpen)
        }
    }
}
