//! Variables of a message.

use std::borrow::Cow;

use fluent_templates::fluent_bundle::{FluentValue, types::FluentNumber};
use jiff::civil::Date;

use crate::Lang;

/// A variable of a message: text, a number or a day.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Text, shown as it is.
    Text(Cow<'a, str>),
    /// A number; chooses the plural form and is written as the language does.
    Number(f64),
    /// A day, written 05/02/2025.
    Date(Date),
}

impl<'a> Value<'a> {
    pub(crate) fn to_fluent(&'a self) -> FluentValue<'a> {
        match self {
            Self::Text(text) => FluentValue::String(Cow::Borrowed(text)),
            Self::Number(number) => FluentValue::from(*number),
            Self::Date(date) => FluentValue::from(Lang::Vi.date(*date)),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

impl From<Date> for Value<'_> {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

macro_rules! numbers {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Value<'_> {
            fn from(number: $kind) -> Self {
                Self::Number(number as f64)
            }
        }
    )*};
}
numbers!(i32, i64, u8, u16, u32, u64, usize, f32, f64);

impl<'a> From<&&'a str> for Value<'a> {
    fn from(text: &&'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&&'a String> for Value<'a> {
    fn from(text: &&'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a Cow<'a, str>> for Value<'a> {
    fn from(text: &'a Cow<'a, str>) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

macro_rules! borrowed {
    ($($kind:ty),*) => {$(
        impl From<&$kind> for Value<'_> {
            fn from(value: &$kind) -> Self {
                (*value).into()
            }
        }

        impl From<&&$kind> for Value<'_> {
            fn from(value: &&$kind) -> Self {
                (**value).into()
            }
        }
    )*};
}
borrowed!(i32, i64, u8, u16, u32, u64, usize, f32, f64, Date);

fn digits(number: &FluentNumber) -> Option<usize> {
    number.options.maximum_fraction_digits.or(number.options.minimum_fraction_digits)
}

/// Writes the numbers of a Vietnamese message.
pub fn vietnamese<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    written(Lang::Vi, value)
}

/// Writes the numbers of an English message.
pub fn english<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    written(Lang::En, value)
}

fn written(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(match digits(number) {
            Some(digits) => lang.decimal(number.value, digits),
            None => lang.number(number.value),
        }),
        _ => None,
    }
}
