//! The ways into the vault: which second factors there are, and changing them, the passphrase and the recovery code.

use super::{Keeper, Later};
use crate::message::vault::{self as message, Bytes, FactorOutput, FactorState, Refusal};
use crate::vault::{self, Clock, Factor, Opener, RecoveryCode, Storage, Ways};

impl<D: Storage + Clone, S: Storage, C: Clock + Clone> Keeper<D, S, C> {
    /// Which factors there are. Counts as no use.
    ///
    /// # Errors
    /// [`Refusal::NoVault`]; those of the storage.
    pub(super) async fn factor_state(&mut self) -> Result<FactorState, Refusal> {
        let looked = vault::look_for_factors(&self.disk).await?;
        let (input, factors) = looked.ok_or(Refusal::NoVault)?;
        let line = |factor: Factor| message::Factor {
            credential: factor.credential,
            transports: factor.transports,
            made_ms: factor.made_ms,
        };
        Ok(FactorState {
            input,
            factors: factors.into_iter().map(line).collect(),
        })
    }

    /// Changes the ways into the open vault. Boxed, since several requests wait for it.
    ///
    /// # Errors
    /// As [`Keeper::change`].
    pub(super) fn change_ways(
        &mut self,
        ways: Ways,
    ) -> Later<'_, Result<Option<RecoveryCode>, Refusal>> {
        Box::pin(self.change(async move |vault| vault.change_ways(ways).await))
    }
}

/// Enrols a factor.
pub(super) fn added(passphrase: Bytes, given: FactorOutput, transports: u8, now_ms: u64) -> Ways {
    // EXPOSE: an identifier, which lies in clear beside the vault.
    let credential = given.credential.0.expose().clone();
    Ways::AddFactor {
        passphrase: passphrase.0,
        factor: Factor {
            credential,
            transports,
            made_ms: now_ms,
        },
        output: given.output.0,
    }
}

/// Removes one.
pub(super) fn removed(passphrase: Bytes, credential: Bytes) -> Ways {
    Ways::RemoveFactor {
        passphrase: passphrase.0,
        // EXPOSE: as above.
        credential: credential.0.expose().clone(),
    }
}

/// What opens the vault: the passphrase, with what a factor gave.
pub(super) fn opener<'a>(passphrase: &'a Bytes, given: &'a FactorOutput) -> Opener<'a> {
    Opener::PassphraseAndFactor {
        passphrase: &passphrase.0,
        // EXPOSE: as above.
        credential: given.credential.0.expose(),
        output: &given.output.0,
    }
}
