//! Vietnamese text → [`Plan`]. Reading never fails: it returns a plan and its warnings.

mod model;

pub use model::*;
