//! Where a field is: the word of the browser about a document, and whether a key may go there at all.

use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::approve::{Unapprovable, looked_at};
use crate::origin::{HttpsOrigin, Origin};

/// The document of a frame, as the browser gives it with a message. Nothing here comes from the message itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sender {
    /// `sender.tab.id`.
    pub tab: i32,
    /// `sender.frameId`; 0 is the page itself.
    pub frame: i64,
    /// `sender.documentId`.
    pub document: String,
    /// `sender.origin`.
    pub origin: Option<String>,
    /// `sender.url`. Can only refuse: a sandboxed frame has the address of the true site here.
    pub url: Option<String>,
    /// `sender.documentLifecycle`; Firefox has none and sends messages of pages in front only.
    pub lifecycle: Option<String>,
}

/// The pages around a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Around {
    /// `sender.origin` of the page itself, in a message of its own.
    pub top: Option<String>,
    /// The origins from the frame's parent to the page, as the frame sees them; `null` where it sees none.
    pub ancestors: Vec<String>,
}

/// The origin of a document, if keys may be filled there where they are approved.
///
/// # Errors
/// The reason why none may, the most telling first.
pub fn origin_of(sender: &Sender, around: &Around) -> Result<HttpsOrigin, Refusal> {
    if !matches!(sender.lifecycle.as_deref(), None | Some("active")) {
        return Err(Refusal::NotInFront);
    }
    let url = sender.url.as_deref().unwrap_or_default();
    // These have the origin of the page that made them, so this comes before the origin is looked at.
    match scheme(url) {
        "https" => {}
        "http" => return Err(Refusal::Http),
        "about" if url.starts_with("about:srcdoc") => return Err(Refusal::Srcdoc),
        "about" if url.starts_with("about:blank") => return Err(Refusal::Blank),
        _ => return Err(refusal_by_address(url)),
    }
    let origin =
        looked_at(&Origin::of_sender(sender.origin.as_deref())).map_err(|reason| match reason {
            Unapprovable::Http => Refusal::Http,
            // The address is one of the web, but the document was given no origin.
            Unapprovable::Opaque => Refusal::Sandboxed,
            _ => Refusal::Opaque,
        })?;
    if !is_address_at(url, &origin) {
        return Err(Refusal::Opaque);
    }
    if sender.frame == 0 {
        return Ok(origin);
    }
    let same = |other: &str| other == origin.as_str();
    let is_at_home = around.top.as_deref().is_some_and(same)
        && !around.ancestors.is_empty()
        && around.ancestors.iter().all(|ancestor| same(ancestor));
    if is_at_home {
        Ok(origin)
    } else {
        Err(Refusal::ForeignFrame)
    }
}

/// Why no frame of a tab answered, from the address of the tab, where the browser tells it.
pub fn unreachable(url: Option<&str>) -> Refusal {
    match url {
        Some(url) if matches!(scheme(url), "https" | "http") => Refusal::Internal,
        Some(url) => refusal_by_address(url),
        None => Refusal::Internal,
    }
}

fn refusal_by_address(url: &str) -> Refusal {
    match scheme(url) {
        "file" => Refusal::File,
        "data" => Refusal::Data,
        "blob" => Refusal::Blob,
        "chrome-extension" | "moz-extension" => Refusal::Extension,
        "chrome" | "edge" | "brave" | "about" | "devtools" | "view-source" | "resource" => {
            Refusal::Internal
        }
        _ => Refusal::Opaque,
    }
}

fn scheme(url: &str) -> &str {
    url.split_once(':').map_or("", |(scheme, _)| scheme)
}

fn is_address_at(url: &str, origin: &HttpsOrigin) -> bool {
    url.strip_prefix(origin.as_str())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}
