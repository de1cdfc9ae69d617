//! Two parts of `benches/http` whose mistakes would look like results.

#[path = "../../benches/http/client.rs"]
mod client;
#[path = "../../benches/http/report.rs"]
mod report;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use client::Connection;
use report::{Better, Round, Row, median, table};

/// A round of two sizes.
fn round(per_second: [f64; 2], milliseconds: [Option<f64>; 2], failed: u64) -> Vec<Round> {
    let of = |size: usize| Round {
        rows: vec![
            Row::new("requests/s", Better::More, Some(per_second[size])),
            Row::new("… p99, ms", Better::Less, milliseconds[size]),
        ],
        failed,
    };
    [of(0), of(1)].into()
}

#[test]
fn the_table_has_the_medians_of_all_rounds_and_the_median_of_their_growths() {
    let rounds = [
        round([4_000.0, 2_000.0], [Some(1.0), None], 0),
        round([1_000.0, 1_000.0], [Some(30.0), None], 0),
        round([3_000.0, 2_000.0], [Some(12.34), None], 0),
    ];
    let expected = "\
Store 7

| sessions stored | 1 000 | 1 000 000 | growth |
|---|---:|---:|---:|
| requests/s | 3 000 | 2 000 | 1.50 |
| … p99, ms | 12.3 | – | – |
";
    assert_eq!(table("Store 7", "sessions", &[1_000, 1_000_000], &rounds), expected);
}

#[test]
fn the_growth_is_above_one_where_the_larger_size_is_worse() {
    let rounds = [round([100.0, 200.0], [Some(1.0), Some(1.2)], 0)];
    let text = table("", "sessions", &[1, 2], &rounds);
    assert!(text.contains("| requests/s | 100 | 200 | 0.50 |"), "{text}");
    assert!(text.contains("| … p99, ms | 1.00 | 1.20 | 1.20 |"), "{text}");
}

#[test]
fn a_table_of_failed_requests_says_so() {
    let with = |failed| table("", "sessions", &[1, 2], &[round([1.0; 2], [None; 2], failed)]);
    assert!(with(3).contains("6 requests failed"), "{}", with(3));
    assert!(!with(0).contains("failed"), "{}", with(0));
}

#[test]
fn a_median_of_nothing_is_none() {
    assert_eq!(median([]), None);
    assert_eq!(median([3.0, 1.0]), Some(2.0));
    assert_eq!(median([5.0, 1.0, 2.0]), Some(2.0));
}

#[test]
fn answers_of_one_connection_are_told_apart_and_a_closed_one_is_opened_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut connection = Connection::to(listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        for answers in [
            &[
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX: a:b\r\n\r\n\r\n\r\n",
                "HTTP/1.1 303 S\r\ncontent-length:0\r\n\r\n",
            ],
            &["HTTP/1.1 200 OK\r\n\r\n", ""],
        ] {
            let (mut stream, _) = listener.accept().unwrap();
            for answer in answers {
                let mut request = [0; 4];
                // The client gives up a connection whose answers it cannot read.
                if stream.read_exact(&mut request).is_ok() {
                    stream.write_all(answer.as_bytes()).unwrap();
                }
            }
        }
    });
    let first = connection.exchange(b"one.").unwrap();
    assert_eq!((first.status, first.header("x"), first.body), (200, Some("a:b"), &b"\r\n\r\n"[..]));
    let second = connection.exchange(b"two.").unwrap();
    assert_eq!((second.status, second.body), (303, &b""[..]));
    assert!(connection.exchange(b"lost").is_err(), "the server has closed it");
    assert!(connection.exchange(b"new.").is_err(), "an answer without a length has no end");
    server.join().unwrap();
}
