//! What is filled where: the matrix of refusals, the field, and the stages of a grant.

use keyward::fill::answer::{Answer, choose};
use keyward::fill::ask::{ANSWER_MS, Asks, CONFIRM_MS, GRANT_MS, Target};
use keyward::fill::doubt::{Doubt, EntryFacts, doubts};
use keyward::fill::field::{Element, Field, POINTS};
use keyward::fill::place::{Around, Sender, origin_of, unreachable};
use keyward::fill::{Refusal, Trigger};
use keyward::origin::HttpsOrigin;

const SITE: &str = "https://tool.example.com";
const PORT: &str = "https://tool.example.com:8443";
const OTHER: &str = "https://evil.example";
const TRIGGERS: [Trigger; 4] = [
    Trigger::Shortcut,
    Trigger::ContextMenu,
    Trigger::Popup,
    Trigger::Sign,
];
const NOW: u64 = 1_790_000_000_000;

fn approved() -> Vec<HttpsOrigin> {
    vec![HttpsOrigin::parse(SITE).expect("it is canonical")]
}

/// A document as the browser describes it: `origin` and `url` of its sender.
struct Kind {
    name: &'static str,
    origin: Option<&'static str>,
    url: &'static str,
}

/// Where its frame is: the page itself, or inside pages of these origins, from its parent to the page.
struct Frame {
    name: &'static str,
    ancestors: &'static [&'static str],
    lifecycle: Option<&'static str>,
}

const KINDS: [Kind; 19] = [
    Kind {
        name: "approved",
        origin: Some(SITE),
        url: "https://tool.example.com/settings?tab=1",
    },
    Kind {
        name: "approved, bare",
        origin: Some(SITE),
        url: "https://tool.example.com",
    },
    Kind {
        name: "other port",
        origin: Some(PORT),
        url: "https://tool.example.com:8443/settings",
    },
    Kind {
        name: "other host",
        origin: Some(OTHER),
        url: "https://evil.example/",
    },
    Kind {
        name: "subdomain",
        origin: Some("https://a.tool.example.com"),
        url: "https://a.tool.example.com/",
    },
    Kind {
        name: "http",
        origin: Some("http://tool.example.com"),
        url: "http://tool.example.com/settings",
    },
    Kind {
        name: "loopback",
        origin: Some("http://localhost:3000"),
        url: "http://localhost:3000/",
    },
    Kind {
        name: "sandboxed",
        origin: Some("null"),
        url: "https://tool.example.com/settings",
    },
    Kind {
        name: "origin missing",
        origin: None,
        url: "https://tool.example.com/settings",
    },
    Kind {
        name: "srcdoc",
        origin: Some(SITE),
        url: "about:srcdoc",
    },
    Kind {
        name: "sandboxed srcdoc",
        origin: Some("null"),
        url: "about:srcdoc",
    },
    Kind {
        name: "blank",
        origin: Some(SITE),
        url: "about:blank",
    },
    Kind {
        name: "data",
        origin: Some("null"),
        url: "data:text/html,x",
    },
    Kind {
        name: "blob",
        origin: Some(SITE),
        url: "blob:https://tool.example.com/1-2",
    },
    Kind {
        name: "file",
        origin: Some("null"),
        url: "file:///home/x.html",
    },
    Kind {
        name: "extension",
        origin: Some("chrome-extension://abc"),
        url: "chrome-extension://abc/x.html",
    },
    Kind {
        name: "internal",
        origin: Some("chrome://settings"),
        url: "chrome://settings/",
    },
    Kind {
        name: "address of another",
        origin: Some(SITE),
        url: "https://evil.example/",
    },
    Kind {
        name: "trailing dot",
        origin: Some("https://tool.example.com."),
        url: "https://tool.example.com./",
    },
];

const FRAMES: [Frame; 7] = [
    Frame {
        name: "page",
        ancestors: &[],
        lifecycle: Some("active"),
    },
    Frame {
        name: "in itself",
        ancestors: &["same"],
        lifecycle: Some("active"),
    },
    Frame {
        name: "in itself twice",
        ancestors: &["same", "same"],
        lifecycle: None,
    },
    Frame {
        name: "in another",
        ancestors: &[OTHER],
        lifecycle: Some("active"),
    },
    Frame {
        name: "in another in itself",
        ancestors: &[OTHER, "same"],
        lifecycle: None,
    },
    Frame {
        name: "in itself in another",
        ancestors: &["same", OTHER],
        lifecycle: Some("active"),
    },
    Frame {
        name: "prerendered",
        ancestors: &[],
        lifecycle: Some("prerender"),
    },
];

