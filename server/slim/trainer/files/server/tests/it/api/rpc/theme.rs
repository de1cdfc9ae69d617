//! What the function of the preferences does.

use api::Saved;
use domain::preferences::Theme;
use serde_json::json;

use super::{Call, person};
use crate::support::helpers::TestApp;

#[tokio::test]
async fn a_theme_is_saved_in_the_session_and_in_the_account() {
    let app = TestApp::spawn().await;
    let (ann, owner) = person(&app, "ann@example.com").await;
    let arguments = json!({ "owner": owner, "theme": "dark" });
    let answer = Call::of(&app, &ann).await.send("/rpc/save_theme", &arguments).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(serde_json::from_str::<Saved>(&answer.body).unwrap(), Saved { theme: Theme::Dark });
    assert_eq!(ann.info().await["preferences"]["theme"], "dark");
    let phone = app.logged_in("ann@example.com").await;
    assert_eq!(phone.info().await["preferences"]["theme"], "dark");
}

#[tokio::test]
async fn a_visitor_saves_it_in_the_session() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    visitor.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
    let arguments = json!({ "owner": null, "theme": "light" });
    let answer = Call::of(&app, &visitor).await.send("/rpc/save_theme", &arguments).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(visitor.info().await["preferences"]["theme"], "light");
}
