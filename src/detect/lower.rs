//! Detector texts to a catalogue: reads the TOML, checks it, and lowers each pattern with `pattern.rs`.
//!
//! `build.rs` includes this file by its path, and so do the native tests. It needs `std`, `toml`, `serde` and
//! `regex-syntax`, none of which reaches a frame. It never panics on a bad text: everything is an [`Error`] with
//! file and line.

use crate::lists::{CHECKSUMS, KINDS, SEVERITIES, VERIFIERS};
use crate::pattern::{Alternative, lower};
use serde::Deserialize;
use std::fmt;
use toml::Spanned;

/// What is wrong with a detector text, where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Name of the file.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Id of the detector, or empty where none is known yet.
    pub detector: String,
    /// What is wrong, for a person.
    pub reason: String,
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: ", self.file, self.line)?;
        if !self.detector.is_empty() {
            write!(out, "{}: ", self.detector)?;
        }
        out.write_str(&self.reason)
    }
}

/// A detector as the tables and the tests need it.
#[derive(Debug, Clone)]
pub struct Detector {
    /// Name of the file it was read from.
    pub file: String,
    /// Stable id.
    pub id: String,
    /// Index into [`Catalogue::providers`].
    pub provider: usize,
    /// Index into [`KINDS`].
    pub kind: usize,
    /// What a finder can do with the key.
    pub what: String,
    /// The pattern as written.
    pub pattern: String,
    /// 1 possible, 2 probable, 3 certain.
    pub severity: u8,
    /// Usual name of the environment variable.
    pub variable: String,
    /// Names of other providers whose keys look the same.
    pub may_be: Vec<String>,
    /// Whether the keys are of a provider's test mode.
    pub test_mode: bool,
    /// Index into [`CHECKSUMS`].
    pub checksum: usize,
    /// Index into [`VERIFIERS`].
    pub verify: usize,
    /// Least entropy of the secret part, in sixteenths of a bit per character.
    pub entropy: u8,
    /// Words of which one has to be near, in lower case.
    pub names: Vec<String>,
    /// Texts with one key; `<>` is taken out already. The span of the key.
    pub examples: Vec<(String, std::ops::Range<usize>)>,
    /// Texts without one.
    pub look_alikes: Vec<String>,
    /// The pattern, multiplied out.
    pub alternatives: Vec<Alternative>,
}

/// Who issues keys.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Name for a person.
    pub name: String,
    /// Host patterns.
    pub homes: Vec<String>,
    /// Where to revoke a key, or empty.
    pub revoke: String,
}

/// Everything that was read.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// The providers, one a file.
    pub providers: Vec<Provider>,
    /// The detectors in the order of files and of entries in them.
    pub detectors: Vec<Detector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    provider: Spanned<String>,
    homes: Option<Vec<Spanned<String>>>,
    /// Why there is no home, where `homes` is empty.
    homeless: Option<String>,
    revoke: Option<String>,
    detector: Vec<Spanned<RawDetector>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDetector {
    id: Spanned<String>,
    kind: Spanned<String>,
    what: Spanned<String>,
    pattern: Spanned<String>,
    severity: Spanned<String>,
    variable: Option<String>,
    #[serde(default)]
    may_be: Vec<String>,
    #[serde(default)]
    test_mode: bool,
    checksum: Option<Spanned<String>>,
    verify: Option<Spanned<String>>,
    entropy: Option<Spanned<f64>>,
    #[serde(default)]
    names: Vec<Spanned<String>>,
    #[serde(default)]
    references: Vec<Spanned<String>>,
    #[serde(default)]
    examples: Vec<Spanned<String>>,
    #[serde(default)]
    look_alikes: Vec<Spanned<String>>,
}

/// Reads detector files, given as name and text.
///
/// # Errors
/// Every fault of every file, so that a person sees them at once.
pub fn read(files: &[(String, String)]) -> Result<Catalogue, Vec<Error>> {
    let mut catalogue = Catalogue::default();
    let mut errors = Vec::new();
    for (name, text) in files {
        let report = Report { file: name, text };
        match toml::from_str::<RawFile>(text) {
            Ok(raw) => read_file(&report, raw, &mut catalogue, &mut errors),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                errors.push(report.error(at, "", error.message().to_owned()));
            }
        }
    }
    if errors.is_empty() {
        Ok(catalogue)
    } else {
        Err(errors)
    }
}

struct Report<'a> {
    file: &'a str,
    text: &'a str,
}

impl Report<'_> {
    fn error(&self, at: usize, detector: &str, reason: impl Into<String>) -> Error {
        let before = self.text.as_bytes().iter().take(at);
        Error {
            file: self.file.to_owned(),
            line: 1 + before.filter(|&&byte| byte == b'\n').count(),
            detector: detector.to_owned(),
            reason: reason.into(),
        }
    }
}

