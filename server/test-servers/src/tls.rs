//! A server's certificate and the authority that signed it.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown}; // slim: mongodb/postgres/redis
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Kind; // slim: mongodb/postgres/redis
use crate::install::OPENSSL;
use crate::mongodb; // slim: mongodb
use crate::postgres; // slim: postgres
use crate::redis; // slim: redis
use crate::{Missing, programs};

/// Paths in the directory of a server, all in PEM.
#[derive(Debug)]
pub struct Certificates {
    pub authority: PathBuf,
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Certificates {
    /// Makes an authority, and a certificate for `localhost` and `127.0.0.1` that is valid for two days.
    ///
    /// # Errors
    /// If `openssl` is missing or fails.
    pub fn make(directory: &Path) -> Result<Self, Missing> {
        let program = programs::on_path(&["openssl"]);
        let program = program.ok_or_else(|| Missing::new(format!("no openssl on PATH. {OPENSSL}")))?;
        let config =
            "[req]\ndistinguished_name=name\n[name]\n[server]\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n";
        let written = fs::write(directory.join("config"), config);
        written.map_err(|error| Missing::new(format!("{}: {error}", directory.display())))?;
        for arguments in [
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=Test-CA",
            "req -newkey rsa:2048 -nodes -keyout key.pem -out request.pem -config config -subj /CN=localhost",
            "x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out cert.pem \
             -extfile config -extensions server",
        ] {
            let mut openssl = Command::new(&program);
            programs::run(openssl.args(arguments.split_whitespace()).current_dir(directory))?;
        }
        let file = |name: &str| directory.join(name);
        Ok(Self { authority: file("ca.pem"), certificate: file("cert.pem"), key: file("key.pem") })
    }

    // slim: mongodb/postgres/redis
    /// The arguments that make a server use them.
    pub(crate) fn arguments(&self, kind: Kind) -> Vec<String> {
        let [certificate, key] = [&self.certificate, &self.key].map(|path| path.display().to_string());
        match kind {
            Kind::Postgres => postgres::tls_arguments(&certificate, &key), // slim: postgres
            Kind::Redis => redis::tls_arguments(&certificate, &key),       // slim: redis
            Kind::MongoDb => mongodb::tls_arguments(&certificate, &key),   // slim: mongodb
        }
    }
    // slim: end

    // slim: mongodb/postgres/redis
    /// Gives the key to the owner of the directory: servers may refuse a key of another user.
    pub(crate) fn hand_over(&self, directory: &Path) -> Result<(), Missing> {
        let failed = |error: std::io::Error| Missing::new(format!("{}: {error}", self.key.display()));
        let owner = fs::metadata(directory).map_err(failed)?;
        chown(&self.key, Some(owner.uid()), Some(owner.gid())).map_err(failed)
    }
    // slim: end
}
