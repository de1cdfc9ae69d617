//! What the operating system says about this process, under the names that all clients of Prometheus use.

use std::time::{SystemTime, UNIX_EPOCH};

use metrics::gauge;

use crate::metrics::{Kind, Metric};

const fn gauge_of(name: &'static str, meaning: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, labels: &[], meaning }
}

/// What [`started`] and [`observe`] set. All but the first exist on Linux only.
pub const METRICS: [Metric; 5] = [
    gauge_of("process_start_time_seconds", "When the server started, in seconds since 1970."),
    Metric {
        name: "process_cpu_seconds_total",
        kind: Kind::Counter,
        labels: &[],
        meaning: "Processor time of all threads, in whole seconds.",
    },
    gauge_of("process_resident_memory_bytes", "Memory that is not swapped out."),
    gauge_of("process_open_fds", "Open files and connections."),
    gauge_of("process_max_fds", "How many may be open; absent without a limit."),
];

/// Notes the time of the start.
pub fn started() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    gauge!("process_start_time_seconds").set(now.as_secs_f64());
}

/// Reads the rest anew.
#[cfg(target_os = "linux")]
pub fn observe() {
    use rustix::process::{Resource, getrlimit};
    use rustix::time::{ClockId, clock_gettime};

    let processor = clock_gettime(ClockId::ProcessCPUTime).tv_sec;
    metrics::counter!("process_cpu_seconds_total").absolute(processor.unsigned_abs());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(bytes) = resident_bytes(&status) {
        gauge!("process_resident_memory_bytes").set(exact(bytes));
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        gauge!("process_open_fds").set(exact(open.count() as u64));
    }
    if let Some(most) = getrlimit(Resource::Nofile).current {
        gauge!("process_max_fds").set(exact(most));
    }
}

#[cfg(not(target_os = "linux"))]
pub fn observe() {}

/// Up to 2^53 it is.
#[cfg(target_os = "linux")]
fn exact(count: u64) -> f64 {
    count as f64
}

/// `VmRSS` of proc_pid_status(5).
#[cfg(any(target_os = "linux", test))]
fn resident_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_bytes() {
        assert_eq!(resident_bytes("VmHWM:\t  9 kB\nVmRSS:\t  39608 kB\n"), Some(40_558_592));
        assert_eq!(resident_bytes("Name:\tserver\n"), None);
    }
}
