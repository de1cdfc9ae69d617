//! One build at a time.

use std::fs::{File, TryLockError};

use crate::Options;
use crate::error::{Error, io_at};
use crate::files::create_parent;
use crate::staging::sibling;

/// Held while a site is built; given back when dropped, and by the operating system if the process dies.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock beside the site, waiting for whoever holds it.
    pub(crate) fn take(options: &Options, progress: &dyn Fn(&str)) -> Result<Self, Error> {
        let path = sibling(&options.site, "lock");
        create_parent(&path)?;
        // The file stays empty and stays there: removing a lock file lets two processes hold "the" lock.
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(io_at(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                progress("waiting for another build of the browser bundle …");
                file.lock().map_err(io_at(&path))?;
            }
            Err(TryLockError::Error(cause)) => return Err(Error::Io { path, cause }),
        }
        Ok(Self { _file: file })
    }
}
