//! Errors of Redis. Their texts repeat no values.

use std::error::Error;

use redis::{ErrorKind, RedisError};

use super::{Fault, Mistake};

pub(super) fn fault(error: &(dyn Error + 'static)) -> Option<Fault> {
    error.downcast_ref::<RedisError>().map(of_redis)
}

fn of_redis(error: &RedisError) -> Fault {
    match (error.kind(), error.code()) {
        (ErrorKind::AuthenticationFailed, _) | (_, Some("NOAUTH" | "WRONGPASS" | "NOPERM")) => {
            Fault::Misconfigured(Mistake::Rights)
        }
        (ErrorKind::InvalidClientConfig, _) => Fault::Misconfigured(Mistake::Options),
        (ErrorKind::UnexpectedReturnType | ErrorKind::Parse, _) | (_, Some("WRONGTYPE")) => {
            Fault::Misconfigured(Mistake::Foreign)
        }
        // MISCONF: a snapshot could not be written to disk.
        (_, Some("OOM" | "MISCONF")) => Fault::Full,
        // An error inside a script has the code of the script's error only in its text.
        _ => of_redis_script(&error.to_string()),
    }
}

pub(super) fn of_redis_script(text: &str) -> Fault {
    if text.contains("OOM command not allowed") || text.contains("MISCONF ") {
        Fault::Full
    } else if text.contains("WRONGTYPE ") {
        Fault::Misconfigured(Mistake::Foreign)
    } else if text.contains("NOPERM ") || text.contains("ACL failure in script") {
        Fault::Misconfigured(Mistake::Rights)
    } else {
        Fault::Unreachable
    }
}
