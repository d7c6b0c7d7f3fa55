//! web
pub mod assets;
pub mod chart;
pub mod form;
#[cfg(test)]
mod guide;
pub mod view;
