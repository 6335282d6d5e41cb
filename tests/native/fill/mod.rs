//! What is filled where. Here is what these tests share: one document with one field, as the browser and its frame describe
//! them.

mod doubts;
mod field;
mod flow;
mod places;
mod stages;

use keyward::fill::answer::Answer;
use keyward::fill::ask::Asks;
use keyward::fill::field::{Element, Field, POINTS};
use keyward::fill::place::{Around, Sender, origin_of};
use keyward::fill::{Refusal, Trigger};
use keyward::origin::HttpsOrigin;

const SITE: &str = "https://tool.example.com";

const PORT: &str = "https://tool.example.com:8443";
const OTHER: &str = "https://evil.example";

const NOW: u64 = 1_790_000_000_000;

fn approved() -> Vec<HttpsOrigin> {
    vec![HttpsOrigin::parse(SITE).expect("it is canonical")]
}

fn sender() -> Sender {
    Sender {
        tab: 7,
        frame: 0,
        document: "D1".into(),
        origin: Some(SITE.into()),
        url: Some(format!("{SITE}/settings")),
        lifecycle: Some("active".into()),
    }
}

fn around() -> Around {
    Around {
        top: Some(SITE.into()),
        ancestors: Vec::new(),
    }
}

fn field() -> Field {
    field_at(SITE)
}

fn field_at(origin: &str) -> Field {
    Field {
        element: Element::Input,
        kind: "password".into(),
        name: "key".into(),
        id: "api-key".into(),
        label: "DeepSeek API key".into(),
        connected: true,
        read_only: false,
        has_text: false,
        rendered: true,
        opacity: 100,
        x: 300,
        y: 200,
        width: 240,
        height: 32,
        width_in_view: 240,
        height_in_view: 32,
        points: POINTS,
        action: Some(origin.into()),
        button_actions: Vec::new(),
        in_address: false,
        base: origin.into(),
    }
}

/// A field with something about it changed.
fn with(change: impl FnOnce(&mut Field)) -> Field {
    let mut field = field();
    change(&mut field);
    field
}
