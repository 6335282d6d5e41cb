//! Filling: what may be written where, decided from facts, without effects.
//!
//! A *fill* ([`flow::Filling`]) goes through the stages of one [`Ask`](ask::Ask): it is *asked* for in a tab; the frame with the focus *answers* with its
//! field, and the browser says which document that is; the person *confirms* it in the extension's window for one entry,
//! which makes it a *grant*; the frame looks at the field *again*; the grant is *spent*, once, and only then does the key
//! travel to that document. Every other way ends in a [`Refusal`], each with its own reason.
//!
//! Invariants: nothing that a page can forge grants anything. Where a field is comes from the browser
//! ([`place::Sender`]); what a frame says about it ([`field::Field`]) can only refuse. An ask is bound to
//! one document from its answer on, and spent or refused it never comes back to life, also when the background
//! died in between.
//!
//! Not here: the key. Whoever spends a grant reads it from the vault at that moment.

pub mod answer;
pub mod ask;
pub mod doubt;
pub mod field;
pub mod flow;
pub mod place;

use serde::{Deserialize, Serialize};

/// How a person asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Trigger {
    /// The key combination.
    Shortcut,
    /// The menu of a field.
    ContextMenu,
    /// The popup of the extension.
    Popup,
    /// The small sign in the field.
    Sign,
}

/// Why nothing was filled. What people read is in `_locales`, one text each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Refusal {
    // Where the field is.
    /// Not encrypted on the way.
    #[error("http is not encrypted")]
    Http,
    /// A file on this computer.
    #[error("a file has no origin of its own")]
    File,
    /// A frame that the page around it put into a sandbox.
    #[error("a sandboxed frame has no origin of its own")]
    Sandboxed,
    /// A frame whose text stands in an attribute of the page around it.
    #[error("a srcdoc frame has no address of its own")]
    Srcdoc,
    /// An empty frame that another page writes into.
    #[error("a blank frame has no address of its own")]
    Blank,
    /// A page that is its own address.
    #[error("a data page has no origin of its own")]
    Data,
    /// A page that another page made.
    #[error("a blob page has no address of its own")]
    Blob,
    /// Any other page without an origin.
    #[error("a page without an origin of its own")]
    Opaque,
    /// A page of an extension.
    #[error("a page of an extension")]
    Extension,
    /// A page of the browser, or one that it keeps extensions out of.
    #[error("a page that the browser keeps extensions out of")]
    Internal,
    /// Inside a page of another site.
    #[error("a frame inside a page of another site")]
    ForeignFrame,
    /// Not what is in front: being prepared, or left.
    #[error("the page is not in front")]
    NotInFront,
    /// This origin is not among those of the entry.
    #[error("the origin is not approved for the entry")]
    NotApproved,

    // What the field is.
    /// Nothing that takes text has the focus.
    #[error("no field has the focus")]
    NoField,
    /// A field for something else than text.
    #[error("the field does not take text")]
    NotText,
    /// It cannot be written in.
    #[error("the field cannot be written in")]
    ReadOnly,
    /// Not to be seen.
    #[error("the field is hidden")]
    Hidden,
    /// Something else is drawn over it.
    #[error("the field is covered")]
    Covered,
    /// Too small to be read.
    #[error("the field is too small")]
    Tiny,
    /// Scrolled away, or placed outside of the page.
    #[error("the field is out of view")]
    OutOfView,
    /// No longer part of the page.
    #[error("the field is gone")]
    Detached,
    /// Another field, or another description of it, than the one that was confirmed.
    #[error("the field has changed")]
    Changed,
    /// Not where it was.
    #[error("the field has moved")]
    Moved,
    /// Its form sends to another origin.
    #[error("the form sends to another origin")]
    FormElsewhere,
    /// A button of its form sends to another origin.
    #[error("a button of the form sends to another origin")]
    ButtonElsewhere,
    /// The page resolves its addresses against another origin.
    #[error("the base of the page is another origin")]
    BaseElsewhere,

    // What became of the grant.
    /// There is none by that name, or it is not that far.
    #[error("nothing was asked by that name")]
    Unknown,
    /// Too late.
    #[error("the time to fill is over")]
    Expired,
    /// It has been filled already.
    #[error("it has been filled already")]
    Used,
    /// Another document than the one that was confirmed.
    #[error("the page has changed")]
    WrongDocument,
    /// The document did not answer in time: it is gone.
    #[error("the page did not answer")]
    NoAnswer,
    /// The person said no.
    #[error("the person said no")]
    Declined,
    /// Asked again elsewhere in the meantime.
    #[error("asked again elsewhere")]
    Replaced,
    /// The vault was locked in between.
    #[error("the vault is locked")]
    Locked,
    /// What is needed so that a grant is used only once could not be stored.
    #[error("the browser did not store that it was used")]
    NotStored,
    /// The field did not keep what was written.
    #[error("the field did not take the text")]
    NotTaken,
}
