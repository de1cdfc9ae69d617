use std::path::Path;

use crate::Missing;
use crate::install::REDIS;
use crate::process::Recipe;
use crate::programs;

/// Databases of one server; each test takes the next one. A larger number costs nothing but memory.
pub(crate) const DATABASES: usize = 4096;

pub(crate) fn recipe(port: u16, directory: &Path, more: &[&str]) -> Result<(Recipe, String), Missing> {
    let program = programs::on_path(&["redis-server", "valkey-server"])
        .ok_or_else(|| Missing::new(format!("no redis-server or valkey-server on PATH. {REDIS}")))?;
    let name = if program.ends_with("valkey-server") { "Valkey" } else { "Redis" };
    let product = format!("{name} {}", programs::version(&program));
    let mut arguments: Vec<_> =
        ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"].map(Into::into).into();
    arguments.extend(["--port".into(), port.to_string().into()]);
    arguments.extend(["--databases".into(), DATABASES.to_string().into()]);
    arguments.extend(["--dir".into(), directory.into()]);
    arguments.extend(more.iter().map(Into::into));
    Ok((Recipe { program, arguments, user: None, ends_by: "KILL" }, product))
}

/// The arguments for TLS.
pub(crate) fn tls_arguments(certificate: &str, key: &str) -> Vec<String> {
    ["--tls-auth-clients", "no", "--tls-cert-file", certificate, "--tls-key-file", key]
        .map(str::to_owned)
        .into()
}
