// Starts support/oidc-provider.mjs.
import { join } from 'node:path';

import { Child } from './child';
import { freePort } from './ports';

export class OidcProvider {
  private constructor(
    readonly issuer: string,
    readonly clientId: string,
    readonly clientSecret: string,
    private readonly child: Child,
  ) {}

  /** `algorithm` signs the ID tokens. */
  static async start(redirectUri: string, algorithm: 'RS256' | 'ES256'): Promise<OidcProvider> {
    const port = await freePort();
    // Not 127.0.0.1: to a browser, `localhost` is another site, as every real provider is.
    const issuer = `http://localhost:${port}`;
    const clientId = 'app';
    const clientSecret = 'known-only-to-these-tests-42';
    const child = new Child(process.execPath, [join(__dirname, 'oidc-provider.mjs')], {
      env: {
        PATH: process.env['PATH'] ?? '',
        ISSUER: issuer,
        PORT: String(port),
        CLIENT_ID: clientId,
        CLIENT_SECRET: clientSecret,
        REDIRECT_URI: redirectUri,
        ALGORITHM: algorithm,
      },
    });
    await child.answers(`${issuer}/.well-known/openid-configuration`);
    return new OidcProvider(issuer, clientId, clientSecret, child);
  }

  async stop(): Promise<void> {
    await this.child.stop();
  }
}