/// The same for every trigger. Rows are kinds of documents, columns kinds of frames, in the order above.
#[rustfmt::skip]
const MATRIX: [[Option<Refusal>; 7]; 19] = {
    use Refusal::*;
    const FILLED: Option<Refusal> = None;
    const FOREIGN: Option<Refusal> = Some(ForeignFrame);
    const BEHIND: Option<Refusal> = Some(NotInFront);
    const fn all(refusal: Refusal) -> [Option<Refusal>; 7] {
        let no = Some(refusal);
        [no, no, no, no, no, no, BEHIND]
    }
    [
        //                 page               in itself          twice              in another  other/self  self/other  prerendered
        /* approved */     [FILLED,            FILLED,            FILLED,            FOREIGN,    FOREIGN,    FOREIGN,    BEHIND],
        /* bare */         [FILLED,            FILLED,            FILLED,            FOREIGN,    FOREIGN,    FOREIGN,    BEHIND],
        /* port */         [Some(NotApproved), Some(NotApproved), Some(NotApproved), FOREIGN,    FOREIGN,    FOREIGN,    BEHIND],
        /* host */         [Some(NotApproved), Some(NotApproved), Some(NotApproved), Some(NotApproved), Some(NotApproved), Some(NotApproved), BEHIND],
        /* subdomain */    [Some(NotApproved), Some(NotApproved), Some(NotApproved), FOREIGN,    FOREIGN,    FOREIGN,    BEHIND],
        /* http */         all(Http),
        /* loopback */     all(Http),
        /* sandboxed */    all(Sandboxed),
        /* no origin */    all(Sandboxed),
        /* srcdoc */       all(Srcdoc),
        /* its sandbox */  all(Srcdoc),
        /* blank */        all(Blank),
        /* data */         all(Data),
        /* blob */         all(Blob),
        /* file */         all(File),
        /* extension */    all(Extension),
        /* internal */     all(Internal),
        /* address */      all(Opaque),
        /* trailing dot */ all(Opaque),
    ]
};

#[test]
fn matrix_of_refusals() {
    for trigger in TRIGGERS {
        for (kind, row) in KINDS.iter().zip(MATRIX) {
            for (frame, expected) in FRAMES.iter().zip(row) {
                let got = fill_in(trigger, kind, frame).err();
                assert_eq!(
                    got, expected,
                    "{trigger:?} × {} × {}",
                    kind.name, frame.name
                );
            }
        }
    }
}

/// The whole way, from asking to the spent grant.
fn fill_in(trigger: Trigger, kind: &Kind, frame: &Frame) -> Result<(Target, String), Refusal> {
    let own = kind.origin.unwrap_or("null");
    let ancestors: Vec<String> = frame
        .ancestors
        .iter()
        .map(|&origin| if origin == "same" { own } else { origin }.to_owned())
        .collect();
    let sender = Sender {
        tab: 7,
        frame: if ancestors.is_empty() { 0 } else { 3 },
        document: "D1".into(),
        origin: kind.origin.map(str::to_owned),
        url: Some(kind.url.to_owned()),
        lifecycle: frame.lifecycle.map(str::to_owned),
    };
    let around = Around {
        top: Some(ancestors.last().map_or(own, String::as_str).to_owned()),
        ancestors,
    };
    let field = field_at(own);
    let mut asks = Asks::default();
    asks.begin("A".into(), trigger, 7, None, NOW);
    asks.answer("A", &sender, &around, field.clone(), NOW + 10)?;
    asks.confirm("A", "entry", &approved(), NOW + 20)?;
    asks.spend("A", "D1", &field, &approved(), NOW + 30)
}

