//! Origins that a key may be filled into.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{OriginError, WebOrigin};

/// An `https:` origin. That a function takes one means that somebody has checked the scheme. Stored and sent as its text,
/// and checked anew when read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HttpsOrigin(WebOrigin);

impl HttpsOrigin {
    /// `None` for `http:`.
    pub fn new(origin: WebOrigin) -> Option<Self> {
        origin.is_https().then_some(Self(origin))
    }

    /// As [`WebOrigin::parse`].
    ///
    /// # Errors
    /// Those, and [`OriginError::Scheme`] for `http:`.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        Self::new(WebOrigin::parse(text)?).ok_or(OriginError::Scheme)
    }

    /// The serialisation, in ASCII.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// As [`WebOrigin::host`].
    pub fn host(&self) -> &str {
        self.0.host()
    }

    /// The port, unless it is 443.
    pub fn port(&self) -> Option<u16> {
        super::split_port(self.as_str()).1?.parse().ok()
    }

    /// As [`WebOrigin::unicode`], and never to be shown alone either.
    pub fn unicode(&self) -> Option<String> {
        self.0.unicode()
    }
}

impl TryFrom<String> for HttpsOrigin {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Self, OriginError> {
        Self::parse(&text)
    }
}

impl From<HttpsOrigin> for String {
    fn from(origin: HttpsOrigin) -> Self {
        origin.0.text
    }
}

impl fmt::Display for HttpsOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
