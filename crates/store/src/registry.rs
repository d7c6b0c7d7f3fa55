//! Every statement of the program in one list, so that tests can prepare each of them on both
//! engines and check who writes which table.

use crate::Engine;

/// Module path and text of every statement given to [`crate::sql!`]: valid on both engines.
#[linkme::distributed_slice]
pub static STATEMENTS: [(&'static str, &'static str)];

/// Engine, module path and text of the few statements that only one engine understands.
#[linkme::distributed_slice]
pub static ENGINE_STATEMENTS: [(Engine, &'static str, &'static str)];

/// Registers a statement that both engines understand and returns its text.
///
/// Parameters are `$1`, `$2` …; an optional filter is written `(unit_id = $1 OR $1 IS NULL)`. What
/// several statements have in common is a macro of its own that stands for a literal:
/// `sql!(unit_columns!(), " FROM unit u WHERE u.id = $1")`.
#[macro_export]
macro_rules! sql {
    ($($text:expr),+ $(,)?) => {{
        #[$crate::linkme::distributed_slice($crate::STATEMENTS)]
        #[linkme(crate = $crate::linkme)]
        static STATEMENT: (&'static str, &'static str) = (module_path!(), ::core::concat!($($text),+));
        STATEMENT.1
    }};
}

/// Texts of the statements made by [`crate::confidential!`], which are in [`STATEMENTS`] too.
#[linkme::distributed_slice]
pub static CONFIDENTIAL: [&'static str];

/// A statement whose rows may not be read like any others: whoever runs it has to account for it.
#[derive(Debug, Clone, Copy)]
pub struct Confidential(&'static str);

impl Confidential {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The text, for whoever has accounted for it.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.0
    }
}

/// Registers a statement as [`crate::sql!`] does and marks it as [`Confidential`].
#[macro_export]
macro_rules! confidential {
    ($($text:expr),+ $(,)?) => {{
        #[$crate::linkme::distributed_slice($crate::CONFIDENTIAL)]
        #[linkme(crate = $crate::linkme)]
        static CONFIDENTIAL: &'static str = ::core::concat!($($text),+);
        $crate::Confidential::new($crate::sql!($($text),+))
    }};
}

/// Registers a statement that only one engine understands. Only opening, backing up, claiming a
/// job, full-text search and partitions may need it.
macro_rules! sql_for {
    ($engine:ident, $text:literal) => {{
        #[linkme::distributed_slice($crate::ENGINE_STATEMENTS)]
        static STATEMENT: ($crate::Engine, &'static str, &'static str) =
            ($crate::Engine::$engine, module_path!(), $text);
        STATEMENT.2
    }};
}
pub(crate) use sql_for;
