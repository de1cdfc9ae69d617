// What others think of our headers: Mozilla's HTTP Observatory, and Google's evaluator of content security policies.
// Neither asks anybody: both judge answers that were fetched here. Over HTTPS, as far as the application can tell.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { CspEvaluator } from 'csp_evaluator/dist/evaluator';
import { Severity, type Finding } from 'csp_evaluator/dist/finding';
import { CspParser } from 'csp_evaluator/dist/parser';

import { expect, test } from '../fixtures';
import { NO_PAGES, PUBLIC, SIGNED_IN } from '../support/routes';
import { HTTPS_URL, type AppServer } from '../support/server';

test.use({ serverKind: 'https' });

/** What the Observatory is told. */
interface Answer {
  url: string;
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
  preflight: { headers: Record<string, string>; request: { headers: Record<string, string> } };
}

interface Judgement {
  grade: string;
  score: number;
  failed: string[];
}

async function ask(app: AppServer, path: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(`${app.url}${path}`, { redirect: 'manual', ...init });
  const request = { headers: { Origin: 'https://elsewhere.example', 'Access-Control-Request-Method': 'GET' } };
  const preflight = await fetch(`${app.url}${path}`, { method: 'OPTIONS', ...request });
  return {
    url: `${HTTPS_URL}${path}`,
    status: answer.status,
    headers: { ...Object.fromEntries(answer.headers), 'set-cookie': answer.headers.getSetCookie() },
    body: await answer.text(),
    preflight: { headers: Object.fromEntries(preflight.headers), request },
  };
}

/** Every page and some other answers, as a visitor and signed in; first the answer that signs in. */
async function everything(app: AppServer, fields: Record<string, string>): Promise<Answer[]> {
  const headers = { Origin: HTTPS_URL, Accept: 'text/html' };
  const registered = await ask(app, '/api/auth/register', {
    method: 'POST',
    headers,
    body: new URLSearchParams(fields),
  });
  expect(registered.status).toBe(303);
  const cookie = [registered.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0]).join('; ');
  const answers = [registered];
  for (const path of [...PUBLIC, ...SIGNED_IN, ...NO_PAGES]) {
    answers.push(await ask(app, path, { headers }), await ask(app, path, { headers: { ...headers, cookie } }));
  }
  const account = answers.find(({ url, status }) => url.endsWith('/account') && status === 200);
  expect(account, 'the cookie signs in').toBeDefined();
  return answers;
}

function judge(answers: Answer[]): Judgement[] {
  const script = join(__dirname, '../support/observatory.mjs');
  const judged = execFileSync(process.execPath, [script], { input: JSON.stringify(answers), maxBuffer: 1 << 26 });
  return JSON.parse(judged.toString()) as Judgement[];
}

/** What the evaluator finds to be wrong, or to be missing, for certain. */
function serious(policy: string): string[] {
  const { csp } = new CspParser(policy);
  const certain = ({ severity }: Finding) => severity <= Severity.MEDIUM;
  return new CspEvaluator(csp).evaluate().filter(certain).map(({ directive, description }) => `${directive}: ${description}`);
}

test('the Observatory gives every answer an A+, and all of its tests pass', async ({ app, newcomer }) => {
  const { name, email, password } = newcomer;
  const answers = await everything(app, { display_name: name, email, password });
  for (const [index, { grade, score, failed }] of judge(answers).entries()) {
    const { url = '', status = 0 } = answers[index] ?? {};
    expect({ grade, failed }, `${status} ${url}, ${score} points`).toEqual({ grade: 'A+', failed: [] });
  }
});

test('the policy evaluator finds nothing serious in any answer', async ({ app, newcomer }) => {
  const { name, email, password } = newcomer;
  for (const { url, headers } of await everything(app, { display_name: name, email, password })) {
    expect(serious(String(headers['content-security-policy'])), url).toEqual([]);
  }
});

test('both find what is wrong on purpose', async ({ app }) => {
  const good = await ask(app, '/login');
  const policy = String(good.headers['content-security-policy']);
  const weak = policy.replace(/'nonce-[^']+'/, "'unsafe-inline'");
  expect(serious(weak).join()).toContain('unsafe-inline');
  expect(serious(policy.replace("object-src 'none'; ", '').replace("default-src 'none'; ", '')).join()).toContain('object-src');
  const changed = (headers: Answer['headers']): Answer => ({ ...good, headers: { ...good.headers, ...headers } });
  const judged = judge([
    changed({ 'content-security-policy': weak }),
    changed({ 'strict-transport-security': 'max-age=60' }),
    changed({ 'set-cookie': ['sessionId=1; SameSite=Lax'] }),
    changed({ 'x-content-type-options': '' }),
  ]);
  const found = ['content-security-policy', 'strict-transport-security', 'cookies', 'x-content-type-options'];
  expect(judged.map(({ failed }) => failed.map((one) => one.split(':')[0]))).toEqual(found.map((test) => [test]));
  expect(judged[0]?.grade).not.toBe('A+');
});
