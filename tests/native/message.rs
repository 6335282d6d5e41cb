//! The names on the wire, as docs/architecture.md has them. Both sides of it are written in different languages; a renamed
//! variant or field is seen here. (`serde_json` puts the name of a variant around its fields, `web::js` into them.)

use keyward::message::{
    Answered, Choice, FramePush, FrameReply, FrameRequest, GuardState, Loss, Mode, PageReply,
    PageRequest, Reason, Refusal, Road, Scope, SetMode,
};
use serde::Serialize;

fn check(value: &impl Serialize, expected: &str) {
    assert_eq!(serde_json::to_string(value).expect("plain data"), expected);
}

#[test]
fn requests_of_frames() {
    let hold = || "h".to_owned();
    check(&FrameRequest::GuardState {}, r#"{"guardState":{}}"#);
    let detectors = vec![7];
    check(
        &FrameRequest::Held {
            road: Road::Paste,
            detectors,
        },
        r#"{"held":{"road":"paste","detectors":[7]}}"#,
    );
    check(
        &FrameRequest::LetThrough { hold: hold() },
        r#"{"letThrough":{"hold":"h"}}"#,
    );
    for (choice, name) in [
        (Choice::KeepOut, "keepOut"),
        (Choice::Redact, "redact"),
        (Choice::Variable, "variable"),
    ] {
        check(
            &FrameRequest::Decided {
                hold: hold(),
                choice,
            },
            &format!(r#"{{"decided":{{"hold":"h","choice":"{name}"}}}}"#),
        );
    }
    let roads = [
        Road::Paste,
        Road::Drop,
        Road::Typed,
        Road::Enter,
        Road::Click,
        Road::Submit,
        Road::File,
        Road::Sending,
        Road::Address,
    ];
    check(
        &roads,
        r#"["paste","drop","typed","enter","click","submit","file","sending","address"]"#,
    );
}

#[test]
fn answers_to_frames() {
    let state = GuardState {
        on: false,
        until_ms: Some(5),
        allowed: vec![7],
        own: None,
        harmless: None,
        sign: false,
    };
    let shown = r#"{"on":false,"untilMs":5,"allowed":[7],"own":null,"harmless":null,"sign":false}"#;
    check(&FrameReply::State(state.clone()), shown);
    check(
        &FrameReply::Held {
            hold: "h".into(),
            state,
        },
        &format!(r#"{{"hold":"h","state":{shown}}}"#),
    );
    check(&FrameReply::Opened { opened: true }, r#"{"opened":true}"#);
    check(&FrameReply::Done {}, "{}");
    check(
        &FramePush::GuardStateChanged {},
        r#"{"guardStateChanged":{}}"#,
    );
    check(
        &FramePush::Release {
            hold: "h".into(),
            allow: true,
            until_ms: 5,
            values: false,
        },
        r#"{"release":{"hold":"h","allow":true,"untilMs":5,"values":false}}"#,
    );
}

#[test]
fn requests_of_pages() {
    check(
        &PageRequest::Site {
            tab_id: 1,
            private: false,
        },
        r#"{"site":{"tabId":1,"private":false}}"#,
    );
    let origin = || "https://a.example".to_owned();
    for (mode, name) in [
        (SetMode::On, "on"),
        (SetMode::Paused, "paused"),
        (SetMode::Off, "off"),
    ] {
        check(
            &PageRequest::SetSite {
                origin: origin(),
                mode,
                private: true,
            },
            &format!(
                r#"{{"setSite":{{"origin":"https://a.example","mode":"{name}","private":true}}}}"#
            ),
        );
    }
    check(
        &PageRequest::WithdrawRule {
            origin: origin(),
            detector: "a.b".into(),
        },
        r#"{"withdrawRule":{"origin":"https://a.example","detector":"a.b"}}"#,
    );
    check(
        &PageRequest::Pending { hold: "h".into() },
        r#"{"pending":{"hold":"h"}}"#,
    );
    let answer = |scope, reason| PageRequest::Answer {
        hold: "h".into(),
        allow: true,
        scope,
        reason,
    };
    check(
        &answer(Scope::Once, None),
        r#"{"answer":{"hold":"h","allow":true,"scope":"once","reason":null}}"#,
    );
    check(
        &answer(Scope::Always, Some(Reason::SiteNeedsIt)),
        r#"{"answer":{"hold":"h","allow":true,"scope":"always","reason":"siteNeedsIt"}}"#,
    );
}

#[test]
fn answers_to_pages() {
    check(
        &PageReply::Answered {
            answered: Answered::PageChanged,
        },
        r#"{"answered":"pageChanged"}"#,
    );
    check(&Mode::Paused { until_ms: 7 }, r#"{"paused":{"untilMs":7}}"#);
    check(
        &[Loss::None, Loss::KeptAside, Loss::Unavailable],
        r#"["none","keptAside","unavailable"]"#,
    );
    check(
        &[
            Refusal::NotUnderstood,
            Refusal::UnknownSender,
            Refusal::UnknownHold,
            Refusal::NotRememberable,
            Refusal::NotStored,
            Refusal::Failed,
        ],
        r#"["notUnderstood","unknownSender","unknownHold","notRememberable","notStored","failed"]"#,
    );
}