#[test]
fn a_frame_alone_does_not_vouch_for_what_is_around_it() {
    let mut sender = sender();
    sender.frame = 3;
    let around = |top: Option<&str>, ancestors: &[&str]| Around {
        top: top.map(str::to_owned),
        ancestors: ancestors.iter().map(|&origin| origin.to_owned()).collect(),
    };
    let cases = [
        (around(Some(SITE), &[SITE]), None),
        // The browser's word on the page counts, whatever the frame sees.
        (around(Some(OTHER), &[SITE]), Some(Refusal::ForeignFrame)),
        (around(None, &[SITE]), Some(Refusal::ForeignFrame)),
        (around(Some(SITE), &[]), Some(Refusal::ForeignFrame)),
        (
            around(Some(SITE), &["null", SITE]),
            Some(Refusal::ForeignFrame),
        ),
    ];
    for (around, expected) in cases {
        assert_eq!(origin_of(&sender, &around).err(), expected, "{around:?}");
    }
}

#[test]
fn tabs_in_which_no_frame_answers() {
    let cases = [
        (Some("chrome://extensions/"), Refusal::Internal),
        (Some("about:config"), Refusal::Internal),
        (
            Some("view-source:https://tool.example.com"),
            Refusal::Internal,
        ),
        (
            Some("https://chromewebstore.google.com/"),
            Refusal::Internal,
        ),
        (
            Some("chrome-extension://abc/options.html"),
            Refusal::Extension,
        ),
        (Some("moz-extension://abc/options.html"), Refusal::Extension),
        (Some("file:///home/x.html"), Refusal::File),
        (Some("data:text/html,x"), Refusal::Data),
        (Some("blob:null/1"), Refusal::Blob),
        (Some("ftp://x"), Refusal::Opaque),
        (None, Refusal::Internal),
    ];
    for (url, expected) in cases {
        assert_eq!(unreachable(url), expected, "{url:?}");
    }
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

#[test]
fn fields_that_a_person_can_mean() {
    let other = || OTHER.to_owned();
    let cases: Vec<(&str, Field, Option<Refusal>)> = vec![
        ("as it should be", field(), None),
        ("type=text", with(|field| field.kind = "text".into()), None),
        (
            "type=search",
            with(|field| field.kind = "search".into()),
            None,
        ),
        (
            "textarea",
            with(|field| (field.element, field.kind) = (Element::Textarea, String::new())),
            None,
        ),
        (
            "editable",
            with(|field| (field.element, field.kind) = (Element::Editable, String::new())),
            None,
        ),
        ("no form", with(|field| field.action = None), None),
        (
            "a form that runs a script",
            with(|field| field.action = Some("javascript:".into())),
            None,
        ),
        ("an icon at its end", with(|field| field.points = 6), None),
        (
            "half scrolled out",
            with(|field| field.width_in_view = 120),
            None,
        ),
        (
            "something else",
            with(|field| field.element = Element::Other),
            Some(Refusal::NoField),
        ),
        (
            "type=email",
            with(|field| field.kind = "email".into()),
            Some(Refusal::NotText),
        ),
        (
            "type=number",
            with(|field| field.kind = "number".into()),
            Some(Refusal::NotText),
        ),
        (
            "type=hidden",
            with(|field| field.kind = "hidden".into()),
            Some(Refusal::NotText),
        ),
        (
            "type=checkbox",
            with(|field| field.kind = "checkbox".into()),
            Some(Refusal::NotText),
        ),
        (
            "removed",
            with(|field| field.connected = false),
            Some(Refusal::Detached),
        ),
        (
            "read only",
            with(|field| field.read_only = true),
            Some(Refusal::ReadOnly),
        ),
        (
            "not rendered",
            with(|field| field.rendered = false),
            Some(Refusal::Hidden),
        ),
        (
            "transparent",
            with(|field| field.opacity = 1),
            Some(Refusal::Hidden),
        ),
        (
            "nearly transparent",
            with(|field| field.opacity = 49),
            Some(Refusal::Hidden),
        ),
        (
            "narrow",
            with(|field| field.width = 31),
            Some(Refusal::Tiny),
        ),
        ("flat", with(|field| field.height = 9), Some(Refusal::Tiny)),
        (
            "scrolled out",
            with(|field| field.height_in_view = 0),
            Some(Refusal::OutOfView),
        ),
        (
            "off to the left",
            with(|field| field.width_in_view = 0),
            Some(Refusal::OutOfView),
        ),
        (
            "covered",
            with(|field| field.points = 0),
            Some(Refusal::Covered),
        ),
        (
            "half covered",
            with(|field| field.points = 4),
            Some(Refusal::Covered),
        ),
        (
            "form elsewhere",
            with(|field| field.action = Some(other())),
            Some(Refusal::FormElsewhere),
        ),
        (
            "form on another port",
            with(|field| field.action = Some(PORT.into())),
            Some(Refusal::FormElsewhere),
        ),
        (
            "form to http",
            with(|field| field.action = Some("http://tool.example.com".into())),
            Some(Refusal::FormElsewhere),
        ),
        (
            "form to mail",
            with(|field| field.action = Some("null".into())),
            Some(Refusal::FormElsewhere),
        ),
        (
            "button elsewhere",
            with(|field| field.button_actions = vec![SITE.into(), other()]),
            Some(Refusal::ButtonElsewhere),
        ),
        (
            "base elsewhere",
            with(|field| field.base = other()),
            Some(Refusal::BaseElsewhere),
        ),
    ];
    let origin = HttpsOrigin::parse(SITE).expect("it is canonical");
    for (name, field, expected) in cases {
        assert_eq!(field.judge(&origin).err(), expected, "{name}");
        // The same is seen when it becomes so after it was confirmed; or it is another field by then.
        let again = field.judge_again(&self::field(), &origin).err();
        let is_same_kind = field.element == Element::Input
            && field.kind == "password"
            && field.action == Some(SITE.into());
        let expected = if is_same_kind {
            expected
        } else {
            expected.or(Some(Refusal::Changed))
        };
        assert_eq!(again, expected, "{name}, later");
    }
}

#[test]
fn the_same_field_in_the_same_place() {
    let cases: Vec<(&str, Field, Option<Refusal>)> = vec![
        ("unchanged", field(), None),
        ("moved by a hint", with(|field| field.y += 40), None),
        ("resized", with(|field| field.width += 100), None),
        ("something typed", with(|field| field.has_text = true), None),
        (
            "moved down",
            with(|field| field.y += 65),
            Some(Refusal::Moved),
        ),
        (
            "moved left",
            with(|field| field.x -= 300),
            Some(Refusal::Moved),
        ),
        (
            "renamed",
            with(|field| field.name = "comment".into()),
            Some(Refusal::Changed),
        ),
        (
            "another id",
            with(|field| field.id = "comment".into()),
            Some(Refusal::Changed),
        ),
        (
            "another label",
            with(|field| field.label = "Comment".into()),
            Some(Refusal::Changed),
        ),
        (
            "shown in clear",
            with(|field| field.kind = "text".into()),
            Some(Refusal::Changed),
        ),
        (
            "another form",
            with(|field| field.action = None),
            Some(Refusal::Changed),
        ),
        (
            "a form that shows it in the address",
            with(|field| field.in_address = true),
            Some(Refusal::Changed),
        ),
    ];
    let origin = HttpsOrigin::parse(SITE).expect("it is canonical");
    for (name, again, expected) in cases {
        assert_eq!(
            again.judge_again(&field(), &origin).err(),
            expected,
            "{name}"
        );
    }
}

/// An ask that was answered in time.
fn answered() -> Asks {
    let mut asks = Asks::default();
    asks.begin("A".into(), Trigger::Shortcut, 7, None, NOW);
    asks.answer("A", &sender(), &around(), field(), NOW)
        .expect("the field is approved");
    asks
}

fn granted() -> Asks {
    let mut asks = answered();
    asks.confirm("A", "entry", &approved(), NOW)
        .expect("the origin is approved");
    asks
}

#[test]
fn a_grant_is_one_entry_one_document_one_use() {
    let mut asks = granted();
    let (target, entry) = asks
        .spend("A", "D1", &field(), &approved(), NOW + 1)
        .expect("it was granted");
    assert_eq!(
        (
            target.frame,
            target.document.as_str(),
            target.origin.as_str(),
            entry.as_str()
        ),
        (0, "D1", SITE, "entry")
    );
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW + 2),
        Err(Refusal::Used)
    );
    assert_eq!(
        asks.confirm("A", "entry", &approved(), NOW + 2).err(),
        Some(Refusal::Used)
    );
    assert_eq!(asks.pending("A", NOW + 2).err(), Some(Refusal::Used));

    let mut asks = granted();
    assert_eq!(
        asks.spend("A", "D2", &field(), &approved(), NOW + 1),
        Err(Refusal::WrongDocument)
    );
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW + 2),
        Err(Refusal::WrongDocument),
        "no second try"
    );

    let mut asks = granted();
    assert_eq!(
        asks.confirm("A", "other", &approved(), NOW + 1).err(),
        Some(Refusal::Used),
        "no second entry"
    );

    let mut asks = granted();
    assert_eq!(
        asks.spend("A", "D1", &field(), &[], NOW + 1),
        Err(Refusal::NotApproved),
        "approval taken back"
    );

    let mut asks = granted();
    let moved = with(|field| field.y += 500);
    assert_eq!(
        asks.spend("A", "D1", &moved, &approved(), NOW + 1),
        Err(Refusal::Moved)
    );
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW + 2),
        Err(Refusal::Moved),
        "no second try"
    );
}

