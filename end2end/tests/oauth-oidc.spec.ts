// Against `oidc-provider` from npm: another implementation in its own process, on another site (to a browser, `localhost`
// is not `127.0.0.1`). It requires PKCE and signs ID tokens with RS256 or ES256.
import { expect, test } from '../fixtures';
import { OIDC_LABEL, type Kind } from '../support/server';

const CONFIGURATIONS: { kind: Kind; what: string }[] = [
  { kind: 'oidc', what: 'RS256, SameSite=Lax' },
  { kind: 'oidc-strict', what: 'ES256, SameSite=Strict' },
];

for (const { kind, what } of CONFIGURATIONS) {
  test.describe(`an independent OpenID provider (${what})`, () => {
    test.use({ serverKind: kind });

    test('signs a new user in and recognises them the next time', async ({ visitor, newcomer, anotherVisitor }) => {
      await visitor.provider.reach();
      await visitor.provider.introduce(newcomer);
      await visitor.expectSignedIn(newcomer.name);
      expect(visitor.page.url()).not.toMatch(/code=|state=|iss=/);
      const first = await visitor.info();
      expect(first.user).toMatchObject({ email: newcomer.email, display_name: newcomer.name, provider: 'local' });

      const other = await anotherVisitor();
      await other.provider.reach();
      await other.provider.introduce(newcomer);
      await other.expectSignedIn(newcomer.name);
      expect((await other.info()).user?.id).toBe(first.user?.id);
    });

    test('sends users back to where they wanted to go', async ({ visitor, newcomer }) => {
      await visitor.open('/account');
      await visitor.login.provider(OIDC_LABEL).click();
      await visitor.provider.introduce(newcomer);
      await visitor.expectPath('/account');
    });

    test('can be refused', async ({ visitor, newcomer }) => {
      await visitor.preferences.save({ theme: 'dark' });
      await visitor.provider.reach();
      await visitor.provider.introduce(newcomer, 'Deny');
      await visitor.expectPath('/login');
      await expect(visitor.alert).toBeVisible();
      await visitor.expectSignedOut();
      await visitor.expectTheme('dark');
    });

    test('does not open the account that has the same address', async ({ visitor, user }) => {
      await visitor.provider.reach();
      await visitor.provider.introduce({ ...user, name: 'Mallory' });
      await visitor.expectPath('/login');
      await expect(visitor.alert).toBeVisible();
      await visitor.expectSignedOut();
    });

    test('is linked from the account page', async ({ member, user }) => {
      await member.account.open();
      await member.account.startLinking(OIDC_LABEL);
      await member.provider.introduce({ ...user, name: 'Robin elsewhere', email: `elsewhere-${user.email}` });
      await member.expectPath('/account');
      await expect(member.account.button(`Unlink ${OIDC_LABEL}`)).toBeVisible();
      await member.account.button(`Unlink ${OIDC_LABEL}`).click();
      await expect(member.account.button(`Link ${OIDC_LABEL}`)).toBeVisible();
    });

    test('is not unlinked if it is the only way to log in', async ({ visitor, newcomer, guard }) => {
      await visitor.provider.reach();
      await visitor.provider.introduce(newcomer);
      await visitor.expectSignedIn(newcomer.name);
      await visitor.account.open();
      const unlink = visitor.account.button(`Unlink ${OIDC_LABEL}`);
      if ((await unlink.count()) > 0 && (await unlink.isEnabled())) {
        const answer = visitor.page.waitForResponse((response) => response.request().method() === 'POST');
        await unlink.click();
        // The page comes back at once or by a redirect; CONTRACT.md allows both.
        const status = (await answer).status();
        if (status >= 400) guard.expectDocumentStatus(status);
        await expect(visitor.alert).toBeVisible();
      }
      await visitor.logOut();
      // The provider still knows who this is.
      await visitor.provider.reach();
      await visitor.expectSignedIn(newcomer.name);
    });

    test('gives a session a new id', async ({ visitor, newcomer }) => {
      await visitor.preferences.save({ theme: 'dark' });
      const before = await visitor.sessionCookie();
      await visitor.provider.reach();
      await visitor.provider.introduce(newcomer);
      await visitor.expectSignedIn(newcomer.name);
      expect(await visitor.sessionCookie()).not.toBe(before);
    });

    test('is not asked by who is signed in already, nor believed without a login that was begun', async ({ member, anotherVisitor }) => {
      const { status, location } = await member.peek('/auth/local');
      expect([status, location]).toEqual([303, '/account']);
      const other = await anotherVisitor();
      await other.page.goto('/auth/local/callback?code=made-up&state=made-up');
      await other.expectPath('/login');
      await expect(other.alert).toBeVisible();
      await other.expectSignedOut();
    });

    test('finishes a login only once, and only in the browser that started it', async ({ visitor, newcomer, anotherVisitor }) => {
      let callback = '';
      visitor.page.on('request', (request) => {
        if (request.isNavigationRequest() && request.url().includes('/auth/local/callback?')) callback = request.url();
      });
      await visitor.provider.reach();
      await visitor.provider.introduce(newcomer);
      await visitor.expectSignedIn(newcomer.name);
      expect(callback).not.toBe('');

      const other = await anotherVisitor();
      await other.page.goto(callback);
      await other.expectPath('/login');
      await expect(other.alert).toBeVisible();
      await other.expectSignedOut();
    });
  });
}
