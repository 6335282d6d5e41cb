//! Writes `routes.js` of the package to the standard output: which messages are the guard's, and which alarms the vault's.

use std::fmt;

use keyward::message::between::VAULT_ALARMS;
use keyward::message::{self, fill, store};
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

fn main() {
    let messages = [
        types_of::<message::FrameRequest>(),
        types_of::<message::PageRequest>(),
        types_of::<fill::FrameRequest>(),
        types_of::<fill::SignRequest>(),
        types_of::<fill::PageRequest>(),
        types_of::<store::FrameRequest>(),
    ];
    println!("// Written by scripts/routes.rs.");
    println!("export const messages = new Set({:?});", messages.concat());
    println!("export const alarms = new Set({VAULT_ALARMS:?});");
}

/// The names of an enum's variants as they travel.
fn types_of<T: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
    match T::deserialize(Asked) {
        Err(Variants(Some(names))) => names,
        _ => panic!("not an enum"),
    }
}

/// Has nothing to give, and says in its error what was asked for.
struct Asked;

#[derive(Debug)]
struct Variants(Option<&'static [&'static str]>);

impl fmt::Display for Variants {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

impl std::error::Error for Variants {}

impl de::Error for Variants {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Variants(None)
    }
}

impl<'de> Deserializer<'de> for Asked {
    type Error = Variants;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Variants> {
        Err(Variants(None))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Variants> {
        Err(Variants(Some(variants)))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
