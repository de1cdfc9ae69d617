//! A socket that somebody else has bound: systemd, or `cargo dev`, which keeps it open while the server restarts.

use std::io;
use std::net::TcpListener;

/// The first socket handed over by the protocol of sd_listen_fds(3) (`LISTEN_FDS`), if there is one. Its variables are
/// removed from the environment, so this must be called while the process has one thread.
///
/// # Errors
/// What was handed over is not a TCP socket, or cannot be used without blocking.
pub fn inherited_listener() -> io::Result<Option<TcpListener>> {
    let listener = listenfd::ListenFd::from_env().take_tcp_listener(0)?;
    if let Some(listener) = &listener {
        listener.set_nonblocking(true)?;
    }
    Ok(listener)
}
