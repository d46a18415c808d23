//! What an unquoted word of YAML stands for.

use crate::Value;

/// Resolves a plain (unquoted) scalar; see [`Value`] for what is a number and what is not.
pub(crate) fn resolve(word: &str) -> Value {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(word).unwrap_or_else(|| Value::Text(word.to_owned())),
    }
}

fn number(word: &str) -> Option<Value> {
    if let Some(digits) = word.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = word.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let unsigned = word.strip_prefix(['-', '+']).unwrap_or(word);
    let whole = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    if whole > 1 && unsigned.starts_with('0') {
        return None;
    }
    if whole > 0 && whole == unsigned.len() {
        return word.parse().ok().map(Value::Int);
    }
    if is_decimal(unsigned) {
        word.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Float)
    } else {
        None
    }
}

/// `from_str_radix` alone would take a sign.
fn radix(digits: &str, radix: u32) -> Option<Value> {
    let signed = digits.starts_with(['-', '+']);
    if signed { None } else { i64::from_str_radix(digits, radix).ok().map(Value::Int) }
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_decimal(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_number_or_a_flag_but_is_not_stays_text() {
        for word in [
            "no",
            "yes",
            "on",
            "off",
            "1_000",
            "012",
            "01",
            "-01",
            "1:30",
            "2026-03-31",
            "1.2.3",
            "0x",
            "0x-1",
            "0b1",
            ".",
            "e5",
            "1e",
            "+",
            "-",
            ".inf",
            ".nan",
            "1e999",
            "9223372036854775808",
            "02.5",
            "1 000",
            "nULL",
        ] {
            assert_eq!(resolve(word), Value::Text(word.to_owned()), "{word}");
        }
    }

    #[test]
    fn the_core_schema_is_followed() {
        assert_eq!(resolve("0"), Value::Int(0));
        assert_eq!(resolve("-12"), Value::Int(-12));
        assert_eq!(resolve("0x1F"), Value::Int(31));
        assert_eq!(resolve("0o17"), Value::Int(15));
        assert_eq!(resolve("1."), Value::Float(1.0));
        assert_eq!(resolve(".5"), Value::Float(0.5));
        assert_eq!(resolve("-1.5e3"), Value::Float(-1500.0));
        assert_eq!(resolve("~"), Value::Null);
        assert_eq!(resolve("TRUE"), Value::Bool(true));
    }
}
