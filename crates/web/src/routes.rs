//! A router that knows its routes, so that a test can call every one of them.

use crate::app::App;
use axum::Router;
use axum::handler::Handler;
use axum::routing::MethodRouter;

/// Method and path of a route, as `("GET", "/units/{id}")`.
pub type Route = (&'static str, &'static str);

/// Routes of a context.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    list: Vec<Route>,
}

impl Routes {
    /// No routes yet.
    pub fn new() -> Routes {
        Routes::default()
    }

    /// Answers a GET.
    #[must_use]
    pub fn get<H: Handler<T, App>, T: 'static>(self, path: &'static str, handler: H) -> Routes {
        self.add("GET", path, axum::routing::get(handler))
    }

    /// Answers a POST.
    #[must_use]
    pub fn post<H: Handler<T, App>, T: 'static>(self, path: &'static str, handler: H) -> Routes {
        self.add("POST", path, axum::routing::post(handler))
    }

    /// A route with layers of its own, an upload with another limit, say.
    #[must_use]
    pub fn add(mut self, method: &'static str, path: &'static str, route: MethodRouter<App>) -> Routes {
        self.router = self.router.route(path, route);
        self.list.push((method, path));
        self
    }

    /// These and those.
    #[must_use]
    pub fn merge(mut self, other: Routes) -> Routes {
        self.router = self.router.merge(other.router);
        self.list.extend(other.list);
        self
    }

    /// All routes, in the order they were declared.
    pub fn list(&self) -> &[Route] {
        &self.list
    }

    pub(crate) fn into_router(self) -> Router<App> {
        self.router
    }
}
