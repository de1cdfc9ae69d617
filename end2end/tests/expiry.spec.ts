// Timeouts take real time: the clock is the server's. How long to wait is computed and never guessed, and nothing asks
// the server meanwhile: every request with the session's cookie is activity and would keep the session alive.
import { expect, test } from '../fixtures';
import type { Visitor } from '../pages/visitor';
import { momentOf, reached } from '../support/clock';
import { IDLE_MS } from '../support/server';

/**
 * Leaves the application and stays away for the idle timeout. The session's last activity was before this moment, so
 * it has been idle for long enough afterwards, however recently the server has noted that activity.
 */
async function stayAway({ page }: Visitor): Promise<void> {
  await page.goto('about:blank');
  await reached(Date.now() + IDLE_MS);
}

test.describe('without activity', () => {
  test.use({ serverKind: 'idle' });

  test('a user is signed out, told why, and led back', async ({ member, user, page }) => {
    await member.preferences.save({ theme: 'dark' });
    const before = await member.sessionCookie();
    await stayAway(member);

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

  test('the reason is kept until the login page has shown it, once', async ({ member }) => {
    await member.open('/');
    await stayAway(member);
    await member.open('/');
    await member.expectSignedOut();
    await member.login.open();
    await member.login.expectReason('expired');
    await member.login.open();
    await expect(member.status).toHaveCount(0);
  });

  test('JSON clients get 401', async ({ member, page }) => {
    await stayAway(member);
    const answer = await page.request.get('/sessions', { headers: { Accept: 'application/json' } });
    expect(answer.status()).toBe(401);
    expect((await member.info()).authenticated).toBe(false);
  });

  test('activity keeps a session alive', async ({ member, user }) => {
    const signedIn = Date.now();
    for (let visit = 0; visit < 5; visit += 1) {
      // A third of the idle timeout apart, and together longer than what the login alone would have given.
      await reached(signedIn + (visit * IDLE_MS) / 3);
      await member.open('/account');
      await member.expectSignedIn(user.name);
    }
    expect(Date.now()).toBeGreaterThan(signedIn + IDLE_MS);
  });
});

test.describe('with activity', () => {
  test.use({ serverKind: 'absolute' });

  test('a login ends all the same when its time is over', async ({ member, user, page }) => {
    const { session } = await member.info();
    const end = momentOf(session?.absolute_expires_at);
    expect(end - momentOf(session?.login_time)).toBe(6_000);
    for (const before of [4_000, 2_500]) {
      await reached(end - before);
      await member.open('/account');
      await member.expectSignedIn(user.name);
    }
    // If only the idle timeout counted, the session would go on.
    expect(momentOf((await member.info()).session?.idle_expires_at)).toBeGreaterThan(end);

    // A page that stays open leaves by itself.
    await page.goto('about:blank');
    await reached(end);
    await page.goto('/account');
    await member.expectPath('/login');
    expect(new URL(page.url()).searchParams.get('expired')).toBe('true');
    await member.login.expectReason('expired');
  });
});
