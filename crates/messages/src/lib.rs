//! Every sentence a person sees, in Vietnamese and English, and the way
//! figures and days are written in each.
//!
//! The texts lie in `vi/*.ftl` and `en/*.ftl` (one file per context; all files
//! of a language form one bundle) and are compiled into the program. Rules
//! return typed reasons; pages, mails and reports turn them into prose here.

mod format;
mod value;

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, langid, static_loader};
use serde::{Deserialize, Serialize};

pub use format::{parse_date, parse_number};
pub use value::Value;

static_loader! {
    static BUNDLES = {
        locales: "./",
        fallback_language: "vi",
        customise: |bundle| {
            bundle.set_use_isolating(false);
            let vietnamese = bundle.locales.first() == Some(&VI);
            bundle.set_formatter(Some(if vietnamese { value::vietnamese } else { value::english }));
        },
    };
}

const VI: LanguageIdentifier = langid!("vi");
const EN: LanguageIdentifier = langid!("en");

/// A language of the screens, mails and reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Vietnamese, the first language of the platform.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// Both languages, Vietnamese first.
    pub const ALL: [Self; 2] = [Self::Vi, Self::En];

    /// The BCP 47 code: `vi` or `en`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The language with this code, if it is one of ours.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// The text of a message without variables.
    ///
    /// A message that does not exist (or misses a variable) gives its key
    /// between ⟦ and ⟧, so that it shows on the screen and in tests.
    #[must_use]
    pub fn text(self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text of a message with its variables.
    ///
    /// Numbers are written as the language does (1.234,5 in Vietnamese), days
    /// as 05/02/2025.
    #[must_use]
    pub fn with(self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        self.try_with(key, args).unwrap_or_else(|| format!("⟦{key}⟧"))
    }

    /// As [`Lang::with`], but `None` when the message does not exist or a
    /// variable of it is not given.
    #[must_use]
    pub fn try_with(self, key: &str, args: &[(&str, Value<'_>)]) -> Option<String> {
        let id = match self {
            Self::Vi => &VI,
            Self::En => &EN,
        };
        let args: HashMap<Cow<'static, str>, FluentValue<'_>> =
            args.iter().map(|(name, value)| (Cow::Owned((*name).to_owned()), value.to_fluent())).collect();
        BUNDLES.lookup_single_language(id, key, Some(&args)).ok()
    }
}
