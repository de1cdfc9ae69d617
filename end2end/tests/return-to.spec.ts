import { expect, test } from '../fixtures';
import { OIDC_LABEL } from '../support/server';

for (const path of [/* slim: trainer */ '/history', /* slim: end */ '/account']) {
  test(`${path} asks for a login and then opens`, async ({ visitor, user }) => {
    const { status, location, body } = await visitor.peek(path);
    expect(status).toBe(303);
    const target = new URL(location ?? '', visitor.app.url);
    expect(target.pathname).toBe('/login');
    expect([...target.searchParams]).toEqual([['return_to', path]]);
    expect(body).toBe('');

    await visitor.open(path);
    await visitor.expectPath('/login');
    await visitor.login.submit(user.email, user.password);
    await visitor.expectPath(path);
    await visitor.expectSignedIn(user.name);
  });
}

test('a failed attempt does not lose the way back', async ({ visitor, user, guard }) => {
  await visitor.open('/account');
  guard.expectDocumentStatus(422);
  await visitor.login.submit(user.email, 'not the password');
  await visitor.login.expectRefused(user.email);
  await visitor.login.submit(user.email, user.password);
  await visitor.expectPath('/account');
});

test.describe('with a provider', () => {
  test.use({ serverKind: 'oidc' });

  test('a login with a provider comes back as well', async ({ visitor, newcomer }) => {
    await visitor.open('/account');
    await visitor.login.provider(OIDC_LABEL).click();
    await visitor.provider.introduce(newcomer);
    await visitor.expectPath('/account');
  });
});

test('a new account comes back as well', async ({ visitor, newcomer }) => {
  await visitor.register.open('?return_to=%2Faccount');
  await visitor.register.submit(newcomer.name, newcomer.email, newcomer.password);
  await visitor.expectPath('/account');
});

const FOREIGN = ['https://example.org/', '//example.org/', '/\\example.org/', '/%09/example.org', 'javascript:alert(1)'];

for (const target of FOREIGN) {
  test(`the way back never leads to ${target}`, async ({ visitor, user }) => {
    await visitor.login.open(`?return_to=${encodeURIComponent(target)}`);
    await visitor.login.submit(user.email, user.password);
    await visitor.expectSignedIn(user.name);
    expect(new URL(visitor.page.url()).origin).toBe(visitor.app.url);
  });
}
