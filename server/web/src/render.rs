//! Turns a page's model into a response. The only module that knows how Leptos renders on this server, and
//! thus the only one affected by changes in its next release.

use std::sync::Once;

use any_spawner::Executor;
use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use leptos::nonce::Nonce as LeptosNonce;
use leptos::prelude::provide_context;
use leptos::tachys::html::InertElement;
use model::{Layout, Page};

use crate::error::AppError;
use crate::middleware::headers::Nonce;
use crate::state::App;
use crate::visitor::{Identity, Visitor};
use sessions::typed::{SessionStatus, TypedSession};

/// Turns a page into its document. The program brings it: this package does not know the pages, so it is not compiled again
/// when one changes.
pub type Document = fn(Layout, Page) -> InertElement;

/// The layout around a page.
#[derive(Debug)]
pub(crate) struct PageContext {
    document: Document,
    layout: Layout,
}

impl PageContext {
    /// `visitor` is `None` if the request was rejected before its session was loaded.
    #[must_use]
    pub(crate) fn new(
        app: &App,
        visitor: Option<&Visitor>,
        session: Option<&TypedSession>,
        nonce: Nonce,
    ) -> Self {
        let unavailable = session.is_some_and(|session| session.status() == SessionStatus::Unavailable);
        let layout = Layout {
            display_name: visitor.and_then(Visitor::user).map(|user| user.display_name.as_str().to_owned()),
            user: visitor.and_then(Visitor::user).map(|user| user.id.clone()),
            site: visitor.map(Visitor::site).unwrap_or_default(),
            csrf_token: session.and_then(TypedSession::csrf_token),
            store_unavailable: unavailable
                || visitor.is_some_and(|visitor| matches!(visitor.identity, Identity::Unknown)),
            assets: app.assets.clone(),
            reload_script: app.live_reload.as_ref().map(|reload| reload.script_url()),
            nonce: nonce.to_string(),
        };
        Self { document: app.document, layout }
    }
}

/// Renders a page in one go: its model contains everything it needs, so nothing is streamed after the
/// headers.
pub(crate) async fn page(context: PageContext, status: StatusCode, page: Page) -> Response {
    let PageContext { document, layout } = context;
    // Leptos spawns tasks on a process-wide executor; setting it a second time fails harmlessly.
    static EXECUTOR: Once = Once::new();
    EXECUTOR.call_once(|| drop(Executor::init_tokio()));
    let nonce = layout.nonce.clone();
    let render = leptos_axum::render_app_async_with_context(
        // Leptos generates a nonce of its own, but the page must carry the one in the header.
        move || provide_context(LeptosNonce::from_value(nonce.clone())),
        move || document(layout.clone(), page.clone()),
    );
    // The page's model was built from the real request; Leptos needs none of it.
    let response = render(Request::new(Body::empty())).await;
    let html = match to_bytes(response.into_body(), usize::MAX).await {
        Ok(html) => html,
        Err(error) => return AppError::internal(error).into_response(),
    };
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], document_of(html)).into_response()
}

/// Leptos always appends a script with the page's resources, even if there are none. Our pages have none, so
/// everything after the document is cut off, and pages without islands carry no script.
fn document_of(html: Bytes) -> Bytes {
    const END: &[u8] = b"</html>";
    let end = html.windows(END.len()).rposition(|window| window == END);
    end.map_or(html.clone(), |position| html.slice(..position + END.len()))
}
