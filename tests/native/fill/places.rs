//! Where a field is: the matrix of refusals.

use keyward::fill::answer::{are_certain, can_choose, choose};
use keyward::fill::ask::Target;
use keyward::fill::place::unreachable;

use super::*;

const TRIGGERS: [Trigger; 4] = [
    Trigger::Shortcut,
    Trigger::ContextMenu,
    Trigger::Popup,
    Trigger::Sign,
];

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
    // The frame with the keyboard in a field is enough once the page has answered, too.
    let page = || frame(0, false, false, 0);
    assert!(
        are_certain(&[frame(3, true, true, 0), page()]) && are_certain(&[frame(0, true, true, 0)])
    );
    assert!(!are_certain(&[frame(3, true, true, 0)]) && !can_choose(&[frame(3, true, true, 0)]));
    assert!(
        !are_certain(&[frame(3, false, true, 0), page()])
            && !are_certain(&[frame(3, true, false, 0), page()])
    );
}
