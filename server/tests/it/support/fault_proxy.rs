//! A TCP proxy in front of a real server that misbehaves on demand: it simulates the ways in which a network
//! or a server fails, without touching either.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Transparent.
    Pass,
    /// Nothing listens, and open connections are reset: a process that was killed.
    Refuse,
    /// Every response is delayed by this much.
    Delay(Duration),
    /// Connections are accepted and nothing is ever forwarded; open ones stay open and silent, and never
    /// recover. A cable that was cut, a firewall that lost its state.
    BlackHole,
    /// The same, but what was sent meanwhile is delivered when it is over. A server that was paused.
    Freeze,
    /// Responses break off after their first byte, with a reset.
    ResetMidReply,
}

/// A proxy on its own port.
#[derive(Debug)]
pub(crate) struct FaultProxy {
    addr: SocketAddr,
    mode: watch::Sender<Mode>,
    accepting: JoinHandle<()>,
}

impl FaultProxy {
    /// In front of `target`, initially transparent.
    pub(crate) fn before(target: SocketAddr) -> Self {
        let listener = listen("127.0.0.1:0".parse().unwrap());
        let addr = listener.local_addr().unwrap();
        let mode = watch::Sender::new(Mode::Pass);
        let accepting = tokio::spawn(accept(listener, addr, target, mode.subscribe()));
        Self { addr, mode, accepting }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Changes the mode. Returns once it is effective for clients.
    pub(crate) async fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
        // The listener is closed or opened by another task.
        let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
        while TcpStream::connect(self.addr).await.is_ok() == (mode == Mode::Refuse) {
            assert!(tokio::time::Instant::now() < deadline, "the proxy does not become {mode:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for FaultProxy {
    /// The connections notice that their sender is gone.
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn listen(addr: SocketAddr) -> TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(addr).unwrap();
    socket.listen(1024).unwrap()
}

async fn accept(
    listener: TcpListener,
    addr: SocketAddr,
    target: SocketAddr,
    mut mode: watch::Receiver<Mode>,
) {
    let mut listener = Some(listener);
    loop {
        let refuse = *mode.borrow_and_update() == Mode::Refuse;
        match &listener {
            Some(_) if refuse => listener = None,
            None if !refuse => listener = Some(listen(addr)),
            _ => {}
        }
        let next = async {
            match &listener {
                Some(listener) => listener.accept().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            accepted = next => if let Ok((client, _)) = accepted {
                tokio::spawn(connection(client, target, mode.clone()));
            },
            changed = mode.changed() => if changed.is_err() { return },
        }
    }
}

/// One connection, until either side ends it or the proxy resets it.
async fn connection(mut client: TcpStream, target: SocketAddr, mode: watch::Receiver<Mode>) {
    let mut refusing = mode.clone();
    let forwarding = async {
        wait_while_silent(&mut mode.clone()).await;
        let Ok(mut server) = TcpStream::connect(target).await else { return End::Reset };
        let ((from_client, to_client), (from_server, to_server)) = (client.split(), server.split());
        // An end in one direction ends the other: none of the protocols here uses half-closed connections.
        tokio::select! {
            end = pump(from_client, to_server, mode.clone(), false) => end,
            end = pump(from_server, to_client, mode.clone(), true) => end,
        }
    };
    let end = tokio::select! {
        end = forwarding => end,
        _ = refusing.wait_for(|mode| *mode == Mode::Refuse) => End::Reset,
    };
    if end == End::Reset {
        // Closing it now sends a reset rather than a normal end. It may already be gone.
        let _ = client.set_zero_linger();
    }
}

#[derive(PartialEq, Eq)]
enum End {
    Closed,
    Reset,
}

async fn pump(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut mode: watch::Receiver<Mode>,
    answers: bool,
) -> End {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = tokio::select! {
            read = from.read(&mut buffer) => read,
            // Dead from the moment the mode changes, not from the next byte.
            () = black_hole(&mut mode) => std::future::pending().await,
        };
        let Ok(length @ 1..) = read else { return End::Closed };
        wait_while_silent(&mut mode).await;
        let now = *mode.borrow();
        match now {
            Mode::ResetMidReply if answers => {
                let _ = to.write_all(&buffer[..1]).await;
                return End::Reset;
            }
            Mode::Delay(delay) if answers => tokio::time::sleep(delay).await,
            _ => {}
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return End::Closed;
        }
    }
}

async fn black_hole(mode: &mut watch::Receiver<Mode>) {
    if mode.wait_for(|mode| *mode == Mode::BlackHole).await.is_err() {
        std::future::pending().await
    }
}

/// Until `Freeze` is over; for ever once in a black hole.
async fn wait_while_silent(mode: &mut watch::Receiver<Mode>) {
    let now = mode.wait_for(|mode| *mode != Mode::Freeze).await.map(|mode| *mode);
    if now.is_ok_and(|mode| mode == Mode::BlackHole) {
        std::future::pending().await
    }
}
