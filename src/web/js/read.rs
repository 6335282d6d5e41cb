//! From JavaScript.

use std::fmt::Display;

use js_sys::Array;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use wasm_bindgen::{JsCast, JsValue};

use super::{FormError, TYPE, member};

/// Whole numbers up to this are exact in JavaScript.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

pub(super) struct Reader(pub(super) JsValue);

macro_rules! whole_numbers {
    ($($name:ident)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
            visitor.visit_i64(whole(&self.0)?)
        })*
    };
}

// Each method is overridden, so that the wording of errors stays out of the modules.
impl de::Error for FormError {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
    fn invalid_type(_: Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
    fn invalid_value(_: Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn missing_field(_: &'static str) -> Self {
        Self
    }
    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

// Each kind of value calls the one method of a visitor that is for it, and no type is asked what the value might be: what is not
// called is not in the module. Names of fields and variants become their numbers here, in code that all types share, where a
// type would compare them in code of its own. The background's module was 74 KB larger with `forward_to_deserialize_any`
// (November 2026).
impl<'de> Deserializer<'de> for Reader {
    type Error = FormError;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, FormError> {
        // No type of ours takes just anything.
        Err(FormError)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        visitor.visit_unit()
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        visitor.visit_bool(self.0.as_bool().ok_or(FormError)?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        visitor.visit_i64(whole(&self.0)?)
    }

    whole_numbers! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        visitor.visit_f64(self.0.as_f64().ok_or(FormError)?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        visitor.visit_string(self.0.as_string().ok_or(FormError)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_unit()
        } else {
            Err(FormError)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        let array = self.0.dyn_into::<Array>().map_err(|_| FormError)?;
        visitor.visit_seq(Items { array, next: 0 })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FormError> {
        visitor.visit_map(Members::of(self.0, fields)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, FormError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FormError> {
        visitor.visit_enum(Variant::of(self.0, variants)?)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        let array: &Array = self.0.dyn_ref().ok_or(FormError)?;
        // Reserved at once: growing would leave parts of it behind.
        let mut bytes = Vec::with_capacity(array.length() as usize);
        for item in array.iter() {
            let number = item.as_f64().ok_or(FormError)?;
            if number.fract() != 0.0 || !(0.0..=255.0).contains(&number) {
                return Err(FormError);
            }
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "whole and from 0 to 255"
            )]
            bytes.push(number as u8);
        }
        array.fill(&JsValue::from(0), 0, array.length());
        visitor.visit_byte_buf(bytes)
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes unit_struct tuple tuple_struct map identifier
    }
}

fn whole(value: &JsValue) -> Result<i64, FormError> {
    let number = value.as_f64().ok_or(FormError)?;
    if number.fract() != 0.0 || number.abs() > MAX_SAFE_INTEGER {
        return Err(FormError);
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    let number = number as i64;
    Ok(number)
}

struct Items {
    array: Array,
    next: u32,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = FormError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, FormError> {
        if self.next >= self.array.length() {
            return Ok(None);
        }
        let item = self.array.get(self.next);
        self.next += 1;
        seed.deserialize(Reader(item)).map(Some)
    }
}

struct Members {
    object: JsValue,
    fields: &'static [&'static str],
    next: usize,
    /// The value that was found last.
    open: JsValue,
}

impl Members {
    fn of(object: JsValue, fields: &'static [&'static str]) -> Result<Self, FormError> {
        if !object.is_object() || Array::is_array(&object) {
            return Err(FormError);
        }
        Ok(Self {
            object,
            fields,
            next: 0,
            open: JsValue::UNDEFINED,
        })
    }

    /// The number of the next field that is there.
    fn next_there(&mut self) -> Option<usize> {
        while let Some(name) = self.fields.get(self.next) {
            self.next += 1;
            self.open = member(&self.object, name);
            if !self.open.is_undefined() {
                return Some(self.next - 1);
            }
        }
        None
    }
}

impl<'de> MapAccess<'de> for Members {
    type Error = FormError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, FormError> {
        match self.next_there() {
            Some(number) => seed.deserialize(Number(number)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, FormError> {
        seed.deserialize(Reader(std::mem::replace(
            &mut self.open,
            JsValue::UNDEFINED,
        )))
    }
}

/// The number of a field or variant.
struct Number(usize);

impl<'de> Deserializer<'de> for Number {
    type Error = FormError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        visitor.visit_u64(self.0 as u64)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Variant {
    number: usize,
    fields: Option<JsValue>,
}

impl Variant {
    fn of(value: JsValue, variants: &'static [&'static str]) -> Result<Self, FormError> {
        let (name, fields) = match value.as_string() {
            Some(name) => (Some(name), None),
            None => (member(&value, TYPE).as_string(), Some(value)),
        };
        let name = name.ok_or(FormError)?;
        let number = variants.iter().position(|variant| *variant == name);
        Ok(Self {
            number: number.ok_or(FormError)?,
            fields,
        })
    }
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = FormError;
    type Variant = Fields;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Fields), FormError> {
        Ok((seed.deserialize(Number(self.number))?, Fields(self.fields)))
    }
}

struct Fields(Option<JsValue>);

impl<'de> VariantAccess<'de> for Fields {
    type Error = FormError;

    fn unit_variant(self) -> Result<(), FormError> {
        if self.0.is_none() {
            Ok(())
        } else {
            Err(FormError)
        }
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FormError> {
        visitor.visit_map(Members::of(self.0.ok_or(FormError)?, fields)?)
    }

    // The form has no place for fields without names.
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        _seed: T,
    ) -> Result<T::Value, FormError> {
        Err(FormError)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _len: usize,
        _visitor: V,
    ) -> Result<V::Value, FormError> {
        Err(FormError)
    }
}
