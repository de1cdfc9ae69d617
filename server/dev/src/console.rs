//! What people see, in the manner of cargo.

/// A line that begins with what is being done, like cargo's own.
pub(crate) fn status(verb: &str, what: &str) {
    anstream::eprintln!("\x1b[1;32m{verb:>12}\x1b[0m {what}");
}

/// The same for what went wrong.
pub(crate) fn warning(what: &str) {
    anstream::eprintln!("\x1b[1;33mwarning\x1b[0m: {what}");
}
