//! What the operations really send, explained by the server.

use mongodb::Database;
use mongodb::bson::{Bson, Document, doc};
use tower_sessions_mongodb_store::{Replaced, Times};

use crate::support::{NOW, at, key, owned, two_clients};

/// Names of all stages of a plan.
fn stages(plan: &Bson, found: &mut Vec<String>) {
    match plan {
        Bson::Document(document) => {
            for (name, value) in document {
                match value {
                    Bson::String(stage) if name == "stage" => found.push(stage.clone()),
                    // What the planner has thought of and not chosen.
                    _ if name == "rejectedPlans" => {}
                    value => stages(value, found),
                }
            }
        }
        Bson::Array(values) => values.iter().for_each(|value| stages(value, found)),
        _ => {}
    }
}

/// The plan of a command that a client has sent.
async fn explain(database: &Database, mut command: Document) -> Vec<String> {
    for added_by_the_driver in ["lsid", "$db", "$clusterTime", "txnNumber", "$readPreference"] {
        command.remove(added_by_the_driver);
    }
    let plan = database.run_command(doc! { "explain": command, "verbosity": "queryPlanner" }).await.unwrap();
    let mut found = Vec::new();
    stages(&Bson::Document(plan), &mut found);
    found
}

/// What is asked to be explained. MongoDB is asked for everything. SecantusDB explains no `delete`, so the filter is
/// asked as a `find`; and it names an index only if that has every field of the filter (what it executes is another
/// matter), so the others are left out.
fn to_explain(product: &str, command: &Document) -> Option<Document> {
    let name = command.keys().next()?.as_str();
    if name == "insert" {
        return None;
    }
    if !product.starts_with("SecantusDB") {
        return Some(command.clone());
    }
    let filter = match name {
        "find" => command.get_document("filter").ok()?,
        "delete" => command.get_array("deletes").ok()?[0].as_document()?.get_document("q").ok()?,
        _ => return None,
    };
    let fields: Vec<&str> = filter.keys().map(String::as_str).collect();
    matches!(fields[..], ["_id"] | ["owner", "state"])
        .then(|| doc! { "find": command.get_str(name).unwrap(), "filter": filter.clone() })
}

/// What a command looks for; `None` for those that look for nothing.
fn filter(command: &Document) -> Option<&Document> {
    let first = |list: &'static str| command.get_array(list).unwrap()[0].as_document().unwrap();
    match command.keys().next().unwrap().as_str() {
        "find" => Some(command.get_document("filter").unwrap()),
        "update" => Some(first("updates").get_document("q").unwrap()),
        "delete" => Some(first("deletes").get_document("q").unwrap()),
        "aggregate" => Some(first("pipeline").get_document("$match").unwrap()),
        "insert" => None,
        other => panic!("{other} is not expected here"),
    }
}

/// Does the filter give every server an index to use: the `_id` or a few of them, or an owner and a state?
fn has_an_index(filter: &Document) -> bool {
    let is_one_or_few = |value: &Bson| match value {
        Bson::Binary(_) => true,
        Bson::Document(operators) => operators.keys().all(|operator| operator == "$in"),
        _ => false,
    };
    // Alternatives at the top are what such servers answer by a scan.
    let is_plain = filter.keys().all(|field| !field.starts_with('$'));
    let of_owner = matches!(filter.get("owner"), Some(Bson::String(_))) && filter.contains_key("state");
    is_plain && (of_owner || filter.get("_id").is_some_and(is_one_or_few))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_a_request_needs_scans_the_collection() {
    let Some((client, _)) = two_clients().await else { return };
    let product = test_servers::mongodb().unwrap().product();
    for number in 0..100 {
        client.create(&owned(number, if number < 10 { "me" } else { "others" })).await;
    }
    let rows = &client.rows;
    let times = Times { last_activity: at(1), expires_at: at(2000), live_until: at(600) };
    let (_, commands) = client
        .commands_of(async {
            rows.load(&key(1), NOW).await.unwrap();
            rows.save(&key(1), 1, b"new", NOW).await.unwrap();
            rows.touch(&key(1), times, NOW).await.unwrap();
            let replaced = rows.replace(&key(2), 1, &owned(200, "me"), at(60), NOW).await.unwrap();
            assert_eq!(replaced, Replaced::Done);
            rows.list("me", NOW, 5).await.unwrap();
            rows.end("me", "handle").await.unwrap();
            rows.end_all("me", Some(&key(5))).await.unwrap();
            rows.end_all("me", None).await.unwrap();
            rows.delete(&key(50)).await.unwrap();
            rows.discard(&key(51), 1).await.unwrap();
        })
        .await;
    let mut explained = Vec::new();
    for command in commands {
        if let Some(filter) = filter(&command) {
            assert!(has_an_index(filter), "{command}");
        }
        let Some(asked) = to_explain(product, &command) else { continue };
        let stages = explain(&client.database, asked).await;
        let by_index =
            |stage: &String| ["IXSCAN", "IDHACK", "EXPRESS"].iter().any(|name| stage.contains(name));
        assert!(!stages.iter().any(|stage| stage == "COLLSCAN"), "{stages:?}: {command}");
        assert!(stages.iter().any(by_index), "{stages:?}: {command}");
        explained.push(command.keys().next().unwrap().clone());
    }
    println!("{product}: explained {explained:?}");
    assert!(explained.iter().any(|name| name == "find") && explained.iter().any(|name| name == "delete"));
}

/// What a request costs.
#[tokio::test(flavor = "multi_thread")]
async fn every_operation_on_a_row_is_one_command() {
    let Some((client, _)) = two_clients().await else { return };
    let rows = &client.rows;
    let row = owned(1, "me");
    let times = Times { last_activity: at(1), expires_at: at(2000), live_until: at(600) };
    let counts = [
        client.commands_of(rows.create(&row)).await.1.len(),
        client.commands_of(rows.load(&key(1), NOW)).await.1.len(),
        client.commands_of(rows.save(&key(1), 1, b"new", NOW)).await.1.len(),
        client.commands_of(rows.touch(&key(1), times, NOW)).await.1.len(),
        client.commands_of(rows.list("me", NOW, 10)).await.1.len(),
        client.commands_of(rows.end("me", "handle")).await.1.len(),
    ];
    assert_eq!(counts, [1; 6]);
}
