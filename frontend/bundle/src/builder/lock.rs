//! One build at a time.

use std::fs::{File, TryLockError};

use crate::builder::Options;
use crate::builder::error::{Error, io_at};
use crate::builder::files::create_parent;
use crate::builder::staging_dir::sibling;

/// Held while a site is built; released when dropped, and by the operating system if the process dies.
#[derive(Debug)]
pub(crate) struct BuildLock {
    _file: File,
}

impl BuildLock {
    /// Waits while another process holds the lock.
    pub(crate) fn acquire(options: &Options, progress: &dyn Fn(&str)) -> Result<Self, Error> {
        let path = sibling(&options.site, "lock");
        create_parent(&path)?;
        // Never removed: after a removal, two processes could each hold a lock on a file of that name.
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
