//! What is measured, and in which order.

use std::net::SocketAddr;
use std::time::Duration;

use crate::client::{Answer, Connection};
use crate::load::{Pace, Sample, Step, run};
use crate::process::Process;
use crate::processors::Processors;
use crate::report::{Better, Round, Row, median};
use crate::store::{Site, Store};
use crate::visitor::Visitor;
use crate::{Options, Outcome};

/// As many as keep the server busy all the time.
pub(crate) const CONNECTIONS: usize = 32;

/// A load that leaves the server time: requests per second, and how many connections share them.
const RATE: f64 = 300.0;
const RATE_CONNECTIONS: usize = 16;

/// People who log in at once.
const LOGINS: usize = 4;

/// Starts in a round; the last process is the one that is measured.
const STARTS: usize = 3;

const WARM_UP: Duration = Duration::from_secs(2);

/// A request that is sent over and over.
struct Request {
    name: &'static str,
    /// The bytes to send: the first time the first, then the next, and again from the first.
    variants: Vec<Vec<u8>>,
    is_right: fn(&Answer<'_>) -> bool,
}

/// All rounds, with the results of all sizes in each. Sizes take turns, and every other round begins with the largest,
/// so that whatever else happens on the machine meets all of them alike.
///
/// # Errors
/// If a server does not start, sign in, or end.
pub(crate) fn rounds(store: &Store, options: &Options, processors: &Processors) -> Outcome<Vec<Vec<Round>>> {
    let length = Duration::from_secs(options.seconds);
    let mut rounds = Vec::new();
    for number in 0..options.rounds {
        let mut order: Vec<(usize, &Site)> = store.sites.iter().enumerate().collect();
        if number % 2 == 1 {
            order.reverse();
        }
        let mut measured = Vec::new();
        for (place, site) in order {
            eprintln!("round {} of {}, size {}", number + 1, options.rounds, site.size.number());
            measured.push((place, round(site, length, processors)?));
        }
        measured.sort_by_key(|(place, _)| *place);
        rounds.push(measured.into_iter().map(|(_, round)| round).collect());
    }
    Ok(rounds)
}

/// Everything once, by a new process: two processes with the same code differ for as long as they live.
fn round(site: &Site, length: Duration, processors: &Processors) -> Outcome<Round> {
    let mut starts = Vec::new();
    let mut start = || -> Outcome<Process> {
        let (server, took) = Process::start(site, processors)?;
        starts.push(took.as_secs_f64() * 1e3);
        Ok(server)
    };
    for _ in 1..STARTS {
        start()?.stop()?;
    }
    let server = start()?;
    let mut round = Round::default();
    let fresh = server.resident();
    let visitor = Visitor::signed_in(server.address)?;
    // slim: trainer
    let requests =
        if site.size.workouts > 0 { history(&visitor) } else { requests(&visitor, server.address)? };
    // slim: instead
    // let requests = requests(&visitor, server.address)?;
    // slim: end
    for request in requests {
        full_load(&mut round, &server, &request, length);
    }
    steady_load(&mut round, &server, &session_info(&visitor), length);
    logins(&mut round, &server, length);
    round.rows.push(Row::new("cold start to the first page, ms", Better::Less, median(starts)));
    round.rows.push(Row::new("resident memory after the start, MiB", Better::Less, fresh));
    round.rows.push(Row::new("… after all of this, MiB", Better::Less, server.resident()));
    server.stop()?;
    Ok(round)
}

// slim: trainer
/// What depends on how long somebody has trained.
fn history(visitor: &Visitor) -> Vec<Request> {
    let page = |name, path| Request {
        name,
        variants: vec![visitor.get(path)],
        is_right: |answer| answer.status == 200,
    };
    vec![
        page("`GET /history`", "/history"),
        page("`GET /workout`", "/workout"),
        page("`GET /`, signed in", "/"),
    ]
}
// slim: end

fn requests(visitor: &Visitor, address: SocketAddr) -> Outcome<Vec<Request>> {
    let token = visitor.token(&mut Connection::to(address))?;
    // Each save changes something, so none can be left out as unchanged.
    // slim: trainer
    let save = |rest: u32| {
        let fields = format!(
            "csrf_token={token}&units=kg&goal=muscle&level=intermediate&days_per_week=4&session_minutes=60\
             &equipment=dumbbell&equipment=barbell&rest_seconds={rest}&theme=dark"
        );
        visitor.post("/api/preferences", &fields)
    };
    // slim: instead
    // let save = |theme: &str| {
    //     let fields = format!("csrf_token={token}&theme={theme}");
    //     visitor.post("/api/preferences", &fields)
    // };
    // slim: end
    Ok(vec![
        Request {
            name: "`GET /`, anonymous",
            variants: vec![Visitor::new(address).get("/")],
            is_right: |answer| answer.status == 200,
        },
        Request {
            name: "`GET /session`, signed in",
            variants: vec![visitor.get("/session")],
            is_right: |answer| answer.status == 200,
        },
        session_info(visitor),
        Request {
            name: "`POST /api/preferences`, signed in",
            // slim: trainer
            variants: vec![save(75), save(76)],
            // slim: instead
            // variants: vec![save("dark"), save("light")],
            // slim: end
            is_right: |answer| {
                answer.status == 303 && answer.header("location") == Some("/preferences?saved=true")
            },
        },
    ])
}

fn session_info(visitor: &Visitor) -> Request {
    Request {
        name: "`GET /session-info`, signed in",
        variants: vec![visitor.get("/session-info")],
        is_right: |answer| answer.status == 200 && answer.body.starts_with(b"{\"authenticated\":true,"),
    }
}

/// As many requests as the server can answer.
fn full_load(round: &mut Round, server: &Process, request: &Request, length: Duration) {
    let sample = warm(&mut steps(request, CONNECTIONS, server), Pace::Closed, length, server);
    let name = request.name;
    let cpu = sample.cpu_each().map(|cpu| cpu * 1e6);
    let p99 = sample.quantile(0.99).map(|time| time * 1e3);
    round.failed += sample.failed;
    round.rows.push(Row::new(format!("{name}: requests/s"), Better::More, Some(sample.per_second())));
    round.rows.push(Row::new("… CPU per request, µs", Better::Less, cpu));
    round.rows.push(Row::new("… p99, ms", Better::Less, p99));
}

/// What one visitor notices at an ordinary load.
fn steady_load(round: &mut Round, server: &Process, request: &Request, length: Duration) {
    let steps = &mut steps(request, RATE_CONNECTIONS, server);
    let sample = warm(steps, Pace::PerSecond(RATE), length, server);
    let name = request.name;
    let milliseconds = |share| sample.quantile(share).map(|time| time * 1e3);
    round.failed += sample.failed;
    round.rows.push(Row::new(format!("{name}, at {RATE}/s: p50, ms"), Better::Less, milliseconds(0.5)));
    round.rows.push(Row::new("… p99, ms", Better::Less, milliseconds(0.99)));
}

/// Each by a new browser on a new connection.
fn logins(round: &mut Round, server: &Process, length: Duration) {
    let address = server.address;
    let one =
        || -> Step<'static> { Box::new(move || Visitor::new(address).log_in(&mut Connection::to(address))) };
    let mut steps: Vec<Step<'_>> = (0..LOGINS).map(|_| one()).collect();
    let sample = warm(&mut steps, Pace::Closed, length, server);
    let cpu = sample.cpu_each().map(|cpu| cpu * 1e3);
    round.failed += sample.failed;
    let name = format!("log in, {LOGINS} at once: logins/s");
    round.rows.push(Row::new(name, Better::More, Some(sample.per_second())));
    round.rows.push(Row::new("… CPU per login, ms", Better::Less, cpu));
}

/// Measures after a warm-up on the same connections.
fn warm(steps: &mut [Step<'_>], pace: Pace, length: Duration, server: &Process) -> Sample {
    let before = run(steps, pace, WARM_UP, server);
    let mut sample = run(steps, pace, length, server);
    sample.failed += before.failed;
    sample
}

fn steps<'a>(request: &'a Request, connections: usize, server: &Process) -> Vec<Step<'a>> {
    let address = server.address;
    let one = || -> Step<'a> {
        let mut connection = Connection::to(address);
        let mut variants = request.variants.iter().cycle();
        Box::new(move || match variants.next() {
            Some(bytes) => Ok((request.is_right)(&connection.exchange(bytes)?)),
            None => Ok(false),
        })
    };
    (0..connections).map(|_| one()).collect()
}
