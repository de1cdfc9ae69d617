// Real waiting: the clock is the server's.
import { expect, test } from '../fixtures';

test.describe('without activity', () => {
  test.use({ serverKind: 'idle' });

  /** Longer than the idle timeout of this server. */
  const IDLE_MS = 4_600;

  test('a person is signed out, told why, and led back', async ({ member, user, page }) => {
    await member.preferences.save({ theme: 'dark' });
    const before = await member.sessionCookie();
    await page.goto('about:blank');
    await page.waitForTimeout(IDLE_MS);

    await member.open('/account');
    await member.expectPath('/login');
    const query = new URL(page.url()).searchParams;
    expect(query.get('expired')).toBe('true');
    expect(query.get('return_to')).toBe('/account');
    await member.login.expectReason('expired');
    await member.expectSignedOut();

    // The preferences are still here, in an anonymous session under another id.
    await member.expectTheme('dark');
    const after = await member.sessionCookie();
    expect(after).toBeDefined();
    expect(after).not.toBe(before);

    await member.login.submit(user.email, user.password);
    await member.expectPath('/account');
  });

  test('the reason is kept until the login page has shown it, once', async ({ member, page }) => {
    await member.open('/');
    await page.goto('about:blank');
    await page.waitForTimeout(IDLE_MS);
    await member.open('/');
    await member.expectSignedOut();
    await member.login.open();
    await member.login.expectReason('expired');
    await member.login.open();
    await expect(member.status).toHaveCount(0);
  });

  test('JSON clients get 401', async ({ member, page }) => {
    await page.waitForTimeout(IDLE_MS);
    const answer = await page.request.get('/sessions', { headers: { Accept: 'application/json' } });
    expect(answer.status()).toBe(401);
    expect((await member.info()).authenticated).toBe(false);
  });

  test('activity keeps a session alive', async ({ member, user, page }) => {
    for (let visit = 0; visit < 5; visit += 1) {
      await member.open('/account');
      await member.expectSignedIn(user.name);
      await page.waitForTimeout(1_300);
    }
  });
});

test.describe('with activity', () => {
  test.use({ serverKind: 'absolute' });

  test('a login ends all the same when its time is over', async ({ member, page }) => {
    const { session } = await member.info();
    const lifetime = Date.parse(session?.absolute_expires_at ?? '') - Date.parse(session?.login_time ?? '');
    expect(lifetime).toBe(6_000);
    await expect(async () => {
      await page.goto('/account');
      expect(new URL(page.url()).pathname).toBe('/login');
    }).toPass({ intervals: [1_000], timeout: 15_000 });
    expect(new URL(page.url()).searchParams.get('expired')).toBe('true');
    await member.login.expectReason('expired');
  });
});
