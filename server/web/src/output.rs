//! What commands print. `println!` panics when nobody reads any more, as in `server check-config | head -1`.

use std::fmt;
use std::io::{self, Write as _};

use crate::startup::StartError;

/// Writes to standard output. A reader that went away has seen enough; any other failure (a full disk) is one.
pub(crate) fn print(text: fmt::Arguments<'_>) -> Result<(), StartError> {
    let mut stdout = io::stdout().lock();
    match stdout.write_fmt(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(StartError::Other(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error, if anybody reads it.
pub(crate) fn tell(line: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}
