//! Choices a reader makes for the screen: language and theme.

use crate::app::App;
use crate::routes::Routes;
use crate::session::{self, Posted, local};
use crate::view::Theme;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use messages::Lang;

pub(super) fn routes() -> Routes {
    Routes::new().post("/preferences", choose)
}

async fn choose(State(app): State<App>, jar: CookieJar, Posted(form): Posted) -> Response {
    let mut jar = jar;
    if let Some(lang) = Lang::parse(form.value("lang")) {
        jar = jar.add(session::choice_cookie(&app, session::Choice::Language(lang)));
    }
    if !form.value("theme").is_empty() {
        jar =
            jar.add(session::choice_cookie(&app, session::Choice::Theme(Theme::parse(form.value("theme")))));
    }
    (jar, Redirect::to(local(form.value("here"), "/"))).into_response()
}
