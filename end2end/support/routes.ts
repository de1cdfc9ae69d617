// The pages, for tests that look at all of them.

/** What visitors see too. */
export const PUBLIC = ['/', '/login', '/register', '/preferences', /* slim: trainer */ '/workout', /* slim: end */ '/session'];

/** What is for the signed in. */
export const SIGNED_IN = [/* slim: trainer */ '/history', /* slim: end */ '/account', '/account/confirm'];

/** Answers of other kinds: JSON, text, a file, a redirect, nothing. */
export const NO_PAGES = ['/session-info', '/sessions', '/healthz', '/robots.txt', /* slim: demo-provider */ '/auth/demo', /* slim: end */ '/no/such/page'];
