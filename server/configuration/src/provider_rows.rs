//! The rows of the variable family `OAUTH_<NAME>_…`: one variable per `<NAME>` and row. Row names omit
//! `OAUTH_<NAME>_`.

use super::row::DefaultValue::{Rule, Text, Unset};
use super::row::Row;

pub(super) const TITLE: &str = "Identity providers";

/// In the order used by the documents.
pub(super) const ROWS: [Row; 13] = [
    CLIENT_ID,
    CLIENT_SECRET,
    ISSUER,
    AUTH_URL,
    TOKEN_URL,
    USERINFO_URL,
    LABEL,
    SCOPES,
    CLIENT_AUTH,
    SUBJECT_FIELD,
    EMAIL_FIELD,
    EMAIL_VERIFIED_FIELD,
    NAME_FIELD,
];

const ENDPOINT: &str = "an https:// URL without fragment (http:// on loopback only)";
const FIELD: &str = "a key of the userinfo answer";

pub(super) const CLIENT_ID: Row = Row {
    name: "CLIENT_ID",
    accepted: "text",
    meaning: "As given by the provider. For `GOOGLE` and `GITHUB` this and the secret are enough.",
    ..Row::BASE
};

pub(super) const CLIENT_SECRET: Row = Row {
    name: "CLIENT_SECRET",
    accepted: "text",
    meaning: "As given by the provider. `OAUTH_<NAME>_CLIENT_SECRET_FILE` names a file with the value instead.",
    secret: true,
    ..Row::BASE
};

pub(super) const ISSUER: Row = Row {
    name: "ISSUER",
    default: Unset { example: "https://id.company.example" },
    accepted: "an https:// URL without query and fragment (http:// on loopback only)",
    meaning: "Makes `<NAME>` an OpenID Connect provider, whose addresses are discovered. Its path is `/auth/<name>`, in \
              lower case and with `-` for `_`.",
    ..Row::BASE
};

pub(super) const AUTH_URL: Row = Row {
    name: "AUTH_URL",
    default: Unset { example: "https://club.example/authorize" },
    accepted: ENDPOINT,
    meaning: "With the next two: makes `<NAME>` a plain OAuth 2.0 provider. For `GOOGLE` and `GITHUB` each \
              overrides the preset.",
    ..Row::BASE
};

pub(super) const TOKEN_URL: Row = Row {
    name: "TOKEN_URL",
    default: Unset { example: "https://club.example/token" },
    accepted: ENDPOINT,
    meaning: "The token endpoint.",
    ..Row::BASE
};

pub(super) const USERINFO_URL: Row = Row {
    name: "USERINFO_URL",
    default: Unset { example: "https://club.example/userinfo" },
    accepted: ENDPOINT,
    meaning: "Where the user's name and address are read.",
    ..Row::BASE
};

pub(super) const LABEL: Row = Row {
    name: "LABEL",
    default: Rule {
        rule: "as in the path `/auth/<name>`; for `GOOGLE` and `GITHUB` their own",
        example: "My Club",
    },
    accepted: "text",
    meaning: "The name on the button.",
    ..Row::BASE
};

pub(super) const SCOPES: Row = Row {
    name: "SCOPES",
    default: Text("openid email profile"),
    accepted: "scopes of printable ASCII, separated by blanks",
    meaning: "What is asked for. With an issuer `openid` is added where it is missing; `GITHUB` has the default \
              `read:user user:email`.",
    ..Row::BASE
};

pub(super) const CLIENT_AUTH: Row = Row {
    name: "CLIENT_AUTH",
    default: Text("basic"),
    accepted: "basic or post",
    meaning: "How the client authenticates at the token endpoint.",
    ..Row::BASE
};

pub(super) const SUBJECT_FIELD: Row = Row {
    name: "SUBJECT_FIELD",
    default: Text("sub"),
    accepted: FIELD,
    meaning: "Plain OAuth 2.0 only: where the user's permanent id is.",
    ..Row::BASE
};

pub(super) const EMAIL_FIELD: Row = Row {
    name: "EMAIL_FIELD",
    default: Text("email"),
    accepted: FIELD,
    meaning: "Plain OAuth 2.0 only: where the e-mail address is.",
    ..Row::BASE
};

pub(super) const EMAIL_VERIFIED_FIELD: Row = Row {
    name: "EMAIL_VERIFIED_FIELD",
    default: Text("email_verified"),
    accepted: FIELD,
    meaning: "Plain OAuth 2.0 only: where it says whether the address is verified.",
    ..Row::BASE
};

pub(super) const NAME_FIELD: Row = Row {
    name: "NAME_FIELD",
    default: Text("name"),
    accepted: FIELD,
    meaning: "Plain OAuth 2.0 only: where the display name is.",
    ..Row::BASE
};
