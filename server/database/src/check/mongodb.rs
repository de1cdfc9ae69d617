//! A MongoDB database: whether it can be read, is of a version that is known, can have our indexes, and whether this user
//! may make and change what is kept in it. It only asks: every user is told about their own privileges.

use mongodb::bson::{Bson, Document, doc};

use storage::fault::{Mistake, StoreFailure};
use storage::{RemoteUrl, remote};

use super::{Kept, failed};
use crate::mongodb::GRANTS; // slim: demo-provider
use crate::mongodb::{ACCOUNT_FAILURES, EVENTS, FAILURES, USERS, schema};
use crate::mongodb::{LOGGED_WORKOUTS, WORKOUTS}; // slim: trainer
use crate::stores::StoreSettings;

/// What is done with each collection. The built-in role `readWrite` allows it all.
type Used = &'static [(&'static str, &'static [&'static str])];

const ACCOUNTS: Used = &[
    (USERS, ALL),
    (WORKOUTS, ALL),        // slim: trainer
    (LOGGED_WORKOUTS, ALL), // slim: trainer
    (EVENTS, ALL),
    (FAILURES, ALL),
    (ACCOUNT_FAILURES, ALL),
    (GRANTS, &["find", "insert", "remove", "createIndex"]), // slim: demo-provider
    (schema::COLLECTION, &["find", "insert", "update"]),
];
const SESSIONS: Used = &[("sessions", ALL)];

/// Every start asks for the indexes.
const ALL: &[&str] = &["find", "insert", "update", "remove", "createIndex"];

pub(super) async fn look(url: &RemoteUrl, kept: Kept, settings: &StoreSettings) -> Result<(), StoreFailure> {
    let database = remote::mongodb(url, &settings.remote).await.map_err(failed)?;
    let (readable, changed) = match kept {
        Kept::Accounts => (USERS, ACCOUNTS),
        Kept::Sessions => ("sessions", SESSIONS),
    };
    // A command that needs a login and the right to read, which `ping` does not.
    let documents = database.collection::<Document>(readable);
    documents.find_one(doc! {}).projection(doc! { "_id": 1 }).await.map_err(failed)?;
    match kept {
        Kept::Accounts => {
            schema::check(&database).await?;
            if let Some(index) = schema::obstacle(&database).await? {
                let text = format!("there are documents that the unique index `{index}` does not allow");
                return Err(StoreFailure::mistake(Mistake::Foreign, text));
            }
        }
        Kept::Sessions => {}
    }
    // Other products that speak this protocol may not know the command, or tell less. Then nothing is known.
    let asked = database.run_command(doc! { "connectionStatus": 1, "showPrivileges": true }).await;
    let lacking = asked.map(|status| lacking(&status, database.name(), changed)).unwrap_or_default();
    if lacking.is_empty() {
        return Ok(());
    }
    let text = format!("privileges are missing on {}", lacking.join(", "));
    Err(StoreFailure::mistake(Mistake::Rights, text))
}

/// The collections on which something is not allowed that is done with them, and what.
/// <https://www.mongodb.com/docs/manual/reference/command/connectionStatus/>
fn lacking(status: &Document, database: &str, used: Used) -> Vec<String> {
    let list = |name| status.get_document("authInfo").and_then(|info| info.get_array(name)).ok();
    let is_empty = |name| list(name).is_none_or(|list| list.is_empty());
    if is_empty("authenticatedUserPrivileges") && !is_empty("authenticatedUserRoles") {
        // Told without what the roles allow.
        return Vec::new();
    }
    // Where access is not controlled nobody has logged in, and everybody may do everything.
    let Some(privileges) = list("authenticatedUsers")
        .filter(|users| !users.is_empty())
        .and_then(|_| list("authenticatedUserPrivileges"))
    else {
        return Vec::new();
    };
    let allows = |collection: &str, action: &str| {
        let mut privileges = privileges.iter().filter_map(Bson::as_document);
        privileges.any(|privilege| covers(privilege, database, collection) && includes(privilege, action))
    };
    let of = |(collection, actions): &(&str, &[&str])| {
        let lacking: Vec<_> = actions.iter().copied().filter(|action| !allows(collection, action)).collect();
        (!lacking.is_empty()).then(|| format!("{collection} ({})", lacking.join(", ")))
    };
    used.iter().filter_map(of).collect()
}

/// <https://www.mongodb.com/docs/manual/reference/resource-document/>
fn covers(privilege: &Document, database: &str, collection: &str) -> bool {
    let Ok(resource) = privilege.get_document("resource") else { return false };
    // An empty name stands for all of them.
    let names = |key, name| resource.get_str(key).is_ok_and(|found| found.is_empty() || found == name);
    resource.get_bool("anyResource").unwrap_or(false)
        || names("db", database) && names("collection", collection)
}

fn includes(privilege: &Document, action: &str) -> bool {
    privilege.get_array("actions").is_ok_and(|actions| {
        actions.iter().filter_map(Bson::as_str).any(|allowed| allowed == action || allowed == "anyAction")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a server answers to a user with these privileges.
    fn status(privileges: impl IntoIterator<Item = Document>) -> Document {
        doc! { "authInfo": {
            "authenticatedUsers": [{ "user": "app", "db": "admin" }],
            "authenticatedUserRoles": [{ "role": "of its own", "db": "admin" }],
            "authenticatedUserPrivileges": privileges.into_iter().collect::<Vec<_>>(),
        }, "ok": 1 }
    }

    fn on(database: &str, collection: &str, actions: &[&str]) -> Document {
        let actions = actions.to_vec();
        doc! { "resource": { "db": database, "collection": collection }, "actions": actions }
    }

    #[test]
    fn a_user_who_may_do_everything_lacks_nothing() {
        let without_access_control = doc! { "authInfo": {
            "authenticatedUsers": [], "authenticatedUserRoles": [], "authenticatedUserPrivileges": [],
        } };
        let root = doc! { "resource": { "anyResource": true }, "actions": ["anyAction"] };
        for status in [
            without_access_control,
            doc! { "ok": 1 },
            status([]),
            status([root]),
            status([on("", "", ALL)]),
            status([on("app", "", ALL)]),
            status(ACCOUNTS.iter().map(|(name, actions)| on("app", name, actions))),
        ] {
            assert_eq!(lacking(&status, "app", ACCOUNTS), [] as [String; 0], "{status}");
        }
    }

    #[test]
    fn what_is_missing_is_named_for_each_collection() {
        let cluster = doc! { "resource": { "cluster": true }, "actions": ["anyAction"] };
        let elsewhere = on("other", "", ALL);
        let nothing = status([cluster, elsewhere]);
        let all = "sessions (find, insert, update, remove, createIndex)";
        assert_eq!(lacking(&nothing, "app", SESSIONS), [all]);
        let reader = status([on("app", "", &["find", "listIndexes"]), on("app", USERS, &["insert"])]);
        let found = lacking(&reader, "app", &[(USERS, ALL), (EVENTS, &["find", "remove"])]);
        let expected = ["users (update, remove, createIndex)", "security_events (remove)"];
        assert_eq!(found, expected);
    }
}
