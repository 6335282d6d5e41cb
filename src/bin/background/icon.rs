//! What the icon says where no tab has anything of its own.

use keyward::message::life::Summary;
use keyward::web::extension;

use super::{Background, store};

impl Background {
    /// Of keys, as the vault's module counted them.
    pub(crate) async fn show_icon(&self, summary: Summary) {
        self.summary.set(summary);
        let label = match summary == Summary::default() {
            true => "",
            false => "!",
        };
        let _ = extension::set_badge_everywhere(label, &self.icon_title()).await;
        // Without it the next background asks again.
        let _ = store::save_icon(&summary).await;
    }

    /// The icon's title.
    pub(crate) fn icon_title(&self) -> String {
        let Summary {
            exposed,
            overdue,
            low,
        } = self.summary.get();
        match (exposed, overdue, low) {
            (0, 0, 0) => extension::text("actionTitle"),
            (0, 0, _) => extension::text("actionTitleLow"),
            (0, _, _) => extension::text("actionTitleDue"),
            _ => extension::text("actionTitleExposed"),
        }
    }
}
