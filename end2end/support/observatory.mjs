// Mozilla's HTTP Observatory, without the service around it: it judges answers that the caller has fetched, because the
// application serves plain HTTP and leaves TLS to a proxy. Reads a JSON list of answers from standard input and writes
// what each of them is worth to standard output.
import { existsSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

import { ALL_TESTS } from '@mdn/mdn-http-observatory/src/constants.js';
import { MINIMUM_SCORE_FOR_EXTRA_CREDIT } from '@mdn/mdn-http-observatory/src/grader/charts.js';
import { getGradeForScore, getScoreModifier } from '@mdn/mdn-http-observatory/src/grader/grader.js';
import { parseHttpEquivHeaders } from '@mdn/mdn-http-observatory/src/retriever/utils.js';
import { Requests } from '@mdn/mdn-http-observatory/src/types.js';
import { CookieJar } from 'tough-cookie';

// The list of preloaded hosts, which the package downloads at its installation. Ours is on none.
const preloaded = new URL(import.meta.resolve('@mdn/mdn-http-observatory/conf/hsts-preload.json'));
if (!existsSync(preloaded)) writeFileSync(preloaded, '{}');

/** As if the answer had come over TLS with a valid certificate, and nothing listened on port 80. */
function requestsOf({ url, status, headers, body, preflight }) {
  const { hostname } = new URL(url);
  const requests = new Requests(hostname);
  const jar = new CookieJar();
  for (const cookie of headers['set-cookie'] ?? []) jar.setCookieSync(cookie, url);
  const html = (headers['content-type'] ?? '').startsWith('text/html');
  const httpEquiv = html ? parseHttpEquivHeaders(body, url) : new Map();
  const response = { status, headers, data: body, verified: true, httpEquiv };
  requests.session = { jar, url: new URL(url) };
  requests.resources.path = body;
  Object.assign(requests.responses, { auto: response, https: response, cors: { ...preflight, verified: true } });
  return requests;
}

/** The sum of the package's own `scan`: bonuses count only if what is missing costs little. */
function judge(answer) {
  const requests = requestsOf(answer);
  const results = ALL_TESTS.map((test) => test(requests));
  const modifiers = results.map(({ result }) => getScoreModifier(result));
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 100);
  const withoutBonuses = sum(modifiers.filter((modifier) => modifier < 0));
  const score = withoutBonuses >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? sum(modifiers) : withoutBonuses;
  const failed = results.filter(({ pass }) => !pass).map(({ constructor, result }) => `${constructor.name}: ${result}`);
  return { ...getGradeForScore(score), failed };
}

const answers = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(answers.map(judge)));
