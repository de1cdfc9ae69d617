//! A start makes SQLite files that are not there. On a public site that happens once; whenever else it does, a path is mistyped
//! or a disk is missing, and the site is empty: nobody could log in, and nothing would say why.

use std::path::PathBuf;

use configuration::AppEnv;

/// One line for each file that was made, unless it is a developer's.
pub(super) fn tell(env: AppEnv, made: &[PathBuf]) {
    if env == AppEnv::Development {
        return;
    }
    for file in made {
        tracing::warn!(
            event = "sys_store_created",
            file = %file.display(),
            "a new, empty SQLite file was made: unless this is the first start, DATABASE_URL or SESSION_STORE is wrong"
        );
    }
}
