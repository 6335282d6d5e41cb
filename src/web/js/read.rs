//! From JavaScript.

use std::fmt::Display;

use js_sys::{Array, Object};
use serde::de::value::StringDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use wasm_bindgen::{JsCast, JsValue};

use super::{FormError, TYPE, member};

/// Whole numbers up to this are exact in JavaScript.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

pub(super) struct Reader(pub(super) JsValue);

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

impl<'de> Deserializer<'de> for Reader {
    type Error = FormError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        let value = self.0;
        if value.is_null() || value.is_undefined() {
            visitor.visit_unit()
        } else if let Some(boolean) = value.as_bool() {
            visitor.visit_bool(boolean)
        } else if let Some(number) = value.as_f64() {
            if number.fract() != 0.0 || number.abs() > MAX_SAFE_INTEGER {
                return visitor.visit_f64(number);
            }
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            let number = number as i64;
            visitor.visit_i64(number)
        } else if let Some(text) = value.as_string() {
            visitor.visit_string(text)
        } else if let Some(array) = value.dyn_ref::<Array>() {
            visitor.visit_seq(Items {
                array: array.clone(),
                next: 0,
            })
        } else if value.is_object() {
            visitor.visit_map(Members::of(value.unchecked_into()))
        } else {
            // Functions, symbols, bigints.
            Err(FormError)
        }
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
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FormError> {
        if self.0.is_string() {
            visitor.visit_enum(Variant {
                named: self.0,
                fields: None,
            })
        } else if self.0.is_object() {
            visitor.visit_enum(Variant {
                named: member(&self.0, TYPE),
                fields: Some(self.0),
            })
        } else {
            Err(FormError)
        }
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
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
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
    names: Array,
    next: u32,
    object: Object,
    /// The name that was read last, whose value is next.
    open: JsValue,
}

impl Members {
    fn of(object: Object) -> Self {
        Self {
            names: Object::keys(&object),
            next: 0,
            object,
            open: JsValue::UNDEFINED,
        }
    }
}

impl<'de> MapAccess<'de> for Members {
    type Error = FormError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, FormError> {
        if self.next >= self.names.length() {
            return Ok(None);
        }
        self.open = self.names.get(self.next);
        self.next += 1;
        seed.deserialize(Reader(self.open.clone())).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, FormError> {
        let value = js_sys::Reflect::get(&self.object, &self.open).map_err(|_| FormError)?;
        seed.deserialize(Reader(value))
    }
}

struct Variant {
    named: JsValue,
    fields: Option<JsValue>,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = FormError;
    type Variant = Fields;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Fields), FormError> {
        let name = self.named.as_string().ok_or(FormError)?;
        let name: StringDeserializer<FormError> = name.into_deserializer();
        Ok((seed.deserialize(name)?, Fields(self.fields)))
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
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FormError> {
        let fields = self.0.ok_or(FormError)?;
        visitor.visit_map(Members::of(fields.unchecked_into()))
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
