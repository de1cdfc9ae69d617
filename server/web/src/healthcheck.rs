//! Asks a running server whether it serves, for supervisors that can only run a program: `HEALTHCHECK` of a container
//! that has neither shell nor `curl`.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use configuration::{Config, from_this_machine};

/// For everything, from connecting to the last byte.
const LIMIT: Duration = Duration::from_secs(3);

/// Answers to health checks are shorter; whatever else listens there need not be read to its end.
const LONGEST_ANSWER: u64 = 16 * 1024;

/// Asks the server that this configuration describes for `/healthz`, or for `/readyz`. Returns one line.
///
/// # Errors
/// One line: there is no answer within [`LIMIT`], or another status than 200.
pub(crate) async fn ask(config: &Config, ready: bool) -> Result<String, String> {
    let address = from_this_machine(config.site_addr);
    let path = if ready { "/readyz" } else { "/healthz" };
    let asked = format!("http://{address}{path}");
    match tokio::time::timeout(LIMIT, answer(address, path)).await {
        Ok(Ok(answer)) => judge(&asked, &String::from_utf8_lossy(&answer)),
        Ok(Err(error)) => Err(format!("{asked}: {error}")),
        Err(_) => Err(format!("{asked}: no answer within {LIMIT:?}")),
    }
}

/// The whole response, headers included.
async fn answer(address: SocketAddr, path: &str) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
    Ok(answer)
}

fn judge(asked: &str, answer: &str) -> Result<String, String> {
    let status = answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    match status {
        Some("200") => Ok(format!("{asked}: {}", one_line(body))),
        Some(status) => Err(format!("{asked}: {status} {}", one_line(body)).trim_end().to_owned()),
        None => Err(format!("{asked}: what answers there does not speak HTTP/1.1")),
    }
}

/// `/readyz` names each store that fails on a line of its own.
fn one_line(body: &str) -> String {
    body.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_200_is_healthy_and_the_reason_is_one_line() {
        let judged = |answer: &str| judge("it", answer);
        assert_eq!(judged("HTTP/1.1 200 OK\r\n\r\nok\n"), Ok("it: ok".to_owned()));
        let two =
            "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\n\r\nthe database is full\nthe rest too\n";
        assert_eq!(judged(two), Err("it: 503 the database is full; the rest too".to_owned()));
        assert_eq!(judged("HTTP/1.1 404 Not Found\r\n\r\n"), Err("it: 404".to_owned()));
        for other in ["", "SSH-2.0-OpenSSH_9.2", "HTTP/1.1 2"] {
            assert!(judged(other).is_err_and(|line| line.contains("does not speak HTTP")), "{other}");
        }
    }
}
