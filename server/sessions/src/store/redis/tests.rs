//! What the store asks of the user's rights; the rest is tested by the store contract, on a server.

use std::time::Duration;

use storage::fault::{Fault, Mistake};
use test_servers::Kind;

use super::*;

/// Every command of the scripts that changes something.
const CHANGES: [&str; 9] =
    ["hdel", "hincrby", "hset", "pexpire", "rename", "unlink", "zadd", "zpopmin", "zrem"];

async fn run(url: &str, command: &[&str]) -> redis::RedisResult<redis::Value> {
    let mut connection = Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap();
    let mut cmd = redis::Cmd::new();
    cmd.arg(command);
    cmd.query_async(&mut connection).await
}

fn as_user(url: &str, user: &str) -> RedisRows {
    let url = url.replace("redis://", &format!("redis://{user}:secret@"));
    RedisRows::new(Client::open(url).unwrap(), PREFIX, Duration::from_secs(10))
}

#[tokio::test]
async fn a_user_that_lacks_one_command_may_not_write_and_leaves_nothing() {
    let Some(server) = test_servers::required(test_servers::own(Kind::Redis)) else { return };
    let url = server.fresh_url();
    for lacking in CHANGES {
        let user = format!("without-{lacking}");
        let deny = format!("-{lacking}");
        run(&url, &["ACL", "SETUSER", &user, "on", ">secret", "~*", "+@all", &deny]).await.unwrap();
        let error = as_user(&url, &user).may_write().await.unwrap_err();
        assert_eq!(Fault::of(&error), Fault::Misconfigured(Mistake::Rights), "{lacking}: {error}");
    }
    for (user, keys) in [("reader", "%R~*"), ("neighbour", "~other:*")] {
        run(&url, &["ACL", "SETUSER", user, "on", ">secret", keys, "+@all"]).await.unwrap();
        let error = as_user(&url, user).may_write().await.unwrap_err();
        assert_eq!(Fault::of(&error), Fault::Misconfigured(Mistake::Rights), "{user}: {error}");
    }
    run(&url, &["ACL", "SETUSER", "writer", "on", ">secret", "~sess:*", "+@all"]).await.unwrap();
    as_user(&url, "writer").may_write().await.unwrap();
    assert_eq!(run(&url, &["DBSIZE"]).await.unwrap(), redis::Value::Int(0));
}

#[test]
fn the_commands_that_change_something_are_all_tried() {
    let scripts = [
        include_str!("shared.lua"),
        include_str!("create.lua"),
        include_str!("save.lua"),
        include_str!("replace.lua"),
        include_str!("touch.lua"),
        include_str!("delete.lua"),
        include_str!("end.lua"),
        include_str!("end_all.lua"),
        include_str!("end_everyone.lua"),
        include_str!("empty.lua"),
        include_str!("tidy.lua"),
        include_str!("sweep.lua"),
    ];
    const READS: [&str; 13] = [
        "exists", "hexists", "hget", "hlen", "hmget", "hscan", "pttl", "time", "zcard", "zcount", "zrange",
        "zscan", "zscore",
    ];
    for script in scripts {
        for call in script.split("redis.call('").skip(1) {
            let name = call.split('\'').next().unwrap().to_lowercase();
            let known = [&CHANGES[..], &READS].concat().contains(&name.as_str());
            assert!(known, "{name} is neither known to read nor tried by may_write.lua");
        }
    }
    for change in CHANGES {
        let tried = format!("{{ '{}', probe", change.to_uppercase());
        assert!(include_str!("may_write.lua").contains(&tried), "{change}");
    }
}
