// The application under test: real `server` processes. Each has its own port, directory and database.
import { execFileSync } from 'node:child_process'; // slim: trainer
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { Person } from '../fixtures/people';
import { Child } from './child';
import { OidcProvider } from './oidc';
import { freePort } from './ports';

/** The idle timeout of the servers whose timeouts are tested. */
export const IDLE_MS = 4_000;

/** Where the server of the kind `https` believes to be seen. Nothing is there: it is asked directly. */
export const HTTPS_URL = 'https://site.example';

/** The configurations that the tests need. Each is started once per worker, when the first test asks for it. */
export const KINDS = {
  /** As a developer runs it, but without a limit per address: all tests come from one address. */
  ordinary: { LOGIN_LIMIT_ADDRESS: '100000/1m' },
  /** The idle timeout is short. */
  idle: { SESSION_IDLE_TIMEOUT: `${IDLE_MS}ms` },
  /** Every login ends soon, however active its user is. */
  absolute: { SESSION_IDLE_TIMEOUT: `${IDLE_MS}ms`, SESSION_ABSOLUTE_LIFETIME: '6s' },
  /** After three wrong passwords, an account has to wait. */
  throttled: { LOGIN_LIMIT: '3/6s', LOGIN_LIMIT_ADDRESS: '100000/1m' },
  /** Every login is too old for sensitive changes: none is used within a millisecond. With the provider of `oidc`. */
  stale: { SESSION_FRESH_FOR: '1ms' },
  /** A public demonstration. */
  demo: { APP_ENV: 'demo', SESSION_SECRETS: 'only-for-these-tests-only-for-these-tests' },
  /** Behind a proxy with TLS, as far as it knows. */
  https: { PUBLIC_URL: HTTPS_URL },
  /** With an independent OpenID provider on another site. */
  oidc: {},
  /** The same, with a cookie that browsers do not send when the provider redirects back. */
  'oidc-strict': { SESSION_COOKIE_SAMESITE: 'strict' },
} satisfies Record<string, Record<string, string>>;

export type Kind = keyof typeof KINDS;

/** What the provider signs with, of the servers that have one. */
const ALGORITHMS: Partial<Record<Kind, 'RS256' | 'ES256'>> = { oidc: 'RS256', 'oidc-strict': 'ES256', stale: 'RS256' };

/** The name of the independent provider on the login page. */
export const OIDC_LABEL = 'Local';

/** Its file, where accounts are in SQLite. */
const DATABASE = 'test.db';

export class AppServer {
  private constructor(
    readonly url: string,
    private readonly child: Child,
    private readonly directory: string,
    readonly provider: OidcProvider | undefined,
  ) {}

  /** The kind of session store, as pages name it. */
  readonly store = kindOfStore();

  static async start(kind: Kind): Promise<AppServer> {
    const binary = existing('SERVER_BIN', ['../target/debug/server', '../target/release/server']);
    const site = existing('SITE_ROOT', ['../target/e2e-site', '../target/site']);
    const directory = await mkdtemp(join(tmpdir(), 'end2end-'));
    // Another process may take the free port before the server listens on it.
    for (let attempt = 1; ; attempt += 1) {
      const address = `127.0.0.1:${await freePort()}`;
      const url = `http://${address}`;
      const algorithm = ALGORITHMS[kind];
      const provider = algorithm === undefined ? undefined : await OidcProvider.start(`${url}/auth/local/callback`, algorithm);
      const child = new Child(binary, [], {
        cwd: directory,
        env: {
          // The server inherits only what it needs to run: no CARGO, none of the tester's own settings.
          PATH: process.env['PATH'] ?? '',
          RUST_LOG: 'warn',
          RUST_BACKTRACE: '1',
          LOG_FORMAT: 'json',
          SITE_ROOT: site,
          SITE_ADDR: address,
          ...stores(kind, directory),
          ...(kind === 'demo' ? { PUBLIC_URL: url } : {}),
          ...KINDS[kind],
          ...(provider === undefined
            ? {}
            : {
                OAUTH_LOCAL_ISSUER: provider.issuer,
                OAUTH_LOCAL_CLIENT_ID: provider.clientId,
                OAUTH_LOCAL_CLIENT_SECRET: provider.clientSecret,
                OAUTH_LOCAL_LABEL: OIDC_LABEL,
              }),
        },
      });
      try {
        await child.answers(`${url}/healthz`);
        return new AppServer(url, child, directory, provider);
      } catch (error) {
        await provider?.stop();
        if (attempt === 3 || !/in use/i.test(child.log)) throw error;
      }
    }
  }

