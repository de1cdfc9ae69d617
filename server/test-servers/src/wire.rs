//! Just enough networking to find out whether a server answers.

use std::io::{Read as _, Write as _}; // slim: redis
use std::net::TcpListener;
use std::net::{SocketAddr, TcpStream}; // slim: mongodb/redis
use std::time::Duration; // slim: mongodb/redis

/// A port that is free at this moment.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map_or(0, |addr| addr.port())
}

// slim: mongodb
/// Whether a server accepts connections there.
pub(crate) fn accepts(port: u16) -> bool {
    connect(port).is_some()
}
// slim: end

// slim: redis
/// Whether Redis has read its data and answers `PONG`.
pub(crate) fn pongs(port: u16) -> bool {
    let Some(mut stream) = connect(port) else { return false };
    let mut answer = [0; 5];
    stream.write_all(b"PING\r\n").is_ok() && stream.read_exact(&mut answer).is_ok() && &answer == b"+PONG"
}
// slim: end

// slim: mongodb/redis
fn connect(port: u16) -> Option<TcpStream> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let stream = TcpStream::connect_timeout(&address, Duration::from_secs(1)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(1))).ok()?;
    Some(stream)
}
// slim: end
