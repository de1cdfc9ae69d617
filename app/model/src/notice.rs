//! Messages that a page shows because of its URL. They are codes from a closed list and never text, because
//! anyone can craft a URL.

use domain::form::FormFields;

/// One row of the table below.
struct Row {
    /// Pages that show it; redirects lead to the first one unless told otherwise.
    pages: &'static [&'static str],
    query: (&'static str, &'static str),
    sentence: &'static str,
}

macro_rules! notices {
    ($($(#[$doc:meta])* $name:ident: $pages:expr, $key:literal = $value:literal, $sentence:literal;)+) => {
        /// What was just done, or why it was not, conveyed by a redirect to the page that shows it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Notice { $($(#[$doc])* $name,)+ }

        impl Notice {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            fn row(self) -> Row {
                match self {
                    $(Self::$name => Row { pages: $pages, query: ($key, $value), sentence: $sentence },)+
                }
            }
        }
    };
}

/// People who are logged in cannot see `/login`: they were linking a provider or confirming their identity,
/// so the account page shows the message.
const LOGIN: &[&str] = &["/login", "/account"];

// slim: trainer
/// The page of a workout is below `/history`.
const HISTORY: &[&str] = &["/history", "/history/{id}"];
// slim: end

notices! {
    PreferencesSaved: &["/preferences"], "saved" = "true", "Preferences saved.";
    // slim: trainer
    /// Finished while logged in; its own page follows.
    WorkoutSaved: HISTORY, "saved" = "true", "Workout saved. Well done!";
    /// Finished while not logged in.
    WorkoutFinished: &["/workout"], "done" = "true",
        "Workout finished. Well done! Log in or create an account to keep it.";
    WorkoutDiscarded: &["/workout"], "done" = "discarded", "Workout discarded. Nothing was saved.";
    WorkoutChanged: HISTORY, "done" = "changed", "Changes saved.";
    WorkoutDeleted: &["/history"], "done" = "deleted", "Workout deleted.";
    /// It was discarded or deleted, perhaps on another device.
    WorkoutGone: &["/workout", "/history"], "error" = "gone",
        "That workout no longer exists, so nothing was changed.";
    /// As many as a day has were begun.
    TooManyWorkouts: &["/workout", "/history"], "error" = "too_many_workouts",
        "At most 50 workouts a day can be saved. Please try again tomorrow.";
    // slim: end

    SessionEnded: &["/session"], "done" = "ended", "The session was ended.";
    OtherSessionsEnded: &["/session"], "done" = "others_ended", "All other sessions were ended.";
    /// It has already ended, or belongs to somebody else.
    SessionNotFound: &["/session"], "error" = "session_not_found",
        "That session no longer exists. Nothing was ended.";

    DemoAccountCreated: &["/account"], "done" = "demo", "You are logged in, with a demo account of your own.";
    PasswordChanged: &["/account"], "done" = "password", "Password changed. Your other sessions were ended.";
    ProfileSaved: &["/account"], "done" = "profile", "Profile saved.";
    SignInsSeen: &["/account"], "done" = "seen", "Marked as seen.";
    ProviderLinked: &["/account"], "done" = "linked", "Linked. You can now log in with it.";
    ProviderUnlinked: &["/account"], "done" = "unlinked", "Unlinked.";
    LastWayIn: &["/account"], "error" = "last_way_in",
        "This is the only way to log in to your account, so it stays. Set up another one first.";
    IdentityTaken: &["/account"], "error" = "identity_taken",
        "That identity is already linked to another account here.";

    /// The person declined at the provider.
    OAuthDenied: LOGIN, "error" = "oauth_denied", "You declined at the provider. Nothing was changed.";
    /// The provider, or the return from it, failed.
    OAuthFailed: LOGIN, "error" = "oauth_failed",
        "The provider did not answer as expected. Nothing was changed. Please try again.";
    /// The attempt is unknown, used or too old.
    OAuthExpired: LOGIN, "error" = "oauth_expired",
        "That took too long, or it was already done. Please start again.";
    /// The address belongs to an account that is not linked to this provider.
    OAuthEmailTaken: LOGIN, "error" = "oauth_email_taken",
        "The provider’s e-mail address already has an account here. Log in the way you usually do, then link \
         the provider on your account page.";
    OAuthNoEmail: LOGIN, "error" = "oauth_no_email",
        "The provider shared no e-mail address, so no account could be created.";
    /// Too many accounts were made from the visitor's network.
    TooManyAccounts: LOGIN, "error" = "too_many_accounts",
        "Too many accounts were created from your network. Please try again in an hour.";
    /// Too many sessions were begun from the visitor's network.
    TooManyLogins: LOGIN, "error" = "too_many_logins",
        "There were too many logins from your network. Please try again in a few minutes.";
    /// The password changed, or the provider was unlinked, during the login.
    LoginSuperseded: LOGIN, "error" = "login_superseded",
        "The password was changed a moment ago. Use the new one.";
    StoreUnavailable: LOGIN, "error" = "store_away",
        "Sessions are unavailable at the moment, so this was not done. Please try again shortly.";
}

impl Notice {
    /// Name and value in the query.
    #[must_use]
    pub fn query(self) -> (&'static str, &'static str) {
        self.row().query
    }

    #[must_use]
    pub fn pages(self) -> &'static [&'static str] {
        self.row().pages
    }

    /// The text people read.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        self.row().sentence
    }

    /// The ARIA role it is announced with: `status`, or `alert` for errors.
    #[must_use]
    pub fn role(self) -> &'static str {
        if self.query().0 == "error" { "alert" } else { "status" }
    }

    /// Where to redirect to, for instance `/preferences?saved=true`.
    #[must_use]
    pub fn url(self) -> String {
        self.url_on(self.pages()[0])
    }

    /// The same, for a notice that several pages show.
    #[must_use]
    pub fn url_on(self, page: &str) -> String {
        let (name, value) = self.query();
        format!("{page}?{name}={value}")
    }

    /// The notice this query asks this page to show.
    #[must_use]
    pub fn parse(page: &str, query: &FormFields) -> Option<Self> {
        Self::ALL.iter().copied().find(|notice| {
            let (name, value) = notice.query();
            notice.pages().contains(&page) && query.value(name) == value
        })
    }
}

/// Why a person is no longer logged in, as shown on `/login`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedOut {
    /// Idle timeout or absolute lifetime.
    Expired,
    /// Ended from another device, or by a password change.
    Ended,
}

impl SignedOut {
    /// Name and value in the query.
    #[must_use]
    pub fn query(self) -> (&'static str, &'static str) {
        match self {
            Self::Expired => ("expired", "true"),
            Self::Ended => ("ended", "true"),
        }
    }

    /// The reason given in this query.
    #[must_use]
    pub fn parse(query: &FormFields) -> Option<Self> {
        [Self::Ended, Self::Expired].into_iter().find(|reason| {
            let (name, value) = reason.query();
            query.value(name) == value
        })
    }

    /// The text people read.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Expired => {
                "You were logged out because you were inactive for a while, or because your login was too old. Your \
                 saved preferences are still here."
            }
            Self::Ended => {
                "Your session was ended from another device, or because your password was changed."
            }
        }
    }
}