  // slim: trainer
  /** The test makes a store fail on purpose, and the server logs that. */
  storeFails = false;

  /** Changes what is stored, behind the server's back, by the program `sqlite3`. */
  alter(statement: string): void {
    execFileSync('sqlite3', [join(this.directory, DATABASE), statement]);
  }
  // slim: end

  /** The warnings and errors that the server has logged so far. */
  get log(): string {
    return this.child.log;
  }

  /** Creates an account without a browser, for the many tests that only start from one. No session is left behind. */
  async register({ name, email, password }: Person): Promise<void> {
    const answer = await this.post('/api/auth/register', { display_name: name, email, password });
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const page = await (await fetch(`${this.url}/session`, { headers: { cookie } })).text();
    const token = /name="?csrf_token"?[^>]* value="([^"]+)"/.exec(page)?.[1] ?? '';
    await this.post('/api/auth/logout', { csrf_token: token }, cookie);
  }

  private async post(path: string, fields: Record<string, string>, cookie?: string): Promise<Response> {
    const answer = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { Accept: 'application/json', Origin: this.url, ...(cookie === undefined ? {} : { cookie }) },
      body: new URLSearchParams(fields),
    });
    if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
    return answer;
  }

  async stop(): Promise<void> {
    await this.child.stop();
    await this.provider?.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** The servers of one worker. */
export class ServerPool {
  private readonly servers = new Map<Kind, Promise<AppServer>>();

  get(kind: Kind): Promise<AppServer> {
    let server = this.servers.get(kind);
    if (server === undefined) {
      server = AppServer.start(kind);
      this.servers.set(kind, server);
    }
    return server;
  }

  async stop(): Promise<void> {
    const servers = await Promise.allSettled(this.servers.values());
    await Promise.all(servers.map((server) => (server.status === 'fulfilled' ? server.value.stop() : undefined)));
  }
}

/** Where this server stores sessions and accounts: in a file of its own, or in the place it is given by `src/stack.rs`. */
function stores(kind: Kind, directory: string): Record<string, string> {
  const given = process.env['E2E_STORES'];
  const own = { DATABASE_URL: `sqlite://${join(directory, DATABASE)}` };
  if (given === undefined) return own;
  const places = JSON.parse(given) as Record<string, string>[];
  const kinds = Object.keys(KINDS);
  // The worker that replaces another one has the same index and finds what that one left behind. That does no harm, since
  // every test has its own users.
  const worker = Number(process.env['TEST_PARALLEL_INDEX'] ?? '0');
  const place = places[worker * kinds.length + kinds.indexOf(kind)];
  if (place === undefined) throw new Error(`E2E_STORES has ${places.length} places, and worker ${worker} needs more`);
  return { ...own, ...place };
}

function kindOfStore(): string {
  const given = process.env['E2E_STORES'];
  if (given === undefined) return 'sqlite';
  const [first] = JSON.parse(given) as Record<string, string>[];
  return first?.['SESSION_STORE']?.split(':')[0] ?? 'sqlite';
}

export function existing(variable: string, candidates: string[]): string {
  const named = process.env[variable];
  const paths = named === undefined ? candidates.map((path) => resolve(__dirname, '..', path)) : [resolve(named)];
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(`${variable}: nothing at ${paths.join(' or ')}; build it first (cargo test does)`);
  }
  return found;
}
