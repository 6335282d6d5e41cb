//! What pages ask, and what they are answered.

use base64ct::{Base64, Encoding};

use super::stored::make_policy;
use super::{CLIPBOARD_MS, Keeper, factor, log, refuse_weak};
use crate::message::vault::{
    Bytes, EarlierKey, EntryLine, PageReply, PageRequest, Refusal, Removed, Stored,
};
use crate::vault::{
    self, Clock, Entry, EntryId, KdfCost, Keys, Opener, RecoveryCode, Storage, VaultError, Ways,
};

impl<D: Storage + Clone, S: Storage, C: Clock + Clone> Keeper<D, S, C> {
    /// Does what a page asks. Whether it is one of the extension's own pages is for the caller to know.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing has changed then, or, where the storage failed in the last step, may turn out to have.
    pub async fn answer(&mut self, request: PageRequest) -> Result<PageReply, Refusal> {
        let recorded = log::of_request(&request);
        let reply = self.carry_out(request).await?;
        if let Some((kind, entry)) = recorded {
            let entry = match entry.as_str() {
                "" => log::made(&reply),
                entry => entry,
            };
            self.log(kind, entry, "", "").await;
        }
        Ok(reply)
    }

    async fn carry_out(&mut self, request: PageRequest) -> Result<PageReply, Refusal> {
        match request {
            PageRequest::VaultState {} => return Ok(PageReply::State(self.state().await?)),
            PageRequest::CreateVault { passphrase } => {
                return Ok(recovery(&self.create(&passphrase.0).await?));
            }
            PageRequest::UnlockVault {
                passphrase,
                accept_older,
            } => {
                let opener = Opener::Passphrase(&passphrase.0);
                self.unlock(&opener, accept_older).await?;
            }
            PageRequest::UnlockWithFactor {
                passphrase,
                factor,
                accept_older,
            } => {
                let opener = factor::opener(&passphrase, &factor);
                self.unlock(&opener, accept_older).await?;
            }
            PageRequest::UnlockWithRecovery { code, accept_older } => {
                let code = typed_code(&code)?;
                self.unlock(&Opener::Recovery(&code), accept_older).await?;
            }
            PageRequest::LockVault {} => self.lock().await?,
            PageRequest::SetLockPolicy {
                minutes,
                with_screen,
            } => self.set_policy(make_policy(minutes, with_screen)).await?,
            PageRequest::ChangePassphrase { passphrase } => {
                refuse_weak(&passphrase.0)?;
                let cost = KdfCost::calibrate(&self.clock)?;
                let passphrase = passphrase.0;
                self.change_ways(Ways::Passphrase { passphrase, cost })
                    .await?;
            }
            PageRequest::RenewRecoveryCode {} => {
                let code = self.change_ways(Ways::RecoveryCode).await?;
                return Ok(recovery(&code.ok_or(Refusal::Failed)?));
            }
            PageRequest::FactorState {} => {
                return Ok(PageReply::Factors(self.factor_state().await?));
            }
            PageRequest::AddFactor {
                passphrase,
                factor,
                transports,
            } => {
                let now_ms = self.clock.unix_ms();
                self.change_ways(factor::added(passphrase, factor, transports, now_ms))
                    .await?;
            }
            PageRequest::RemoveFactor {
                passphrase,
                credential,
            } => {
                self.change_ways(factor::removed(passphrase, credential))
                    .await?;
            }
            PageRequest::Entries {} => {
                let entries = self.vault().await?.entries().await?;
                return Ok(PageReply::Entries(entries.into_iter().map(line).collect()));
            }
            PageRequest::StoreEntry {
                details,
                key,
                notes,
            } => {
                let (key, removed) = cleaned(&key)?;
                let keys = Keys::new(key, notes.text()?);
                let details = details.with_origins(Vec::new());
                let stored = self.change(async move |vault| match vault.add(details, keys).await {
                    Ok(id) => Ok((id, false)),
                    Err(VaultError::Duplicate(id)) => Ok((id, true)),
                    Err(error) => Err(error),
                });
                let (id, duplicate) = stored.await?;
                return Ok(stored_in(id, duplicate, removed));
            }
            PageRequest::EditEntry {
                entry,
                seen,
                details,
                notes,
            } => {
                let id = entry_id(&entry)?;
                let notes = notes.map(|notes| notes.text()).transpose()?;
                self.change(async move |vault| {
                    let origins = vault.entry(id).await?.details.origins;
                    vault
                        .edit(id, seen, details.with_origins(origins), notes)
                        .await
                })
                .await?;
            }
            PageRequest::ReplaceKey { entry, seen, key } => {
                let id = entry_id(&entry)?;
                let (key, removed) = cleaned(&key)?;
                let replaced =
                    self.change(
                        async move |vault| match vault.replace_key(id, seen, key).await {
                            Ok(_) => Ok((id, false)),
                            Err(VaultError::Duplicate(id)) => Ok((id, true)),
                            Err(error) => Err(error),
                        },
                    );
                let (id, duplicate) = replaced.await?;
                return Ok(stored_in(id, duplicate, removed));
            }
            PageRequest::ForgetEarlierKeys { entry, seen } => {
                let id = entry_id(&entry)?;
                self.change(async move |vault| vault.forget_earlier(id, seen).await)
                    .await?;
            }
            PageRequest::RemoveEntry { entry, seen } => {
                self.remove(entry_id(&entry)?, seen).await?;
            }
            PageRequest::PutBackEntry { entry } => self.put_back(entry_id(&entry)?).await?,
            PageRequest::RevealKey { entry } => {
                let keys = self.vault().await?.keys(entry_id(&entry)?).await?;
                return Ok(PageReply::Revealed {
                    key: Bytes::of_text(&keys.key),
                    earlier: keys.earlier.iter().map(EarlierKey::of).collect(),
                    notes: Bytes::of_text(&keys.notes),
                });
            }
            PageRequest::CopyKey { entry } => {
                let id = entry_id(&entry)?;
                let keys = self.vault().await?.keys(id).await?;
                // A use that cannot be noted must not keep the person from the key.
                let noted = self.change(async move |vault| vault.note_use(id, "").await);
                let _ = noted.await;
                return Ok(PageReply::Copy {
                    key: Bytes::of_text(&keys.key),
                    until_ms: self.clock.unix_ms() + CLIPBOARD_MS,
                });
            }
            PageRequest::ApproveOrigin { entry, origin } => {
                self.approve(entry_id(&entry)?, &origin).await?;
            }
            PageRequest::WithdrawOrigin { entry, origin } => {
                self.withdraw(entry_id(&entry)?, &origin).await?;
            }
            PageRequest::ImportPreview { candidates } => return self.preview(candidates).await,
            PageRequest::ImportTake { chosen } => return self.take(chosen).await,
            PageRequest::ImportDrop {} => self.drop_batch().await,
            PageRequest::ExportEntry { entry } => return self.export_one(&entry).await,
            PageRequest::ExportAll {} => return self.export_all().await,
            PageRequest::RescueEntries { passphrase } => {
                return self.rescue(&Opener::Passphrase(&passphrase.0)).await;
            }
            PageRequest::RescueWithRecovery { code } => {
                return self.rescue(&Opener::Recovery(&typed_code(&code)?)).await;
            }
            PageRequest::RemoveVault {} => self.remove_vault().await?,
            PageRequest::ExportSealed {} => {
                let file = Base64::encode_string(&vault::export_raw(&self.disk).await?);
                return Ok(PageReply::Sealed { file });
            }
            PageRequest::ImportSealed { file } => {
                let file = Base64::decode_vec(&file).map_err(|_| Refusal::NoText)?;
                vault::import_raw(&self.disk, &file).await?;
            }
        }
        Ok(PageReply::Done {})
    }
}

