//! Requests as browsers send them.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use web::demo_account::{DEMO_EMAIL, DEMO_PASSWORD};

use crate::Outcome;
use crate::client::{Answer, Connection};

const BROWSER: &str = "\
User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r
Accept-Language: en-GB,en;q=0.9\r
Sec-Fetch-Dest: document\r
Sec-Fetch-Mode: navigate\r
Sec-Fetch-User: ?1\r
Upgrade-Insecure-Requests: 1\r
";

/// A browser with its cookies. It sends no `Accept-Encoding`, so pages are not compressed, which would hide what the
/// rest of a request costs.
pub(crate) struct Visitor {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new() }
    }

    /// Signed in to the demo account, by its only session: `/session` then lists one.
    ///
    /// # Errors
    /// If the server does not sign in, or out.
    pub(crate) fn signed_in(address: SocketAddr) -> Outcome<Self> {
        let connection = &mut Connection::to(address);
        let mut before = Self::new(address);
        before.must_log_in(connection)?;
        let token = before.token(connection)?;
        let everywhere = before.post("/api/auth/logout-everywhere", &format!("csrf_token={token}"));
        if connection.exchange(&everywhere)?.header("location") != Some("/login") {
            return Err("logging out everywhere has failed".into());
        }
        let mut visitor = Self::new(address);
        visitor.must_log_in(connection)?;
        Ok(visitor)
    }

    fn must_log_in(&mut self, connection: &mut Connection) -> Outcome<()> {
        if self.log_in(connection)? { Ok(()) } else { Err("the demo account cannot log in".into()) }
    }

    /// The whole visit: the page with the form, then the form. Returns whether both were answered as they should be.
    ///
    /// # Errors
    /// If the connection fails.
    pub(crate) fn log_in(&mut self, connection: &mut Connection) -> io::Result<bool> {
        let page = connection.exchange(&self.get("/login"))?.status;
        let fields = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("email", DEMO_EMAIL), ("password", DEMO_PASSWORD)])
            .finish();
        let answer = connection.exchange(&self.post("/api/auth/login", &fields))?;
        self.keep_cookies(&answer);
        Ok(page == 200 && answer.status == 303 && answer.header("location") == Some("/"))
    }

    /// The session's token. It needs no encoding in a form.
    ///
    /// # Errors
    /// If the page cannot be read, or has none.
    pub(crate) fn token(&self, connection: &mut Connection) -> Outcome<String> {
        let page = connection.exchange(&self.get("/preferences"))?;
        let text = String::from_utf8_lossy(page.body);
        let after = text.split_once(r#"name="csrf_token" value=""#).map(|(_, after)| after);
        let token = after.and_then(|after| after.split_once('"')).map(|(token, _)| token.to_owned());
        token.ok_or_else(|| "there is no token on /preferences".into())
    }

    /// A page, as if its address was typed.
    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\n{}Sec-Fetch-Site: none\r\n\r\n", self.headers()).into_bytes()
    }

    /// A form of one of our own pages.
    pub(crate) fn post(&self, path: &str, fields: &str) -> Vec<u8> {
        let (headers, address, length) = (self.headers(), self.address, fields.len());
        format!(
            "POST {path} HTTP/1.1\r\n{headers}Sec-Fetch-Site: same-origin\r\nOrigin: http://{address}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{fields}"
        )
        .into_bytes()
    }

    fn headers(&self) -> String {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = match cookies.as_slice() {
            [] => String::new(),
            cookies => format!("Cookie: {}\r\n", cookies.join("; ")),
        };
        format!("Host: {}\r\n{BROWSER}{cookies}", self.address)
    }

    fn keep_cookies(&mut self, answer: &Answer<'_>) {
        for cookie in answer.headers("set-cookie") {
            let pair = cookie.split(';').next().and_then(|pair| pair.split_once('='));
            self.cookies.extend(pair.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
    }
}
