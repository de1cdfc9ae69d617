//! The scripts, each sent to the server once and then called by its SHA-1.
//!
//! They are identified by their text, so two versions of the server can share a Redis during a rolling
//! restart.

use std::sync::LazyLock;

use redis::Script;

/// Declares scripts: their name, their file, and what the server must know before it runs them.
macro_rules! scripts {
    ($($(#[$doc:meta])* $name:ident = $file:literal, $flags:literal;)+) => {$(
        $(#[$doc])*
        pub(super) static $name: LazyLock<Script> = LazyLock::new(|| {
            Script::new(concat!("#!lua", $flags, "\n", include_str!("shared.lua"), include_str!($file)))
        });
    )+};
}

// Without a flag Redis refuses to start a script when its memory is full. `allow-oom` is for scripts that
// only free memory or change numbers in place, so that signed-in people stay signed in and logging out works.
scripts! {
    CREATE = "create.lua", "";
    LOAD = "load.lua", " flags=no-writes";
    LIFETIMES = "lifetimes.lua", " flags=no-writes";
    SAVE = "save.lua", "";
    REPLACE = "replace.lua", "";
    TOUCH = "touch.lua", " flags=allow-oom";
    DELETE = "delete.lua", " flags=allow-oom";
    END = "end.lua", " flags=allow-oom";
    END_ALL = "end_all.lua", " flags=allow-oom";
    END_EVERYONE = "end_everyone.lua", " flags=allow-oom";
    /// Removes the rows of what the previous two have ended.
    EMPTY = "empty.lua", " flags=allow-oom";
    LIST = "list.lua", " flags=no-writes";
    TIDY = "tidy.lua", " flags=allow-oom";
    SWEEP = "sweep.lua", " flags=allow-oom";
    STATS = "stats.lua", " flags=no-writes";
    PING = "ping.lua", " flags=no-writes";
    MAY_WRITE = "may_write.lua", "";
}
