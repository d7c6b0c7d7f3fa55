//! What can go wrong, as types; the words for it are in the message files.

use crate::access::Action;
use messages::Value;

/// The result of every operation.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation did not happen. Nothing was changed when one of these is returned.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not exist, or the actor may not know that it does.
    #[error("not found")]
    NotFound,
    /// The actor may see the thing but not do this with it.
    #[error("not allowed: {0:?}")]
    Denied(Action),
    /// Somebody else changed the thing since it was loaded.
    #[error("changed by somebody else meanwhile")]
    Stale,
    /// The request was carried out before, under the same key; the first answer holds.
    #[error("carried out before")]
    Repeated,
    /// What was given breaks rules; at least one problem.
    #[error("invalid: {0:?}")]
    Invalid(Vec<Problem>),
    /// Something that cannot happen with sound data and a sound machine; details are for the log.
    #[error("internal: {0}")]
    Internal(String),
    /// The engine failed; retried already where that helps.
    #[error(transparent)]
    Store(store::Error),
}

impl Error {
    /// Did it fail for want of a turn only: too many wrote to one thing at once, or it took too long? Nothing
    /// of it was kept, and tried again it may go through.
    pub fn is_busy(&self) -> bool {
        matches!(self, Error::Store(store::Error::Retry(_) | store::Error::Timeout))
    }

    /// One problem with one field.
    pub fn invalid(field: impl Into<String>, reason: Reason) -> Error {
        Error::Invalid(vec![Problem { field: field.into(), reason }])
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Stale => Error::Stale,
            store::Error::Missing => Error::NotFound,
            other => Error::Store(other),
        }
    }
}

/// One rule that one field breaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The form field or JSON member, as the form calls it; empty for the whole.
    pub field: String,
    /// What is wrong.
    pub reason: Reason,
}

/// A reason by the key of its message and the values put into it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// Key in the message files.
    pub key: &'static str,
    /// Named values, written in the reader's form when shown.
    pub args: Vec<(&'static str, Value<'static>)>,
}

impl Reason {
    /// A reason without values.
    pub fn new(key: &'static str) -> Reason {
        Reason { key, args: Vec::new() }
    }

    /// The same reason with one more value.
    pub fn with(mut self, name: &'static str, value: impl Into<Value<'static>>) -> Reason {
        self.args.push((name, value.into()));
        self
    }
}

/// Gathers problems so that a form hears of all of them at once.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Notes a problem when `broken`.
    pub fn check(&mut self, broken: bool, field: impl Into<String>, reason: Reason) {
        if broken {
            self.0.push(Problem { field: field.into(), reason });
        }
    }

    /// Notes a text that bears a mark of state secrets (domain.md 3.12): it is not to be kept, not even for
    /// a moment.
    pub fn check_open(&mut self, field: impl Into<String>, text: &str) {
        let text = papers::read::Text { content: text.to_owned(), ..papers::read::Text::default() };
        if let Some(mark) = papers::read::secret_mark(&text) {
            self.check(true, field, Reason::new(mark.message_id()).with("mark", mark.stamp()));
        }
    }

    /// `Ok` when nothing was noted.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything noted.
    pub fn settle(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}
