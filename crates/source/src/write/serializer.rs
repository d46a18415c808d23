//! From any serializable value to a [`Tree`].

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant, Serializer,
};

use super::{Tree, WriteError};

/// The name of a newtype struct that stands for something nobody said: [`Tree::Unsaid`], whatever it holds. Other
/// formats write what it holds.
pub const UNSAID: &str = "$vigie::unsaid";

type Outcome<T> = Result<T, WriteError>;

pub(super) struct TreeSerializer;

/// A list being filled, inside a variant when it has a name.
pub(super) struct Items {
    variant: Option<&'static str>,
    items: Vec<Tree>,
}

/// A map being filled, inside a variant when it has a name.
pub(super) struct Entries {
    variant: Option<&'static str>,
    filled: Vec<(String, Tree)>,
    key: Option<String>,
}

impl Items {
    fn new(variant: Option<&'static str>, length: Option<usize>) -> Self {
        Self { variant, items: Vec::with_capacity(length.unwrap_or_default().min(1_000)) }
    }

    fn take<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome<()> {
        self.items.push(match Tree::of(value)? {
            Tree::Unsaid => Tree::Null,
            said => said,
        });
        Ok(())
    }

    fn done(self) -> Tree {
        under(self.variant, Tree::List(self.items))
    }
}

impl Entries {
    fn new(variant: Option<&'static str>) -> Self {
        Self { variant, filled: Vec::new(), key: None }
    }

    fn take<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Outcome<()> {
        self.filled.push((key.to_owned(), Tree::of(value)?));
        Ok(())
    }

    fn done(self) -> Tree {
        under(self.variant, Tree::Map(self.filled))
    }
}

fn under(variant: Option<&'static str>, tree: Tree) -> Tree {
    match variant {
        Some(name) => Tree::Map(vec![(name.to_owned(), tree)]),
        None => tree,
    }
}

impl Serializer for TreeSerializer {
    type Ok = Tree;
    type Error = WriteError;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Entries;

    fn serialize_bool(self, flag: bool) -> Outcome<Tree> {
        Ok(Tree::Bool(flag))
    }

    fn serialize_i8(self, number: i8) -> Outcome<Tree> {
        self.serialize_i64(number.into())
    }

    fn serialize_i16(self, number: i16) -> Outcome<Tree> {
        self.serialize_i64(number.into())
    }

    fn serialize_i32(self, number: i32) -> Outcome<Tree> {
        self.serialize_i64(number.into())
    }

    fn serialize_i64(self, number: i64) -> Outcome<Tree> {
        Ok(Tree::Int(number))
    }

    fn serialize_u8(self, number: u8) -> Outcome<Tree> {
        self.serialize_i64(number.into())
    }

    fn serialize_u16(self, number: u16) -> Outcome<Tree> {
        self.serialize_i64(number.into())
    }

    fn serialize_u32(self, number: u32) -> Outcome<Tree> {
        self.serialize_i64(number.into())
    }

    fn serialize_u64(self, number: u64) -> Outcome<Tree> {
        i64::try_from(number).map(Tree::Int).map_err(|_| WriteError::TooLarge(number.to_string()))
    }

    fn serialize_f32(self, number: f32) -> Outcome<Tree> {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Outcome<Tree> {
        Ok(Tree::Float(number))
    }

    fn serialize_char(self, c: char) -> Outcome<Tree> {
        Ok(Tree::Text(c.to_string()))
    }

    fn serialize_str(self, text: &str) -> Outcome<Tree> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Outcome<Tree> {
        bytes.serialize(self)
    }

    fn serialize_none(self) -> Outcome<Tree> {
        Ok(Tree::Unsaid)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Outcome<Tree> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Outcome<Tree> {
        Ok(Tree::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Outcome<Tree> {
        Ok(Tree::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Outcome<Tree> {
        Ok(Tree::Text(variant.to_owned()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Outcome<Tree> {
        if name == UNSAID { Ok(Tree::Unsaid) } else { value.serialize(self) }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Outcome<Tree> {
        Ok(under(Some(variant), value.serialize(self)?))
    }

    fn serialize_seq(self, length: Option<usize>) -> Outcome<Items> {
        Ok(Items::new(None, length))
    }

    fn serialize_tuple(self, length: usize) -> Outcome<Items> {
        Ok(Items::new(None, Some(length)))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Outcome<Items> {
        Ok(Items::new(None, Some(length)))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, length: usize) -> Outcome<Items> {
        Ok(Items::new(Some(variant), Some(length)))
    }

    fn serialize_map(self, _: Option<usize>) -> Outcome<Entries> {
        Ok(Entries::new(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Outcome<Entries> {
        Ok(Entries::new(None))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Outcome<Entries> {
        Ok(Entries::new(Some(variant)))
    }
}

impl SerializeSeq for Items {
    type Ok = Tree;
    type Error = WriteError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome<()> {
        self.take(value)
    }

    fn end(self) -> Outcome<Tree> {
        Ok(self.done())
    }
}

impl SerializeTuple for Items {
    type Ok = Tree;
    type Error = WriteError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome<()> {
        self.take(value)
    }

    fn end(self) -> Outcome<Tree> {
        Ok(self.done())
    }
}

impl SerializeTupleStruct for Items {
    type Ok = Tree;
    type Error = WriteError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome<()> {
        self.take(value)
    }

    fn end(self) -> Outcome<Tree> {
        Ok(self.done())
    }
}

impl SerializeTupleVariant for Items {
    type Ok = Tree;
    type Error = WriteError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome<()> {
        self.take(value)
    }

    fn end(self) -> Outcome<Tree> {
        Ok(self.done())
    }
}

impl SerializeMap for Entries {
    type Ok = Tree;
    type Error = WriteError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Outcome<()> {
        match Tree::of(key)? {
            Tree::Text(text) => self.key = Some(text),
            _ => return Err(WriteError::KeyNotText),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome<()> {
        let key = self.key.take().ok_or(WriteError::KeyNotText)?;
        self.take(&key, value)
    }

    fn end(self) -> Outcome<Tree> {
        Ok(self.done())
    }
}

impl SerializeStruct for Entries {
    type Ok = Tree;
    type Error = WriteError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Outcome<()> {
        self.take(key, value)
    }

    fn end(self) -> Outcome<Tree> {
        Ok(self.done())
    }
}

impl SerializeStructVariant for Entries {
    type Ok = Tree;
    type Error = WriteError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Outcome<()> {
        self.take(key, value)
    }

    fn end(self) -> Outcome<Tree> {
        Ok(self.done())
    }
}