/// Reads an entry's identifier.
///
/// # Errors
/// [`Refusal::NoSuchEntry`] for what is none.
pub(super) fn entry_id(text: &str) -> Result<EntryId, Refusal> {
    EntryId::parse(text).ok_or(Refusal::NoSuchEntry)
}

fn typed_code(code: &Bytes) -> Result<RecoveryCode, Refusal> {
    let typed = code.text()?;
    // EXPOSE: what was typed becomes a code, a secret itself.
    Ok(RecoveryCode::parse(typed.expose())?)
}

fn recovery(code: &RecoveryCode) -> PageReply {
    PageReply::Recovery {
        recovery: Bytes::of_text(&code.to_text()),
    }
}

fn cleaned(key: &Bytes) -> Result<(crate::secret::Secret<String>, Vec<Removed>), Refusal> {
    let text = key.text()?;
    // EXPOSE: what is left of it is a secret again.
    let cleaned = vault::clean(text.expose());
    Ok((
        cleaned.key,
        cleaned.removed.into_iter().map(Removed::from).collect(),
    ))
}

fn stored_in(id: EntryId, duplicate: bool, removed: Vec<Removed>) -> PageReply {
    PageReply::Stored(Stored {
        entry: id.to_string(),
        duplicate,
        removed,
    })
}

fn line(entry: Entry) -> EntryLine {
    let last_use = entry.last_use();
    EntryLine {
        entry: entry.id().to_string(),
        revision: entry.revision(),
        origins: entry.details.origins.clone(),
        created_ms: entry.created_ms(),
        key_changed_ms: entry.key_changed_ms(),
        last_use_ms: last_use.map(|last_use| last_use.unix_ms),
        last_use_at: last_use.map(|last_use| last_use.origin.clone()),
        earlier: entry.earlier_count(),
        details: entry.details.into(),
    }
}
