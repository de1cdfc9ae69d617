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

/// What Redis says of a command that the user may not use; inside a script in other words, of which the last are those
/// of Redis 7.0.
const NOT_PERMITTED: [&str; 3] = ["NOPERM ", "ACL failure in script", "The user executing the script can't"];

fn of_redis_script(text: &str) -> Fault {
    if text.contains("OOM command not allowed") || text.contains("MISCONF ") {
        Fault::Full
    } else if text.contains("WRONGTYPE ") {
        Fault::Misconfigured(Mistake::Foreign)
    } else if NOT_PERMITTED.iter().any(|part| text.contains(part)) {
        Fault::Misconfigured(Mistake::Rights)
    } else {
        Fault::Unreachable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redis_says_by_code_or_text_what_is_the_matter() {
        for (text, fault) in [
            ("OOM command not allowed when used memory > 'maxmemory'.", Fault::Full),
            ("MISCONF Redis is configured to save RDB snapshots", Fault::Full),
            ("WRONGTYPE Operation against a key", Fault::Misconfigured(Mistake::Foreign)),
            ("NOPERM User has no permissions", Fault::Misconfigured(Mistake::Rights)),
            ("ERR ACL failure in script: User ann has no permissions", Fault::Misconfigured(Mistake::Rights)),
            (
                "ERR The user executing the script can't run this command or subcommand",
                Fault::Misconfigured(Mistake::Rights),
            ),
            ("LOADING Redis is loading the dataset in memory", Fault::Unreachable),
        ] {
            assert_eq!(of_redis_script(text), fault, "{text}");
        }
    }
}