#[test]
fn an_entry_chosen_before_is_the_only_one() {
    let mut asks = Asks::default();
    asks.begin("A".into(), Trigger::Popup, 7, Some("entry".into()), NOW);
    asks.answer("A", &sender(), &around(), field(), NOW)
        .expect("the field is approved");
    assert_eq!(
        asks.confirm("A", "other", &approved(), NOW).err(),
        Some(Refusal::Unknown)
    );
    assert!(asks.confirm("A", "entry", &approved(), NOW).is_ok());
}

#[test]
fn stages_do_not_jump() {
    let mut asks = Asks::default();
    asks.begin("A".into(), Trigger::Shortcut, 7, None, NOW);
    assert_eq!(asks.pending("A", NOW).err(), Some(Refusal::Unknown));
    assert_eq!(
        asks.confirm("A", "entry", &approved(), NOW).err(),
        Some(Refusal::Unknown)
    );
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW),
        Err(Refusal::Unknown)
    );
    assert_eq!(
        asks.answer("B", &sender(), &around(), field(), NOW).err(),
        Some(Refusal::Unknown)
    );
    let elsewhere = Sender { tab: 8, ..sender() };
    assert_eq!(
        asks.answer("A", &elsewhere, &around(), field(), NOW).err(),
        Some(Refusal::WrongDocument)
    );
    assert!(asks.answer("A", &sender(), &around(), field(), NOW).is_ok());
    let second = Sender {
        frame: 3,
        document: "D2".into(),
        ..sender()
    };
    assert_eq!(
        asks.answer("A", &second, &around(), field(), NOW).err(),
        Some(Refusal::Unknown),
        "the first answer counts"
    );
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW),
        Err(Refusal::Unknown),
        "not confirmed"
    );
    assert_eq!(
        asks.confirm("A", "entry", &[], NOW).err(),
        Some(Refusal::NotApproved)
    );
    let (ask, target) = asks.pending("A", NOW).expect("it still waits");
    assert_eq!(
        (ask.trigger, target.origin.as_str()),
        (Trigger::Shortcut, SITE)
    );
}

