//! Many years of training.

use std::collections::BTreeSet;

use domain::workout::document::WorkoutId;
use futures::{StreamExt as _, TryStreamExt as _};
use time::Duration;

use crate::database::backends::email;
use crate::database::logged_workouts::finished_as;
use crate::support::helpers::TestApp;

const WORKOUTS: u16 = 1_000;
/// On a page.
const SHOWN: usize = 20;

fn id(number: u16) -> WorkoutId {
    let mut bytes = [7; 16];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    WorkoutId::from_bytes(bytes)
}

/// The workouts that a page of the history links to, and the address of the next page.
fn listed(body: &str) -> (Vec<String>, Option<String>) {
    let links = body.split("href=\"/history").skip(1).filter_map(|rest| rest.split('"').next());
    let (mut ids, mut older) = (Vec::new(), None);
    for link in links {
        if let Some(query) = link.strip_prefix("?before=") {
            older = Some(format!("/history?before={query}"));
        } else if let Some(id) = link.strip_prefix('/').filter(|id| WorkoutId::parse(id).is_ok()) {
            ids.push(id.to_owned());
        }
    }
    (ids, older)
}

#[tokio::test]
async fn a_thousand_workouts_are_shown_in_pages_and_exported_whole() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let user = app.app.db.user_by_email(&email("ann@example.com")).await.unwrap().unwrap().id;
    let now = app.clock.now();
    let added = futures::stream::iter(0..WORKOUTS).map(|number| {
        let (db, user) = (&app.app.db, &user);
        let workout = finished_as(id(number), now - Duration::days(1 + i64::from(number)));
        async move { db.add_logged(user, &workout, now - Duration::days(2)).await }
    });
    let added: Vec<_> = added.buffer_unordered(8).try_collect().await.unwrap();
    assert_eq!(added.len(), usize::from(WORKOUTS));
    let all: Vec<String> = (0..WORKOUTS).map(|number| id(number).to_string()).collect();

    // The first pages one after the other, and the last ones: every page takes its time here.
    let last = id(WORKOUTS - 41);
    let behind = (now - Duration::days(i64::from(WORKOUTS) - 40)).unix_timestamp() * 1000;
    let near_the_end = format!("/history?before={behind}_{last}");
    for (begin, expected, goes_on) in
        [("/history", &all[..60], true), (near_the_end.as_str(), &all[usize::from(WORKOUTS) - 40..], false)]
    {
        let (mut shown, mut next) = (Vec::new(), Some(begin.to_owned()));
        while let Some(address) = next.take_if(|_| shown.len() < expected.len()) {
            let page = ann.get(&address).await;
            assert_eq!(page.status, 200, "{address}");
            let (ids, older) = listed(&page.body);
            assert_eq!(ids.len(), SHOWN, "{address}");
            shown.extend(ids);
            next = older;
        }
        assert_eq!(shown, expected, "newest first, each once");
        assert_eq!(next.is_some(), goes_on, "whether there are more");
    }

    let table = ann.get("/history/export.csv").await.body;
    let rows: Vec<&str> = table.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(rows.len(), all.len(), "a set of each");
    let exported: BTreeSet<&str> = rows.into_iter().collect();
    assert_eq!(exported, all.iter().map(String::as_str).collect());
}
