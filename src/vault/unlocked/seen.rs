//! Which state of the vault was seen, to be known again: by the next background, and apart from the records.

use super::UnlockedVault;
use crate::secret::Secret;
use crate::vault::crypto::{self, KEY_BYTES, Key, Purpose};
use crate::vault::load::Head;
use crate::vault::manifest::MOST_ANCESTORS;
use crate::vault::record::RecordId;
use crate::vault::{Clock, Storage};

/// What a background needs to go on with an open vault after its death: the vault key, and which state it saw last.
///
/// # Security
/// These bytes open the vault without a passphrase. They belong into `storage.session`, which is memory, and nowhere
/// else; they are taken out of there when the vault is locked.
#[derive(Debug)]
pub struct SessionState(Secret<Vec<u8>>);

const SESSION_VERSION: u8 = 1;
const SESSION_BYTES: usize = 1 + 16 + 8 + 16 + KEY_BYTES;

impl SessionState {
    /// Takes over what [`SessionState::bytes`] gave. Whether it is right shows when the vault is opened with it.
    pub fn from_bytes(bytes: Secret<Vec<u8>>) -> Self {
        SessionState(bytes)
    }

    /// The bytes for `storage.session`.
    pub fn bytes(&self) -> &Secret<Vec<u8>> {
        &self.0
    }

    pub(super) fn parse(&self) -> Option<(Seen, Key)> {
        // EXPOSE: the vault key goes from one secret into another.
        let bytes: &[u8; SESSION_BYTES] = self.0.expose().as_slice().try_into().ok()?;
        let (head, key) = bytes.split_last_chunk::<KEY_BYTES>()?;
        let seen = Seen::parse(head.strip_prefix(&[SESSION_VERSION])?)?;
        Some((
            seen,
            Secret::filled(|copy: &mut [u8; KEY_BYTES]| copy.copy_from_slice(key)),
        ))
    }
}

/// Which state of the vault was seen: authenticated bytes to keep in a second place, apart from the records.
///
/// With them it is seen when all records together are put back to an older state, as far as the second place is not put
/// back too; see `docs/vault-format.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor(pub Vec<u8>);

/// What to do where the vault is older than it was.
#[derive(Clone, Copy, Debug)]
pub enum Rollback<'a> {
    /// Refuse it, by this anchor if there is one. An anchor that is not authentic counts as none.
    Refuse(Option<&'a Anchor>),
    /// Open it all the same: the person was told and wants it so.
    Accept,
}

/// A state of the vault: vault, revision, newest manifest.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    vault: [u8; 16],
    revision: u64,
    record: RecordId,
}

impl Seen {
    const BYTES: usize = 16 + 8 + 16;

    pub(super) fn of(head: &Head) -> Self {
        Seen {
            vault: head.manifest.vault,
            revision: head.manifest.revision,
            record: head.manifest.record,
        }
    }

    fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..16].copy_from_slice(&self.vault);
        bytes[16..24].copy_from_slice(&self.revision.to_be_bytes());
        bytes[24..].copy_from_slice(&self.record.0);
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; Self::BYTES] = bytes.try_into().ok()?;
        let (vault, rest) = bytes.split_first_chunk()?;
        let (revision, record) = rest.split_first_chunk()?;
        Some(Seen {
            vault: *vault,
            revision: u64::from_be_bytes(*revision),
            record: RecordId(record.try_into().ok()?),
        })
    }

    /// Whether `head` is this state or one that came of it.
    pub(super) fn is_in(self, head: &Head) -> bool {
        let mut history = head.manifest.ancestors.iter().chain(&head.sources);
        self.vault == head.manifest.vault
            && (history.any(|known| *known == (self.record, self.revision))
                || head.manifest.revision >= self.revision.saturating_add(MOST_ANCESTORS as u64))
    }
}

impl<S: Storage, C: Clock> UnlockedVault<S, C> {
    /// For `storage.session`; to be stored anew after each change.
    pub fn session_state(&self) -> SessionState {
        // Reserved at once: growing would leave the key behind.
        let mut bytes = Vec::with_capacity(SESSION_BYTES);
        bytes.push(SESSION_VERSION);
        bytes.extend_from_slice(&Seen::of(&self.head).to_bytes());
        // EXPOSE: the vault key goes into the bytes for the session store, a secret again.
        bytes.extend_from_slice(self.vault_key.expose());
        SessionState(Secret::new(bytes))
    }

    /// For the second place; to be stored anew after each change.
    pub fn anchor(&self) -> Anchor {
        let seen = Seen::of(&self.head).to_bytes();
        Anchor([seen.as_slice(), &self.anchor_tag(&seen)].concat())
    }

    fn anchor_tag(&self, seen: &[u8]) -> [u8; 32] {
        crypto::authenticate(
            &crypto::derive_key(&self.vault_key, Purpose::Anchor),
            &[seen],
        )
    }

    pub(super) fn is_at(&self, anchor: &Anchor) -> bool {
        let Some((seen, tag)) = anchor.0.split_at_checked(Seen::BYTES) else {
            return true;
        };
        let authentic = crypto::equal(tag, &self.anchor_tag(seen));
        !authentic || Seen::parse(seen).is_none_or(|seen| seen.is_in(&self.head))
    }
}
