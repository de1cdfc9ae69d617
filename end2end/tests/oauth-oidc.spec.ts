// Against `oidc-provider` from npm: another implementation in its own process, on another site (to a browser, `localhost`
// is not `127.0.0.1`). It requires PKCE and signs ID tokens with RS256 or ES256.
import { expect, test } from '../fixtures';
import type { Person } from '../fixtures/people';
import type { Visitor } from '../pages/visitor';
import { OIDC_LABEL, type Kind } from '../support/server';

/** Fills in the provider's login page. */
async function introduce(visitor: Visitor, { name, email }: Person, answer: 'Allow' | 'Deny' = 'Allow'): Promise<void> {
  await expect(visitor.page.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
  await visitor.page.getByLabel('Subject', { exact: true }).fill(`subject of ${email}`);
  await visitor.page.getByLabel('Name', { exact: true }).fill(name);
  await visitor.page.getByLabel('Email', { exact: true }).fill(email);
  await visitor.page.getByRole('button', { name: answer, exact: true }).click();
}

const CONFIGURATIONS: { kind: Kind; what: string }[] = [
  { kind: 'oidc', what: 'RS256, SameSite=Lax' },
  { kind: 'oidc-strict', what: 'ES256, SameSite=Strict' },
];

for (const { kind, what } of CONFIGURATIONS) {
  test.describe(`an independent OpenID provider (${what})`, () => {
    test.use({ serverKind: kind });

    test('signs a new user in and recognises them the next time', async ({ visitor, newcomer, anotherVisitor }) => {
      await visitor.login.open();
      await visitor.login.provider(OIDC_LABEL).click();
      await introduce(visitor, newcomer);
      await visitor.expectSignedIn(newcomer.name);
      expect(visitor.page.url()).not.toMatch(/code=|state=|iss=/);
      const first = await visitor.info();
      expect(first.user).toMatchObject({ email: newcomer.email, display_name: newcomer.name, provider: 'local' });

      const other = await anotherVisitor();
      await other.login.open();
      await other.login.provider(OIDC_LABEL).click();
      await introduce(other, newcomer);
      await other.expectSignedIn(newcomer.name);
      expect((await other.info()).user?.id).toBe(first.user?.id);
    });

    test('sends users back to where they wanted to go', async ({ visitor, newcomer }) => {
      await visitor.open('/account');
      await visitor.login.provider(OIDC_LABEL).click();
      await introduce(visitor, newcomer);
      await visitor.expectPath('/account');
    });

    test('can be refused', async ({ visitor, newcomer }) => {
      await visitor.preferences.save({ theme: 'dark' });
      await visitor.login.open();
      await visitor.login.provider(OIDC_LABEL).click();
      await introduce(visitor, newcomer, 'Deny');
      await visitor.expectPath('/login');
      await expect(visitor.alert).toBeVisible();
      await visitor.expectSignedOut();
      await visitor.expectTheme('dark');
    });

    test('does not open the account that has the same address', async ({ visitor, user }) => {
      await visitor.login.open();
      await visitor.login.provider(OIDC_LABEL).click();
      await introduce(visitor, { ...user, name: 'Mallory' });
      await visitor.expectPath('/login');
      await expect(visitor.alert).toBeVisible();
      await visitor.expectSignedOut();
    });

    test('is linked from the account page', async ({ member, user }) => {
      await member.account.open();
      await member.account.startLinking(OIDC_LABEL);
      await introduce(member, { ...user, name: 'Robin elsewhere', email: `elsewhere-${user.email}` });
      await member.expectPath('/account');
      await expect(member.account.button(`Unlink ${OIDC_LABEL}`)).toBeVisible();
    });

    test('finishes a login only once, and only in the browser that started it', async ({ visitor, newcomer, anotherVisitor }) => {
      let callback = '';
      visitor.page.on('request', (request) => {
        if (request.isNavigationRequest() && request.url().includes('/auth/local/callback?')) callback = request.url();
      });
      await visitor.login.open();
      await visitor.login.provider(OIDC_LABEL).click();
      await introduce(visitor, newcomer);
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
