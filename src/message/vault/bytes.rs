//! Secret bytes on their way.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Refusal;
use crate::secret::Secret;

/// Secret bytes on their way: an array of numbers on the wire.
#[derive(Debug)]
pub struct Bytes(pub Secret<Vec<u8>>);

impl Bytes {
    /// A copy of a text.
    pub fn of_text(text: &Secret<String>) -> Self {
        // EXPOSE: from one secret into another.
        Bytes(Secret::new(text.expose().as_bytes().to_vec()))
    }

    /// As text.
    ///
    /// # Errors
    /// [`Refusal::NoText`] for what is not UTF-8.
    pub fn text(&self) -> Result<Secret<String>, Refusal> {
        // EXPOSE: from one secret into another.
        let text = std::str::from_utf8(self.0.expose()).map_err(|_| Refusal::NoText)?;
        Ok(Secret::from(text))
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // EXPOSE: goes to the other side of this message; who sends it overwrites it.
        serializer.serialize_bytes(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Bytes;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("bytes")
            }

            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(Secret::new(bytes)))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut items: A,
            ) -> Result<Bytes, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = items.next_element()? {
                    bytes.push(byte);
                }
                Ok(Bytes(Secret::new(bytes)))
            }
        }
        deserializer.deserialize_byte_buf(Visitor)
    }
}
