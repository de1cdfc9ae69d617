// One browser, and the person in front of it.
import { expect, type Page, type Response } from '@playwright/test';

import type { Guard } from '../fixtures/guard';
import type { Person } from '../fixtures/people';
import type { AppServer } from '../support/server';
import { AccountPage } from './account';
import { ConfirmPage } from './confirm';
import { DemoProviderPage } from './demo-provider';
import { HistoryPage } from './history';
import { LoginPage } from './login';
import { PreferencesPage } from './preferences';
import { ready } from './ready';
import { RegisterPage } from './register';
import { SessionPage } from './session';
import { WorkoutPage } from './workout';

/** What `/session-info` says. */
export interface SessionInfo {
  authenticated: boolean;
  user: { id: string; email: string; display_name: string; provider: string } | null;
  session: {
    handle: string;
    login_time: string | null;
    last_activity: string;
    ip_address: string | null;
    user_agent: string | null;
    idle_expires_at: string | null;
    absolute_expires_at: string | null;
    store: string;
  } | null;
  preferences: {
    units: string;
    goal: string;
    level: string;
    days_per_week: number;
    session_minutes: number;
    equipment: string[];
    rest_seconds: number;
    theme: string;
    updated_at: string | null;
  };
}

export class Visitor {
  readonly login = new LoginPage(this);
  readonly register = new RegisterPage(this);
  readonly preferences = new PreferencesPage(this);
  readonly workout = new WorkoutPage(this);
  readonly history = new HistoryPage(this);
  readonly session = new SessionPage(this);
  readonly account = new AccountPage(this);
  readonly confirm = new ConfirmPage(this);
  readonly demoProvider = new DemoProviderPage(this);

  constructor(
    readonly page: Page,
    readonly app: AppServer,
    readonly guard: Guard,
    readonly hydrates: boolean,
  ) {}

  // -- what every page has

  get homeLink() {
    return this.page.getByRole('link', { name: 'Workout Trainer', exact: true });
  }
  get loginLink() {
    return this.page.getByRole('banner').getByRole('link', { name: 'Log in', exact: true });
  }
  get registerLink() {
    return this.page.getByRole('banner').getByRole('link', { name: 'Create account', exact: true });
  }
  get sessionLink() {
    return this.page.getByRole('banner').getByRole('link', { name: 'Session', exact: true });
  }
  get logOutButton() {
    return this.page.getByRole('button', { name: 'Log out', exact: true });
  }
  get alert() {
    return this.page.getByRole('alert');
  }
  get status() {
    return this.page.getByRole('status');
  }
  get main() {
    return this.page.getByRole('main');
  }

  /** Goes to `path` and waits until the page listens. */
  async open(path: string): Promise<Response> {
    const response = await this.page.goto(path);
    if (response === null) throw new Error(`${path}: no new document`);
    await this.ready();
    return response;
  }

  async ready(): Promise<void> {
    await ready(this.page, this.hydrates);
  }

  /** Logs in with the form, as people do. */
  async signIn(person: Person): Promise<void> {
    await this.login.open();
    await this.login.submit(person.email, person.password);
    await this.expectSignedIn(person.name);
  }

  /** Signs this browser in without showing a page. */
  async signInQuietly({ email, password }: Person): Promise<void> {
    const answer = await this.page.request.post('/api/auth/login', {
      form: { email, password },
      headers: { Accept: 'application/json', Origin: this.app.url },
    });
    expect(answer.status(), `signing in ${email}`).toBe(200);
  }

  async logOut(): Promise<void> {
    await this.logOutButton.click();
    await this.expectPath('/login');
  }

  async expectSignedIn(name: string): Promise<void> {
    await expect(this.logOutButton).toBeVisible();
    await expect(this.page.getByRole('banner').getByText(name, { exact: true })).toBeVisible();
    await expect(this.sessionLink).toBeVisible();
    await expect(this.loginLink).toHaveCount(0);
  }

  async expectSignedOut(): Promise<void> {
    await expect(this.loginLink).toBeVisible();
    await expect(this.registerLink).toBeVisible();
    await expect(this.logOutButton).toHaveCount(0);
  }

  /** The address bar shows exactly this path; the query may be anything. */
  async expectPath(path: string): Promise<void> {
    await expect(this.page).toHaveURL((url) => url.origin === this.app.url && url.pathname === path);
    await this.ready();
  }

  async expectTheme(theme: 'system' | 'light' | 'dark'): Promise<void> {
    await expect(this.page.locator('html')).toHaveAttribute('data-theme', theme);
  }

  // -- what stands behind the pages

  /** `/session-info`, with this browser's cookie. */
  async info(): Promise<SessionInfo> {
    const answer = await this.page.request.get('/session-info', { headers: { Accept: 'application/json' } });
    expect(answer.status(), '/session-info').toBe(200);
    return (await answer.json()) as SessionInfo;
  }

  /** Asks for a page without following redirects. */
  async peek(path: string): Promise<{ status: number; location: string | undefined; body: string; headers: Record<string, string> }> {
    const answer = await this.page.request.get(path, { maxRedirects: 0, headers: { Accept: 'text/html' } });
    const headers = answer.headers();
    return { status: answer.status(), location: headers['location'], body: await answer.text(), headers };
  }

  /** The value of the session cookie, if there is one. */
  async sessionCookie(): Promise<string | undefined> {
    const cookies = await this.page.context().cookies(this.app.url);
    return cookies.find(({ name }) => name === 'sessionId')?.value;
  }
}