fn read_file(
    report: &Report<'_>,
    raw: RawFile,
    catalogue: &mut Catalogue,
    errors: &mut Vec<Error>,
) {
    let at = raw.provider.span().start;
    if raw.provider.get_ref().trim().is_empty() && raw.homeless.is_none() {
        errors.push(report.error(
            at,
            "",
            "the provider has no name, which only kinds that nobody issues may do",
        ));
    }
    let homes = raw.homes.as_deref().unwrap_or_default();
    match (&raw.homes, &raw.homeless) {
        (None, _) => errors.push(report.error(
            at,
            "",
            "homes are missing; where there are none say `homes = []` and why in `homeless`",
        )),
        (Some(homes), None) if homes.is_empty() => {
            errors.push(report.error(at, "", "homes are empty; say why in `homeless`"));
        }
        _ => {}
    }
    for home in homes {
        let host = home.get_ref().strip_prefix("*.").unwrap_or(home.get_ref());
        let label = |label: &str| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        if !host.contains('.') || !host.split('.').all(label) {
            errors.push(report.error(
                home.span().start,
                "",
                format!(
                    "`{}` is not a host pattern (lower case, `*.` only in front)",
                    home.get_ref()
                ),
            ));
        }
    }
    let provider = catalogue.providers.len();
    catalogue.providers.push(Provider {
        name: raw.provider.get_ref().clone(),
        homes: homes.iter().map(|home| home.get_ref().clone()).collect(),
        revoke: raw.revoke.unwrap_or_default(),
    });
    if raw.detector.is_empty() {
        errors.push(report.error(at, "", "the file has no detector"));
    }
    for detector in raw.detector {
        match read_detector(report, detector, provider, catalogue) {
            Ok(detector) => catalogue.detectors.push(detector),
            Err(error) => errors.push(error),
        }
    }
}

fn read_detector(
    report: &Report<'_>,
    raw: Spanned<RawDetector>,
    provider: usize,
    catalogue: &Catalogue,
) -> Result<Detector, Error> {
    let whole = raw.span().start;
    let raw = raw.into_inner();
    let id = raw.id.get_ref().clone();
    let error = |at: usize, reason: String| report.error(at, &id, reason);
    let id_byte = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.'
    };
    if !id.bytes().all(id_byte) || id.split('.').count() != 2 || id.split('.').any(str::is_empty) {
        return Err(error(
            raw.id.span().start,
            "an id is `provider.kind` of lower-case letters, digits and `-`".into(),
        ));
    }
    if let Some(other) = catalogue.detectors.iter().find(|other| other.id == id) {
        return Err(error(
            raw.id.span().start,
            format!("the id is taken in {}", other.file),
        ));
    }
    for (field, missing) in [
        ("what", raw.what.get_ref().trim().is_empty()),
        ("references", raw.references.is_empty()),
        ("examples", raw.examples.is_empty()),
        ("look_alikes", raw.look_alikes.is_empty()),
    ] {
        if missing {
            return Err(error(whole, format!("`{field}` is missing or empty")));
        }
    }
    for reference in &raw.references {
        if !reference.get_ref().starts_with("https://") {
            return Err(error(
                reference.span().start,
                format!("`{}` is not an https address", reference.get_ref()),
            ));
        }
    }
    let one_of = |value: &Spanned<String>, list: &[&str]| {
        list.iter()
            .position(|entry| entry == value.get_ref())
            .ok_or_else(|| {
                let list: Vec<&str> = list
                    .iter()
                    .copied()
                    .filter(|entry| !entry.is_empty())
                    .collect();
                error(
                    value.span().start,
                    format!("`{}` is none of {}", value.get_ref(), list.join(", ")),
                )
            })
    };
    let kind = one_of(&raw.kind, &KINDS.map(|(kind, _)| kind))?;
    let severity = one_of(&raw.severity, &SEVERITIES)?;
    let checksum = raw
        .checksum
        .as_ref()
        .map_or(Ok(0), |value| one_of(value, &CHECKSUMS))?;
    let verify = raw
        .verify
        .as_ref()
        .map_or(Ok(0), |value| one_of(value, &VERIFIERS))?;
    let entropy = match &raw.entropy {
        None => 0,
        Some(bits) if (0.0..=6.0).contains(bits.get_ref()) => (bits.get_ref() * 16.0).round() as u8,
        Some(bits) => {
            return Err(error(
                bits.span().start,
                "entropy is from 0 to 6 bits per character".into(),
            ));
        }
    };
    let mut names = Vec::new();
    for name in &raw.names {
        let word = name.get_ref();
        let letters = word.replace(['_', '-', ' '], "").len();
        if letters < 3
            || word.len() > 40
            || !word
                .bytes()
                .all(|byte| (byte.is_ascii_graphic() || byte == b' ') && !byte.is_ascii_uppercase())
        {
            return Err(error(
                name.span().start,
                format!(
                    "`{word}` is not a word of 3 to 40 lower-case ASCII characters, separators not counted"
                ),
            ));
        }
        names.push(word.clone());
    }
    let mut examples = Vec::new();
    for example in &raw.examples {
        examples
            .push(marked(example.get_ref()).map_err(|reason| error(example.span().start, reason))?);
    }
    let pattern = raw.pattern.get_ref().clone();
    let alternatives = lower(&pattern, !names.is_empty())
        .map_err(|reason| error(raw.pattern.span().start, reason))?;
    Ok(Detector {
        file: report.file.to_owned(),
        id,
        provider,
        kind,
        what: raw.what.into_inner(),
        pattern,
        severity: severity as u8 + 1,
        variable: raw.variable.unwrap_or_default(),
        may_be: raw.may_be,
        test_mode: raw.test_mode,
        checksum,
        verify,
        entropy,
        names,
        examples,
        look_alikes: raw
            .look_alikes
            .iter()
            .map(|text| text.get_ref().replace("<>", ""))
            .collect(),
        alternatives,
    })
}

/// An example without its `<>` and `«»`, and the span of the key in it.
fn marked(example: &str) -> Result<(String, std::ops::Range<usize>), String> {
    let text = example.replace("<>", "");
    let Some((before, rest)) = text.split_once('«') else {
        let end = text.len();
        return Ok((text, 0..end));
    };
    let Some((key, after)) = rest.split_once('»') else {
        return Err("`«` without `»`".into());
    };
    Ok((
        format!("{before}{key}{after}"),
        before.len()..before.len() + key.len(),
    ))
}
