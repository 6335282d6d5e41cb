//! The kinds of keys as pages name them: provider, kind, variable, what a finder can do, where to revoke it.
//!
//! These texts are 90 KB, so that no module has them: they are one file of the package, `kinds.txt`, which
//! [`write`] makes of the detectors when the package is built and which a page reads when it names a kind. Each line of it
//! is a provider or, behind a tab, one of its kinds; fields stand between tabs.

/// The file's name in the package.
pub const FILE: &str = "kinds.txt";

/// Whose keys they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Provider {
    /// Empty where they are anybody's.
    pub name: &'static str,
    /// Host patterns between blanks; `*.` stands for the host itself and any below it.
    pub homes: &'static str,
    /// The page where its keys are revoked; empty where none is known.
    pub revoke: &'static str,
}

/// One kind of key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kind {
    /// The detector's lasting name.
    pub id: &'static str,
    /// Of which provider.
    pub provider: Provider,
    /// `api-key` and the like.
    pub kind: &'static str,
    /// 1 possible, 2 probable, 3 certain.
    pub severity: u8,
    /// The name of its environment variable.
    pub variable: &'static str,
    /// What a finder can do with it.
    pub what: &'static str,
    /// Other providers that a key of this shape may be of, `|` between them.
    pub others: &'static str,
    /// What takes the place of such a key: `[redacted: DeepSeek API key]`.
    pub redacted: &'static str,
}

/// All kinds, as the file has them. They stay in memory for as long as the page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kinds(&'static str);

impl Kinds {
    /// Of the file's text. What is no line of a provider or kind is left out.
    pub fn new(text: String) -> Kinds {
        Kinds(text.leak())
    }

    /// Every provider, in the order of the detectors; one that has several files of detectors comes several times.
    pub fn providers(self) -> impl Iterator<Item = Provider> {
        self.0.lines().filter_map(provider)
    }

    /// Every kind, in the order of the detectors.
    pub fn all(self) -> impl Iterator<Item = Kind> {
        let mut of = Provider::default();
        self.0.lines().filter_map(move |line| {
            match provider(line) {
                Some(next) => of = next,
                None => return kind(line, of),
            }
            None
        })
    }

    /// The kind with this lasting name.
    pub fn named(self, id: &str) -> Option<Kind> {
        self.all().find(|kind| kind.id == id)
    }
}

fn provider(line: &'static str) -> Option<Provider> {
    let mut fields = line.split('\t');
    let name = fields.next()?;
    let (homes, revoke) = (fields.next()?, fields.next()?);
    // A kind has more of them, and none before the first tab.
    fields.next().is_none().then_some(Provider {
        name,
        homes,
        revoke,
    })
}

fn kind(line: &'static str, provider: Provider) -> Option<Kind> {
    let mut fields = line.strip_prefix('\t')?.split('\t');
    let mut next = || fields.next();
    Some(Kind {
        id: next()?,
        provider,
        kind: next()?,
        severity: next()?.parse().ok()?,
        variable: next()?,
        what: next()?,
        others: next()?,
        redacted: next()?,
    })
}

/// The file, made of the detectors of this program. For the build; a module that calls it carries all of the texts.
pub fn write() -> String {
    use crate::detect::{described, detectors, id, providers, tables};
    const REVOKE: u32 = 5;
    let mut text = String::new();
    let mut last = None;
    let places: Vec<(&str, &str)> = providers().collect();
    for number in 0..detectors() {
        let place = tables().detector(number).map_or(0, |it| it.provider);
        if last != Some(place) {
            let (name, homes) = places.get(usize::from(place)).copied().unwrap_or_default();
            let homes = homes.replace('\n', " ");
            text += &format!("{name}\t{homes}\t{}\n", described(number, REVOKE));
            last = Some(place);
        }
        let severity = tables().detector(number).map_or(1, |it| it.severity);
        let [kind, variable, what, others, redacted] =
            [2, 3, 4, 6, 7].map(|field| described(number, field).replace('\n', "|"));
        text += &format!(
            "\t{}\t{kind}\t{severity}\t{variable}\t{what}\t{others}\t{redacted}\n",
            id(number)
        );
    }
    text
}
