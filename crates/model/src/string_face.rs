/// Gives a validated type with `Display` and `FromStr` its serde conversions, and a schema whose
/// `format` names the checker that file readers use.
macro_rules! string_face {
    ($type:ident, $error:ident, $format:literal, $what:literal, $example:literal) => {
        impl TryFrom<String> for $type {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.to_string()
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string", "format": $format, "description": $what, "examples": [$example]
                })
            }
        }
    };
}

pub(crate) use string_face;
