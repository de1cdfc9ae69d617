//! Errors of PostgreSQL.

use std::error::Error;

use super::{ClientError, Fault, Mistake};
use crate::postgres::PostgresError;

impl ClientError for sqlx::Error {}
impl ClientError for PostgresError {}

pub(super) fn fault(error: &(dyn Error + 'static)) -> Option<Fault> {
    if let Some(error) = error.downcast_ref::<sqlx::Error>() {
        return Some(of_sqlx(error));
    }
    Some(match error.downcast_ref::<PostgresError>()? {
        PostgresError::Newer { .. } => Fault::Misconfigured(Mistake::Newer),
        PostgresError::Sql(error) => of_sqlx(error),
    })
}

pub(super) fn text(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(PostgresError::Sql(error)) = error.downcast_ref::<PostgresError>() {
        return Some(sqlx_text(error));
    }
    error.downcast_ref::<sqlx::Error>().map(sqlx_text)
}

fn of_sqlx(error: &sqlx::Error) -> Fault {
    match error {
        sqlx::Error::Database(error) => of_sqlstate(&error.code().unwrap_or_default()),
        sqlx::Error::Configuration(_) | sqlx::Error::Tls(_) => Fault::Misconfigured(Mistake::Options),
        sqlx::Error::ColumnNotFound(_) => Fault::Misconfigured(Mistake::Foreign),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Fault::Data,
        _ => Fault::Unreachable,
    }
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn of_sqlstate(code: &str) -> Fault {
    match code {
        "42501" => Fault::Misconfigured(Mistake::Rights),
        "3D000" => Fault::Misconfigured(Mistake::NoDatabase),
        // A primary that was demoted: the next connection leads to the new one.
        "25006" => Fault::Unreachable,
        "53100" => Fault::Full,
        code => match code.get(..2) {
            Some("28") => Fault::Misconfigured(Mistake::Rights),
            Some("42" | "3F") => Fault::Misconfigured(Mistake::Foreign),
            Some("22" | "23") => Fault::Data,
            // Rolled back for the sake of another transaction.
            Some("40") => Fault::Contended,
            _ => Fault::Unreachable,
        },
    }
}

fn sqlx_text(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            if of_sqlstate(&code) != Fault::Data {
                return format!("{} (code {code})", error.message());
            }
            match error.constraint() {
                Some(constraint) => format!("SQLSTATE {code}, constraint {constraint}"),
                None => format!("SQLSTATE {code}"),
            }
        }
        // What is wrong with the value may quote it.
        sqlx::Error::ColumnDecode { index, .. } => {
            format!("column {index} holds a value that cannot be read")
        }
        sqlx::Error::Decode(_) => "a value cannot be read".to_owned(),
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_told_from_a_mistake_and_from_a_single_value() {
        for (code, fault) in [
            ("08006", Fault::Unreachable),
            ("57P01", Fault::Unreachable),
            ("53300", Fault::Unreachable),
            ("25006", Fault::Unreachable),
            ("53100", Fault::Full),
            ("42501", Fault::Misconfigured(Mistake::Rights)),
            ("28P01", Fault::Misconfigured(Mistake::Rights)),
            ("3D000", Fault::Misconfigured(Mistake::NoDatabase)),
            ("42P01", Fault::Misconfigured(Mistake::Foreign)),
            ("42703", Fault::Misconfigured(Mistake::Foreign)),
            ("23505", Fault::Data),
            ("22P02", Fault::Data),
            ("40001", Fault::Contended),
            ("40P01", Fault::Contended),
            ("", Fault::Unreachable),
        ] {
            assert_eq!(of_sqlstate(code), fault, "{code}");
        }
    }
}
