//! As much of HTTP/1.1 as the server's answers need, with blocking sockets: a client that takes more of a processor
//! than the server does would measure itself.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than the server lets anything take.
const PATIENCE: Duration = Duration::from_secs(40);

/// One connection, opened by the first request and again after a failure.
pub(crate) struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    /// The last answer.
    received: Vec<u8>,
}

/// An answer, read completely.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) fn to(address: SocketAddr) -> Self {
        Self { address, stream: None, received: Vec::new() }
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// If the connection fails, or the answer has no `Content-Length`, which all of the server's have.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.address)?,
        };
        stream.write_all(request)?;
        let head_end = read(&mut stream, &mut self.received)?;
        let answer = Answer::parse(&self.received, head_end)?;
        if answer.header("connection") != Some("close") {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

impl<'a> Answer<'a> {
    fn parse(received: &'a [u8], head_end: usize) -> io::Result<Self> {
        let (head, body) = received.split_at(head_end);
        let head = std::str::from_utf8(head).map_err(|_| invalid("a head that is not UTF-8"))?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Ok(Self { status: status.ok_or_else(|| invalid("no status"))?, head, body })
    }

    /// The value of the first header with this name.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers(name).next()
    }

    /// The values of all headers with this name.
    pub(crate) fn headers(&self, name: &str) -> impl Iterator<Item = &'a str> {
        headers(self.head, name)
    }
}

fn headers<'a>(head: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let lines = head.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
    lines.filter(move |(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Reads one answer into `received`; returns where its body begins.
fn read(stream: &mut TcpStream, received: &mut Vec<u8>) -> io::Result<usize> {
    received.clear();
    let mut looked_at = 0;
    let head_end = loop {
        read_more(stream, received)?;
        // The end of the head may lie across two reads.
        if let Some(at) = find(&received[looked_at..], b"\r\n\r\n") {
            break looked_at + at + 4;
        }
        looked_at = received.len().saturating_sub(3);
    };
    let end = head_end + length(&received[..head_end]).ok_or_else(|| invalid("no Content-Length"))?;
    while received.len() < end {
        read_more(stream, received)?;
    }
    Ok(head_end)
}

fn length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    headers(head, "content-length").next()?.parse().ok()
}

fn read_more(stream: &mut TcpStream, received: &mut Vec<u8>) -> io::Result<()> {
    let mut chunk = [0; 16 * 1024];
    match stream.read(&mut chunk)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        count => {
            received.extend_from_slice(&chunk[..count]);
            Ok(())
        }
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
