// Every state of a workout and of the history: for programs that read the page, in both themes and in forced colours,
// magnified, and under a thumb.
import { type Page } from '@playwright/test';

import { expect, test } from '../fixtures';
import { expectAccessible } from '../fixtures/a11y';
import type { Visitor } from '../pages/visitor';

const PHONE = { width: 390, height: 844 };
/** WCAG 2.2, 1.4.10, and 1280 × 800 at 200 %: magnified, a page has fewer pixels of its own. */
const NARROW = { '320 px': { width: 320, height: 640 }, '200 % zoom': { width: 640, height: 400 } };
/** WCAG 2.2, 2.5.5; in CSS pixels. */
const SMALLEST_TARGET = 44;

interface State {
  name: string;
  /** Leads from the state before this one, in the same browser. */
  reach: (member: Visitor) => Promise<void>;
  /** The document is an error page of this status. */
  status?: number;
}

const log = (member: Visitor) => member.workout.set(1).getByRole('button', { name: 'Log', exact: true });

const STATES: State[] = [
  { name: 'today', reach: async (member) => void (await member.open('/')) },
  { name: 'a workout before it begins', reach: async (member) => member.workout.open() },
  {
    name: 'a set that was refused',
    status: 422,
    reach: async (member) => {
      await member.workout.set(1).getByLabel('Repetitions').fill('1000');
      await log(member).click();
      await expect(member.alert).toBeVisible();
    },
  },
  {
    name: 'a workout that has begun',
    reach: async (member) => {
      await member.workout.open();
      await member.workout.set(1).getByLabel('Weight').fill('12.5');
      await member.workout.log(1);
      await expect(member.workout.progress).toHaveText(/^1 of/);
    },
  },
  { name: 'today, in the middle of a workout', reach: async (member) => void (await member.open('/')) },
  { name: 'the question before it is discarded', reach: async (member) => void (await member.open('/workout/review?discard')) },
  { name: 'the review of what is missing', reach: async (member) => void (await member.open('/workout/review')) },
  {
    name: 'a finished workout',
    reach: async (member) => {
      await member.workout.button('Finish without them').click();
      await expect(member.history.editLink).toBeVisible();
    },
  },
  {
    name: 'its correction',
    reach: async (member) => {
      await member.history.editLink.click();
      await expect(member.workout.button('Save changes')).toBeVisible();
    },
  },
  {
    name: 'the question before it is deleted',
    reach: async (member) => {
      await member.main.getByRole('link', { name: 'Cancel', exact: true }).click();
      await member.history.deleteButton.click();
      await expect(member.workout.button('Delete for good')).toBeVisible();
    },
  },
  { name: 'the history', reach: async (member) => member.history.open() },
];

/**
 * Runs `check` in one state after the other, with everything unfolded so that it is checked as well. Soft expectations
 * tell about all of them.
 */
async function inEveryState(member: Visitor, check: (state: string) => Promise<void>): Promise<void> {
  await member.preferences.save({ equipment: ['Dumbbells', 'Resistance band'] });
  for (const { name, reach, status } of STATES) {
    if (status !== undefined) member.guard.expectDocumentStatus(status);
    await reach(member);
    await member.ready();
    const unfolded = await unfold(member.page);
    await check(name);
    await fold(member.page, unfolded);
  }
}

/** Unfolds everything; returns which of the page's `details` were folded. */
async function unfold(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('details')].flatMap((details, place) => {
      if (details.open) return [];
      details.open = true;
      return [place];
    }),
  );
}

/** Folds them again: the next step finds the page as a person would. */
async function fold(page: Page, places: number[]): Promise<void> {
  await page.evaluate((places) => {
    const all = [...document.querySelectorAll('details')];
    for (const place of places) all[place]?.removeAttribute('open');
  }, places);
}

/**
 * The controls and links that are smaller than a fingertip: what each is, and its size. Those in a sentence or in a summary
 * of errors are exempt.
 */