#[test]
fn every_stage_has_its_time() {
    let asked = || {
        let mut asks = Asks::default();
        asks.begin("A".into(), Trigger::Shortcut, 7, None, NOW);
        asks
    };
    type Step = fn(&mut Asks, u64) -> Option<Refusal>;
    let answer: Step = |asks, at| asks.answer("A", &sender(), &around(), field(), at).err();
    let confirm: Step = |asks, at| asks.confirm("A", "entry", &approved(), at).err();
    let spend: Step = |asks, at| asks.spend("A", "D1", &field(), &approved(), at).err();
    let stages: [(&str, Asks, Step, u64); 3] = [
        ("answer", asked(), answer, ANSWER_MS),
        ("confirm", answered(), confirm, CONFIRM_MS),
        ("spend", granted(), spend, GRANT_MS),
    ];
    for (name, start, step, limit_ms) in stages {
        assert_eq!(
            step(&mut start.clone(), NOW + limit_ms),
            None,
            "{name} in time"
        );
        let mut late = start.clone();
        assert_eq!(
            step(&mut late, NOW + limit_ms + 1),
            Some(Refusal::Expired),
            "{name} too late"
        );
        assert_eq!(
            step(&mut late, NOW),
            Some(Refusal::Expired),
            "{name} after it was too late"
        );
        assert_eq!(
            step(&mut start.clone(), NOW - 1),
            Some(Refusal::Expired),
            "{name} with a clock that went back"
        );
    }
}

