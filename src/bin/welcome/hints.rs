//! What the person can do in the browser to have Keyward at hand: its icon, private windows, the shortcut.

use keyward::web::extension::{self, text_with};
use keyward::web::view::Text;
use sycamore::prelude::*;

/// What the browser says; each hint is shown unless it is certainly not needed.
pub(crate) struct Hints {
    is_firefox: bool,
    is_pinned: bool,
    in_private_windows: bool,
    /// Of filling; empty where there is none.
    shortcut: String,
}

impl Hints {
    pub(crate) async fn ask() -> Self {
        let own = extension::own_origin().unwrap_or_default();
        Hints {
            is_firefox: own.starts_with("moz-"),
            is_pinned: extension::is_pinned().await.unwrap_or(false),
            in_private_windows: extension::is_allowed_in_private_windows()
                .await
                .unwrap_or(false),
            shortcut: extension::shortcut("fill").await.unwrap_or_default(),
        }
    }

    pub(crate) fn view(self) -> View {
        let hint = |title: &'static str, about: &'static str| {
            view! {
                li {
                    h3 { (Text { key: title }) }
                    p { (Text { key: about }) }
                }
            }
        };
        let mut hints: Vec<View> = Vec::new();
        if !self.is_pinned {
            hints.push(hint(
                "welcomePin",
                match self.is_firefox {
                    true => "welcomePinFirefox",
                    false => "welcomePinChrome",
                },
            ));
        }
        if !self.in_private_windows {
            hints.push(hint(
                "welcomePrivate",
                match self.is_firefox {
                    true => "welcomePrivateFirefox",
                    false => "welcomePrivateChrome",
                },
            ));
        }
        if !self.shortcut.is_empty() {
            let about = text_with("welcomeShortcutAbout", &[&self.shortcut]);
            hints.push(view! {
                li {
                    h3 { (Text { key: "welcomeShortcut" }) }
                    p { (about) }
                }
            });
        }
        hints.push(hint("welcomeReload", "welcomeReloadAbout"));
        view! {
            section(aria-labelledby="hintsTitle") {
                h2(id="hintsTitle") { (Text { key: "welcomeHints" }) }
                ul(class="hints") { (hints) }
            }
        }
    }
}
