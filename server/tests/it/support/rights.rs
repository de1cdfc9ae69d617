//! What a server uses of tables that exist in PostgreSQL, and no more: granted to a role.

pub(crate) fn used_of_accounts(role: &str) -> String {
    // slim: trainer
    let own = format!(
        ", logged_workouts to {role}; grant select, insert on workouts to {role}; grant select on workout_changes"
    );
    // slim: instead
    // let own = "";
    // slim: end
    // slim: demo-provider
    let codes = ", demo_grants";
    // slim: instead
    // let codes = "";
    // slim: end
    format!(
        "grant select, insert, update, delete on users, identities{own} to {role}; \
         grant select, insert, delete on security_events, login_failures{codes} to {role}; \
         grant select on account_schema to {role}"
    )
}

pub(crate) fn used_of_sessions(role: &str) -> String {
    format!("grant select, insert, update, delete on user_sessions to {role}")
}