#[test]
fn asks_end_from_outside() {
    let mut asks = answered();
    asks.refuse("A", Refusal::Declined);
    assert_eq!(
        asks.confirm("A", "entry", &approved(), NOW).err(),
        Some(Refusal::Declined)
    );
    asks.refuse("A", Refusal::NoAnswer);
    assert_eq!(
        asks.pending("A", NOW).err(),
        Some(Refusal::Declined),
        "it ends once"
    );

    let mut asks = granted();
    asks.refuse_all(Refusal::Locked);
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW),
        Err(Refusal::Locked)
    );

    let mut asks = answered();
    asks.begin("B".into(), Trigger::Shortcut, 7, None, NOW);
    assert_eq!(
        asks.confirm("A", "entry", &approved(), NOW).err(),
        Some(Refusal::Replaced)
    );
    asks.begin("C".into(), Trigger::Shortcut, 8, None, NOW);
    assert!(
        asks.answer("B", &sender(), &around(), field(), NOW).is_ok(),
        "another tab is another matter"
    );

    for number in 0..100 {
        asks.begin(
            format!("N{number}"),
            Trigger::Shortcut,
            100 + number,
            None,
            NOW,
        );
    }
    assert_eq!(
        asks.confirm("B", "entry", &approved(), NOW).err(),
        Some(Refusal::Unknown),
        "few are remembered"
    );
}

/// The background can die between any two steps: what it stored is all that is known then.
#[test]
fn stages_survive_being_stored() {
    let reborn = |asks: &Asks| -> Asks {
        let stored = serde_json::to_string(asks).expect("it is plain data");
        serde_json::from_str(&stored).expect("it was stored just now")
    };
    let mut asks = Asks::default();
    asks.begin(
        "A".into(),
        Trigger::ContextMenu,
        7,
        Some("entry".into()),
        NOW,
    );
    asks = reborn(&asks);
    asks.answer("A", &sender(), &around(), field(), NOW + 1)
        .expect("it was asked");
    asks = reborn(&asks);
    asks.confirm("A", "entry", &approved(), NOW + 2)
        .expect("it was answered");
    asks = reborn(&asks);
    asks.spend("A", "D1", &field(), &approved(), NOW + 3)
        .expect("it was granted");
    asks = reborn(&asks);
    assert_eq!(
        asks.spend("A", "D1", &field(), &approved(), NOW + 4),
        Err(Refusal::Used)
    );

    let forged = serde_json::to_string(&granted())
        .expect("it is plain data")
        .replace("https://", "http://");
    assert!(
        serde_json::from_str::<Asks>(&forged).is_err(),
        "an origin is checked when it is read"
    );
}

