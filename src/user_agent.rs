//! Names of browsers and systems, so that people recognise their devices in a list.

use std::fmt;

/// The browser and the system named by a `User-Agent` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    browser: &'static str,
    system: &'static str,
}

/// Tokens that identify browsers. The order matters: nearly all claim to be Safari, and most to be Chrome.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("OPiOS/", "Opera"),
    ("Opera", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

/// Tokens that identify systems. Phones first: Android mentions Linux, and iPhones "like Mac OS X".
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

impl Device {
    /// A hint for people. Nothing may be allowed or refused by it: clients can send anything.
    #[must_use]
    pub fn from_user_agent(header: &str) -> Self {
        let first = |marks: &[(&str, &'static str)]| {
            marks.iter().find(|(mark, _)| header.contains(mark)).map(|(_, name)| *name)
        };
        Self {
            browser: first(BROWSERS).unwrap_or("Unknown browser"),
            system: first(SYSTEMS).unwrap_or("unknown system"),
        }
    }
}

impl Device {
    /// Whether it is a phone or a tablet.
    #[must_use]
    pub fn is_handheld(self) -> bool {
        matches!(self.system, "iPhone" | "iPad" | "Android")
    }

    /// The family of browsers, whatever the version and the system.
    #[must_use]
    pub fn browser(self) -> &'static str {
        self.browser
    }
}

impl fmt::Display for Device {
    /// `Firefox on Linux`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.browser, self.system)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_recognised() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        let ios = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
        for (header, device) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0".to_owned(),
                "Firefox on Android",
            ),
            (
                format!(
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {ios} FxiOS/140.0 Mobile/15E148 Safari/605.1.15"
                ),
                "Firefox on iPhone",
            ),
            (
                format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/140.0.0.0 Safari/537.36"),
                "Chrome on Windows",
            ),
            (
                format!("Mozilla/5.0 (X11; Linux x86_64) {webkit} HeadlessChrome/140.0.0.0 Safari/537.36"),
                "Chrome on Linux",
            ),
            (
                format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {webkit} Chrome/140.0.0.0 Safari/537.36"),
                "Chrome on ChromeOS",
            ),
            (
                format!(
                    "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) {ios} CriOS/140.0 Mobile/15E148 Safari/604.1"
                ),
                "Chrome on iPad",
            ),
            (
                format!(
                    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
                ),
                "Edge on Windows",
            ),
            (
                format!(
                    "Mozilla/5.0 (Linux; Android 10; K) {webkit} Chrome/140.0.0.0 Mobile Safari/537.36 EdgA/140.0"
                ),
                "Edge on Android",
            ),
            (
                format!(
                    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {webkit} Chrome/140.0.0.0 Safari/537.36 OPR/120.0.0.0"
                ),
                "Opera on macOS",
            ),
            (
                format!(
                    "Mozilla/5.0 (Linux; Android 10; K) {webkit} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"
                ),
                "Samsung Internet on Android",
            ),
            (
                format!("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {ios} Version/18.5 Safari/605.1.15"),
                "Safari on macOS",
            ),
            (
                format!(
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {ios} Version/18.5 Mobile/15E148 Safari/604.1"
                ),
                "Safari on iPhone",
            ),
            ("curl/8.5.0".to_owned(), "curl on unknown system"),
            (String::new(), "Unknown browser on unknown system"),
        ] {
            let found = Device::from_user_agent(&header);
            assert_eq!(found.to_string(), device, "{header}");
            let handheld = ["iPhone", "iPad", "Android"].iter().any(|system| device.ends_with(system));
            assert_eq!(found.is_handheld(), handheld, "{header}");
        }
    }

    #[test]
    fn only_known_names_are_ever_shown() {
        let device = Device::from_user_agent("<script>alert(1)</script> Firefox/<b>");
        assert_eq!(device, Device { browser: "Firefox", system: "unknown system" });
    }
}
