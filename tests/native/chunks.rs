//! A text in buffers gives the findings of the text in one piece, wherever the borders fall.

use crate::catalogue::CATALOGUE;
use crate::detect::findings;
use crate::random::Random;
use keyward::detect::{self, CONTEXT_BYTES, Finding, Part, REACH_BYTES, Workspace};

/// Scans as the caller of the C ABI does, with buffers of random lengths and tables of findings of random sizes.
fn in_buffers(text: &str, random: &mut Random) -> Vec<Finding> {
    let mut workspace = Workspace::new();
    let mut found = Vec::new();
    let mut position = 0;
    loop {
        let least = REACH_BYTES + 5 * CONTEXT_BYTES;
        let mut end = text.len().min(position + least + random.below(3000));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let part = Part {
            continued: position > 0,
            more: end < text.len(),
        };
        // More than stand in the context of a buffer: else it would not get on.
        let room = found.len() + CONTEXT_BYTES / 8 + random.below(40);
        let mut full = false;
        let next = detect::scan(
            detect::tables(),
            &mut workspace,
            &text.as_bytes()[position..end],
            part,
            &mut |mut finding: Finding| {
                assert!(!full, "the scan ends where the table is full");
                full = found.len() == room;
                finding.start += position;
                finding.end += position;
                if !full {
                    found.push(finding);
                }
                !full
            },
        );
        if !part.more && !full {
            return found;
        }
        assert!(
            next > 0 && text.is_char_boundary(position + next),
            "the next buffer begins at a character"
        );
        position += next;
    }
}

/// Examples of all detectors, filler of ASCII and of other scripts between them.
fn text(random: &mut Random) -> String {
    let mut text = String::new();
    let fillers = [
        "\n",
        " ",
        ", ",
        "日本語のテキスト ",
        "лишний текст\n",
        "name = \"",
        "x".repeat(700).leak(),
        "\" + \"",
        "🙂",
        "://",
    ];
    while text.len() < 80_000 {
        let detector = &CATALOGUE.detectors[random.below(CATALOGUE.detectors.len())];
        text.push_str(&detector.examples[random.below(detector.examples.len())].0);
        for _ in 0..random.below(4) {
            text.push_str(fillers[random.below(fillers.len())]);
        }
    }
    text
}

#[test]
fn buffers_give_what_the_whole_gives() {
    let mut random = Random::new(7);
    for round in 0..8 {
        let text = text(&mut random);
        let whole = findings(&text);
        assert!(whole.len() > 100, "the text holds keys");
        let parts = in_buffers(&text, &mut random);
        if let Some(index) =
            (0..whole.len().max(parts.len())).find(|&index| whole.get(index) != parts.get(index))
        {
            panic!(
                "round {round}: whole {:?}, in buffers {:?}",
                whole.get(index),
                parts.get(index)
            );
        }
    }
}

#[test]
fn findings_are_in_order_and_never_overlap() {
    let mut random = Random::new(8);
    for _ in 0..8 {
        let text = text(&mut random);
        let found = findings(&text);
        for pair in found.windows(2) {
            let show = |finding: &Finding| {
                format!("{} {}", finding.id(), &text[finding.start..finding.end])
            };
            assert!(
                pair[0].end <= pair[1].start,
                "{} before {}",
                show(&pair[0]),
                show(&pair[1])
            );
        }
    }
}

/// Found by `tests/fuzz`: one word without an end, in which names follow values.
#[test]
fn words_without_an_end() {
    let unit = concat!("deibVGITHUB_TOKEN=v1.", "8e624030965913b2b1f6e5KH");
    let text = unit.repeat(800);
    let whole = findings(&text);
    for seed in 0..20 {
        let found = in_buffers(&text, &mut Random::new(seed));
        let first = (0..whole.len().max(found.len())).find(|&at| whole.get(at) != found.get(at));
        let differs = first.map(|at| (whole.get(at), found.get(at)));
        assert_eq!(differs, None, "seed {seed}");
    }
}