async function smallTargets(page: Page, smallest: number): Promise<string[]> {
  return page.evaluate((pixels) => {
    const targets = 'main :is(button, select, summary, a.button, input:not([type=hidden])), main .workouts a, nav a, header a, footer button';
    const found = [...document.querySelectorAll<HTMLElement>(targets)].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      // Shown on focus only, or not at all.
      if (!element.checkVisibility() || width <= 1 || element.matches('.skip, .visually-hidden')) return [];
      // Half a pixel is the rounding of layouts.
      if (width >= pixels - 0.5 && height >= pixels - 0.5) return [];
      const text = element.getAttribute('name') ?? element.textContent.trim().slice(0, 40);
      return [`${element.tagName.toLowerCase()}.${element.className} “${text}” ${width.toFixed(0)} × ${height.toFixed(0)}`];
    });
    return [...new Set(found)];
  }, smallest);
}

/** What shows by its background alone, which forced colours take away, or is drawn in the colour of the page. */
async function lost(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = 'Canvas';
    const canvas = getComputedStyle(probe).color;
    probe.remove();
    const shown = (css: string) => [...document.querySelectorAll(css)].filter((element) => element.checkVisibility());
    const borderless = shown('main :is(button, select, a.button, input:not([type=hidden]))').filter((control) => {
      const { borderBottomStyle, borderBottomWidth } = getComputedStyle(control);
      return borderBottomStyle === 'none' || borderBottomWidth === '0px';
    });
    const invisible = shown('main svg :is(circle, path, rect, text)').filter((shape) => {
      const { fill, stroke } = getComputedStyle(shape);
      return [fill, stroke].every((colour) => colour === 'none' || colour === canvas);
    });
    return [...borderless, ...invisible].map((element) => element.outerHTML.slice(0, 120));
  });
}

test('every state is accessible in both themes', async ({ member }) => {
  test.setTimeout(240_000);
  await inEveryState(member, async () => {
    await expectAccessible(member.page);
  });
});

test.describe('in forced colours', () => {
  test.use({ contextOptions: { forcedColors: 'active' } });

  test('every state is accessible, and nothing is invisible', async ({ member, page }) => {
    test.setTimeout(240_000);
    await inEveryState(member, async (state) => {
      expect(await page.evaluate(() => matchMedia('(forced-colors: active)').matches)).toBe(true);
      // The contrast is that of the person's own colours, and axe reads the colours of the style sheet instead.
      await expectAccessible(page, async () => expect.soft(await lost(page), state).toEqual([]), ['color-contrast']);
    });
  });
});

test('nothing is wider than a narrow or magnified window', async ({ member, page }) => {
  test.setTimeout(120_000);
  await inEveryState(member, async (state) => {
    const before = page.viewportSize();
    for (const [window, size] of Object.entries(NARROW)) {
      await page.setViewportSize(size);
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(excess, `pixels outside the window at ${window}: ${state}`).toBeLessThanOrEqual(0);
    }
    if (before !== null) await page.setViewportSize(before);
  });
});

test('a name of sixty letters makes no page wider', async ({ visitor, app, newcomer, page }) => {
  const person = { ...newcomer, name: 'Wolfeschlegelsteinhausenbergerdorffvoralternwarengewissenhaft'.slice(0, 60) };
  await app.register(person);
  await visitor.signInQuietly(person);
  await page.setViewportSize(NARROW['320 px']);
  for (const path of ['/', '/workout', '/history', '/account', '/session', '/preferences']) {
    await visitor.open(path);
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect.soft(excess, path).toBeLessThanOrEqual(0);
  }
});

test.describe('on a phone', () => {
  // Targets are measured faster than pages fade in.
  test.use({ viewport: PHONE, hasTouch: true, contextOptions: { reducedMotion: 'reduce' } });

  test('every target is as large as a fingertip', async ({ member, page }) => {
    test.setTimeout(120_000);
    await inEveryState(member, async (state) => {
      expect.soft(await smallTargets(page, SMALLEST_TARGET), state).toEqual([]);
    });
  });
});
