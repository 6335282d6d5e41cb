//! Fields of an entry that other parts of the program keep in it, sealed with its details. The vault does not read them.

use super::UnlockedVault;
use crate::vault::entry::Entry;
use crate::vault::{Clock, EntryId, Storage, VaultError};

impl<S: Storage, C: Clock> UnlockedVault<S, C> {
    /// Changes a field, in one step with reading it; what `change` gives takes its place. Counts as a change of the entry.
    ///
    /// # Errors
    /// [`VaultError::NoSuchEntry`]; those of the storage.
    pub async fn change_field(
        &mut self,
        id: EntryId,
        number: u16,
        change: impl FnOnce(&Entry, Option<&[u8]>) -> Vec<u8>,
    ) -> Result<Entry, VaultError> {
        self.change_entry(id, None, |_, entry, _| {
            let content = change(entry, entry.field(number));
            match entry
                .more
                .binary_search_by_key(&number, |(number, _)| *number)
            {
                Ok(place) => entry.more[place].1 = content,
                Err(place) => entry.more.insert(place, (number, content)),
            }
            Ok(())
        })
        .await
    }
}
