//! HTTP: pages for people, an API for programs. No SQL here, and no rule that is not about HTTP.

pub mod api;
pub mod app;
pub mod assets;
pub mod chart;
pub mod failure;
pub mod form;
mod guard;
#[cfg(test)]
mod guide;
mod metering;
mod once;
mod pages;
mod routes;
mod sending;
pub mod session;
pub mod view;

pub use app::{App, DemoLogin, Settings, router};
pub use pages::trail_unsaid;
pub use session::SESSION_COOKIE;