#[test]
fn doubts_about_a_fill() {
    const PROVIDERS: [&str; 4] = ["DeepSeek", "OpenAI", "xAI", "Hugging Face"];
    let deepseek = EntryFacts {
        provider: "DeepSeek",
        exposed: false,
        used_here: true,
    };
    let labelled = |label: &str| with(|field| field.label = label.into());
    let openai = || Doubt::LabelledForOther {
        provider: "OpenAI".into(),
    };
    let cases: Vec<(&str, Field, EntryFacts, Vec<Doubt>)> = vec![
        ("none", field(), deepseek, vec![]),
        (
            "first time",
            field(),
            EntryFacts {
                used_here: false,
                ..deepseek
            },
            vec![Doubt::FirstHere],
        ),
        (
            "exposed",
            field(),
            EntryFacts {
                exposed: true,
                used_here: false,
                ..deepseek
            },
            vec![Doubt::Exposed, Doubt::FirstHere],
        ),
        (
            "for another",
            labelled("OpenAI API Key"),
            deepseek,
            vec![openai()],
        ),
        (
            "for both",
            labelled("OpenAI or DeepSeek key"),
            deepseek,
            vec![],
        ),
        (
            "part of a word",
            labelled("OpenAIish key"),
            deepseek,
            vec![],
        ),
        ("too short a name", labelled("xAI key"), deepseek, vec![]),
        (
            "no provider",
            labelled("OpenAI API Key"),
            EntryFacts {
                provider: "",
                ..deepseek
            },
            vec![],
        ),
        (
            "address",
            with(|field| field.in_address = true),
            deepseek,
            vec![Doubt::InAddress],
        ),
        (
            "full",
            with(|field| field.has_text = true),
            deepseek,
            vec![Doubt::Replaces],
        ),
        (
            "readable",
            with(|field| field.kind = "text".into()),
            deepseek,
            vec![Doubt::Readable],
        ),
        (
            "textarea",
            with(|field| field.element = Element::Textarea),
            deepseek,
            vec![Doubt::InText],
        ),
    ];
    for (name, field, entry, expected) in cases {
        assert_eq!(doubts(&field, entry, PROVIDERS), expected, "{name}");
    }
}

#[test]
fn the_field_in_use_last_is_meant() {
    let frame = |frame: i64, field: bool, in_front: bool, touched_ms: u64| Answer {
        sender: Sender {
            frame,
            origin: Some(if frame == 0 { SITE } else { OTHER }.into()),
            ..sender()
        },
        ancestors: vec![format!("around {frame}")],
        field: field.then(self::field),
        in_front,
        touched_ms,
    };
    let cases: Vec<(&str, Vec<Answer>, Option<i64>)> = vec![
        ("nobody", vec![], None),
        (
            "no field anywhere",
            vec![frame(0, false, true, 5), frame(3, false, false, 9)],
            None,
        ),
        ("the page", vec![frame(0, true, true, 1)], Some(0)),
        (
            "the page, a frame before",
            vec![frame(3, true, false, 1), frame(0, true, false, 2)],
            Some(0),
        ),
        (
            "a frame, the page before",
            vec![frame(0, true, false, 1), frame(3, true, false, 2)],
            Some(3),
        ),
        (
            "a frame, the page shows it",
            vec![frame(0, false, false, 9), frame(3, true, true, 2)],
            Some(3),
        ),
        (
            "what has the keyboard",
            vec![frame(0, true, true, 1), frame(3, true, false, 2)],
            Some(0),
        ),
        (
            "at the same time",
            vec![frame(3, true, false, 0), frame(0, true, false, 0)],
            Some(0),
        ),
    ];
    for (name, answers, expected) in cases {
        let chosen = choose(&answers);
        assert_eq!(
            chosen.as_ref().map(|(answer, _)| answer.sender.frame),
            expected,
            "{name}"
        );
        if let Some((_, around)) = chosen {
            let top = answers
                .iter()
                .any(|answer| answer.sender.frame == 0)
                .then(|| SITE.to_owned());
            assert_eq!(around.top, top, "{name}: the page speaks for itself");
            assert_eq!(
                around.ancestors,
                [format!("around {}", expected.expect("one was chosen"))],
                "{name}"
            );
        }
    }
    assert!(frame(3, true, true, 0).is_certain());
    assert!(!frame(3, false, true, 0).is_certain() && !frame(3, true, false, 0).is_certain());
}

#[test]
fn descriptions_that_no_script_of_ours_gives() {
    let long = || "x".repeat(1025);
    let cases = [
        ("name", with(|field| field.name = long())),
        ("label", with(|field| field.label = long())),
        ("action", with(|field| field.action = Some(long()))),
        (
            "buttons",
            with(|field| field.button_actions = vec![SITE.into(); 33]),
        ),
    ];
    for (name, field) in cases {
        let mut asks = Asks::default();
        asks.begin("A".into(), Trigger::Shortcut, 7, None, NOW);
        assert_eq!(
            asks.answer("A", &sender(), &around(), field, NOW).err(),
            Some(Refusal::Unknown),
            "{name}"
        );
    }
}
