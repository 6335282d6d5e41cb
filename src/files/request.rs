//! The keys in a request, as the browser shows it to the background: its address, its headers, its body. Workers send such
//! requests, too, where no script of the guard runs.
//!
//! What is at home where the request goes is none of ours. The person's own keys are recognised as they are in a frame.

use crate::detect::{self, Action, Finding, Page, tables};
use crate::message::OWN_KEY;
use crate::own_keys::OwnKeys;

/// A key that does not belong where the request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// Number of the detector, [`OWN_KEY`] for what only the person's vault knows.
    pub detector: u16,
    /// The key as it stands in the text, where it is the person's own.
    pub own: Option<String>,
}

/// What leaves in `texts`, to the origin `to` as browsers serialise it. `own` is the table of the person's own keys; one that
/// cannot be read knows none.
pub fn leaving(to: &str, texts: &[String], own: &[u8]) -> Vec<Leaving> {
    let page = Page::from_origin(to.as_bytes());
    let own = OwnKeys::parse(own).filter(|own| !own.is_empty());
    let mut all = Vec::new();
    for text in texts {
        look(text, &page, own.as_ref(), &mut all);
    }
    all
}

fn look(text: &str, page: &Page, own: Option<&OwnKeys<'_>>, all: &mut Vec<Leaving>) {
    let mut findings: Vec<Finding> = Vec::new();
    detect::scan_whole(tables(), text.as_bytes(), |finding| findings.push(finding));
    let spans = own.map(|own| own.matches(text.as_bytes()).collect::<Vec<_>>());
    let spans = spans.unwrap_or_default();
    for finding in &findings {
        let action = finding.action(tables(), page);
        let own = spans
            .iter()
            .find(|span| span.start < finding.end && finding.start < span.end)
            .and_then(|span| text.get(span.clone()));
        if action == Action::Hold || (own.is_some() && action != Action::None) {
            all.push(Leaving {
                detector: finding.detector,
                own: own.map(str::to_owned),
            });
        }
    }
    for span in spans {
        let is_found = findings
            .iter()
            .any(|finding| span.start < finding.end && finding.start < span.end);
        if let (false, Some(key)) = (is_found, text.get(span)) {
            all.push(Leaving {
                detector: OWN_KEY,
                own: Some(key.to_owned()),
            });
        }
    }
}
