// Plain HTTP, without opening a page: what machines that follow links find.
import { expect, test } from '../fixtures';

const ANNOUNCEMENTS: Record<string, string>[] = [
  { 'Sec-Purpose': 'prefetch' },
  { 'Sec-Purpose': 'prefetch;prerender' },
  { Purpose: 'prefetch' },
  { 'X-Moz': 'prefetch' },
];

test.describe('with a provider', () => {
  test.use({ serverKind: 'oidc' });

  for (const headers of ANNOUNCEMENTS) {
    test(`a prefetch (${JSON.stringify(headers)}) starts no login`, async ({ visitor }) => {
      const answer = await visitor.page.request.get('/auth/local', { maxRedirects: 0, headers });
      expect(answer.status()).toBe(503);
      expect(answer.headers()['cache-control']).toBe('no-store');
      expect(answer.headers()['set-cookie']).toBeUndefined();
      expect(await visitor.sessionCookie()).toBeUndefined();
    });
  }
});

test('robots.txt keeps crawlers from what is no page', async ({ visitor }) => {
  const answer = await visitor.page.request.get('/robots.txt');
  expect(answer.status()).toBe(200);
  const lines = (await answer.text()).split('\n');
  for (const path of ['/auth/', '/api/']) expect(lines).toContain(`Disallow: ${path}`);
});
