//! What the vault needs of the world: a place for named records, and the time.

use std::time::Duration;

use thiserror::Error;

/// Named records of bytes that outlive the program.
///
/// The vault asks for little: a record that was set and acknowledged is there for every later reader, and a record is
/// written whole or, if the machine dies, damaged in a way that shows. Records set in one call may be kept in part.
/// Calls that follow each other take effect in this order, also between two writers of the same store.
#[allow(
    async_fn_in_trait,
    reason = "everything that holds a vault runs on one thread"
)]
pub trait Storage {
    /// The names of all records that begin with `prefix`, in any order.
    async fn names(&self, prefix: &str) -> Result<Vec<String>, StorageError>;
    /// The records of these names, in this order; `None` for one that is not there.
    async fn get(&self, names: &[String]) -> Result<Vec<Option<Vec<u8>>>, StorageError>;
    /// Sets records. After an error any of them may have been set.
    async fn set(&self, records: &[(String, Vec<u8>)]) -> Result<(), StorageError>;
    /// Removes records; one that is not there is no error.
    async fn remove(&self, names: &[String]) -> Result<(), StorageError>;
}

/// Why a call of the storage came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The quota is used up; something must be removed first.
    #[error("the storage is full")]
    Full,
    /// Anything else.
    #[error("the storage failed")]
    Failed,
}

/// The time.
pub trait Clock {
    /// Milliseconds since 1970, as people set it.
    fn unix_ms(&self) -> u64;
    /// The time since some moment, which never goes back.
    fn monotonic(&self) -> Duration;
}

impl<T: Storage> Storage for &T {
    async fn names(&self, prefix: &str) -> Result<Vec<String>, StorageError> {
        (**self).names(prefix).await
    }
    async fn get(&self, names: &[String]) -> Result<Vec<Option<Vec<u8>>>, StorageError> {
        (**self).get(names).await
    }
    async fn set(&self, records: &[(String, Vec<u8>)]) -> Result<(), StorageError> {
        (**self).set(records).await
    }
    async fn remove(&self, names: &[String]) -> Result<(), StorageError> {
        (**self).remove(names).await
    }
}

impl<T: Clock> Clock for &T {
    fn unix_ms(&self) -> u64 {
        (**self).unix_ms()
    }
    fn monotonic(&self) -> Duration {
        (**self).monotonic()
    }
}
