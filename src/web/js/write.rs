//! To JavaScript.

use std::fmt::Display;

use js_sys::{Array, Object, Reflect};
use serde::ser::{
    self, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct,
    SerializeStructVariant, Serializer,
};
use wasm_bindgen::JsValue;

use super::{FormError, TYPE};

/// Whole numbers up to this are exact in JavaScript.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

pub(super) struct Writer;

impl ser::Error for FormError {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

impl Serializer for Writer {
    type Ok = JsValue;
    type Error = FormError;
    type SerializeSeq = Items;
    type SerializeTuple = Impossible<JsValue, FormError>;
    type SerializeTupleStruct = Impossible<JsValue, FormError>;
    type SerializeTupleVariant = Impossible<JsValue, FormError>;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    fn serialize_bool(self, value: bool) -> Result<JsValue, FormError> {
        Ok(JsValue::from_bool(value))
    }
    fn serialize_i8(self, value: i8) -> Result<JsValue, FormError> {
        Ok(value.into())
    }
    fn serialize_i16(self, value: i16) -> Result<JsValue, FormError> {
        Ok(value.into())
    }
    fn serialize_i32(self, value: i32) -> Result<JsValue, FormError> {
        Ok(value.into())
    }
    fn serialize_i64(self, value: i64) -> Result<JsValue, FormError> {
        if value.unsigned_abs() > MAX_SAFE_INTEGER {
            return Err(FormError);
        }
        #[expect(clippy::cast_precision_loss, reason = "checked above")]
        let value = value as f64;
        Ok(value.into())
    }
    fn serialize_u8(self, value: u8) -> Result<JsValue, FormError> {
        Ok(value.into())
    }
    fn serialize_u16(self, value: u16) -> Result<JsValue, FormError> {
        Ok(value.into())
    }
    fn serialize_u32(self, value: u32) -> Result<JsValue, FormError> {
        Ok(value.into())
    }
    fn serialize_u64(self, value: u64) -> Result<JsValue, FormError> {
        self.serialize_i64(i64::try_from(value).map_err(|_| FormError)?)
    }
    fn serialize_f32(self, value: f32) -> Result<JsValue, FormError> {
        Ok(value.into())
    }
    fn serialize_f64(self, value: f64) -> Result<JsValue, FormError> {
        Ok(value.into())
    }
    fn serialize_char(self, value: char) -> Result<JsValue, FormError> {
        Ok(JsValue::from_str(value.encode_utf8(&mut [0; 4])))
    }
    fn serialize_str(self, value: &str) -> Result<JsValue, FormError> {
        Ok(JsValue::from_str(value))
    }
    fn serialize_bytes(self, bytes: &[u8]) -> Result<JsValue, FormError> {
        let array = Array::new();
        for byte in bytes {
            array.push(&JsValue::from(*byte));
        }
        Ok(array.into())
    }
    fn serialize_none(self) -> Result<JsValue, FormError> {
        Ok(JsValue::NULL)
    }
    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<JsValue, FormError> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<JsValue, FormError> {
        Ok(JsValue::NULL)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<JsValue, FormError> {
        Ok(JsValue::NULL)
    }
    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<JsValue, FormError> {
        Ok(JsValue::from_str(variant))
    }
    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<JsValue, FormError> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<JsValue, FormError> {
        Err(FormError)
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Items, FormError> {
        Ok(Items(Array::new()))
    }
    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, FormError> {
        Err(FormError)
    }
    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, FormError> {
        Err(FormError)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, FormError> {
        Err(FormError)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Members, FormError> {
        Ok(Members {
            object: Object::new(),
            open: JsValue::UNDEFINED,
        })
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members, FormError> {
        self.serialize_map(None)
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members, FormError> {
        let members = self.serialize_map(None)?;
        members.set(&JsValue::from_str(TYPE), &JsValue::from_str(variant))?;
        Ok(members)
    }
}

pub(super) struct Items(Array);

impl SerializeSeq for Items {
    type Ok = JsValue;
    type Error = FormError;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), FormError> {
        self.0.push(&value.serialize(Writer)?);
        Ok(())
    }

    fn end(self) -> Result<JsValue, FormError> {
        Ok(self.0.into())
    }
}

pub(super) struct Members {
    object: Object,
    /// The name that was written last, whose value is next.
    open: JsValue,
}

impl Members {
    fn set(&self, name: &JsValue, value: &JsValue) -> Result<(), FormError> {
        // On a fresh plain object; `__proto__` is not a name of ours.
        Reflect::set(&self.object, name, value)
            .map(drop)
            .map_err(|_| FormError)
    }
}

impl SerializeMap for Members {
    type Ok = JsValue;
    type Error = FormError;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), FormError> {
        self.open = key.serialize(Writer)?;
        Ok(())
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), FormError> {
        self.set(&self.open, &value.serialize(Writer)?)
    }

    fn end(self) -> Result<JsValue, FormError> {
        Ok(self.object.into())
    }
}

impl SerializeStruct for Members {
    type Ok = JsValue;
    type Error = FormError;

    fn serialize_field<T: ?Sized + Serialize>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), FormError> {
        self.set(&JsValue::from_str(name), &value.serialize(Writer)?)
    }

    fn end(self) -> Result<JsValue, FormError> {
        Ok(self.object.into())
    }
}

impl SerializeStructVariant for Members {
    type Ok = JsValue;
    type Error = FormError;

    fn serialize_field<T: ?Sized + Serialize>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), FormError> {
        SerializeStruct::serialize_field(self, name, value)
    }

    fn end(self) -> Result<JsValue, FormError> {
        Ok(self.object.into())
    }
}
