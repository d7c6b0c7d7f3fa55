//! The pages: one module per context.

mod accounts;
mod calendar;
mod dashboard;
mod intake;
mod login;
mod month;
mod preferences;
mod programmes;
mod requests;
mod status;
mod tasks;
mod trail;
mod units;
pub(crate) mod words;
mod work;

use crate::routes::Routes;
pub(crate) use intake::may_bring;
pub use trail::unsaid as trail_unsaid;
pub(crate) use work::attachment;

/// The routes of all pages.
pub fn routes() -> Routes {
    Routes::new()
        .merge(login::routes())
        .merge(preferences::routes())
        .merge(accounts::routes())
        .merge(units::routes())
        .merge(intake::routes())
        .merge(trail::routes())
        .merge(status::routes())
        .merge(dashboard::routes())
        .merge(programmes::routes())
        .merge(tasks::routes())
        .merge(requests::routes())
        .merge(calendar::routes())
        .merge(month::routes())
        .merge(work::routes())
}
